// The window's tests: one suite in a real Electron and in a browser. It makes a display of its own where there is none to see on.
// Arguments go to Playwright: `node tools/e2e.mjs --project web shell`.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root, run } from './command.mjs';
import { ensure, forTests } from './debian.mjs';
import { findElectron } from './electron.mjs';

const report = path.join(root, '.cache', 'playwright.json');

/** Resolves with the number of the new display, and a way to end it. */
export function openDisplay() {
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1920x1200x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)));
    let said = '';
    server.stdio[3].on('data', (bytes) => {
      said += bytes;
      if (said.includes('\n')) resolve({ display: `:${said.trim()}`, close: () => server.kill('SIGTERM') });
    });
  });
}

/** A session bus for notifications and the like, when there is a program for one. */
function openBus() {
  const { status, stdout } = spawnSync('dbus-daemon', ['--session', '--fork', '--print-address=1', '--print-pid=1'], { encoding: 'utf8' });
  if (status !== 0) return { close: () => {} };
  const [address, pid] = stdout.trim().split('\n');
  return { address, close: () => process.kill(Number(pid), 'SIGTERM') };
}

/** What is missing to run them, in words; undefined when nothing is. */
async function prepare() {
  if (process.platform === 'linux') {
    const packages = ensure(forTests);
    if (!packages.ok) return `${packages.missing.join(', ')} (${packages.command})`;
  }
  const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(chromium)) return 'Chromium (name it with CHROMIUM=...)';
  try {
    process.env.SWITCHYARD_ELECTRON = (await findElectron({ substitute: process.platform === 'linux' })).binary;
  } catch (error) {
    return `an Electron (${error.message})`;
  }
  return undefined;
}

/**
 * Counts its tests; where something is missing they are skipped, and failed under CI=true.
 * @param {string[]} [args]
 * @returns {Promise<{ passed: number, failed: number, skipped: number }>}
 */
export async function runWindowTests(args = []) {
  const lacking = await prepare();
  if (lacking) {
    const ci = process.env.CI === 'true';
    console.error(`The window's tests ${ci ? 'need' : 'are skipped for want of'} ${lacking}.`);
    return { passed: 0, failed: ci ? 1 : 0, skipped: ci ? 0 : 1 };
  }
  const screen = process.platform === 'linux' ? await openDisplay() : undefined;
  const bus = screen ? openBus() : undefined;
  const before = { ...process.env };
  if (screen) process.env.DISPLAY = screen.display;
  if (bus?.address) process.env.DBUS_SESSION_BUS_ADDRESS = bus.address;
  // A window manager gives windows focus and sizes, as at home.
  const manager = screen ? spawn('openbox', [], { stdio: 'ignore' }) : undefined;
  manager?.on('error', () => {});
  rmSync(report, { force: true });
  try {
    const { ok } = await run('playwright', ['test', ...args]);
    const { stats, errors } = JSON.parse(readFileSync(report, 'utf8'));
    const failed = stats.unexpected + errors.length;
    return { passed: stats.expected + stats.flaky, failed: failed === 0 && !ok ? 1 : failed, skipped: stats.skipped };
  } catch (error) {
    console.error(`Playwright left no report: ${error.message}`);
    return { passed: 0, failed: 1, skipped: 0 };
  } finally {
    manager?.kill('SIGTERM');
    bus?.close();
    screen?.close();
    Object.assign(process.env, before);
  }
}

if (process.argv[1] === import.meta.filename) {
  const { passed, failed, skipped } = await runWindowTests(process.argv.slice(2));
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = failed === 0 ? 0 : 1;
}
