// What asks where there is a sandbox, /permissions, trust, and what stays red.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Locator, Page } from '@playwright/test';
import type { SentRequest } from '../support/fake-model.ts';
import { approval, approvalReady, begin, ended, expect, header, message, newMessage, row, test, transcript } from './world.ts';

const said = ({ body }: SentRequest): string => JSON.stringify(body['input']);
const shell = (command: string, more: Record<string, unknown> = {}) => ({ name: 'shell', args: { command, ...more } });
const question = (page: Page, at: number): Locator =>
  approval(page)
    .getByRole('group')
    .nth(at - 1);
/** Keys count again: those pressed right after the focus came were meant for something else. */
const readyAgain = async (page: Page, place: Locator): Promise<void> => {
  await expect(place).toBeFocused();
  const since = await page.evaluate(() => performance.now());
  await page.waitForFunction((from) => performance.now() - from > 450, since);
};

const works = spawnSync('bwrap', ['--ro-bind', '/', '/', '--unshare-all', 'true']).status === 0;

test.describe('in the sandbox', () => {
  test.skip(!works && process.env['CI'] !== 'true', 'There is no sandbox on this machine.');
  test.use({ sandboxed: true });

  test('three approvals of one turn are answered once, always and no, with a restart in the middle; the rule is seen and revoked [SAFE-4] [PRJ-5]', async ({
    app,
    model,
    repo,
  }) => {
    const made = (name: string): boolean => existsSync(path.join(repo.path, name));
    writeFileSync(
      path.join(app.home, 'config.toml'),
      '[[profiles.workspace.commands]]\nprefix = ["touch"]\ndecision = "ask"\nreason = "Files are for people."\n',
    );
    model.on(
      'Make three files',
      { text: 'Three files.', calls: [shell('touch one.txt'), shell('touch two.txt'), shell('touch three.txt')] },
      { text: 'Two of them are there.' },
    );
    await begin(app, 'Make three files');
    let { page } = app;
    await expect(approval(page)).toContainText('The agent asks 3 things');
    await expect(question(page, 1)).toContainText('Files are for people.');
    await expect(question(page, 1)).toContainText('config.toml:1');
    await page.keyboard.press('Control+Shift+Enter');
    await readyAgain(page, question(page, 1));
    const before = await approval(page).boundingBox();
    await page.keyboard.press('Enter');
    await expect(question(page, 1)).toContainText('You allowed it once');
    expect((await approval(page).boundingBox())?.height).toBe(before?.height);
    await expect(question(page, 2)).toBeFocused();
    await page.keyboard.press('ArrowDown');
    await expect(question(page, 3)).toBeFocused();
    expect(made('one.txt')).toBe(false);

    page = await app.restart();
    await expect(approval(page)).toContainText('1 answered, 2 open');
    await expect(question(page, 1)).toContainText('You allowed it once');
    await page.keyboard.press('Control+Shift+Enter');
    await expect(question(page, 2)).toBeFocused();
    await question(page, 2).getByRole('button', { name: 'Always …' }).press('Enter');
    await expect(question(page, 2)).toContainText('touch two.txt runs without asking, written exactly so and in this folder');
    await expect(question(page, 2).getByRole('button', { name: 'Always allow this' })).toBeFocused();
    await page.keyboard.press('Enter');
    await expect(question(page, 2)).toContainText('You always allow it');
    await readyAgain(page, question(page, 3));
    await page.keyboard.press('Escape');
    await expect(transcript(page)).toContainText('Two of them are there.');
    await ended(page);
    expect(['one.txt', 'two.txt', 'three.txt'].map(made)).toEqual([true, true, false]);
    expect(said(model.requests.at(-1) as SentRequest)).toContain('The user said no.');
    await expect(transcript(page)).toContainText('you allowed 2, refused 1');

    await message(page).fill('/permissions');
    await page.keyboard.press('Enter');
    const panel = page.getByRole('dialog', { name: 'Permissions' });
    const revoke = panel.getByRole('button', { name: 'Revoke: touch two.txt' });
    await expect(revoke).toBeVisible();
    await panel.getByRole('textbox', { name: 'What to try' }).fill('touch two.txt');
    const verdicts = panel.getByRole('list', { name: 'What would happen' });
    await expect(verdicts.getByRole('listitem').first()).toContainText('granted for this project');
    await revoke.press('Enter');
    await expect(revoke).toHaveCount(0);
    await expect(verdicts.getByRole('listitem').first()).toContainText('asks you');
    await expect(verdicts.getByRole('listitem').first()).toContainText('config.toml:1');
    await page.keyboard.press('Escape');
    await expect(panel).toHaveCount(0);

    model.on('Touch it again', { calls: [shell('touch two.txt')] }, { text: 'So be it.' });
    await message(page).fill('Touch it again');
    await page.keyboard.press('Enter');
    await approvalReady(page);
    await expect(approval(page)).toContainText('touch two.txt');
    await page.keyboard.press('Escape');
    await expect(transcript(page)).toContainText('So be it.');
    expect(model.violations).toEqual([]);
    expect(app.complaints).toEqual([]);
  });

  test('leaving the sandbox is graver, and marked; files that run by themselves are held back [SAFE-2] [SAFE-4]', async ({
    app,
    model,
    repo,
  }) => {
    const { page } = app;
    const outside = path.join(path.dirname(repo.path), 'beside.txt');
    model.on(
      'Write beside',
      {
        calls: [
          shell(`echo in > ${outside} || echo kept in`),
          shell(`echo out > ${outside}`, { outside: true, reason: 'It lies beside.' }),
        ],
      },
      { calls: [shell('echo "export A=1" > .envrc')] },
      { text: 'That is that.' },
    );
    await begin(app, 'Write beside');
    await approvalReady(page);
    await expect(approval(page)).toHaveAccessibleName('Needs you: The agent wants to leave the sandbox');
    await expect(approval(page)).toContainText('It lies beside.');
    await expect(approval(page).getByRole('button', { name: 'Always …' })).toHaveCount(0);
    await page.keyboard.press('Enter');
    await expect(approval(page)).toContainText('run by direnv');
    expect(existsSync(outside)).toBe(true);
    expect(existsSync(path.join(repo.path, '.envrc'))).toBe(false);
    await approvalReady(page);
    await page.keyboard.press('Escape');
    await expect(transcript(page)).toContainText('That is that.');
    await ended(page);
    await expect(transcript(page)).toContainText('outside');
    expect(existsSync(path.join(repo.path, '.envrc'))).toBe(false);
    await expect(header(page)).not.toContainText('No sandbox');
    expect(model.violations).toEqual([]);
  });
});

