// Pictures of every screen, light and dark, at two widths, with prepared data: .cache/shots/<screen>-<theme>-<width>.png.
// Words that are given name the screens to take: `npm run shots -- home settings`. At the narrower width axe looks at each in both
// themes (`--no-axe` leaves that out); what it finds is printed, and the command fails.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from '@playwright/test';
import { connect } from '../electron/host/connect.ts';
import { createDirector } from '../tests/support/director.ts';
import { manualClock } from '../tests/support/manual-clock.ts';
import { build, root } from './command.mjs';
import { ensure } from './debian.mjs';
import { hurts } from './shots/axe.mjs';
import { chart, makeProjects, streaming, threads } from './shots/data.mjs';
import { handsConfig, handsScreens, handsThreads, prepareHands } from './shots/hands.mjs';
import { govern, policyScreens } from './shots/policy.mjs';
import { emptyScreens, fullScreens } from './shots/screens.mjs';

const browserFile = process.env.CHROMIUM ?? '/usr/bin/chromium';
const lacking = ensure(['chromium', 'fonts-dejavu-core']);
if (!lacking.ok || !existsSync(browserFile)) {
  console.error(`The pictures need Chromium${lacking.ok ? '' : `: ${lacking.command}`}.`);
  process.exit(1);
}
const wanted = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const isWanted = ({ name }) => wanted.length === 0 || wanted.some((word) => name.includes(word));
const withAxe = !process.argv.includes('--no-axe');
/** Said at once and again at the end: screens that could not be reached, and what axe found. */
const wrong = [];
const isWrong = (line) => {
  wrong.push(line);
  console.error(line);
};
if (!process.argv.includes('--no-build') && !(await build()).ok) process.exit(1);

