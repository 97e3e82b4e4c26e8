// The checks that need no running program: each is one line of `npm run check` and counts as one test in `npm test`.
import { run, typed } from './command.mjs';

const checks = [
  { name: 'lockfile', tool: 'node', args: ['tools/check-lock.mjs'] },
  { name: 'policy files', tool: 'node', args: ['tools/policy-files.mjs', '--check'], remedy: 'npm run policy:files' },
  { name: 'format', tool: 'biome', args: ['check', '--colors=off'], remedy: 'npm run format' },
  { name: 'lint', tool: 'oxlint', args: ['--type-aware', '--deny-warnings'] },
  ...typed().map((folder) => ({
    name: `types of ${folder === '.' ? 'the configuration' : folder}`,
    tool: 'tsc',
    args: ['--project', folder, '--pretty', 'false'],
  })),
];

/**
 * Runs the checks, and others like them, side by side; prints one line for each and what a failed one said.
 * @param {{ name: string, tool: string, args: string[], remedy?: string }[]} [more]
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runChecks(more = []) {
  const results = await Promise.all(
    [...checks, ...more].map(async ({ name, tool, args, remedy }) => {
      const { ok, output, seconds } = await run(tool, args, { quiet: true });
      console.log(`${ok ? 'ok    ' : 'FAILED'} ${name} (${seconds.toFixed(1)} s)`);
      if (!ok) console.log(output.trimEnd() + (remedy ? `\nTo mend it: ${remedy}` : ''));
      return ok;
    }),
  );
  const passed = results.filter(Boolean).length;
  return { passed, failed: results.length - passed };
}
