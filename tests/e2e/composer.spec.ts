import type { Page } from '@playwright/test';
import type { SentRequest } from '../support/fake-model.ts';
import { openOther } from './other-window.ts';
import { begin, ended, expect, message, newMessage, notStored, row, stored, test, transcript } from './world.ts';

const said = ({ body }: SentRequest): string => JSON.stringify(body['input']);

test.use({ files: { 'README.md': '# Sample\n', 'src/cart.ts': 'export const cart = [];\n' } });

async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

test('a draft outlasts a reload and a restart [PRJ-5]', async ({ app, model, repo }) => {
  expect([model.url, repo.path]).not.toContain('');
  await newMessage(app.page).fill('Half a thought');
  await app.page.reload();
  await app.connected();
  await expect(newMessage(app.page)).toHaveValue('Half a thought');
  await newMessage(app.page).fill('Half a thought, and more');
  await app.restart();
  await expect(newMessage(app.page)).toHaveValue('Half a thought, and more');
});

test('words typed just before the window goes are in the next one [PRJ-5]', async ({ app, model, repo }) => {
  expect([model.url, repo.path]).not.toContain('');
  await newMessage(app.page).click();
  await app.page.keyboard.type('Half');
  // Destroyed, or the tab closed.
  await app.restartWindow();
  await expect(newMessage(app.page)).toHaveValue('Half');
  await newMessage(app.page).press('End');
  if (app.host === 'electron') {
    const { electron } = app;
    // In one go with the last words, and nobody is asked.
    await app.restartWindow(' a thought');
    await expect(newMessage(app.page)).toHaveValue('Half a thought');
    await newMessage(app.page).press('End');
    await app.page.keyboard.type(', and more');
    // As a window manager does it. It is the last window: the program ends.
    const gone = electron?.waitForEvent('close');
    await electron?.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
    await gone;
  } else {
    await app.page.keyboard.type(' a thought, and more');
    await app.page.goto('about:blank');
  }
  await app.restart();
  await expect(newMessage(app.page)).toHaveValue('Half a thought, and more');
});

test('a message that was sent in one window does not wait to be sent in another [PRJ-5]', async ({ app, model, repo }) => {
  expect(repo.path).not.toBe('');
  const { page } = app;
  model.on('Hello', { text: 'Hello yourself.' });
  model.on('And again', { text: 'Again.' });
  await begin(app, 'Hello');
  await ended(page);
  await page.keyboard.type('And again');
  const other = await openOther(app);
  try {
    await row(other.page, 'Hello').click();
    await expect(message(other.page)).toHaveValue('And again');
    await page.keyboard.press('Enter');
    await expect(transcript(other.page)).toContainText('Again.');
    await expect(message(other.page)).toHaveValue('');
    await expect(message(page)).toHaveValue('');

    // While the other one looks elsewhere.
    await page.keyboard.type('And again, please');
    await other.page.reload();
    await expect(message(other.page)).toHaveValue('And again, please');
    await other.page.keyboard.press('Control+N');
    await expect(newMessage(other.page)).toBeVisible();
    await page.keyboard.press('Enter');
    await ended(page);
    await row(other.page, 'Hello').click();
    await expect(message(other.page)).toHaveValue('');
  } finally {
    await other.close();
  }
});

test('a half-written answer goes when the question is answered elsewhere', async ({ app, model, repo }) => {
  expect(repo.path).not.toBe('');
  const { page } = app;
  model.on('Ask me', { calls: [{ name: 'ask_user', args: { question: 'Which colour?', choices: [] } }] }, { text: 'Blue it is.' });
  await begin(app, 'Ask me', 'Full access');
  const answer = page.getByRole('textbox', { name: 'Your answer' });
  await answer.fill('Perhaps gr');
  await stored(app, 'answer:', 'Perhaps gr');
  const [listed] = JSON.parse((await app.cli(['threads', 'list', '--json'])).stdout) as { id: string }[];
  expect(await app.cli(['threads', 'answer', listed?.id ?? '', '--text', 'Blue'])).toMatchObject({ code: 0 });
  await expect(transcript(page)).toContainText('Blue it is.');
  await ended(page);
  await notStored(app, 'answer:');
});

