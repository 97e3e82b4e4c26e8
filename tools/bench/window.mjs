// What the window costs: a thread of 10,000 items, a stream of 20,000 pieces, and rest. In a browser, and in Electron where there is a display.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createDirector } from '../../tests/support/director.ts';
import { root } from '../command.mjs';
import { ensure, forTests } from '../debian.mjs';
import { openDisplay } from '../e2e.mjs';
import { findElectron } from '../electron.mjs';

const bin = path.join(root, 'tools', 'switchyard.mjs');
const items = 10_000;
const pieces = 20_000;
const browserFile = process.env.CHROMIUM ?? '/usr/bin/chromium';
const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** A process and all that descend from it (proc(5)). */
function tree(pid) {
  const children = new Map();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
    } catch {
      // It ended meanwhile.
    }
  }
  const below = (id) => [id, ...(children.get(id) ?? []).flatMap(below)];
  return below(pid);
}

const sum = (pids, read) =>
  pids.reduce((total, pid) => {
    try {
      return total + read(pid);
    } catch {
      return total;
    }
  }, 0);
/** What they have in memory, in MB; a page that several share counts once. */
const memory = (pids) =>
  sum(pids, (pid) => Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0)) / 1024;
/** Processor time that they have had, in seconds: the clock ticks a hundred times a second. */
const time = (pids) =>
  sum(pids, (pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  });

/** One turn that was really worked, copied until its thread has as many items as wanted. */
async function makeLongThread({ home, env, model }) {
  const cwd = path.join(home, '..', 'project');
  mkdirSync(cwd, { recursive: true });
  const sample = '```ts\nexport function add(a: number, b: number): number {\n  return a + b;\n}\n```';
  model.on(
    'Message 0',
    { reasoning: '**Looking** at it.', text: 'First I look at what is there.', calls: [{ name: 'shell', args: { command: 'seq 1 40' } }] },
    {
      calls: [
        { name: 'list_files', args: {} },
        { name: 'shell', args: { command: 'echo done' } },
      ],
    },
    {
      text: `It is done. The function adds **two** numbers:\n\n${sample}\n\n- the first\n- the second\n\n${'More words about what was found there. '.repeat(8)}`,
    },
  );
  model.on('Hello', { text: 'Good morning.' });
  for (const words of ['Hello', 'Message 0']) {
    const child = spawn(process.execPath, [bin, 'exec', '--cwd', cwd, '--profile', 'full-access', words], { env, stdio: 'ignore' });
    const code = await new Promise((resolve) => child.once('exit', resolve));
    if (code !== 0) throw new Error(`exec ended with ${code}`);
  }
  const { createLog } = await import('../../electron/adapters/sqlite/log.ts');
  const log = createLog({ file: path.join(home, 'switchyard.db') });
  const all = log.events(0, { limit: 1000 });
  const first = all.findLastIndex(({ type }) => type === 'turn.started');
  const turn = all.slice(first).filter(({ stream }) => stream.startsWith('thread_'));
  const each = turn.filter(({ type }) => type === 'item.added').length;
  for (let n = 1; n * each < items; n += 1) {
    const again = (text) => text.replaceAll(/\b(turn|item|request)_[0-9a-z]{26}\b/g, (id) => `${id}-${n}`);
    const events = turn.map(({ stream, type, data }) => ({
      stream,
      type,
      data: JSON.parse(again(JSON.stringify(data)).replaceAll('Message 0', `Message ${n}`)),
    }));
    log.commit({ commandId: `copy-${n}`, at: turn[0].at, value: null, events });
  }
  log.close();
}

async function watchTasks(page) {
  await page.evaluate(() => {
    window.longest = 0;
    window.tasks ??= new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration);
    });
    window.tasks.observe({ type: 'longtask', buffered: false });
  });
  return async () => {
    await pause(200);
    return page.evaluate(() => window.longest);
  };
}

const press = (page, keys) => page.keyboard.press(keys);

async function openThread(page, words) {
  await press(page, 'Control+N');
  await page.getByRole('textbox', { name: 'Message for a new thread' }).waitFor();
  return page.evaluate(
    (title) =>
      new Promise((resolve) => {
        const row = [...document.querySelectorAll('[role=treeitem]')].find((each) => each.textContent?.includes(title));
        const begun = performance.now();
        row.click();
        const look = () => {
          const there = document.querySelector('[data-transcript] [data-row]');
          // Drawn once the frame after the next begins.
          if (!there) requestAnimationFrame(look);
          else requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - begun)));
        };
        look();
      }),
    words,
  );
}

/** With the wheel from the end to the first message, and back. */
async function scrollThrough(page) {
  const log = page.getByRole('log', { name: 'Transcript' });
  await log.hover();
  const at = () =>
    log.evaluate((view) => [view.scrollTop, view.scrollHeight - view.clientHeight, /Message 0(?!\d)/.test(view.textContent ?? '') ? 1 : 0]);
  for (let n = 0; n < 6_000; n += 1) {
    await page.mouse.wheel(0, -1_500);
    const [top, , first] = await at();
    if (top === 0 && first === 1) break;
  }
  const [, , reached] = await at();
  for (let n = 0; n < 6_000; n += 1) {
    await page.mouse.wheel(0, 3_000);
    const [top, end] = await at();
    if (top >= end - 2) break;
  }
  if (reached !== 1) console.error('The first message was not reached.');
}