test.describe('trust', () => {
  test.use({ files: { 'README.md': '# Sample\n', 'AGENTS.md': 'Whisper.\n' } });

  test('is asked with what it would load; "not now" holds until that changes [PRJ-2]', async ({ app, model, repo }) => {
    const { page } = app;
    const asked = page.getByRole('region', { name: 'Trust web-shop?' });
    await expect(asked).toContainText('AGENTS.md');
    await asked.getByRole('button', { name: 'Not now' }).press('Enter');
    await expect(asked).toHaveCount(0);
    await expect(page.getByText('1 instruction file left out')).toBeVisible();
    model.on('Hello', { text: 'HELLO.' });
    await begin(app, 'Hello');
    await ended(page);
    expect(said(model.requests.at(-1) as SentRequest)).not.toContain('Whisper.');
    await page.keyboard.press('Control+N');
    await expect(page.getByText('1 instruction file left out')).toBeVisible();
    await expect(asked).toHaveCount(0);

    mkdirSync(path.join(repo.path, '.switchyard'));
    writeFileSync(path.join(repo.path, '.switchyard/config.toml'), 'profile = "read-only"\n');
    await page.reload();
    await expect(asked).toContainText('.switchyard/config.toml');
    await asked.getByRole('button', { name: 'Trust this project' }).press('Enter');
    await expect(asked).toHaveCount(0);
    model.on('Again', { text: 'hello.' });
    await newMessage(page).fill('Again');
    await page.keyboard.press('Enter');
    await expect(transcript(page)).toContainText('hello.');
    expect(JSON.stringify(model.requests.at(-1)?.body)).toContain('Whisper.');
  });
});

test('full access stays red as long as it holds; without a sandbox the thread says that it asks [SAFE-1] [SAFE-2]', async ({
  app,
  model,
  repo,
}) => {
  const { page } = app;
  expect(repo.path).not.toBe('');
  model.on('Say hello', { text: 'Hello.' });
  await begin(app, 'Say hello', 'Full access');
  await ended(page);
  const mark = header(page).getByRole('button', { name: 'Full access' });
  const edge = page.locator('div:has(> textarea[data-composer])');
  const stop = await page.evaluate(() => {
    const probe = document.createElement('i');
    probe.style.color = 'var(--stop)';
    document.body.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  });
  await expect(mark).toBeVisible();
  await expect(edge).toHaveCSS('border-top-color', stop);
  await expect(row(page, 'Say hello').getByRole('img', { name: 'Full access' })).toBeVisible();
  await page.reload();
  await expect(mark).toBeVisible();
  await message(page).fill('/profile Workspace');
  await page.keyboard.press('Enter');
  await expect(mark).toHaveCount(0);
  await expect(row(page, 'Say hello').getByRole('img', { name: 'Full access' })).toHaveCount(0);
  await expect(edge).not.toHaveCSS('border-top-color', stop);
  await expect(header(page).getByRole('button', { name: 'No sandbox: it asks' })).toBeVisible();
});
