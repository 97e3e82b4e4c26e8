import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Page } from '@playwright/test';
import type { App } from './fixtures.ts';
import { type OtherWindow, openOther } from './other-window.ts';
import { approval, approvalReady, begin, ended, expect, header, message, row, test, transcript, until } from './world.ts';

/** The transcript as a person reads it, without what depends on the moment: how long something took, and the selection's buttons. */
const words = async (page: Page): Promise<string> =>
  (await transcript(page).innerText()).replaceAll(/\d+(\.\d+)? (ms|s|m)\b/g, 'T').replaceAll(/\s+/g, ' ');

const alike = async (one: Page, other: Page): Promise<void> => {
  await expect.poll(async () => (await words(one)) === (await words(other)) || [await words(one), await words(other)]).toBe(true);
};

const times = (text: string, part: string): number => text.split(part).length - 1;
/** What the model server has sent of a text when it stops in its middle, but for the end of it. */
const halfOf = (text: string): string => text.slice(0, Math.floor(text.length * 0.4)).trim();

/** Waits until what streams is where the next runtime finds it. */
async function kept({ home }: App, text: string): Promise<void> {
  const count = (): unknown => {
    const db = new DatabaseSync(path.join(home, 'switchyard.db'), { readOnly: true });
    try {
      return db.prepare('SELECT count(*) AS n FROM live WHERE instr(data, ?) > 0').get(text)?.['n'];
    } finally {
      db.close();
    }
  };
  await expect.poll(count).toBe(1);
}

const bannerSeen = (page: Page): Promise<unknown> =>
  page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    new MutationObserver(() =>
      seen.push(...Array.from(document.querySelectorAll('[role=status]'), (each) => each.textContent ?? '')),
    ).observe(document.body, { childList: true, subtree: true });
  });

test.describe('the runtime is killed while a turn streams', () => {
  let other: OtherWindow | undefined;
  test.afterEach(async () => {
    await other?.close();
    other = undefined;
  });

  test('the window says so, reconnects and shows the truth; "continue" works [AGT-7] [PRJ-5]', async ({ app, model, repo }) => {
    const streamed = `One, two, three, ${'and on and on, '.repeat(40)}`;
    model.on(
      'Count',
      { text: 'First I look.', calls: [{ name: 'shell', args: { command: 'echo counted >> counted.txt' } }] },
      { text: streamed, deltas: 20, fault: 'hang-after' },
    );
    model.on('continue', { text: 'Four, five.' });
    // In a browser the first server is the runtime itself: the window that is looked at belongs to a second one.
    if (app.host === 'web') other = await openOther(app);
    const page = other?.page ?? app.page;
    expect(repo.path).not.toBe('');
    await begin({ ...app, page }, 'Count', 'Full access');
    await expect(transcript(page)).toContainText('First I look.');
    await expect(transcript(page)).toContainText('One, two, three');
    const half = halfOf(streamed);
    await expect(transcript(page)).toContainText(half);
    await kept(app, half);
    await bannerSeen(page);
    const before = app.runtimePid();
    process.kill(before, 'SIGKILL');
    await page.waitForFunction(() => (window as unknown as { seen: string[] }).seen.some((text) => /runtime|connect/i.test(text)));
    await expect(transcript(page)).toContainText(half);
    await expect(page.locator('html')).toHaveAttribute('data-connection', 'up', { timeout: 20_000 });
    await ended(page);
    expect(app.runtimePid()).not.toBe(before);
    await expect(transcript(page)).toContainText('Interrupted');
    await expect(transcript(page)).toContainText('First I look.');
    await expect(transcript(page)).toContainText(half);
    await expect(transcript(page)).toContainText('The answer broke off here.');
    expect(times(await words(page), 'One, two, three')).toBe(1);
    await page.reload();
    await expect(transcript(page)).toContainText(half);
    await message(page).fill('continue');
    await page.keyboard.press('Enter');
    await expect(transcript(page)).toContainText('Four, five.');
    const sent = JSON.stringify(model.requests.at(-1)?.body['input']);
    expect(sent.match(/echo counted/g)).toHaveLength(1);
    expect(model.violations).toEqual([]);
  });
});

