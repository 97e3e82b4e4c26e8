// What a model, a command, a file's name or a diff may hold must not run, fetch, lead away or break the page.
import type { Page } from '@playwright/test';
import type { App } from './fixtures.ts';
import { begin, ended, expect, message, openLines, test, transcript } from './world.ts';

const run = 'window.__pwned=1';
const html = `<script>${run}</script><img src=x onerror="${run}"><img src="https://evil.example/a.png"><iframe srcdoc="<script>parent.${run}</script>"></iframe>
<svg onload="${run}"></svg><style>body{display:none}</style><base href="https://evil.example/"><form action="https://evil.example/"><button>Send</button></form>
<a href="javascript:${run}">tempting</a><input autofocus onfocus="${run}"><details open ontoggle="${run}"></details><meta http-equiv="refresh" content="0;url=https://evil.example/">`;
const links = [
  '![remote](https://evil.example/b.png)',
  '![inline](data:text/html,<script>alert(1)</script>)',
  `[script](javascript:${run})`,
  `[coded](&#106;avascript:${run})`,
  '[scheme](evil-scheme://run?x)',
  '[file](file:///etc/passwd)',
  '[data](data:text/html;base64,PHNjcmlwdD4=)',
  '[own](switchyard://thread/x)',
  '<javascript:alert(1)>',
].join(' and ');
// Colours, a cleared screen, another title, a hidden link, and marks that turn the reading direction.
const escapes =
  '\u001b[31mred\u001b[0m \u001b[2J\u001b[H \u001b]0;Hijacked\u0007 \u001b]8;;javascript:alert(1)\u0007here\u001b]8;;\u0007 \u202egnp.exe\u202c \u2066x\u2069';
const longLine = 5_000_000;

const hostileName = '<img src=x onerror=window.__pwned=1> \u202egpj.sh';
test.use({
  files: {
    'README.md': '# Sample\n',
    [hostileName]: `${html}\n`,
    'long.txt': `first\n${'x'.repeat(longLine)}\nlast\n`,
    'src/a.ts': 'export const a = 1;\n',
  },
});

async function harmless(app: App): Promise<void> {
  const { page } = app;
  const begun = Date.now();
  const found = await page.evaluate(() => ({
    ran: '__pwned' in window,
    wide: [document.documentElement, document.body, ...document.querySelectorAll('main, [role=log], [role=tabpanel]')]
      .filter((each) => each.scrollWidth > each.clientWidth + 1)
      .map((each) => `${each.tagName} ${each.getAttribute('aria-label')}: ${each.scrollWidth} in ${each.clientWidth}`),
    links: Array.from(document.querySelectorAll('a[href], area[href], [xlink\\:href]'), (each) => each.getAttribute('href') ?? ''),
    strange: Array.from(
      document.querySelectorAll('#root :is(script, iframe, object, embed, form[action], style, base, meta)'),
      (each) => each.outerHTML,
    ),
    sources: Array.from(document.querySelectorAll('img[src], source[src], video[src]'), (each) => each.getAttribute('src') ?? ''),
    title: document.title,
  }));
  expect(found.ran).toBe(false);
  expect(found.wide).toEqual([]);
  expect(found.links.filter((href) => !/^https?:/.test(href))).toEqual([]);
  expect(found.strange).toEqual([]);
  expect(found.sources.filter((src) => !src.startsWith('blob:'))).toEqual([]);
  expect(found.title).toMatch(/Switchyard/);
  const own = app.host === 'electron' ? 'app://switchyard/' : `${app.origin}/`;
  expect(app.requests.filter((url) => !url.startsWith(own) && !url.startsWith('blob:') && !url.startsWith('data:'))).toEqual([]);
  expect(app.complaints).toEqual([]);
  // The page is not busy: a key arrives at once.
  await message(page).fill('still here');
  await expect(message(page)).toHaveValue('still here');
  await message(page).fill('');
  expect(Date.now() - begun).toBeLessThan(5_000);
}

function noDialogs(page: Page): string[] {
  const seen: string[] = [];
  page.on('dialog', (dialog) => {
    seen.push(dialog.message());
    void dialog.dismiss();
  });
  return seen;
}

