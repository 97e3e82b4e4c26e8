import type { Page } from '@playwright/test';
import { type OtherWindow, openOther } from './other-window.ts';
import { approval, approvalReady, begin, ended, expect, header, message, row, test, transcript, until } from './world.ts';

/** The transcript as a person reads it, without what depends on the moment: how long something took, and the selection's buttons. */
const words = async (page: Page): Promise<string> =>
  (await transcript(page).innerText()).replaceAll(/\d+(\.\d+)? (ms|s|m)\b/g, 'T').replaceAll(/\s+/g, ' ');

const alike = async (one: Page, other: Page): Promise<void> => {
  await expect.poll(async () => (await words(one)) === (await words(other)) || [await words(one), await words(other)]).toBe(true);
};

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
    model.on(
      'Count',
      { text: 'First I look.', calls: [{ name: 'shell', args: { command: `${until('go')}; echo counted >> counted.txt` } }] },
      { text: `One, two, three, ${'and on and on, '.repeat(40)}`, fault: 'hang-after' },
    );
    model.on('continue', { text: 'Four, five.' });
    // In a browser the first server is the runtime itself: the window that is looked at belongs to a second one.
    if (app.host === 'web') other = await openOther(app);
    const page = other?.page ?? app.page;
    await begin({ ...app, page }, 'Count', 'Full access');
    await expect(transcript(page)).toContainText('First I look.');
    repo.release('go');
    await expect(transcript(page)).toContainText('One, two, three');
    await bannerSeen(page);
    const before = app.runtimePid();
    process.kill(before, 'SIGKILL');
    await page.waitForFunction(() => (window as unknown as { seen: string[] }).seen.some((text) => /runtime|connect/i.test(text)));
    await expect(page.locator('html')).toHaveAttribute('data-connection', 'up', { timeout: 20_000 });
    await ended(page);
    expect(app.runtimePid()).not.toBe(before);
    await expect(transcript(page)).toContainText('Interrupted');
    await expect(transcript(page)).toContainText('First I look.');
    await message(page).fill('continue');
    await page.keyboard.press('Enter');
    await expect(transcript(page)).toContainText('Four, five.');
    const sent = JSON.stringify(model.requests.at(-1)?.body['input']);
    expect(sent.match(/echo counted/g)).toHaveLength(1);
    expect(model.violations).toEqual([]);
  });
});

test('the window is killed: the runtime goes on, and a new window shows it [PRJ-5]', async ({ app, model, repo }) => {
  model.on('Work', { text: 'At it.', calls: [{ name: 'shell', args: { command: until('go') } }] }, { text: 'All done meanwhile.' });
  await begin(app, 'Work', 'Full access');
  await expect(transcript(app.page)).toContainText('At it.');
  const before = app.runtimePid();
  await app.restartWindow();
  expect(app.runtimePid()).toBe(before);
  const { page } = app;
  await expect(header(page)).toContainText('Working');
  await expect(transcript(page)).toContainText('At it.');
  repo.release('go');
  await expect(transcript(page)).toContainText('All done meanwhile.');
  await ended(page);
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
