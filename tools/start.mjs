// Builds what is out of date, then opens the window and serves it at a local address too. Without a display it only serves.
import { spawn } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import path from 'node:path';
import { build, root } from './command.mjs';
import { ensure, forSandbox } from './debian.mjs';

const changed = (file) => statSync(path.join(root, file)).mtimeMs;
const built = ['out/main/main.js', 'out/preload/preload.cjs', 'out/renderer/index.html'];
const sources = globSync(['{shared,electron,renderer}/**/*.{ts,tsx,css,html}', '*.config.ts', 'package-lock.json'], { cwd: root });
const oldest = built.every((file) => existsSync(path.join(root, file))) ? Math.min(...built.map(changed)) : 0;
if (sources.some((file) => changed(file) > oldest) && !(await build()).ok) process.exit(1);

const sandbox = ensure(forSandbox);
if (!sandbox.ok) console.error(`Without ${sandbox.missing.join(', ')} every command of an agent asks first: ${sandbox.command}`);

const headless = process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY;
const [port] = process.argv.slice(2).filter((word) => /^\d+$/.test(word));
if (headless) console.error('There is no display here: open this address in a browser.');
const words = headless
  ? [path.join(root, 'tools', 'switchyard.mjs'), 'serve', ...(port ? ['--port', port] : [])]
  : [path.join(root, 'tools', 'desktop.mjs'), `--serve=${port ?? 0}`];
const child = spawn(process.execPath, words, { stdio: 'inherit' });
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