test('Enter ends a composition and sends nothing', async ({ app, model, repo }) => {
  const { page } = app;
  expect(repo.path).not.toBe('');
  await expect(newMessage(page)).toBeFocused();
  const session = await page.context().newCDPSession(page);
  // The window of another test may take the focus, which would end the composition.
  await session.send('Emulation.setFocusEmulationEnabled', { enabled: true });
  await session.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 });
  await page.evaluate(() => {
    for (const init of [{ isComposing: true }, { keyCode: 229 }])
      document.activeElement?.dispatchEvent(
        new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', bubbles: true, cancelable: true, ...init }),
      );
  });
  await session.send('Input.insertText', { text: '日本' });
  await expect(newMessage(page)).toHaveValue('日本');
  expect(model.requests).toEqual([]);
  await page.keyboard.press('Shift+Enter');
  await page.keyboard.type('go');
  await expect(newMessage(page)).toHaveValue('日本\ngo');
  await page.keyboard.press('Enter');
  await expect(transcript(page)).toContainText('That is all.');
  expect(said(model.requests[0] as SentRequest)).toContain('日本\\ngo');
});

test('a long paste is an attachment, @ completes files, / runs commands [AGT-3]', async ({ app, model, repo }) => {
  const { page } = app;
  expect(repo.path).not.toBe('');
  const box = newMessage(page);
  await expect(box).toBeFocused();
  await paste(page, Array.from({ length: 40 }, (_, n) => `log line ${n}`).join('\n'));
  const chips = page.getByRole('list', { name: 'Attachments' });
  await expect(chips).toContainText('pasted text');
  await expect(chips).toContainText('40 lines');
  await expect(box).toHaveValue('');
  await page.keyboard.type('Look at @car');
  await expect(page.getByRole('listbox', { name: 'Files' }).getByRole('option', { selected: true })).toContainText('cart.ts');
  await page.keyboard.press('Tab');
  await expect(box).toHaveValue('Look at @src/cart.ts ');
  await page.keyboard.press('Enter');
  await expect(transcript(page)).toContainText('That is all.');
  await ended(page);
  const sent = said(model.requests[0] as SentRequest);
  for (const words of ['Look at @src/cart.ts', 'log line 0', 'log line 39']) expect(sent).toContain(words);

  await expect(message(page)).toBeFocused();
  await page.keyboard.type('/pl');
  await expect(page.getByRole('listbox', { name: 'Commands' }).getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('tab', { name: 'Plan' })).toHaveAttribute('aria-selected', 'true');
  await expect(message(page)).toHaveValue('');
  await message(page).fill('/nonsense');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('There is no command /nonsense.');
});

test('threads are searched, one is searched in, and the palette knows them all [PRJ-3]', async ({ app, model, repo }) => {
  const { page } = app;
  expect(repo.path).not.toBe('');
  model.on('About apples', { text: 'A pomegranate is no apple.\n\nBut a pippin is. A second pomegranate.' });
  model.on('About pears', { text: 'A quince is nearly a pear.' });
  for (const words of ['About apples', 'About pears']) {
    await page.keyboard.press('Control+N');
    await begin(app, words);
    await ended(page);
  }
  await page.keyboard.press('Control+Shift+F');
  await expect(page.getByRole('combobox', { name: 'Search all threads' })).toBeFocused();
  await page.keyboard.type('pomegranate');
  await expect(page.getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(transcript(page)).toContainText('no apple');

  await page.keyboard.press('Control+F');
  const find = page.getByRole('search', { name: 'Find in thread' });
  await page.keyboard.type('apple');
  await expect(find.getByRole('status')).toHaveText('1 of 2');
  await page.keyboard.press('Enter');
  await expect(find.getByRole('status')).toHaveText('2 of 2');
  // Twice in one answer: both words are marked, and it stands at the later one.
  await find.getByRole('textbox').fill('POMEGRANATE');
  await expect(find.getByRole('status')).toHaveText('1 of 2');
  const marked = (name: string): Promise<string[]> =>
    page.evaluate((name) => [...(CSS.highlights.get(name) ?? [])].map((range) => `${range.startContainer.nodeValue}`), name);
  await expect.poll(() => marked('found')).toEqual(['A pomegranate is no apple.', 'But a pippin is. A second pomegranate.']);
  await expect.poll(() => marked('found-now')).toEqual(['But a pippin is. A second pomegranate.']);
  await page.keyboard.press('Enter');
  await expect.poll(() => marked('found-now')).toEqual(['A pomegranate is no apple.']);
  await page.keyboard.press('Escape');
  await expect(find).toHaveCount(0);
  await expect(message(page)).toBeFocused();

  await page.keyboard.press('Control+K');
  await expect(page.getByRole('dialog', { name: 'Command palette' })).toBeVisible();
  await page.keyboard.type('about pears');
  await page.keyboard.press('Enter');
  await expect(transcript(page)).toContainText('A quince');
  await page.keyboard.press('Control+K');
  await page.keyboard.type('keyboard short');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});
