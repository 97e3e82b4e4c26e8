import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { approval, begin, ended, expect, message, newMessage, openLines, test, transcript, until } from './world.ts';

test.setTimeout(120_000);
test.use({ files: { 'README.md': '# Sample\n', 'AGENTS.md': 'Be kind.\n', 'src/a.ts': 'export const a = 1;\n' } });

/** Nothing of WCAG 2 A and AA is hurt, in light and in dark. */
async function clean(page: Page, name: string): Promise<void> {
  const found: string[] = [];
  for (const theme of ['light', 'dark']) {
    await page.evaluate((to) => void (document.documentElement.dataset['theme'] = to), theme);
    const builder = new AxeBuilder({ page }).setLegacyMode(true).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']);
    for (const { id, nodes } of (await builder.analyze()).violations) {
      found.push(...nodes.map(({ target, failureSummary }) => `${name}, ${theme}: ${id} at ${target.join(' ')}: ${failureSummary}`));
    }
  }
  expect.soft(found).toEqual([]);
}

const settings = ['General', 'Appearance', 'Shortcuts', 'Providers', 'Models', 'Permissions', 'Policy', 'Diagnostics', 'Privacy'];

test('first run and settings', async ({ app }) => {
  const { page } = app;
  await expect(page.getByRole('region', { name: 'What was checked' }).getByRole('listitem').first()).toContainText('Git');
  await clean(page, 'first run');
  await page.keyboard.press('Control+Shift+A');
  if (app.host === 'web') {
    await expect(page.getByRole('dialog', { name: 'Add a project' })).toBeVisible();
    await clean(page, 'adding a project');
    await page.keyboard.press('Escape');
  }
  await page.keyboard.press('Control+,');
  for (const section of settings) {
    await page.getByRole('navigation', { name: 'Settings' }).getByRole('button', { name: section }).click();
    await expect(page.getByRole('heading', { level: 1, name: section })).toBeVisible();
    await clean(page, `settings, ${section}`);
  }
});

test('home, search, palette, shortcuts, dialogs and menus', async ({ app, model, repo }) => {
  const { page } = app;
  expect(repo.path).not.toBe('');
  model.on('Talk about apples', { text: 'An apple a day.' });
  await clean(page, 'home, empty');
  await begin(app, 'Talk about apples');
  await ended(page);
  await page.keyboard.press('Control+N');
  await expect(newMessage(page)).toBeFocused();
  await clean(page, 'home');
  await page.keyboard.type('/');
  await expect(page.getByRole('listbox', { name: 'Commands' })).toBeVisible();
  await clean(page, 'commands');
  await newMessage(page).fill('');
  await page.keyboard.press('Control+Shift+F');
  await clean(page, 'search, empty');
  await page.keyboard.type('apple');
  await expect(page.getByRole('option')).toHaveCount(2);
  await clean(page, 'search');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+F');
  await page.keyboard.type('apple');
  await expect(page.getByRole('search').getByRole('status')).toContainText('of');
  await clean(page, 'find in thread');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+K');
  await expect(page.getByRole('dialog')).toBeVisible();
  await clean(page, 'palette');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('Control+Shift+/');
  await expect(page.getByRole('dialog')).toBeVisible();
  await clean(page, 'shortcuts');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.getByRole('button', { name: 'More about this thread' }).click();
  await expect(page.getByRole('menu')).toBeVisible();
  await clean(page, 'menu');
  await page.getByRole('menuitem', { name: 'Delete for good …' }).click();
  await expect(page.getByRole('alertdialog')).toBeVisible();
  await clean(page, 'deleting');
});

test('a thread in all its states', async ({ app, model, repo }) => {
  const { page } = app;
  const patch = '*** Begin Patch\n*** Update File: src/a.ts\n@@\n-export const a = 1;\n+export const a = 2;\n*** End Patch\n';
  const steps = [
    { text: 'Look', status: 'done' },
    { text: 'Mend', status: 'active' },
    { text: 'Check', status: 'pending' },
  ];
  model.on(
    'Do everything',
    {
      reasoning: '**Looking** around',
      text: '# Plan\n\nSome *prose* with `code` and a [link](https://example.com/).\n\n```ts\nconst a = 1; // comment\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> A quote\n\n- [x] done\n- [ ] open',
      calls: [
        { name: 'update_plan', args: { steps } },
        { name: 'shell', args: { command: until('go') } },
        {
          name: 'shell',
          args: {
            command:
              'printf "\\033[31mred\\033[0m \\033[32mgreen\\033[0m \\033[33myellow\\033[0m \\033[34mblue\\033[0m \\033[35mmagenta\\033[0m \\033[36mcyan\\033[0m\\n"; exit 2',
          },
        },
        { name: 'shell', args: { command: 'sleep 600', background: true } },
        { name: 'apply_patch', args: { patch } },
        { name: 'ask_user', args: { question: 'Which **colour**?', choices: ['red', 'blue'] } },
      ],
    },
    { text: 'So be it.' },
  );
  model.on('Fail', { text: 'x', fault: { kind: 'status', status: 400, message: 'That model is not for you.' } });
  model.on('Stream', { reasoning: 'Hm.', text: `A long ${'long '.repeat(60)}\n\n\`\`\`ts\nconst b =`, fault: 'hang-after' });
  await begin(app, 'Do everything');
  // In this profile every command asks.
  await expect(approval(page)).toBeVisible();
  await clean(page, 'approval');
  await approval(page)
    .getByRole('button', { name: /^No, with (a )?note/ })
    .first()
    .click();
  await clean(page, 'approval with a note');
  await page.keyboard.press('Escape');
  await message(page).fill('A waiting message');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'Waiting messages' })).toBeVisible();
  const question = page.getByRole('region', { name: 'The agent asks' });
  repo.release('go');
  await expect(async () => {
    if ((await question.count()) > 0) return;
    await approval(page)
      .getByRole('button', { name: /^Allow (all )?once$/ })
      .first()
      .click({ timeout: 500 });
    throw new Error('There is more to allow.');
  }).toPass();
  await clean(page, 'question, waiting messages, changes');
  await openLines(page);
  await clean(page, 'calls, open');
  await page.keyboard.press('Control+J');
  await expect(page.getByRole('region', { name: 'Running commands' })).toContainText('sleep 600');
  await clean(page, 'running commands');
  await page.keyboard.press('Control+J');
  for (const tab of ['Plan', 'Files']) {
    await page.getByRole('tab', { name: tab }).click();
    await clean(page, tab);
  }
  await question.getByRole('button', { name: 'red' }).click();
  await expect(page.getByRole('region', { name: 'Waiting messages' })).toHaveCount(0);
  await ended(page);
  await clean(page, 'thread, idle');
  await message(page).fill('Fail');
  await page.keyboard.press('Enter');
  await expect(transcript(page)).toContainText('That model is not for you.');
  await ended(page);
  await clean(page, 'failed');
  await message(page).fill('Stream');
  await page.keyboard.press('Enter');
  await expect(transcript(page)).toContainText('A long long');
  await clean(page, 'streaming');
});
