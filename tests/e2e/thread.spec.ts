import type { Page } from '@playwright/test';
import { answersIn, type SentRequest } from '../support/fake-model.ts';
import { approval, approvalReady, begin, ended, expect, header, message, newMessage, row, test, transcript, until } from './world.ts';

const patch = ['*** Begin Patch', '*** Update File: greet.txt', '@@', '-Helo', '+Hello', '*** End Patch', ''].join('\n');
const dock = (page: Page) => page.getByRole('complementary', { name: 'Dock' });
const said = ({ body }: SentRequest): string => JSON.stringify(body['input']);

test.use({ files: { 'README.md': '# Sample\n', 'greet.txt': 'Helo\n', 'src/cart.ts': 'export const cart = [];\n' } });

test('a whole job is done by keyboard: new thread, approve, refuse, read the diff, fork [PRJ-3] [SAFE-4]', async ({ app, model, repo }) => {
  const { page } = app;
  expect(repo.path).not.toBe('');
  model.on(
    'Mend the greeting',
    { reasoning: 'I look.', text: 'First I look at it.', calls: [{ name: 'shell', args: { command: 'cat greet.txt' } }] },
    { calls: [{ name: 'shell', args: { command: 'rm -rf /tmp/nothing-there' } }] },
    { text: 'Then I leave that.', calls: [{ name: 'apply_patch', args: { patch } }] },
    { text: 'The greeting is **mended**.' },
  );
  await page.keyboard.press('Control+,');
  await expect(page.getByRole('heading', { name: 'General' })).toBeVisible();
  await page.keyboard.press('Control+N');
  await expect(newMessage(page)).toBeFocused();
  await page.keyboard.type('Mend the greeting');
  await page.keyboard.press('Enter');

  await approvalReady(page);
  await expect(approval(page)).toContainText('cat greet.txt');
  await page.keyboard.press('Enter');
  await expect(approval(page)).toContainText('rm -rf /tmp/nothing-there');
  await approval(page)
    .getByRole('button', { name: /^No, with (a )?note/ })
    .press('Enter');
  await page.keyboard.type('Leave other folders alone');
  await page.keyboard.press('Enter');
  await expect(approval(page)).toContainText('greet.txt');
  await expect(approval(page)).toContainText('Hello');
  await approvalReady(page);
  await page.keyboard.press('Enter');
  await expect(transcript(page)).toContainText('The greeting is mended.');
  await ended(page);
  expect(said(model.requests.at(-2) as SentRequest)).toContain('Leave other folders alone');

  await page.keyboard.press('Control+D');
  await expect(dock(page).getByRole('tab', { name: 'Changes' })).toBeFocused();
  const changed = dock(page).getByRole('list', { name: 'Changed files' });
  await expect(changed).toContainText('Helo');
  await page.keyboard.press('ArrowDown');
  await expect(changed.getByRole('button', { name: /greet\.txt/ })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(changed).not.toContainText('Helo');
  await page.keyboard.press('Escape');
  await expect(message(page)).toBeFocused();

  const first = page.url();
  await page.keyboard.press('Control+Shift+K');
  await expect(row(page, 'Mend the greeting')).toHaveCount(2);
  await expect(transcript(page)).toContainText('The greeting is mended.');
  await expect(message(page)).toBeFocused();
  model.on('And the farewell', { text: 'There is none.' });
  await page.keyboard.type('And the farewell?');
  await page.keyboard.press('Enter');
  await expect(transcript(page)).toContainText('There is none.');
  expect(page.url()).toBe(first);
  await page.keyboard.press('Control+[');
  await expect(transcript(page)).toContainText('The greeting is mended.');
  await expect(transcript(page)).not.toContainText('There is none.');
  expect(model.violations).toEqual([]);
  expect(app.complaints).toEqual([]);
});

test('streams, and stops at the second Esc [AGT-1] [AGT-4]', async ({ app, model, repo }) => {
  const { page } = app;
  model.on(
    'Tell a story',
    { calls: [{ name: 'shell', args: { command: until('go') } }] },
    { text: `Once upon a time ${'there was a long, long story. '.repeat(2000)}`, fault: 'slow' },
  );
  await begin(app, 'Tell a story', 'Full access');
  await expect(transcript(page)).toContainText('running');
  repo.release('go');
  await expect(transcript(page)).toContainText('Once upon a time');
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toBeVisible();
  await expect(message(page)).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('button', { name: 'Esc again to stop' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(transcript(page)).toContainText('The answer broke off here.');
  await expect(transcript(page)).toContainText('Interrupted');
  await expect(transcript(page)).toContainText('Once upon a time');
  model.on('Go on', { text: 'And so it ended.' });
  await page.keyboard.type('Go on');
  await page.keyboard.press('Enter');
  await expect(transcript(page)).toContainText('And so it ended.');
});

test('messages wait in rows that are edited, moved and removed; another steers the turn [AGT-4]', async ({ app, model, repo }) => {
  const { page } = app;
  model.on('Begin', { calls: [{ name: 'shell', args: { command: until('go') } }] }, { text: 'Begun.' });
  for (const words of ['second', 'third', 'fourth, mended']) model.on(words, { text: `Answer to ${words}.` });
  model.on('Look left', { text: 'I looked left.' });
  await begin(app, 'Begin', 'Full access');
  const queue = page.getByRole('region', { name: 'Waiting messages' });
  for (const [at, words] of ['second', 'third', 'fourth', 'fifth'].entries()) {
    await message(page).fill(words);
    await page.keyboard.press('Enter');
    await expect(queue.getByRole('listitem')).toHaveCount(at + 1);
  }
  await queue.getByRole('button', { name: /^Waiting message 3: fourth/ }).press('Enter');
  await queue.getByRole('textbox').fill('fourth, mended');
  await page.keyboard.press('Enter');
  await queue.getByRole('button', { name: /^Waiting message 3: fourth, mended/ }).press('Alt+ArrowUp');
  await expect(queue.getByRole('listitem').nth(1)).toContainText('fourth, mended');
  await queue.getByRole('button', { name: 'Remove waiting message 4' }).click();
  await expect(queue.getByRole('listitem')).toHaveCount(3);

  await message(page).fill('Look left');
  await page.keyboard.press('Control+Enter');
  await expect(message(page)).toHaveValue('');
  await expect(queue.getByRole('listitem')).toHaveCount(3);
  repo.release('go');
  await expect(transcript(page)).toContainText('I looked left.');
  await expect(queue).toHaveCount(0);
  await expect(transcript(page)).toContainText('Answer to third.');
  await ended(page);
  // Only what is near the view is on the page: the beginning is looked at where it is.
  const order = ['I looked left.', 'Answer to second.', 'Answer to fourth, mended.', 'Answer to third.'];
  await expect(transcript(page)).toContainText(new RegExp(order.map((each) => each.replaceAll('.', '\\.')).join('[^]*')));
  await transcript(page).focus();
  await page.keyboard.press('Home');
  await expect(transcript(page)).toContainText(/You, while it worked[^]*I looked left\./);
  await expect.poll(() => transcript(page).evaluate((view) => view.scrollTop)).toBe(0);
  expect(model.requests.filter((request) => said(request).includes('fifth'))).toEqual([]);
  expect(answersIn(model.requests.at(-1) as SentRequest)).toBeGreaterThan(3);
});

test('is renamed, pinned, archived, and deleted for good after a question [PRJ-3]', async ({ app, model, repo }) => {
  const { page } = app;
  expect(repo.path).not.toBe('');
  model.on('Say hello', { text: 'Hello.' });
  await begin(app, 'Say hello');
  await ended(page);
  await page.keyboard.press('F2');
  await page.getByRole('textbox', { name: 'Title of the thread' }).fill('A greeting');
  await page.keyboard.press('Enter');
  await expect(header(page).getByRole('heading')).toHaveText('A greeting');
  await expect(row(page, 'A greeting')).toBeVisible();
  await page.keyboard.press('Control+Shift+P');
  await expect(row(page, 'A greeting').getByRole('img', { name: 'Pinned' })).toBeVisible();
  await page.keyboard.press('Control+Shift+E');
  await expect(row(page, 'A greeting')).toHaveCount(0);
  await row(page, 'Archived').click();
  await row(page, 'A greeting').click();
  await expect(transcript(page)).toContainText('Hello.');
  await page.keyboard.press('Control+Shift+E');
  await expect(row(page, 'Archived')).toHaveCount(0);

  await page.keyboard.press('Control+K');
  await page.keyboard.type('delete');
  await page.keyboard.press('Enter');
  const asked = page.getByRole('alertdialog', { name: 'Delete this thread for good?' });
  await expect(asked.getByRole('button', { name: 'Cancel' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(asked).toHaveCount(0);
  await expect(row(page, 'A greeting')).toBeVisible();
  await page.getByRole('button', { name: 'More about this thread' }).click();
  await page.getByRole('menuitem', { name: 'Delete for good …' }).click();
  await asked.getByRole('button', { name: 'Delete for good' }).click();
  await expect(row(page, 'A greeting')).toHaveCount(0);
  await expect(newMessage(page)).toBeVisible();
  expect((await app.cli(['threads', 'list', '--all', '--json'])).stdout).not.toContain('A greeting');
});
