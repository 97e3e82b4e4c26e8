// The window with a project in it and a model server that does what the test tells it.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Locator, Page } from '@playwright/test';
import { createDirector, type Director } from '../support/director.ts';
import { type App, expect, test as plain } from './fixtures.ts';

export interface Repo {
  path: string;
  /** Lets a command go on that waits with `until(name)`. */
  release(name: string): void;
}
interface World {
  /** Files of the project. */
  files: Record<string, string>;
  /** Whether the program is told the key of the model server. */
  keyKnown: boolean;
  /** Whether the machine's own sandbox is used: where it is, little asks. */
  sandboxed: boolean;
  model: Director;
  repo: Repo;
}

/** A command that goes on until the test releases it. */
export const until = (name: string): string => `until [ -e ${name} ]; do sleep 0.05; done`;

export const test = plain.extend<World>({
  files: [{ 'README.md': '# Sample\n' }, { option: true }],
  keyKnown: [true, { option: true }],
  sandboxed: [false, { option: true }],
  // oxlint-disable-next-line no-empty-pattern
  model: async ({}, use) => {
    const model = await createDirector();
    await use(model);
    await model.close();
  },
  appEnv: async ({ model, keyKnown, sandboxed }, use) => {
    const sandbox = sandboxed ? { SWITCHYARD_TEST_SANDBOX: '' } : {};
    await use({ OPENAI_BASE_URL: model.url, ...(keyKnown ? { OPENAI_API_KEY: model.key } : {}), ...sandbox });
  },
  repo: async ({ app, files }, use) => {
    const top = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'switchyard-project-')));
    const folder = path.join(top, 'web-shop');
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(path.join(folder, path.dirname(name)), { recursive: true });
      writeFileSync(path.join(folder, name), content);
    }
    const env = { PATH: process.env['PATH'] ?? '', HOME: top, GIT_CONFIG_NOSYSTEM: '1' };
    const git = (...args: string[]): unknown => execFileSync('git', args, { cwd: folder, env });
    git('init', '--quiet', '--initial-branch=main');
    git('add', '--all');
    git('-c', 'user.name=Test', '-c', 'user.email=test@example.com', 'commit', '--quiet', '--message', 'first');
    expect((await app.cli(['projects', 'add', folder])).code).toBe(0);
    await expect(newMessage(app.page)).toBeVisible();
    await use({ path: folder, release: (name) => writeFileSync(path.join(folder, name), '') });
    rmSync(top, { recursive: true, force: true, maxRetries: 5 });
  },
});
export { expect };

export const newMessage = (page: Page): Locator => page.getByRole('textbox', { name: 'Message for a new thread' });
export const message = (page: Page): Locator => page.getByRole('textbox', { name: 'Message', exact: true });
export const transcript = (page: Page): Locator => page.getByRole('log', { name: 'Transcript' });
export const approval = (page: Page): Locator => page.getByRole('region', { name: /^Needs you: / });
export const header = (page: Page): Locator => page.locator('header').filter({ has: page.getByRole('heading', { level: 1 }) });
/** Rows of the sidebar. */
export const row = (page: Page, name: string | RegExp): Locator =>
  page.getByRole('tree', { name: 'Projects and threads' }).getByRole('treeitem').filter({ hasText: name });

/** Begins a thread with these words, by keyboard. */
export async function begin({ page }: App, words: string, profile?: 'Read only' | 'Full access'): Promise<void> {
  const box = newMessage(page);
  await expect(box).toBeFocused();
  if (profile !== undefined) {
    await box.fill(`/profile ${profile}`);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('combobox', { name: `Profile: ${profile}` })).toBeVisible();
  }
  await box.fill(words);
  await page.keyboard.press('Enter');
  await expect(transcript(page)).toBeVisible();
}

/** The turn has ended and its last line is there. */
export async function ended(page: Page): Promise<void> {
  await expect(page.getByRole('button', { name: 'Stop', exact: true })).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Fork from here' }).last()).toBeAttached();
}

/** Opens every line of the transcript that is in view and folded. */
export async function openLines(page: Page): Promise<void> {
  const folded = transcript(page).getByRole('button', { expanded: false });
  for (let most = 20; most > 0 && (await folded.count()) > 0; most -= 1) await folded.first().dispatchEvent('click');
}

/** Waits until the approval takes keys: those pressed right after it appears were meant for something else. */
export async function approvalReady(page: Page): Promise<void> {
  await expect(approval(page)).toBeVisible();
  // An empty box for messages keeps the focus: words may be about to come.
  await page.keyboard.press('Control+Shift+Enter');
  await expect(approval(page)).toBeFocused();
  const since = await page.evaluate(() => performance.now());
  await page.waitForFunction((from) => performance.now() - from > 450, since);
}

const countStored = ({ home }: App, key: string, text: string): unknown => {
  const db = new DatabaseSync(path.join(home, 'switchyard.db'), { readOnly: true });
  try {
    return db.prepare('SELECT count(*) AS n FROM scratch WHERE instr(key, ?) > 0 AND instr(value, ?) > 0').get(key, text)?.['n'];
  } finally {
    db.close();
  }
};

/** What belongs to the window is written a moment after it changed: waits until this is. */
export async function stored(app: App, key: string, text: string): Promise<void> {
  await expect.poll(() => countStored(app, key, text)).not.toBe(0);
}

export async function notStored(app: App, key: string): Promise<void> {
  await expect.poll(() => countStored(app, key, '')).toBe(0);
}
