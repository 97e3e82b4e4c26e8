// Shell 1: the desktop application. Here its parts are put together; nothing is decided.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { app } from 'electron';
import { createPortChannel } from '../shared/client/port-channel.ts';
import type { RuntimeNews } from '../shared/host-port.ts';
import { type RuntimeControl, startApplication } from './desktop/application.ts';
import { registerScheme } from './desktop/lock-down.ts';
import { startUtility } from './desktop/utility.ts';
import { describeEnd, findNode, processProgram, startChild } from './host/child.ts';
import { findHome, keysFrom, makeHome, usualKeys } from './host/connect.ts';
import { createPage } from './host/page.ts';
import { parentToken } from './host/parent.ts';
import { createRelay } from './host/relay.ts';
import { type RuntimeProcess, type Supervisor, supervise } from './host/supervise.ts';
import { createWebHost } from './host/web-host.ts';

declare const __PACKAGED__: boolean | undefined;
const packaged = typeof __PACKAGED__ !== 'undefined' && __PACKAGED__;
const root = fileURLToPath(new URL('../../', import.meta.url));
const home = findHome();

/** A release runs the runtime on Electron's own Node; elsewhere, and where that Node is too old, on one of its own. */
function startProcess(): RuntimeProcess {
  if (!packaged || !(Number(process.versions.napi) >= 10)) {
    return startChild({ node: findNode(), home, onLine: (text) => process.stderr.write(text) });
  }
  const { port, ended, stop } = startUtility(processProgram, { ...process.env, SWITCHYARD_HOME: home });
  return {
    channel: createPortChannel(port),
    token: parentToken,
    ended: ended.then(({ code, said }) => describeEnd(code, null, said)),
    stop,
  };
}

const keyNames = new Set<string>(usualKeys);
async function readKeys(supervisor: Supervisor): Promise<Record<string, string>> {
  try {
    const { providers } = await supervisor.request('settings.read', {});
    for (const { apiKeyEnv } of providers) if (apiKeyEnv !== undefined) keyNames.add(apiKeyEnv);
  } catch {
    // Those that are known, then.
  }
  return keysFrom(process.env, Array.from(keyNames));
}

/** Ends nobody's work when somebody else owns the data folder. */
async function countWorking(supervisor: Supervisor): Promise<number> {
  if (!supervisor.own()) return 0;
  try {
    const silent = new Promise<never>((_resolve, reject) => setTimeout(() => reject(new Error('The runtime is silent.')), 2_000));
    const { threads } = await Promise.race([supervisor.request('thread.list', { limit: 1000 }), silent]);
    return threads.filter(({ status, background }) => status === 'working' || background > 0).length;
  } catch {
    return 0;
  }
}

function run(): void {
  let supervisor: Supervisor;
  const startRuntime = (onNews: (news: RuntimeNews) => void): RuntimeControl => {
    const started = supervise({ home, start: startProcess, onNews });
    supervisor = started;
    return { news: started.news, working: () => countWorking(started), close: started.close };
  };
  const keys = (): Promise<Record<string, string>> => readKeys(supervisor);
  const developing = packaged ? undefined : process.env['ELECTRON_RENDERER_URL'];
  const application = startApplication({
    home,
    root,
    packaged,
    answer: createPage().answer,
    startRuntime,
    relay: (channel) => createRelay(channel, { home, keys }),
    ...(developing ? { developing: new URL(developing).origin } : {}),
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => void application.quit());
  // `npm start` asks for this: the same window for a browser, served from here.
  const asked = app.commandLine.getSwitchValue('serve');
  if (!app.commandLine.hasSwitch('serve')) return;
  createWebHost({ home, port: Number(asked) || 0, keys }).then(
    ({ url }) => process.stdout.write(`For a browser on this machine, once: ${url}\n`),
    (thrown: unknown) => process.stderr.write(`${thrown instanceof Error ? thrown.message : String(thrown)}\n`),
  );
}

makeHome(home);
// Chromium's own files, and one instance for each data folder.
app.setPath('userData', path.join(home, 'desktop', 'chromium'));
// As root Chromium's sandbox can't be had; the two switches together end the program.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
for (const name of ['disable-background-networking', 'disable-component-update', 'disable-domain-reliability'])
  app.commandLine.appendSwitch(name);
registerScheme();
if (app.requestSingleInstanceLock()) {
  // Not awaited here: Electron becomes ready only after this module is done.
  void app.whenReady().then(run);
} else app.exit(0);
