// The owner is killed at random moments while others start, attach or work. SOAK_POINTS sets how many moments, SOAK_SEED repeats a run.
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
        expect(lostOf(events, log)).toEqual([]);
        const seqs = events.map(({ seq }) => seq);
        expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
        expect(events.filter(({ type }) => type === 'turn.ended').at(-1)).toMatchObject({ data: { status: 'done' } });
      }
      expect(doubled(runsIn(world))).toEqual([]);
      expect(world.survivors()).toEqual([]);
    }
    expect(world.model.violations).toEqual([]);
  },
);
