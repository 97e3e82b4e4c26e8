// Runs what developers do: node tests/sandbox/use.ts SUBJECTS [WORD...], one line of JSON each.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createSubject, type SubjectName } from './subjects.ts';
import { uses } from './usability.ts';
import { createWorld, makeBase } from './world.ts';

const [chosen = 'ours', ...words] = process.argv.slice(2);
const folder = makeBase();
// Where it cannot be removed, what went wrong before is to be told.
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const data = path.join(folder, 'data');
mkdirSync(data, { mode: 0o700 });
const has = (program: string): boolean => {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};
for (const name of chosen.split(',') as SubjectName[]) {
  const subject = createSubject({ name, data, note: () => undefined });
  for (const use of uses) {
    if (words.length > 0 && !words.some((word) => use.id.includes(word))) continue;
    const lacking = use.needs?.find((program) => !has(program));
    if (lacking !== undefined) {
      console.log(JSON.stringify({ id: use.id, name, works: null, reason: `this machine has no ${lacking}` }));
      continue;
    }
    const world = createWorld(folder, data);
    await use.setup?.(world);
    const range = subject.range(world, use);
    const start = performance.now();
    const seen = await (typeof use.does === 'function' ? range.run(use.does(world), { limit: 60_000 }) : use.does.steps(world, range));
    const works = use.works(world, seen);
    console.log(
      JSON.stringify({
        id: use.id,
        name,
        works,
        took: Math.round(performance.now() - start),
        output: works ? '' : seen.output.slice(-1500),
      }),
    );
    await world.close();
    await range.close();
  }
  await subject.close();
}
// Whatever an attack has left open does not keep us.
process.exit();
