import { expect, it } from 'vitest';
import type { Cli } from '../support/command-line.ts';
import { setUp, shell, threadOf } from '../support/command-world.ts';
import { processesWith } from '../support/processes.ts';

const text = (process: Cli): string => process.out() + process.err();

it('a thread that waits for an answer can be stopped, as the refusal to delete it says', async () => {
  const { exec, run } = await setUp([shell('echo one > made')]);
  const asked = exec(['x']);
  expect(await asked.ended, asked.err()).toBe(3);
  const id = threadOf(asked);
  for (const verb of [['archive'], ['delete', '--yes']]) {
    const refused = run(['threads', ...verb, id]);
    expect(await refused.ended).toBe(2);
    for (const said of ['waits for an answer', `switchyard threads stop ${id}`]) expect(refused.err()).toContain(said);
  }
  const stopped = run(['threads', 'stop', id]);
  expect(await stopped.ended, text(stopped)).toBe(0);
  expect(stopped.err()).toContain('Stopped.');
  const shown = run(['threads', 'show', id]);
  expect(await shown.ended).toBe(0);
  expect(shown.out()).toContain('interrupted');
  const again = run(['threads', 'stop', id]);
  expect(await again.ended, text(again)).toBe(0);
  expect(again.err()).toContain('Nothing runs');
  const deleted = run(['threads', 'delete', '--yes', id]);
  expect(await deleted.ended, text(deleted)).toBe(0);
  const gone = run(['threads', 'stop', id]);
  expect(await gone.ended).toBe(2);
});

it.skipIf(process.platform === 'win32')('a thread at work is stopped with its commands, wherever it runs', async () => {
  const behind = `sleep 7${process.pid % 1000}.1`;
  const front = `sleep 8${process.pid % 1000}.2`;
  const { exec, run } = await setUp([shell(behind, { background: true }), shell(front)]);
  const daemon = run(['daemon']);
  await daemon.says('The daemon runs');
  const working = exec(['--profile', 'full-access', 'x']);
  await working.says(`$ ${front}`);
  const refused = run(['threads', 'archive', threadOf(working)]);
  expect(await refused.ended).toBe(2);
  expect(refused.err()).toContain('is at work');
  const stopped = run(['threads', 'stop', threadOf(working)]);
  expect(await stopped.ended, text(stopped)).toBe(0);
  expect(await working.ended, text(working)).toBe(130);
  for (const mark of [behind, front]) expect(processesWith(mark)).toEqual([]);
  const archived = run(['threads', 'archive', threadOf(working)]);
  expect(await archived.ended, text(archived)).toBe(0);
});