test('in the model’s words and thoughts', async ({ app, model, repo }) => {
  const dialogs = noDialogs(app.page);
  expect(repo.path).not.toBe('');
  model.on('Be nasty', {
    reasoning: `**Thinking** ${html} ${escapes}`,
    text: `${html}\n\n${links}\n\n${escapes}\n\n\`\`\`html\n${html}\n${escapes}\n\`\`\`\n\n| ${html.replaceAll('\n', ' ')} | ${links} |\n|---|---|\n| ${'y'.repeat(3000)} | 2 |\n\n${'# '.repeat(50)}${'w'.repeat(4000)}`,
  });
  await begin(app, `Be nasty ${html} ${escapes}`);
  await ended(app.page);
  await expect(transcript(app.page)).toContainText('tempting');
  await harmless(app);
  // What can be pressed in it leads nowhere.
  for (const words of ['tempting', 'script', 'coded', 'scheme', 'file', 'data']) {
    const pressable = transcript(app.page).getByText(words, { exact: true }).last();
    if ((await pressable.count()) > 0) await pressable.click({ timeout: 2_000 }).catch(() => undefined);
  }
  await harmless(app);
  expect(dialogs).toEqual([]);
});

test('in a line of five million characters', async ({ app, model, repo }) => {
  const dialogs = noDialogs(app.page);
  expect(repo.path).not.toBe('');
  model.on(
    'Be long',
    {
      text: 'First the output.',
      calls: [{ name: 'shell', args: { command: `head -c ${longLine} /dev/zero | tr '\\0' z; echo; echo end` } }],
    },
    {
      calls: [
        { name: 'shell', args: { command: 'cat long.txt' } },
        { name: 'read_file', args: { path: 'long.txt' } },
      ],
    },
    {
      calls: [
        {
          name: 'apply_patch',
          args: { patch: '*** Begin Patch\n*** Update File: long.txt\n@@\n-first\n+changed\n*** End Patch\n' },
        },
      ],
    },
    { text: `${'q'.repeat(longLine)}\n\nThe end.`, deltas: 400 },
  );
  await begin(app, 'Be long', 'Full access');
  await expect(transcript(app.page)).toContainText('The end.', { timeout: 30_000 });
  await ended(app.page);
  await openLines(app.page);
  await harmless(app);
  await expect(app.page.getByRole('list', { name: 'Changed files' })).toContainText('long.txt');
  expect(dialogs).toEqual([]);
});

test('in a command, its output, names of files and diffs', async ({ app, model, repo }) => {
  const { page } = app;
  const dialogs = noDialogs(page);
  expect(repo.path).not.toBe('');
  const added = '*** Begin Patch\n*** Add File: src/<b onclick=window.__pwned=1>\u202egnp.html\n';
  const body = `${html}\n${escapes}\n`
    .split('\n')
    .map((line) => `+${line}`)
    .join('\n');
  model.on(
    'Be nasty with files',
    {
      calls: [
        {
          name: 'shell',
          args: {
            command: `printf '%b' '${escapes.replaceAll('\u001b', '\\033').replaceAll('\u0007', '\\007')}\\n'; cat ./*onerror*; ls # ${html.replaceAll('\n', ' ')}`,
          },
        },
        { name: 'list_files', args: {} },
        { name: 'read_file', args: { path: hostileName } },
      ],
    },
    { calls: [{ name: 'apply_patch', args: { patch: `${added}${body}\n*** End Patch\n` } }] },
    { calls: [{ name: 'shell', args: { command: `exit 3 # ${'n'.repeat(5000)} ${html}` } }] },
    { text: 'That was all.' },
  );
  await begin(app, 'Be nasty with files', 'Full access');
  await expect(transcript(page)).toContainText('That was all.');
  await ended(page);
  await openLines(page);
  const dock = page.getByRole('complementary', { name: 'Dock' });
  await expect(dock.getByRole('list', { name: 'Changed files' }).getByRole('button').first()).toContainText('onclick=window.__pwned=1');
  await harmless(app);
  await dock.getByRole('tab', { name: 'Files' }).click();
  await dock.getByRole('button', { name: /onerror=window/ }).click();
  await expect(dock).toContainText('evil.example');
  await harmless(app);
  // The same asked about instead of done.
  await page.keyboard.press('Control+N');
  await begin(app, 'Be nasty with files, please', 'Read only');
  await expect(page.getByRole('region', { name: /^Needs you: / })).toContainText('evil.example');
  expect(await page.evaluate(() => '__pwned' in window)).toBe(false);
  expect(dialogs).toEqual([]);
});
