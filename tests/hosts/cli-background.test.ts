import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { setUp, shell } from '../support/command-world.ts';
import { processesWith } from '../support/processes.ts';

const waits = shell('while [ ! -e go ]; do sleep 0.01; done');

it.skipIf(process.platform === 'win32')('ends what an attached command left in the background, once nobody is there any more', async () => {
  const mark = `sleep 5${process.pid % 1000}.1`;
  const { exec, folder } = await setUp([waits, shell(mark, { background: true }), { text: 'second' }, { text: 'first' }]);
  const first = exec(['--profile', 'full-access', 'one']);
  await first.says('$ while');
  const second = exec(['--profile', 'full-access', 'two']);
  expect(await second.ended, second.err()).toBe(0);
  // The owner still works: what the other one left goes on as long.
  expect(processesWith(mark).length).toBeGreaterThan(0);
  writeFileSync(path.join(folder, 'go'), '');
  expect(await first.ended, first.err()).toBe(0);
  expect(first.out()).toBe('first\n');
  expect(first.err()).toContain('Ending a command left in the background.');
  expect(processesWith(mark)).toEqual([]);
});

it.skipIf(process.platform === 'win32')('leaves it to a daemon, where it goes on', async () => {
  const mark = `sleep 6${process.pid % 1000}.2`;
  const { exec, run } = await setUp([shell(mark, { background: true }), { text: 'done' }]);
  const daemon = run(['daemon']);
  await daemon.says('The daemon runs');
  const command = exec(['--profile', 'full-access', 'x']);
  expect(await command.ended, command.err()).toBe(0);
  expect(command.err()).not.toContain('Ending');
  expect(processesWith(mark).length).toBeGreaterThan(0);
  daemon.child.kill('SIGTERM');
  expect(await daemon.ended, daemon.err()).toBe(0);
  expect(processesWith(mark)).toEqual([]);
});
