import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createCommands } from '../../../electron/adapters/commands/commands.ts';
import { keptVariables } from '../../../electron/adapters/commands/environment.ts';
import { createConfinedFiles } from '../../../electron/adapters/sandbox/confined-files.ts';
import type { WrapStart } from '../../../electron/runtime/ports.ts';
import { confined } from '../../support/confined.ts';

import { processesWith } from '../../support/processes.ts';
import { outsideFolder, tempFolder } from '../../support/temp.ts';

const linkOf = (file: string): string => {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
};
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

  it('run once, whatever they print: that the sandbox was not ready is nothing that they can say', async () => {
    const { start, folder } = await world();
    const words = "bwrap: Can't create file at /nope: Read-only file system";
    const command = await start(
      'spoof',
      `echo x >> ran; echo "${words}" >&2; { for n in 3 4 5 6 7 8; do echo '{ "exit-code": 0 }' >&$n; done; } 2> /dev/null; exit 1`,
    );
    expect(await command.exited).toEqual({ code: 1 });
    expect(readFileSync(path.join(folder, 'ran'), 'utf8')).toBe('x\n');
  });

  it('say so when their sandbox cannot be set up, instead of an exit code', async () => {
    const { commands, folder, confine } = await world();
    const hidden = path.join(folder, 'hidden');
    mkdirSync(hidden);
    const paths = [...confine().paths, { path: hidden, access: 'deny' as const }];
    const command = await commands.start({ id: 'never', command: 'touch ran', cwd: hidden, confine: confine({ paths }) });
    expect(await command.exited).toEqual({ code: null, unbegun: expect.stringContaining('hidden') });
  });

  it('have no descriptor but their own three', async () => {
    const { start, textOf } = await world();
    const command = await start('open', 'for f in /proc/$$/fd/*; do n=${f##*/}; [ $n -gt 2 ] && readlink $f; done; true');
    expect(await command.exited).toEqual({ code: 0 });
    // A descriptor that whoever started us has left open for all is none of ours.
    const theirs = readdirSync('/proc/self/fd').flatMap((fd) => (Number(fd) > 100 ? [linkOf(`/proc/self/fd/${fd}`)] : []));
    const found = textOf('open')
      .split('\n')
      .filter((to) => to !== '' && !to.endsWith('/fd') && !theirs.includes(to));
    expect(found).toEqual([]);
  });

  it('the tools try again when their process could not be started', async () => {
    const { sandbox, folder, confine } = await world();
    writeFileSync(path.join(folder, 'a.txt'), 'plain');
    let fails = 1;
    const wrap: WrapStart = async (start) => (fails-- > 0 ? Promise.reject(new Error('too many processes')) : sandbox.wrap(start));
    const program = {
      file: process.execPath,
      args: [path.resolve(import.meta.dirname, '../../../electron/host/confined.ts')],
      env: {},
      reads: [],
    };
    const { files, close } = createConfinedFiles(confine(), { wrap, program });
    await expect(files.read(path.join(folder, 'a.txt'))).rejects.toThrow('too many processes');
    expect(await files.read(path.join(folder, 'a.txt'))).toHaveLength(5);
    await close();
  });

  it('outside of it find no program that commands could have made', async () => {
    const { commands, folder, textOf } = await world();
    const bin = path.join(folder, 'node_modules/.bin');
    const tools = outsideFolder();
    mkdirSync(bin, { recursive: true });
    symlinkSync(bin, path.join(tools, 'linked'));
    for (const name of ['bash', 'git']) writeFileSync(path.join(bin, name), '#!/bin/sh\necho planted\n', { mode: 0o755 });
    const before = process.env['PATH'] ?? '';
    onTestFinished(() => void (process.env['PATH'] = before));
    process.env['PATH'] = `${bin}:node_modules/.bin:.::${path.join(tools, 'linked')}:${folder}/x/../node_modules/.bin:${before}`;
    const command = await commands.start({ id: 'out', command: 'git --version; echo "$PATH"', cwd: folder, distrust: [folder] });
    expect(await command.exited).toEqual({ code: 0 });
    expect(textOf('out')).toContain('git version');
    const kept = before.split(':').filter((each) => each.startsWith('/') && !each.startsWith('/tmp/'));
    expect(textOf('out').trimEnd().split('\n').at(-1)).toBe(kept.join(':'));
    expect(textOf('out')).not.toContain('planted');
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
