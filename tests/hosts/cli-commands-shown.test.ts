import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { setUp, shell } from '../support/command-world.ts';

it('a command is shown as running once it runs, and not while it is asked about', async () => {
  const two = { calls: [...(shell('echo one').calls ?? []), ...(shell('echo two').calls ?? [])] };
  const { exec } = await setUp([two, shell('echo three'), { text: 'done' }]);
  const process = exec(['--ask', 'x'], { input: 'pipe' });
  await process.says('[y] once');
  expect(process.err()).toContain('to run:  echo one');
  expect(process.err()).not.toContain('$ ');
  process.type('y\n');
  await process.says('to run:  echo two');
  // Nothing of one answer runs before all of it has been answered.
  expect(process.err()).not.toContain('$ ');
  process.type('n\n');
  await process.says('to run:  echo three');
  expect(process.err()).toContain('$ echo one');
  process.type('t\n');
  expect(await process.ended, process.err()).toBe(0);
  expect(process.err()).not.toContain('$ echo two');
  const lines = process.err().split('\n');
  for (const command of ['one', 'three']) {
    expect(lines.indexOf(`$ echo ${command}`)).toBeGreaterThan(lines.indexOf(`  to run:  echo ${command}`));
    expect(lines.filter((line) => line === `$ echo ${command}`)).toHaveLength(1);
  }
});

it('a command that nothing asks about is shown at once, one after another', async () => {
  const waits = 'while [ ! -e go ]; do sleep 0.01; done';
  const { exec, folder } = await setUp([{ calls: [...(shell(waits).calls ?? []), ...(shell('echo two').calls ?? [])] }, { text: 'done' }]);
  const process = exec(['--profile', 'full-access', 'x']);
  await process.says(`$ ${waits}`);
  expect(process.err()).not.toContain('$ echo two');
  writeFileSync(path.join(folder, 'go'), '');
  expect(await process.ended, process.err()).toBe(0);
  expect(process.err()).toContain('$ echo two');
});
