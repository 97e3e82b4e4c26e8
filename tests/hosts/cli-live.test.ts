import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import { setUp } from '../support/command-world.ts';
import { until } from '../support/world.ts';

const times = (text: string, part: string): number => text.split(part).length - 1;

/** Resolves once what streams is where the next owner finds it. */
async function kept(home: string, words: string): Promise<void> {
  const file = path.join(home, 'switchyard.db');
  await until(() => {
    const db = new Database(file, { readonly: true });
    try {
      return db.prepare('SELECT count(*) FROM live WHERE instr(data, ?) > 0').pluck().get(words) === 1;
    } finally {
      db.close();
    }
  }, 'the streamed text');
}

it('tells a text once whose owner is killed while it streams, and goes on [AGT-7] [SH-1]', async () => {
  const { run, exec, home } = await setUp([
    { text: `Once upon a time, ${'there was a story, '.repeat(20)}`, fault: 'hang-after' },
    { text: 'And so it ended.' },
  ]);
  const daemon = run(['daemon', 'run']);
  await daemon.says('The daemon runs');
  const told = exec(['--profile', 'full-access', 'tell me']);
  await kept(home, 'Once upon a time');
  process.kill(daemon.pid, 'SIGKILL');
  expect(await told.ended, told.err()).toBe(0);
  expect(told.err()).toContain('Going on where it was.');
  expect(times(told.err(), 'Once upon a time')).toBe(1);
  expect(told.out()).toBe('And so it ended.\n');
});

it('prints an answer once, whole, to who attached before it streamed and to who attached in the middle [SH-1]', async () => {
  const words = `Once upon a time, ${'there was a story, '.repeat(60)}the end.`;
  const { exec, home } = await setUp([{ text: words, deltas: 600, fault: 'slow' }, { text: 'The second answer.' }, { text: 'The third.' }]);
  const first = exec(['--profile', 'full-access', 'tell me']);
  await first.says('thread ');
  await kept(home, 'Once upon a time');
  const second = exec(['--last', 'two']);
  await second.says('waits until its turn has ended');
  const events = exec(['--last', '--json', 'three']);
  expect([await first.ended, await second.ended, await events.ended], second.err()).toEqual([0, 0, 0]);
  expect([first.out(), times(first.err(), 'Once upon a time')]).toEqual([`${words}\n`, 0]);
  expect([second.out(), times(second.err(), 'Once upon a time') < 2]).toEqual(['The second answer.\n', true]);
  const texts = events
    .out()
    .split('\n')
    .filter((line) => line.includes('Once upon a time'));
  expect(texts.length).toBe(1);
});
