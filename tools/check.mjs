// What to run after every change: lockfile, format, lint, types and the architecture, in seconds.
import { runChecks } from './checks.mjs';

const architecture = { name: 'architecture', tool: 'vitest', args: ['run', 'tests/architecture.test.ts', 'tests/promises.test.ts'] };
const { failed } = await runChecks([architecture]);
process.exit(failed === 0 ? 0 : 1);
