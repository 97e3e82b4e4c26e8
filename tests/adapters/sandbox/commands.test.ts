import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCommands } from '../../../electron/adapters/commands/commands.ts';
import { keptVariables } from '../../../electron/adapters/commands/environment.ts';
import { confined } from '../../support/confined.ts';
import { processesWith } from '../../support/processes.ts';
import { tempFolder } from '../../support/temp.ts';

const until = async (ready: () => boolean): Promise<void> => {
  while (!ready()) await new Promise((resolve) => setTimeout(resolve, 5));
};

async function world() {
  const box = await confined();
  const commands = createCommands({ folder: tempFolder('outputs'), homeId: 'sandboxed', wrap: box.sandbox.wrap });
  onTestFinished(async () => commands.close());
  const textOf = (id: string): string => Buffer.from(commands.output(id, { from: 0, length: 100_000 }).bytes).toString();
  const start = async (id: string, command: string, input?: boolean) =>
    commands.start({ id, command, cwd: box.folder, confine: box.confine(), ...(input === undefined ? {} : { input }) });
  return { ...box, commands, start, textOf };
}

describe.runIf(process.platform === 'linux')('commands in the sandbox', () => {
  it('have input, output in order and their own exit code', async () => {
    const { start, textOf } = await world();
    const command = await start('one', 'read line; echo "got $line"; echo err >&2; echo "mark $SWITCHYARD_COMMAND"; exit 3', true);
    command.write('word\n');
    expect(await command.exited).toEqual({ code: 3 });
    expect(textOf('one')).toBe('got word\nerr\nmark sandboxed:one\n');
  });

  it('may end by themselves when they are stopped, and leave nothing', async () => {
    const { start, folder, textOf } = await world();
    const mark = `sleep 6${process.pid % 1000}.7`;
    const command = await start('two', `trap 'echo ending; exit 0' TERM; setsid ${mark} & touch up; wait`);
    await until(() => existsSync(path.join(folder, 'up')));
    await command.stop();
    expect(textOf('two')).toBe('ending\n');
    expect(processesWith(mark)).toEqual([]);
  });

  it('end with a killed runtime', async () => {
    const { folder } = await confined();
    const mark = `sleep 5${process.pid % 1000}.3`;
    const owner = spawn(
      process.execPath,
      [path.resolve(import.meta.dirname, '../../support/confined-owner.ts'), folder, `touch up; ${mark}`],
      { stdio: 'ignore' },
    );
    await until(() => existsSync(path.join(folder, 'up')));
    expect(processesWith(mark).length).toBeGreaterThan(0);
    owner.kill('SIGKILL');
    await until(() => processesWith(mark).length === 0);
  });

  it('write a file of a gigabyte', async () => {
    const { start, folder } = await world();
    const command = await start('big', 'head -c 1073741824 /dev/zero > big && rm -f other && mv big other && wc -c < other');
    expect(await command.exited).toEqual({ code: 0 });
    expect(statSync(path.join(folder, 'other')).size).toBe(1024 ** 3);
  });

  it('are told of a missing folder and of too long a command as without a sandbox', async () => {
    const { commands, folder, confine } = await world();
    const gone = commands.start({ id: 'gone', command: 'true', cwd: path.join(folder, 'none'), confine: confine() });
    await expect(gone).rejects.toMatchObject({ code: 'missing' });
    const long = commands.start({ id: 'long', command: `: ${'x'.repeat(3_000_000)}`, cwd: folder, confine: confine() });
    await expect(long).rejects.toMatchObject({ code: 'invalid' });
  });

  it('are not started at all where there is no sandbox', async () => {
    const { confine, folder } = await confined();
    const commands = createCommands({ folder: tempFolder('outputs'), homeId: 'none' });
    await expect(commands.start({ id: 'x', command: 'touch made', cwd: folder, confine: confine() })).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(existsSync(path.join(folder, 'made'))).toBe(false);
  });

  it('never get a key, even where a profile keeps it', () => {
    const ours = { KEEP: '1', MY_KEY: '2', AWS_SECRET_ACCESS_KEY: '3', SSH_AUTH_SOCK: '4', OTHER: '5' };
    expect(keptVariables(ours, ['KEEP', 'MY_KEY', 'AWS_SECRET_ACCESS_KEY', 'SSH_AUTH_SOCK', 'GONE'], ['MY_KEY'])).toEqual({ KEEP: '1' });
  });

  it('the tools see no more than a command does, and their process is started again when it has ended', async () => {
    const { sandbox, confine, folder, home, mark } = await confined();
    writeFileSync(path.join(home, '.npmrc'), 'canary');
    writeFileSync(path.join(folder, 'a.txt'), 'plain');
    const { files, search, close } = sandbox.files(confine());
    expect(Buffer.from((await files.read(path.join(folder, 'a.txt'))) ?? []).toString()).toBe('plain');
    await expect(files.read(path.join(home, '.npmrc'))).rejects.toMatchObject({ code: 'denied' });
    await expect(files.replace([{ path: path.join(home, 'x'), bytes: Buffer.from('x'), mode: 0o644 }])).rejects.toMatchObject({
      code: 'denied',
    });
    expect((await search.find({ pattern: 'pla.n', path: folder, limit: 5 }, new AbortController().signal)).matches).toHaveLength(1);
    const [pid] = processesWith(mark);
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
    await until(() => processesWith(mark).length === 0);
    const after = await files.read(path.join(folder, 'a.txt')).catch(async () => files.read(path.join(folder, 'a.txt')));
    expect(after).toHaveLength(5);
    await close();
    expect(readFileSync(path.join(home, '.npmrc'), 'utf8')).toBe('canary');
  });
});
