// Figures, not tests: what the command line and the window cost on this machine, with a fake model server. Run on an idle machine.
// `--window` measures the window only, `--sandbox` the sandbox.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { benchSandbox } from './bench/sandbox.mjs';
import { benchWindow } from './bench/window.mjs';

const root = path.resolve(import.meta.dirname, '..');
const bin = path.join(root, 'tools', 'switchyard.mjs');
const folder = mkdtempSync(path.join(os.tmpdir(), 'switchyard-bench-'));
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const now = () => performance.timeOrigin + performance.now();
const figures = [];
const figure = (name, value, unit, goal) => {
  figures.push({ name, value, unit, goal });
  console.log(`${name.padEnd(60)} ${value.toFixed(1).padStart(9)} ${unit.padEnd(3)} (goal ${goal})`);
};

const part = process.argv.includes('--window') ? benchWindow : process.argv.includes('--sandbox') ? benchSandbox : undefined;
if (part) {
  rmSync(folder, { recursive: true, force: true });
  await part(figure);
  if (process.argv.includes('--json')) console.log(JSON.stringify(figures));
  process.exit();
}

async function serve(steps, options = {}) {
  const file = path.join(folder, `script-${Math.random().toString(36).slice(2)}.json`);
  writeFileSync(file, JSON.stringify({ steps, ...options }));
  const child = spawn(process.execPath, [path.join(root, 'tests', 'support', 'fake-model-main.ts'), file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = [];
  const started = Promise.withResolvers();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const entry = JSON.parse(line);
    if (entry.url) started.resolve(entry.url);
    else lines.push(entry);
  });
  return { url: await started.promise, lines, stop: () => child.kill('SIGKILL') };
}

/** Resident memory of a process and all that descend from it, in bytes; 0 once it is gone. */
function treeMemory(pid) {
  const children = new Map();
  const resident = new Map();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      resident.set(Number(entry), Number(fields[21]) * 4096);
      children.set(Number(fields[1]), [...(children.get(Number(fields[1])) ?? []), Number(entry)]);
    } catch {
      // It ended meanwhile.
    }
  }
  const sum = (id) => (resident.get(id) ?? 0) + (children.get(id) ?? []).reduce((total, child) => total + sum(child), 0);
  return sum(pid);
}

function exec(url, home, { watch = false } = {}) {
  const cwd = path.join(folder, 'project');
  mkdirSync(cwd, { recursive: true });
  const begun = now();
  const args = [bin, 'exec', '--cwd', cwd, '--profile', 'full-access', '--provider', 'openai', '--model', 'gpt-5.5', 'Go'];
  const env = { PATH: process.env.PATH, HOME: folder, SWITCHYARD_HOME: home, OPENAI_API_KEY: 'bench', OPENAI_BASE_URL: url };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err, peak] = ['', '', 0];
  child.stdout.on('data', (bytes) => {
    out += bytes;
  });
  child.stderr.on('data', (bytes) => {
    err += bytes;
  });
  const timer = watch ? setInterval(() => (peak = Math.max(peak, treeMemory(child.pid))), 3) : undefined;
  return new Promise((resolve) => {
    child.on('exit', (code) => {
      const ended = now();
      clearInterval(timer);
      if (code !== 0) console.error(`exec ended with ${code}\n${err}`);
      resolve({ begun, ended, peak, out, code });
    });
  });
}

const home = path.join(folder, 'home');
const turns = 50;
const script = [...Array.from({ length: turns }, () => ({ calls: [{ name: 'shell', args: { command: 'true' } }] })), { text: 'Done.' }];

// Warm: files in the page cache, the data folder made, the compile cache filled.
for (let i = 0; i < 2; i += 1) {
  const server = await serve([{ text: 'Hello.' }]);
  await exec(server.url, home);
  server.stop();
}

const starts = [];
let firstBytes = 0;
for (let i = 0; i < 11; i += 1) {
  const server = await serve([{ text: 'Hello.' }]);
  const { begun } = await exec(server.url, home);
  starts.push(server.lines[0].at - begun);
  firstBytes = server.lines[0].bytes;
  server.stop();
}
figure('warm start to the first request, median of 11', median(starts), 'ms', '< 250');
figure('first request with all tools', firstBytes / 1024, 'KB', '< 16');

const gaps = [];
const peaks = [];
for (let i = 0; i < 3; i += 1) {
  const server = await serve(script);
  const { peak } = await exec(server.url, home, { watch: i > 0 });
  const requests = server.lines.filter((line) => line.type === 'request');
  const answered = new Map(server.lines.filter((line) => line.type === 'answered').map((line) => [line.n, line.at]));
  if (i === 0) for (const { n, at } of requests.slice(1)) gaps.push(at - answered.get(n - 1));
  else peaks.push(peak / 1024 / 1024);
  server.stop();
}
figure(`gap between an answer and the next request, ${turns} turns`, median(gaps), 'ms', '< 8');
figure('peak memory of the process tree', Math.max(...peaks), 'MB', '< 130');

const streams = [];
for (let i = 0; i < 5; i += 1) {
  const server = await serve([{ deltas: 20_000 }]);
  const { ended } = await exec(server.url, home);
  streams.push(ended - server.lines[0].at);
  server.stop();
}
figure('20,000 text deltas, from the request to the exit', median(streams), 'ms', '< 300');

const { createLog } = await import('../electron/adapters/sqlite/log.ts');
const log = createLog({ file: path.join(folder, 'long.db') });
const thread = { id: 't', projectId: 'p', title: 'Long', cwd: '/', provider: 'x', model: 'x', profile: 'workspace' };
log.commit({ commandId: 'c', at: 1, value: null, events: [{ stream: 't', type: 'thread.started', data: { thread } }] });
for (let batch = 0; batch < 100; batch += 1) {
  const events = Array.from({ length: 1000 }, (_, i) => {
    const text = `Item ${batch * 1000 + i} with some words in it, as they are written all day long.`;
    return {
      stream: 't',
      type: 'item.added',
      data: { item: { type: 'text', id: `i${batch * 1000 + i}`, turnId: 'u', at: 1, body: { text, bytes: text.length } } },
    };
  });
  log.commit({ commandId: `c${batch}`, at: 1, value: null, events });
}
log.close();
const pages = [];
for (let i = 0; i < 11; i += 1) {
  const again = createLog({ file: path.join(folder, 'long.db') });
  const begun = performance.now();
  again.page('t', { limit: 50 });
  pages.push(performance.now() - begun);
  again.close();
}
figure('newest page of a thread of 100,000 items', median(pages), 'ms', '< 20');

rmSync(folder, { recursive: true, force: true });
await benchSandbox(figure);
await benchWindow(figure);
if (process.argv.includes('--json')) console.log(JSON.stringify(figures));
