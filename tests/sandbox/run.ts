// Runs the probes as whoever starts it: node tests/sandbox/run.ts SUBJECTS [WORD...]. One line of JSON a probe; words choose by id.
// SUBJECTS: control (no sandbox), ours, peer (SANDBOX_RUNTIME: the folder of @anthropic-ai/sandbox-runtime), several with commas.
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { probes } from './probes/all.ts';
import { judge, judgeAll, type Verdict } from './range.ts';
import { createSubject, type SubjectName } from './subjects.ts';
import { makeBase } from './world.ts';

const [chosen = 'control,ours', ...words] = process.argv.slice(2);
const names = chosen.split(',') as SubjectName[];
process.env['PROBE_SECRET'] = 'secret-of-the-environment';
const folder = makeBase();
// Where it cannot be removed, what went wrong before is to be told.
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
const data = path.join(folder, 'data');
mkdirSync(data, { mode: 0o700 });
const note = (line: string): void => {
  if (process.env['PROBE_NOTES']) console.error(line);
};
const subjects = names.map((name) => ({ name, subject: createSubject({ name, data, note }) }));
try {
  await judgeAll(
    probes.filter(({ id }) => words.length === 0 || words.some((word) => id.includes(word))),
    async (probe) => {
      const start = performance.now();
      const verdicts: Partial<Record<SubjectName, Verdict>> = {};
      for (const { name, subject } of subjects) verdicts[name] = await judge(probe, subject, folder, data, name === 'control');
      console.log(JSON.stringify({ id: probe.id, ...verdicts, took: Math.round(performance.now() - start) }));
    },
  );
} finally {
  for (const { subject } of subjects) await subject.close();
}
// Whatever an attack has left open does not keep us.
process.exit();
