import { defineConfig } from '@playwright/test';

const ci = process.env['CI'] === 'true';

// One suite, twice: in a real Electron, and in a browser against `switchyard serve`. tools/e2e.mjs makes the display and starts it.
export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '**/*.spec.ts',
  outputDir: '.cache/e2e',
  timeout: 45_000,
  expect: { timeout: 10_000 },
  workers: 2,
  fullyParallel: true,
  forbidOnly: ci,
  // A busy machine in CI may be late once; what fails twice has failed.
  retries: ci ? 1 : 0,
  reporter: [['list'], ['json', { outputFile: '.cache/playwright.json' }]],
  projects: [
    { name: 'electron', metadata: { host: 'electron' } },
    { name: 'web', metadata: { host: 'web' } },
  ],
});