const sizes = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];
const folder = path.join(root, '.cache', 'shots');
mkdirSync(folder, { recursive: true });
// A short path: it stands on some screens.
const place = mkdtempSync(path.join(os.tmpdir(), 'sy-'));
const model = await createDirector();
const browser = await chromium.launch({
  executablePath: browserFile,
  args: ['--disable-gpu', '--font-render-hinting=none', '--no-first-run', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
});

/** How to close what is open: nothing keeps the command from ending when a world can't be filled. */
const opened = new Set();

/** `age`: of its oldest thread, in minutes. The runtime's time begins then and, once all threads are there, runs with ours. */
async function open(name, { age = 5, sandbox = false, config } = {}) {
  const home = path.join(place, name);
  const policy = path.join(place, `${name}.policy.toml`);
  const clock = manualClock(Date.now() - age * 60_000);
  const ticking = setInterval(() => void clock.advance(100), 100);
  const env = {
    PATH: process.env.PATH,
    HOME: place,
    LANG: 'en_US.UTF-8',
    SWITCHYARD_HOME: home,
    OPENAI_BASE_URL: model.url,
    OPENAI_API_KEY: model.key,
    SWITCHYARD_TEST_CLOCK: clock.path,
    // What asks is to be seen.
    ...(sandbox ? {} : { SWITCHYARD_TEST_SANDBOX: 'none' }),
    SWITCHYARD_TEST_POLICY: policy,
  };
  if (config !== undefined) {
    mkdirSync(home, { recursive: true });
    writeFileSync(path.join(home, 'config.toml'), config);
  }
  const server = spawn(process.execPath, [path.join(root, 'tools', 'switchyard.mjs'), 'serve'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = new Promise((resolve) => server.once('exit', resolve));
  const address = await new Promise((resolve) => createInterface({ input: server.stdout }).once('line', resolve));
  const client = await connect({ home, client: 'shots', keys: { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: model.key } });
  const context = await browser.newContext({ viewport: sizes[0] });
  const page = await context.newPage();
  await page.goto(address);
  const ready = () => page.locator('html[data-connection=up]').waitFor();
  await ready();
  /** Lets time go by until nothing is in the way any more; what stands in it is named after a minute. */
  const stands = async (what, inTheWay) => {
    const end = Date.now() + 60_000;
    for (let way = await inTheWay(); way !== undefined; way = await inTheWay()) {
      if (Date.now() > end) throw new Error(`Waited a minute for ${what}. It is ${way}.`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      // An answer that takes its time.
      await clock.advance(600);
    }
  };
  const close = async () => {
    opened.delete(close);
    clearInterval(ticking);
    await context.close();
    await client.close();
    server.kill('SIGKILL');
    await gone;
    await clock.close();
  };
  opened.add(close);
  return { page, request: client.request, clock, stands, ready, close, home, place, policy, kill: () => server.kill('SIGKILL') };
}

const oldest = (among) => Math.max(...among.map(({ age = 0 }) => age));

/** Starts every thread and waits until each stands as it is to be left. */
async function fill({ request, clock, stands }, { threads, folder, prepare = () => undefined }) {
  const projects = {};
  const paths = makeProjects(path.join(place, folder));
  prepare(paths);
  for (const [name, folder] of Object.entries(paths)) projects[name] = (await request('project.add', { path: folder })).projectId;
  await request('project.trust', { projectId: projects['web-shop'], trusted: true });
  const picture = await request('blob.put', { base64: chart().toString('base64') });
  const ids = {};
  model.on(streaming.ask, ...streaming.steps);
  const end = Date.now();
  for (const thread of threads.toSorted((a, b) => (b.age ?? 0) - (a.age ?? 0))) {
    await clock.advance(Math.max(0, end - (thread.age ?? 0) * 60_000 - clock.now()));
    model.on(thread.ask.split('\n')[0], ...thread.steps);
    const { threadId } = await request('thread.start', {
      projectId: projects[thread.project],
      title: thread.title,
      provider: 'openai',
      model: 'gpt-5.5',
      profile: thread.profile ?? 'full-access',
    });
    ids[thread.id] = threadId;
    const text = { text: thread.ask, bytes: Buffer.byteLength(thread.ask) };
    const images = thread.image ? { images: [{ mime: 'image/png', blob: picture.hash, name: 'prices.png' }] } : {};
    await request('turn.send', { threadId, input: { text, ...images } });
    await clock.advance(1200);
    const until = thread.leave ?? 'idle';
    const answers = [...(thread.answers ?? [])];
    await stands(`“${thread.title}” to be ${until}`, async () => {
      const { status } = (await request('thread.list', {})).threads.find(({ id }) => id === threadId);
      if (status === 'waiting' && answers.length > 0) {
        const { items } = await request('thread.page', { threadId });
        const asked = items.find(({ item }) => item.type === 'approval' && item.status === 'open').item;
        const [answer, note] = answers.shift();
        await request('approval.answer', { threadId, itemId: asked.id, answer, ...(note ? { note } : {}) });
      }
      const requests = () => model.requests.filter(({ body }) => JSON.stringify(body).includes(thread.ask)).length;
      return status === until && (until !== 'working' || requests() > 1) ? undefined : status;
    });
    // Most people's threads are not red.
    if (until === 'idle' && thread.profile === undefined) await request('thread.configure', { threadId, profile: 'workspace' });
    if (thread.pinned) await request('thread.pin', { threadId, pinned: true });
    for (const words of thread.queue ?? []) await request('turn.send', { threadId, input: { text: { text: words, bytes: words.length } } });
  }
  return { projects, ids, threads };
}

async function shoot(world, screens, data) {
  const { page, request, ready } = world;
  const later = Date.now() + 86_400_000;
  const seen = (data?.threads ?? []).filter(({ unseen }) => !unseen).map(({ id }) => [`window/seen/${data.ids[id]}`, later]);
  for (const screen of screens) {
    // It writes what it holds when it is left: not over what is written next.
    await page.goto('about:blank');
    await page.setViewportSize((screen.sizes ?? sizes)[0]);
    const before = Object.keys((await request('scratch.read', { prefix: 'window/' })).entries);
    const kept = Object.entries({ theme: 'light', ...screen.kept }).map(([field, value]) => [`window/kept/${field}`, value]);
    const now = [...kept, ...seen, ['window/place', screen.place?.(data) ?? { screen: 'home' }]];
    for (const key of before) await request('scratch.write', { key, value: null });
    for (const [key, value] of now) await request('scratch.write', { key, value: JSON.stringify(value) });
    await page.goBack();
    await ready();
    await page.evaluate(() => document.fonts.ready);
    try {
      await screen.act?.(page, data, world);
    } catch (error) {
      isWrong(`${screen.name}: ${error.message.split('\n')[0]}`);
    }
    // Code is coloured in a worker; what is still being written, or in no language, never is.
    const plain = 'main pre > div:not(:has(span)):not(:empty)';
    await page.waitForFunction((of) => document.querySelector(of) === null, plain, { timeout: 1500 }).catch(() => undefined);
    // Off what it clicked, which would look as if it were always so.
    if (!screen.hovers) await page.mouse.move(0, 0);
    for (const size of screen.sizes ?? sizes) {
      await page.setViewportSize(size);
      for (const theme of ['light', 'dark']) {
        await page.evaluate((to) => void (document.documentElement.dataset.theme = to), theme);
        // Two frames: the list measures its rows after a change of width.
        await page.evaluate(
          () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 60)))),
        );
        // Without waiting for what appears to have appeared.
        await page.screenshot({ path: path.join(folder, `${screen.name}-${theme}-${size.width}.png`), animations: 'disabled' });
        if (withAxe && size === (screen.sizes ?? sizes)[0])
          for (const line of await hurts(page)) isWrong(`${screen.name}, ${theme}: ${line}`);
      }
    }
    await screen.after?.(page, world);
    console.log(screen.name);
  }
}

try {
  const [fromEmpty, fromHands, fromFull] = [emptyScreens, handsScreens, fullScreens].map((screens) => screens.filter(isWanted));
  if (fromEmpty.length > 0) {
    const empty = await open('empty');
    await shoot(empty, fromEmpty);
    await empty.close();
  }
  const governed = policyScreens.filter(isWanted);
  if (governed.length > 0) {
    // With a sandbox: without one, nothing runs under a policy that closes the network.
    const world = await open('governed', { sandbox: true });
    const data = await govern(world, { model, folder: path.join(place, 'governed-code') });
    await shoot(world, governed, data);
    await world.close();
  }
  if (fromHands.length > 0) {
    const asking = handsThreads(place);
    const hands = await open('hands', { sandbox: true, config: handsConfig, age: oldest(asking) });
    await shoot(hands, fromHands, await fill(hands, { threads: asking, folder: 'work', prepare: prepareHands }));
    await hands.close();
  }
  if (fromFull.length > 0) {
    const full = await open('data', { age: oldest(threads) });
    const data = await fill(full, { threads, folder: 'code' });
    const [last] = threads.toReversed();
    await full.request('thread.archive', { threadId: data.ids[last.id], archived: true });
    await shoot(full, fromFull, data);
    await full.close();
  }
} finally {
  for (const close of opened) await close();
  await browser.close();
  await model.close();
  rmSync(place, { recursive: true, force: true, maxRetries: 5 });
}
if (wrong.length > 0) console.error(['', 'What is wrong:', ...wrong].join('\n'));
if (wrong.length > 0) process.exitCode = 1;
