import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createSubject } from './subjects.ts';
import { lackingSandbox } from './users.ts';
import { createWorld, makeBase } from './world.ts';

const lacking = await lackingSandbox();

it.skipIf(lacking !== undefined)('what a command committed before a restart is not taken for what was there before [SAFE-2]', async () => {
  const folder = makeBase();
  const data = path.join(folder, 'data');
  mkdirSync(data);
  const world = createWorld(folder, data);
  const runs = async (...commands: string[]): Promise<void> => {
    const subject = createSubject({ name: 'ours', data, note: () => undefined });
    const range = subject.range(world, {});
    for (const command of commands) expect(await range.run(command)).toMatchObject({ code: 0 });
    await range.close();
    await subject.close();
  };
  try {
    await runs('git checkout -q -b x; echo attacked > .envrc; git add -f -A; git commit -q -m x; git checkout -q -f main');
    await runs('true', 'git checkout -q -f x');
    expect(world.git(world.project, 'show', 'x:.envrc')).toBe('attacked\n');
    expect(existsSync(path.join(world.project, '.envrc'))).toBe(false);
  } finally {
    await world.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
