import type { Page } from '@playwright/test';
import { expect, stored, test } from './world.ts';

async function open(page: Page, section: string): Promise<void> {
  await page.keyboard.press('Control+,');
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('button', { name: section }).click();
  await expect(page.getByRole('heading', { level: 1, name: section })).toBeVisible();
}

const look = (page: Page): Promise<unknown> =>
  page.evaluate(() => {
    const { theme, density } = document.documentElement.dataset;
    return [theme, density, document.documentElement.style.getPropertyValue('--font-base')];
  });

test('theme, density and text size are there after a restart [PRJ-5]', async ({ app }) => {
  await open(app.page, 'Appearance');
  const { page } = app;
  await page.getByRole('radio', { name: 'Dark' }).click();
  await page.getByRole('radio', { name: 'Compact' }).click();
  await page.getByRole('button', { name: 'Text size: more' }).click();
  expect(await look(page)).toEqual(['dark', 'compact', '14px']);
  await page.getByRole('radio', { name: 'Light' }).click();
  expect(await look(page)).toEqual(['light', 'compact', '14px']);
  await page.getByRole('radio', { name: 'Dark' }).click();
  await stored(app, 'theme', '"dark"');
  await app.restartWindow();
  expect(await look(app.page)).toEqual(['dark', 'compact', '14px']);
  await app.restart();
  expect(await look(app.page)).toEqual(['dark', 'compact', '14px']);
  await expect(app.page.getByRole('radio', { name: 'Compact' })).toBeChecked();
});

test('a shortcut is given other keys; what stands against them is said first', async ({ app }) => {
  const { page } = app;
  await open(page, 'Shortcuts');
  const search = page.getByRole('button', { name: /^Search threads: / });
  await search.press('Enter');
  const recording = page.getByRole('button', { name: /^Search threads/, pressed: true });
  await recording.press('Control+C');
  await expect(page.getByText('Reserved: It copies.')).toBeVisible();
  await recording.press('Control+K');
  await expect(page.getByText('“Command palette” has these keys too.')).toBeVisible();
  await page.getByRole('button', { name: 'Take them over' }).click();
  await expect(page.getByRole('button', { name: /^Search threads: .*K/ })).toBeVisible();
  await page.keyboard.press('Control+K');
  await expect(page.getByRole('combobox', { name: 'Search all threads' })).toBeFocused();
  await stored(app, 'keys', '"search-threads":"Mod+K"');
  await app.restartWindow();
  await app.page.keyboard.press('Control+,');
  await app.page.keyboard.press('Control+K');
  await expect(app.page.getByRole('combobox', { name: 'Search all threads' })).toBeFocused();
  await open(app.page, 'Shortcuts');
  await app.page.getByRole('button', { name: 'Reset all' }).click();
  await app.page.keyboard.press('Control+K');
  await expect(app.page.getByRole('dialog', { name: 'Command palette' })).toBeVisible();
});

test.describe('a key', () => {
  test.use({ keyKnown: false });
  test('is kept, tried and removed, and never shown again [MODEL-3]', async ({ app, model }) => {
    const { page } = app;
    await open(page, 'Providers');
    const card = page.getByRole('region', { name: 'OpenAI', exact: true });
    const enter = async (button: string, key: string): Promise<void> => {
      await card.getByRole('button', { name: button }).click();
      await page.getByLabel('Key for OPENAI_API_KEY').fill(key);
      await page.keyboard.press('Enter');
      await expect(card).toContainText('OPENAI_API_KEY is kept here');
    };
    await enter('Add key', 'sk-wrong');
    await card.getByRole('button', { name: 'Test' }).click();
    await expect(card.getByRole('status')).toContainText(/key/i);
    await expect(card.getByRole('status')).not.toContainText('It answers');
    await enter('Replace key', model.key);
    await card.getByRole('button', { name: 'Test' }).click();
    await expect(card.getByRole('status')).toHaveText('It answers, with 1 model.');
    expect(await page.content()).not.toContain(model.key);
    await card.getByRole('button', { name: 'Remove key' }).click();
    const asked = page.getByRole('alertdialog', { name: 'Remove OPENAI_API_KEY?' });
    await expect(asked.getByRole('button', { name: 'Cancel' })).toBeFocused();
    await asked.getByRole('button', { name: 'Remove key' }).click();
    await expect(card).toContainText('not kept here');
    expect((await app.cli(['keys', 'list'])).stdout).not.toContain('OPENAI_API_KEY');
  });
});
