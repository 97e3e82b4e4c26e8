// The window as a person has it, in Electron or in a browser, on a data folder of its own.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  _electron,
  type Browser,
  type BrowserContext,
  test as base,
  chromium,
  type ElectronApplication,
  expect,
  type Page,
} from '@playwright/test';

const root = path.resolve(import.meta.dirname, '../..');
const program = path.join(root, 'tools', 'switchyard.mjs');
const electronBinary = process.env['SWITCHYARD_ELECTRON'] ?? path.join(root, '.cache', 'electron', 'electron');
const chromiumBinary = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
/** Without a graphics card, the search for one now and then leaves the page hanging. */
const noCard = '--disable-gpu';
/** Chromium's sandbox refuses to run as root. */
const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const quietBrowser = [
  noCard,
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const size = { width: 1280, height: 800 };

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}
export interface App {
  host: 'electron' | 'web';
  page: Page;
  /** The data folder. */
  home: string;
  env: Record<string, string>;
  /** Everything that the page asked for, and where: addresses of requests. */
  requests: string[];
  /** What the page said on its console, and its uncaught errors. */
  complaints: string[];
  /** Only in Electron. */
  electron?: ElectronApplication;
  /** Only in the browser: where the page is served. */
  origin?: string;
  /** Runs the command line on the same data folder. */
  cli(args: readonly string[], options?: { cwd?: string }): Promise<Ran>;
  /** The process that owns the data folder now. */
  runtimePid(): number;
  /** Resolves when the page is connected to the runtime. */
  connected(): Promise<void>;
  /** Kills the page, or closes it, and opens a new one on the same runtime; `app.page` is that one then. In Electron, right behind these words. */
  restartWindow(words?: string): Promise<Page>;
  /** Ends everything and begins again on the same data folder. */
  restart(): Promise<Page>;
}

interface Started {
  page: Page;
  electron?: ElectronApplication;
  origin?: string;
  newWindow(words?: string): Promise<Page>;
  close(): Promise<void>;
}

export interface Options {
  /** More of the environment, e.g. the address of a model server. */
  appEnv: Record<string, string>;
}

export const test = base.extend<Options & { app: App }>({
  appEnv: [{}, { option: true }],
  app: async ({ appEnv }, use, info) => {
    const host = info.project.metadata['host'] as App['host'];
    const home = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'switchyard-e2e-')));
    const user = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'switchyard-user-')));
    const env: Record<string, string> = {
      PATH: process.env['PATH'] ?? '',
      HOME: user,
      LANG: 'en_US.UTF-8',
      SWITCHYARD_HOME: home,
      SWITCHYARD_NODE: process.execPath,
      // Most tests are about what asks.
      SWITCHYARD_TEST_SANDBOX: 'none',
      ...keep('DISPLAY', 'WAYLAND_DISPLAY', 'XAUTHORITY', 'DBUS_SESSION_BUS_ADDRESS', 'TMPDIR', 'SystemRoot'),
      ...appEnv,
    };
    const requests: string[] = [];
    const complaints: string[] = [];
    const watch = (page: Page): Page => {
      page.on('request', (request) => requests.push(request.url()));
      page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') complaints.push(`${message.type()}: ${message.text()}`);
      });
      page.on('pageerror', (error) => complaints.push(`uncaught: ${error.stack ?? error.message}`));
      return page;
    };
    const start = async (): Promise<Started> => {
      const made = host === 'electron' ? await startElectron(env) : await startBrowser(env);
      watch(made.page);
      return made;
    };
    let started = await start();
    const app: App = {
      host,
      page: started.page,
      home,
      env,
      requests,
      complaints,
      ...(started.electron ? { electron: started.electron } : {}),
      ...(started.origin ? { origin: started.origin } : {}),
      cli: (args, { cwd = home } = {}) =>
        new Promise((resolve) => {
          execFile(process.execPath, [program, ...args], { env, cwd }, (error, stdout, stderr) => {
            const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
            resolve({ code, stdout, stderr });
          });
        }),
      runtimePid: () => (JSON.parse(readFileSync(path.join(home, 'owner.json'), 'utf8')) as { pid: number }).pid,
      connected: () => connected(app.page),
      restartWindow: async (words) => {
        app.page = watch(await started.newWindow(words));
        await connected(app.page);
        return app.page;
      },
      restart: async () => {
        await started.close();
        started = await start();
        app.page = started.page;
        if (started.electron) app.electron = started.electron;
        if (started.origin !== undefined) app.origin = started.origin;
        await connected(app.page);
        return app.page;
      },
    };
    try {
      await connected(app.page);
      await use(app);
      if (info.status !== info.expectedStatus) {
        const shot = await app.page.screenshot({ timeout: 5_000 }).catch(() => undefined);
        if (shot) await info.attach('page', { body: shot, contentType: 'image/png' });
        await info.attach('complaints', { body: complaints.join('\n') });
      }
    } finally {
      await started.close();
      endLeftovers(home);
      for (const folder of [home, user]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    }
  },
});
export { expect };

