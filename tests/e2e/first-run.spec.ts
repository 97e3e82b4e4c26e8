import { approval, ended, expect, test, transcript } from './world.ts';

test('a fresh data folder: the checks, and Rehearsal mends the sample project with one approval [MODEL-4]', async ({ app }, info) => {
  const { page } = app;
  await expect(page.getByRole('heading', { name: 'Put an agent to work' })).toBeVisible();
  const checks = page.getByRole('region', { name: 'What was checked' }).getByRole('listitem');
  await expect(checks.filter({ hasText: 'Git' }).getByRole('img', { name: 'Works', exact: true })).toBeVisible();
  await expect(checks.filter({ hasText: 'Sandbox' })).toBeVisible();
  await expect(checks.filter({ hasText: 'Provider' })).toBeVisible();
  await info.attach('first run', { body: await page.screenshot(), contentType: 'image/png' });

  await page.getByRole('button', { name: 'Try the sample project' }).click();
  const asked = approval(page);
  // With a sandbox the change is made unasked, and the tests run outside of it once; without one it is the other way round.
  await expect(asked).toContainText(/npm test|src\/discount\.js/, { timeout: 30_000 });
  await info.attach('approval', { body: await page.screenshot(), contentType: 'image/png' });
  await asked.getByRole('button', { name: 'Allow once' }).click();
  await expect(asked).toHaveCount(0);
  await ended(page);
  await expect(transcript(page)).toContainText(/Done: (\d+) of \1 tests pass/, { timeout: 30_000 });

  const changes = page.getByRole('list', { name: 'Changed files' });
  await expect(changes.getByRole('button', { name: /discount\.js/ })).toBeVisible();
  await expect(changes).toContainText('quantity >= from');
  await expect(page.getByRole('treeitem', { name: /Find out why the tests fail/ })).toBeVisible();
  await info.attach('finished', { body: await page.screenshot(), contentType: 'image/png' });
  expect(app.complaints).toEqual([]);
});
