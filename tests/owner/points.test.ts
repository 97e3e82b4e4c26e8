// The owner is killed at random moments while others start, attach or work. The same variables as in tests/kill/points.test.ts.
import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { answersIn, type SentRequest, type Step } from '../support/fake-model.ts';
import { doubled, lostOf, readLog, runsIn } from '../support/kill.ts';
import { createRandom, pause } from '../support/random.ts';
import { createWorld, exec, sentText, shell } from '../support/world.ts';

const points = Math.ceil(Number(process.env['SOAK_POINTS'] ?? 30) / 4);
const seed = Number(process.env['SOAK_SEED'] ?? 1);
const commands = 5;

function script(request: SentRequest): Step {
  const name = /Job (\w+)/.exec(sentText(request))?.[1] ?? 'none';
  const step = answersIn(request);
  if (step >= commands) return { text: `Job ${name} is done.` };
  return { calls: [shell(`echo ${name}-${step} >> runs.txt; sleep 0.02`)] };
}

it.skipIf(process.platform === 'win32')(
  `two commands come to their end when the third, the owner, is killed at ${points} random moments [SH-1] [AGT-7]`,
  { timeout: 60_000 + points * 5_000 },
  async () => {
    const random = createRandom(seed);
    const world = await createWorld({ script });
    const told = { lost: 0, survivors: 0 };
    for (let point = 0; point < points; point += 1) {
      const owner = world.start([...exec, `Job x${point}`]);
      await pause(random(250));
      const others = ['y', 'z'].map((name) => world.start([...exec, '--json', `Job ${name}${point}`]));
      await pause(random(350));
      await owner.kill();
      const ends = await Promise.all(others.map(({ ended }) => ended));
      const log = readLog(world.home);
      for (const { code, stderr, events } of ends) {
        expect(code, `point ${point}: ${stderr}`).toBe(0);
        told.lost += lostOf(events, log).length;
        const seqs = events.map(({ seq }) => seq);
        expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
        expect(events.filter(({ type }) => type === 'turn.ended').at(-1)).toMatchObject({ data: { status: 'done' } });
      }
      told.survivors += world.survivors().length;
    }
    const figures = { points, seed, commands: runsIn(world).length, ...told, doubled: doubled(runsIn(world)).length };
    const file = process.env['SOAK_FIGURES'];
    if (file) writeFileSync(file, JSON.stringify(figures));
    expect(figures).toMatchObject({ lost: 0, doubled: 0, survivors: 0 });
    expect(world.model.violations).toEqual([]);
  },
);
