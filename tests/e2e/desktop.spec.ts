// What only the desktop has: leaving with work under way, links, a remembered place, and the second start.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { App } from './fixtures.ts';
import { begin, ended, expect, header, row, test, transcript, until } from './world.ts';

// oxlint-disable-next-line no-empty-pattern
test.beforeEach(({}, info) => {
  test.skip(info.project.name === 'web', 'The desktop only.');
});

/** Answers the program's questions from now on with that button, and keeps what was asked. */
const answer = async (app: App, button: number): Promise<void> => {
  await app.electron?.evaluate(({ dialog }, response) => {
    const asked: unknown[] = [];
    Object.assign(globalThis, { asked });
    dialog.showMessageBox = (...values: unknown[]) => {
      asked.push(values.at(-1));
      return Promise.resolve({ response, checkboxChecked: false });
    };
  }, button);
};
const asked = (app: App): Promise<{ message: string }[] | undefined> | undefined =>
  app.electron?.evaluate(() => (globalThis as unknown as { asked: { message: string }[] }).asked);
const closeWindow = (app: App): Promise<void> | undefined =>
  app.electron?.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
const windows = (app: App): Promise<number> | undefined =>
  app.electron?.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);
const gone = (app: App): Promise<unknown> => {
  const child = app.electron?.process();
  return new Promise((resolve) => (child?.exitCode === null ? child.once('exit', resolve) : resolve(child?.exitCode)));
};
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('closing the last window ends everything when nothing works', async ({ app }) => {
  const pid = app.runtimePid();
  const end = gone(app);
  await answer(app, 2);
  await closeWindow(app);
  expect(await end).toBe(0);
  expect(alive(pid)).toBe(false);
});

test('closing the last window while a thread works asks, and can be called off', async ({ app, model, repo }) => {
  model.on('Work', { calls: [{ name: 'shell', args: { command: until('go') } }] }, { text: 'All done.' });
  await begin(app, 'Work', 'Full access');
  await expect(header(app.page)).toContainText('Working');
  await answer(app, 2);
  await closeWindow(app);
  await expect.poll(() => asked(app)).toMatchObject([{ message: 'A thread is still working.' }]);
  expect(await windows(app)).toBe(1);
  repo.release('go');
  await expect(transcript(app.page)).toContainText('All done.');
});

test('work goes on without a window, and a new one shows it [SH-1] [PRJ-5]', async ({ app, model, repo }) => {
  model.on('Work', { calls: [{ name: 'shell', args: { command: until('go') } }] }, { text: 'All done.' });
  await begin(app, 'Work', 'Full access');
  await expect(header(app.page)).toContainText('Working');
  const pid = app.runtimePid();
  await answer(app, 0);
  await closeWindow(app);
  await expect.poll(() => windows(app)).toBe(0);
  expect([app.runtimePid(), alive(pid)]).toEqual([pid, true]);
  const [page] = await Promise.all([app.electron?.waitForEvent('window'), app.electron?.evaluate(({ app }) => app.emit('activate'))]);
  if (!page) throw new Error('no window');
  app.page = page;
  await app.connected();
  await row(page, 'Work').click();
  await expect(header(page)).toContainText('Working');
  repo.release('go');
  await expect(transcript(page)).toContainText('All done.');
  await ended(page);
  expect(app.runtimePid()).toBe(pid);
});

test('the program ends by itself once the work without a window is done', async ({ app, model, repo }) => {
  model.on('Work', { calls: [{ name: 'shell', args: { command: until('go') } }] }, { text: 'All done.' });
  await begin(app, 'Work', 'Full access');
  await expect(header(app.page)).toContainText('Working');
  const pid = app.runtimePid();
  const end = gone(app);
  await answer(app, 0);
  await closeWindow(app);
  await expect.poll(() => windows(app)).toBe(0);
  repo.release('go');
  expect(await end).toBe(0);
  expect(alive(pid)).toBe(false);
  expect((await app.cli(['threads', 'list', '--json'])).stdout).toContain('"status":"idle"');
});

test('work can be stopped on leaving: it says so the next time', async ({ app, model, repo }) => {
  expect(repo.path).toBeTruthy();
  model.on('Work', { calls: [{ name: 'shell', args: { command: until('never') } }] });
  await begin(app, 'Work', 'Full access');
  await expect(header(app.page)).toContainText('Working');
  const end = gone(app);
  await answer(app, 1);
  await closeWindow(app);
  expect(await end).toBe(0);
  const { page } = { page: await app.restart() };
  await row(page, 'Work').click();
  await expect(transcript(page)).toContainText('Interrupted');
});

test('a link leads to its thread, also from a second start of the program', async ({ app, model, repo }) => {
  expect(repo.path).toBeTruthy();
  model.on('First', { text: 'One.' });
  model.on('Second', { text: 'Two.' });
  await begin(app, 'First', 'Full access');
  await ended(app.page);
  await app.page.keyboard.press('Control+N');
  await begin(app, 'Second');
  await ended(app.page);
  const { threads } = JSON.parse(`{"threads":${(await app.cli(['threads', 'list', '--json'])).stdout}}`) as {
    threads: { id: string; title: string }[];
  };
  const first = threads.find(({ title }) => title.includes('First'));
  await app.electron?.evaluate(({ app }, url) => app.emit('second-instance', {}, ['electron', url]), `switchyard://thread/${first?.id}`);
  await expect(header(app.page)).toContainText('First');
  const root = path.resolve(import.meta.dirname, '../..');
  const binary = app.electron?.process().spawnfile ?? '';
  const rest = app.electron?.process().spawnargs.filter((word) => word === '--no-sandbox' || word === '--disable-gpu') ?? [];
  const second = threads.find(({ title }) => title.includes('Second'));
  const again = spawn(binary, [...rest, root, `switchyard://thread/${second?.id}`], { env: app.env, stdio: 'ignore' });
  expect(await new Promise((resolve) => again.once('exit', resolve))).toBe(0);
  await expect(header(app.page)).toContainText('Second');
  expect(await windows(app)).toBe(1);
});

test('the window opens where it was', async ({ app }) => {
  const bounds = { x: 40, y: 60, width: 1000, height: 700 };
  const file = path.join(app.home, 'desktop', 'window.json');
  await app.electron?.evaluate(({ BrowserWindow }, to) => BrowserWindow.getAllWindows()[0]?.setBounds(to), bounds);
  const kept = (): number | undefined =>
    existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { bounds?: { width: number } }).bounds?.width : undefined;
  await expect.poll(kept).toBe(1000);
  await app.page.evaluate(() => window.resizeTo(1, 1));
  const { bounds: place } = JSON.parse(readFileSync(file, 'utf8')) as { bounds: typeof bounds };
  expect(place.height).toBe(700);
});
