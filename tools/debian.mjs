// The Debian packages that the sandbox, the desktop window and the tests need. As root on Debian the missing ones are installed, else they are named.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const lib = '/usr/lib/x86_64-linux-gnu';
/** What shows that a package is there. */
const shown = {
  'libgtk-3-0': `${lib}/libgtk-3.so.0`,
  libnss3: `${lib}/libnss3.so`,
  libasound2: `${lib}/libasound.so.2`,
  libgbm1: `${lib}/libgbm.so.1`,
  'fonts-dejavu-core': '/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf',
  unzip: '/usr/bin/unzip',
  xvfb: '/usr/bin/Xvfb',
  openbox: '/usr/bin/openbox',
  dbus: '/usr/bin/dbus-run-session',
  chromium: '/usr/bin/chromium',
  bubblewrap: '/usr/bin/bwrap',
  'util-linux': '/usr/bin/nsenter',
};

/** To confine what agents run. */
export const forSandbox = ['bubblewrap', 'util-linux'];
/** To open a window, and to test it. */
export const forWindow = ['libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1', 'fonts-dejavu-core'];
/** `CHROMIUM` names another browser than Debian's. */
export const forTests = [...forWindow, ...forSandbox, 'unzip', 'xvfb', 'openbox', 'dbus', ...(process.env.CHROMIUM ? [] : ['chromium'])];

const debian = process.platform === 'linux' && existsSync('/usr/bin/apt-get');
const missing = (names) => names.filter((name) => !existsSync(shown[name]));

/**
 * Installs what is missing where that is possible.
 * @param {string[]} names
 * @returns {{ ok: true } | { ok: false, missing: string[], command: string }}
 */
export function ensure(names) {
  if (process.platform !== 'linux') return { ok: true };
  const wanted = missing(names);
  if (wanted.length === 0) return { ok: true };
  const args = ['install', '-y', '-qq', '--no-install-recommends', ...wanted];
  if (debian && process.getuid?.() === 0) {
    console.error(`Installing ${wanted.join(', ')} ...`);
    const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, stdio: ['ignore', 'ignore', 'ignore'] };
    if (spawnSync('apt-get', args, options).status !== 0) {
      spawnSync('apt-get', ['update', '-qq'], options);
      spawnSync('apt-get', args, options);
    }
  }
  const left = missing(wanted);
  return left.length === 0 ? { ok: true } : { ok: false, missing: left, command: `sudo apt-get ${args.join(' ')}` };
}