const connected = async (page: Page): Promise<void> => {
  await expect(page.locator('html')).toHaveAttribute('data-connection', 'up', { timeout: 20_000 });
};

function keep(...names: string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of names) {
    const value = process.env[name];
    if (value !== undefined) found[name] = value;
  }
  return found;
}

async function startElectron(env: Record<string, string>): Promise<Started> {
  // Without its program Electron shows a box with that news, and waits for ever.
  if (!existsSync(path.join(root, 'out', 'main', 'main.js'))) throw new Error('Switchyard is not built: run `npm run build`.');
  const electron = await _electron.launch({ executablePath: electronBinary, args: [...asRoot, noCard, root], cwd: root, env });
  const child = electron.process();
  const page = await electron.firstWindow();
  await electron.evaluate(({ BrowserWindow }, { width, height }) => BrowserWindow.getAllWindows()[0]?.setContentSize(width, height), size);
  return {
    page,
    electron,
    newWindow: async (words = '') => {
      const [next] = await Promise.all([
        electron.waitForEvent('window'),
        electron.evaluate(async ({ app, BrowserWindow }, typed) => {
          const [old] = BrowserWindow.getAllWindows();
          if (typed !== '') await old?.webContents.insertText(typed);
          // Destroyed, not closed: the last window would be asked for its work.
          old?.destroy();
          app.emit('activate');
        }, words),
      ]);
      return next;
    },
    close: () => endElectron(child),
  };
}

/** Quits it without the question about work that runs; kills it when it does not. */
async function endElectron(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  await within(gone, 5_000).catch(() => child.kill('SIGKILL'));
  await gone;
}

async function startBrowser(env: Record<string, string>): Promise<Started> {
  const server = spawn(process.execPath, [program, 'serve'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const url = await within(firstLine(server), 20_000);
  const browser = await chromium.launch({ executablePath: chromiumBinary, args: [...asRoot, ...quietBrowser] });
  const context = await browser.newContext({ viewport: size });
  const page = await context.newPage();
  await page.goto(url);
  // The address with the token leads on by itself.
  await page.waitForURL((each) => each.pathname === '/');
  return {
    page,
    origin: new URL(url).origin,
    newWindow: () => reopen(context, url),
    close: () => endBrowser(browser, server),
  };
}

async function reopen(context: BrowserContext, url: string): Promise<Page> {
  const old = context.pages();
  const page = await context.newPage();
  for (const each of old) await each.close();
  await page.goto(new URL('/', url).href);
  return page;
}

async function endBrowser(browser: Browser, server: ChildProcess): Promise<void> {
  await browser.close();
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  server.kill('SIGTERM');
  // The second signal ends what runs.
  const again = setTimeout(() => server.kill('SIGTERM'), 1_000);
  await within(gone, 5_000).catch(() => server.kill('SIGKILL'));
  clearTimeout(again);
  await gone;
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (piece: string) => (errors += piece));
    child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      if (text.includes('\n')) resolve(text.split('\n')[0] ?? '');
    });
    child.once('exit', (code) => reject(new Error(`switchyard serve ended with ${code}: ${errors}`)));
  });
}

function within<T>(promise: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Not within ${ms} ms.`)), ms);
    promise.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}

/** A runtime that went on without its window, or what it started, must not outlive the test (proc_pid_environ(5)). */
function endLeftovers(home: string): void {
  if (process.platform !== 'linux') return;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (readFileSync(`/proc/${name}/environ`, 'latin1').split('\0').includes(`SWITCHYARD_HOME=${home}`))
        process.kill(Number(name), 'SIGKILL');
    } catch {
      // Gone meanwhile, or not ours to look at.
    }
  }
}
