// Everything: the checks, the build, the tests, the window's tests. The last line is `N passed, N failed, N skipped`.
// Arguments go to vitest: `npm test -- tests/runtime` runs the checks, the build and those tests, without the window's.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { runChecks } from './checks.mjs';
import { build, root, run } from './command.mjs';
import { ensure, forSandbox } from './debian.mjs';
import { runWindowTests } from './e2e.mjs';

const report = path.join(root, '.cache', 'vitest.json');
const ci = process.env.CI === 'true';
const total = { passed: 0, failed: 0, skipped: 0 };
const count = (ok) => (ok ? total.passed++ : total.failed++);

async function tests() {
  if (spawnSync('git', ['--version']).status !== 0) {
    console.error(`git is not installed: the tests ${ci ? 'need it' : 'are skipped'}.`);
    total[ci ? 'failed' : 'skipped']++;
    return;
  }
  // Its tests say themselves that it is missing.
  ensure(forSandbox);
  rmSync(report, { force: true });
  const { ok } = await run('vitest', [
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ]);
  let failures = 0;
  try {
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(readFileSync(report, 'utf8'));
    total.passed += numPassedTests;
    total.skipped += numPendingTests + numTodoTests;
    // A file that does not load has failed without a failed test in it.
    const broken = testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.every((test) => test.status !== 'failed'),
    );
    failures = numFailedTests + broken.length;
  } catch (error) {
    console.error(`vitest left no report: ${error.message}`);
  }
  // So has a run with an error outside of every test, or without a report.
  total.failed += failures === 0 && !ok ? 1 : failures;
}

const { passed, failed } = await runChecks();
total.passed += passed;
total.failed += failed;
const built = await build();
console.log(`${built.ok ? 'ok    ' : 'FAILED'} build (${built.seconds.toFixed(1)} s)`);
count(built.ok);
if (built.ok) {
  await tests();
  if (process.argv.length === 2) {
    const seen = await runWindowTests();
    for (const kind of ['passed', 'failed', 'skipped']) total[kind] += seen[kind];
  }
} else console.error('The tests need the build: they did not run.');

console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed === 0 ? 0 : 1;
