// Opens the desktop window of the built tree; `--serve[=PORT]` also serves it to a browser and prints its address.
import { spawn } from 'node:child_process';
import { root } from './command.mjs';
import { ensure, forWindow } from './debian.mjs';
import { findElectron } from './electron.mjs';

const libraries = ensure(forWindow);
if (!libraries.ok) console.error(`The window needs ${libraries.missing.join(', ')}: ${libraries.command}`);

let found;
try {
  found = await findElectron();
} catch (error) {
  console.error(`There is no Electron for the window: ${error.message}\nUse \`npx switchyard serve\` and a browser.`);
  process.exit(1);
}
if (!found.official) console.error('Electron can not be fetched here: the window opens in an older one that the tests use.');

// Chromium's sandbox refuses to run as root.
const flags = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
// Where it is used there is seldom a graphics card, and without one its search for it now and then leaves the page hanging.
if (!found.official) flags.push('--disable-gpu');
const child = spawn(found.binary, [...flags, root, ...process.argv.slice(2)], {
  cwd: root,
  stdio: ['ignore', 'inherit', 'inherit'],
  env: { ...process.env, SWITCHYARD_NODE: process.env.SWITCHYARD_NODE ?? process.execPath },
});
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