/** At rest a window is once nobody has touched it for ten seconds: by then its caret stands still and its workers are gone. */
async function rest(pids, seconds = 10) {
  await pause(13_000);
  const before = time(pids());
  await pause(seconds * 1_000);
  return ((time(pids()) - before) / seconds) * 100;
}

async function measure({ figure, page, where, pids, model, host }) {
  await page.locator('html[data-connection=up]').waitFor();
  await openThread(page, 'Hello');
  await openThread(page, 'Message 0');
  figure(`${where}: processor share at rest, all processes`, await rest(pids), '%', '< 1');
  figure(`${where}: memory of all processes, two threads open`, memory(pids()), 'MB', '< 400');
  if (host) figure(`${where}: of that, the runtime and its host`, memory(tree(host)), 'MB', 'none');
  const opened = [];
  for (let n = 0; n < 5; n += 1) opened.push(await openThread(page, 'Message 0'));
  figure(`${where}: a thread of 10,000 items opens, median of 5`, median(opened), 'ms', '< 300');
  let longest = await watchTasks(page);
  await scrollThrough(page);
  figure(`${where}: longest task scrolling through it (0: under 50)`, await longest(), 'ms', '< 50');
  model.on('Stream', { deltas: pieces });
  await press(page, 'Control+N');
  const box = page.getByRole('textbox', { name: 'Message for a new thread' });
  await box.fill('Stream');
  longest = await watchTasks(page);
  const begun = performance.now();
  await press(page, 'Enter');
  await page.getByRole('log', { name: 'Transcript' }).getByText('tokens').waitFor({ timeout: 120_000 });
  figure(`${where}: 20,000 deltas, until the turn's last line`, performance.now() - begun, 'ms', 'none');
  figure(`${where}: longest task meanwhile (0: under 50)`, await longest(), 'ms', '< 100');
  await pause(3_000);
  figure(`${where}: memory of all processes after all that`, memory(pids()), 'MB', 'none');
}

/** Prints its figures, or a sentence on why there are none. */
export async function benchWindow(figure) {
  if (process.platform !== 'linux') return console.log('The window is measured on Linux only.');
  const lacking = ensure(forTests);
  if (!lacking.ok || !existsSync(browserFile))
    return console.log(`The window is not measured: Chromium is missing (${lacking.command ?? browserFile}).`);
  const { _electron, chromium } = await import('@playwright/test');
  const place = mkdtempSync(path.join(os.tmpdir(), 'switchyard-bench-window-'));
  const home = path.join(place, 'home');
  const model = await createDirector();
  const env = { PATH: process.env.PATH, HOME: place, SWITCHYARD_HOME: home, OPENAI_BASE_URL: model.url, OPENAI_API_KEY: model.key };
  try {
    await makeLongThread({ home, env, model });

    const server = spawn(process.execPath, [bin, 'serve'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
    const address = await new Promise((resolve) => createInterface({ input: server.stdout }).once('line', resolve));
    const launched = await chromium.launchServer({ executablePath: browserFile, args: ['--disable-gpu', '--no-first-run', ...asRoot] });
    const browser = await chromium.connect(launched.wsEndpoint());
    try {
      // What a browser costs that shows nothing: what is more is ours.
      const empty = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      await empty.setContent('<!doctype html><title>Empty</title><p>Nothing');
      const bare = () => tree(launched.process().pid);
      figure('empty page in that browser: processor share at rest', await rest(bare), '%', 'none');
      figure('empty page in that browser: memory of all processes', memory(bare()), 'MB', 'none');
      await empty.close();
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      await page.goto(address);
      const pids = () => [...tree(server.pid), ...tree(launched.process().pid)];
      await measure({ figure, page, where: 'browser', pids, model, host: server.pid });
    } finally {
      await launched.close();
      const gone = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGKILL');
      await gone;
    }

    const { binary } = await findElectron({ substitute: true });
    const screen = await openDisplay();
    const electron = await _electron.launch({
      executablePath: binary,
      args: [...asRoot, '--disable-gpu', root],
      cwd: root,
      env: { ...env, DISPLAY: screen.display, SWITCHYARD_NODE: process.execPath },
    });
    try {
      const page = await electron.firstWindow();
      await measure({ figure, page, where: 'Electron', pids: () => tree(electron.process().pid), model });
    } finally {
      for (const pid of tree(electron.process().pid).toReversed()) process.kill(pid, 'SIGKILL');
      screen.close();
    }
  } finally {
    await model.close();
    rmSync(place, { recursive: true, force: true, maxRetries: 5 });
  }
}
