import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    include: ['tests/**/*.test.{ts,tsx}'],
    // The real one would fetch its binary and throw.
    alias: { electron: fileURLToPath(new URL('tests/support/fake-electron.ts', import.meta.url)) },
    // Whoever tests the sandbox opens one.
    env: { SWITCHYARD_TEST_SANDBOX: 'none' },
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
