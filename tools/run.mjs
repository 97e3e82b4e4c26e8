// Launcher of the npm scripts; runs on any Node from 18 on. It makes node_modules match the lockfile and hands over to Node 24:
// the pinned one in node_modules where there is one (Linux on x64), else the caller's own.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const bin = path.join(root, 'node_modules', '.bin');
const windows = process.platform === 'win32';

/** npm keeps a record of what it installed: the same versions as in the lockfile, optional packages of other platforms left out. */
function installed() {
  const packages = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;
  const record = 'node_modules/.package-lock.json';
  if (!existsSync(path.join(root, record))) return false;
  const wanted = packages('package-lock.json');
  const present = packages(record);
  return (
    Object.keys(present).every((name) => wanted[name]?.version === present[name].version) &&
    Object.keys(wanted).every((name) => name === '' || name in present || wanted[name].optional)
  );
}

if (!installed()) {
  console.error('Installing dependencies (about half a minute) ...');
  const { status } = spawnSync('npm', ['ci', '--loglevel=error'], { cwd: root, stdio: 'inherit', shell: windows });
  if (status !== 0) process.exit(status ?? 1);
}

const pinned = path.join(bin, 'node');
const node = existsSync(pinned) ? pinned : process.execPath;
const { stdout } = spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' });
if (!(Number.parseInt(stdout, 10) >= 24)) {
  console.error(`Switchyard is built with Node 24 or newer; this is Node ${stdout?.trim() ?? 'unknown'}.`);
  process.exit(1);
}

mkdirSync(path.join(root, '.cache'), { recursive: true });
const [task = 'start', ...rest] = process.argv.slice(2);
const env = { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH}` };
const child = spawn(node, [path.join(root, 'tools', `${task}.mjs`), ...rest], { cwd: root, stdio: 'inherit', env });
// The terminal sends Ctrl-C to the whole group: the launcher waits for the task, which decides how to end.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
