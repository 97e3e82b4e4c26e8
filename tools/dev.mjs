// The desktop window with hot reload: a change of the page shows at once, a change of the main process starts it again.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { root } from './command.mjs';
import { findElectron } from './electron.mjs';

const { binary, official } = await findElectron();
if (!official) console.error('Electron can not be fetched here: the window opens in an older one that the tests use.');
const vite = path.join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
const env = { ...process.env, ELECTRON_EXEC_PATH: binary, SWITCHYARD_NODE: process.env.SWITCHYARD_NODE ?? process.execPath };
const flags = process.getuid?.() === 0 ? ['--noSandbox'] : [];
const child = spawn(process.execPath, [vite, 'dev', '--watch', ...flags, ...process.argv.slice(2)], { cwd: root, stdio: 'inherit', env });
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
