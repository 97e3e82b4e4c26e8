// Hundreds of crashes at random points, and the property tests at length: `npm run soak`. The seed is new each time and is told, so that
// SOAK_SEED=... npm run soak repeats a run. SOAK_POINTS and SOAK_RUNS set how much.
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build, root, run } from './command.mjs';

const points = process.env.SOAK_POINTS ?? '200';
const runs = process.env.SOAK_RUNS ?? '2000';
const seed = process.env.SOAK_SEED ?? String(Math.floor(Math.random() * 1e9));
const folder = mkdtempSync(path.join(os.tmpdir(), 'switchyard-soak-'));
const figuresIn = (name) => path.join(folder, `${name}.json`);

/** The tests of a kind, one file after another: what is killed at random points shall have the machine to itself. */
async function soak(name, patterns, env) {
  Object.assign(process.env, env, { SOAK_FIGURES: figuresIn(name) });
  const { ok, seconds } = await run('vitest', ['run', '--no-file-parallelism', '--testTimeout=1800000', ...patterns]);
  console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds.toFixed(0)} s)`);
  return ok;
}

/** Every test file that can be told to try more often. */
const properties = globSync('tests/**/*.test.ts', { cwd: root }).filter((file) =>
  readFileSync(path.join(root, file), 'utf8').includes("env['SOAK_RUNS']"),
);

const built = await build();
if (!built.ok) {
  console.error('The build failed.');
  process.exit(1);
}
console.log(`seed ${seed}`);
const base = { SOAK_SEED: seed, SOAK_POINTS: points, SOAK_RUNS: runs };
const results = [
  await soak('kill', ['tests/kill/points'], base),
  await soak('owner', ['tests/owner/points'], base),
  await soak('properties', properties, base),
];

/** @param {string} name */
const read = (name) => {
  try {
    return JSON.parse(readFileSync(figuresIn(name), 'utf8'));
  } catch {
    return undefined;
  }
};
for (const name of ['kill', 'owner']) {
  const figures = read(name);
  if (figures === undefined) {
    console.log(`${name}: no figures, it did not come to its end`);
    continue;
  }
  const { during, ...rest } = figures;
  console.log(
    `${name}: ${Object.entries({ ...rest, ...during })
      .map(([key, value]) => `${key} ${value}`)
      .join(', ')}`,
  );
}
rmSync(folder, { recursive: true });
console.log(`${results.filter(Boolean).length} passed, ${results.filter((ok) => !ok).length} failed; seed ${seed}`);
process.exitCode = results.every(Boolean) ? 0 : 1;