test('the window is killed while an answer streams: the runtime goes on, and a new window shows all of it [PRJ-5]', async ({
  app,
  model,
  repo,
}) => {
  expect(repo.path).not.toBe('');
  const go = Promise.withResolvers<void>();
  const answer = `It begins here, ${'goes on and on, '.repeat(30)}and here it ends.`;
  model.on('Work', { reasoning: 'I think about it.', text: answer, deltas: 40, hold: go.promise });
  await begin(app, 'Work', 'Full access');
  const half = halfOf(answer);
  await expect.poll(() => words(app.page)).toContain(half);
  const seen = await words(app.page);
  const before = app.runtimePid();
  await app.restartWindow();
  expect(app.runtimePid()).toBe(before);
  const { page } = app;
  await expect(header(page)).toContainText('Working');
  await expect(transcript(page)).toContainText(half);
  await expect.poll(() => words(page)).toBe(seen);
  await page.reload();
  await expect.poll(() => words(page)).toBe(seen);
  expect(seen).not.toContain('and here it ends.');
  go.resolve();
  await expect(transcript(page)).toContainText('and here it ends.');
  await ended(page);
  expect(times(await words(page), 'It begins here')).toBe(1);
  expect(model.violations).toEqual([]);
});

test('two windows are equal in the middle of an answer, one of them opened there [PRJ-5]', async ({ app, model, repo }) => {
  expect(repo.path).not.toBe('');
  const { page } = app;
  const go = Promise.withResolvers<void>();
  const answer = `# A story\n\nIt begins, ${'goes **on** and on, '.repeat(30)}\n\n- one\n- two\n\nand here it ends.`;
  model.on('Tell me', { reasoning: 'I think about it.', text: answer, deltas: 40, hold: go.promise });
  await begin(app, 'Tell me', 'Full access');
  await expect(transcript(page)).toContainText('It begins, goes on');
  const other = await openOther(app);
  try {
    const second = other.page;
    await row(second, 'Tell me').click();
    await expect(transcript(second)).toContainText('It begins, goes on');
    await alike(page, second);
    expect(await words(page)).not.toContain('and here it ends.');
    go.resolve();
    await ended(page);
    await ended(second);
    await expect(transcript(second)).toContainText('and here it ends.');
    await alike(page, second);
  } finally {
    await other.close();
  }
});

test('two windows on one thread stay equal [PRJ-5]', async ({ app, model, repo }) => {
  const { page } = app;
  model.on(
    'Share this',
    {
      reasoning: 'I think.',
      text: 'A table:\n\n| a | b |\n|---|---|\n| 1 | 2 |',
      calls: [{ name: 'shell', args: { command: until('go') } }],
    },
    { calls: [{ name: 'shell', args: { command: 'echo out' } }] },
    { text: `Streaming ${'words and words '.repeat(300)} the end.`, fault: 'slow' },
  );
  await begin(app, 'Share this');
  await approvalReady(page);
  const other = await openOther(app);
  try {
    const second = other.page;
    await row(second, 'Share this').click();
    await expect(approval(second)).toContainText(until('go'));
    await approval(second).getByRole('button', { name: 'Allow once' }).click();
    await expect(approval(page)).toHaveCount(0);
    await alike(page, second);
    repo.release('go');
    await expect(approval(second)).toContainText('echo out');
    await approval(page).getByRole('button', { name: 'Allow once' }).click();
    await expect(transcript(second)).toContainText('Streaming');
    await ended(page);
    await ended(second);
    await alike(page, second);
    await second.keyboard.press('F2');
    await second.getByRole('textbox', { name: 'Title of the thread' }).fill('Shared');
    await second.keyboard.press('Enter');
    await expect(header(page).getByRole('heading')).toHaveText('Shared');
    await message(page).fill('From the first');
    await page.keyboard.press('Enter');
    await expect(transcript(second)).toContainText('From the first');
    await ended(second);
    await alike(page, second);
  } finally {
    await other.close();
  }
});
