// Builds what is out of date, then lets Rehearsal do its job on the sample project in the terminal.
import { spawn } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import path from 'node:path';
import { build, root } from './command.mjs';

const changed = (file) => statSync(path.join(root, file)).mtimeMs;
const built = 'out/main/cli.js';
const sources = globSync(['{shared,electron}/**/*.ts', '*.config.ts', 'package-lock.json'], { cwd: root });
const stale = !existsSync(path.join(root, built)) || sources.some((file) => changed(file) > changed(built));
if (stale && !(await build()).ok) process.exit(1);

const child = spawn(process.execPath, [path.join(root, 'tools', 'switchyard.mjs'), 'rehearse', ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
