import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type CommandsOptions, createCommands } from '../../electron/adapters/commands/commands.ts';
import { childEnvironment } from '../../electron/adapters/commands/environment.ts';
import { createTableProcesses } from '../../electron/adapters/commands/processes-table.ts';
import { shellCall } from '../../electron/adapters/commands/shell.ts';
import type { CommandSpec, CommandsPort } from '../../electron/runtime/ports.ts';
import { processesWith } from '../support/processes.ts';
import { tempFolder } from '../support/temp.ts';

let made = 0;
const unique = (): string => `${process.pid}${++made}`;

type Fixture = {
  folder: string;
  homeId: string;
  cwd: string;
  commands: CommandsPort;
  run(command: string, more?: Partial<CommandSpec>): ReturnType<CommandsPort['start']>;
};

function fixture(options: Partial<CommandsOptions> = {}): Fixture {
  const cwd = tempFolder('commands');
  const folder = path.join(cwd, 'data', 'output');
  const homeId = `home-${unique()}`;
  const commands = createCommands({ folder, homeId, ...options });
  onTestFinished(async () => {
    await commands.close();
    // What a failed test left.
    await commands.killSurvivors();
  });
  return { folder, homeId, cwd, commands, run: async (command, more) => commands.start({ id: `item_${unique()}`, command, cwd, ...more }) };
}
const all = { from: 0, length: Infinity };
const text = (commands: CommandsPort, id: string): string => Buffer.from(commands.output(id, all).bytes).toString();

/** Resolves when the output holds this. */
async function shown(commands: CommandsPort, id: string, what: string): Promise<void> {
  const seen = Promise.withResolvers<void>();
  const unwatch = commands.watch(id, () => {
    if (text(commands, id).includes(what)) seen.resolve();
  });
  // A watch keeps no process alive; the test's own must not end meanwhile.
  const awake = setInterval(() => undefined, 1e6);
  await seen.promise;
  clearInterval(awake);
  unwatch();
}

/** A sandbox whose first starts end before the command begins, each with these words. */
function faulty(words: string[], before = async (): Promise<void> => undefined): { starts(): number; options: Partial<CommandsOptions> } {
  let starts = 0;
  return {
    starts: () => starts,
    options: {
      wrap: async ({ file, args, env }) => {
        if (starts > 0) await before();
        const said = words[starts++];
        const call = said === undefined ? { file, args } : { file: '/bin/sh', args: ['-c', `echo '${said}'; exit 1`] };
        return { ...call, env, descriptors: [], started: () => undefined, ended: () => ({}), began: () => said === undefined };
      },
    },
  };
}
const confine = { paths: [], network: { access: 'off' as const, hosts: [] }, environment: [], worktree: '/' };

describe('a command whose sandbox was not ready', () => {
  it('is started again when something went away in the same moment, and nothing of that is in its output', async () => {
    const { starts, options } = faulty(['it went away', 'it went away']);
    const { commands, run } = fixture(options);
    const command = await run('echo ran; exit 4', { confine });
    expect(await command.exited).toEqual({ code: 4 });
    await command.stop();
    expect(text(commands, command.id)).toBe('ran\n');
    expect(starts()).toBe(3);
  });
  it('says that it never began, and why, when that goes on', async () => {
    const gone = faulty(Array.from({ length: 99 }, () => 'no room'));
    const { run } = fixture(gone.options);
    expect(await (await run('echo ran', { confine })).exited).toEqual({ code: null, unbegun: 'no room' });
    expect(gone.starts()).toBe(6);
  });
  it('ends when it is stopped while it is started again, or when that fails', async () => {
    const reached = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const slow = faulty(['it went away'], async () => {
      reached.resolve();
      await go.promise;
    });
    const { run } = fixture(slow.options);
    const command = await run('sleep 60', { confine });
    await reached.promise;
    const stopped = command.stop();
    go.resolve();
    await stopped;
    expect(await command.exited).toEqual({ code: null, signal: 'SIGKILL' });
    const failing = faulty(['it went away'], async () => Promise.reject(new Error('no sandbox any more')));
    const other = fixture(failing.options);
    const second = await other.run('true', { confine });
    expect(await second.exited).toEqual({ code: null, unbegun: expect.stringContaining('no sandbox any more') });
    expect(text(other.commands, second.id)).toBe('');
  });
});

describe('a command', () => {
  it('writes both streams in order to a file and says how it ended', async () => {
    const { commands, run, folder } = fixture();
    const command = await run('echo one; echo two >&2; echo three; exit 7');
    expect(await command.exited).toEqual({ code: 7 });
    await command.stop();
    expect(text(commands, command.id)).toBe('one\ntwo\nthree\n');
    expect(readdirSync(folder)).toEqual([`${command.id}.log`]);
    expect(statSync(path.join(folder, `${command.id}.log`)).mode & 0o777).toBe(0o600);
    const killed = await run('kill -9 $$');
    expect(await killed.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('gives parts of its output, and forgets it when told', async () => {
    const { commands, run, folder } = fixture();
    const command = await run('printf 0123456789');
    await command.exited;
    await command.stop();
    const part = (from: number, length: number) => {
      const { bytes, total } = commands.output(command.id, { from, length });
      return `${Buffer.from(bytes).toString()} of ${total}`;
    };
    expect([part(0, 4), part(8, 9), part(50, 1)]).toEqual(['0123 of 10', '89 of 10', ' of 10']);
    commands.discard(command.id);
    expect(readdirSync(folder)).toEqual([]);
    expect(() => commands.output(command.id, all)).toThrow(expect.objectContaining({ code: 'missing' }));
  });

  it('writes 20 MB and tells of it thirty times a second at most', async () => {
    const { commands, run } = fixture();
    const started = performance.now();
    const command = await run('for i in 1 2 3 4 5 6 7 8 9 10; do head -c 2000000 /dev/zero; done | tr "\\0" x; echo; echo end');
    let calls = 0;
    const unwatch = commands.watch(command.id, () => void calls++);
    await command.exited;
    await shown(commands, command.id, 'end');
    unwatch();
    const spent = performance.now() - started;
    expect(commands.output(command.id, { from: 0, length: 1 }).total).toBe(20_000_005);
    expect(calls).toBeGreaterThan(0);
    expect(calls).toBeLessThan(spent / 33 + 2);
  });

  it('reads what is written to it', async () => {
    const { commands, run } = fixture();
    const command = await run('read line; echo "got $line"; cat; echo done');
    command.write('first\n');
    await shown(commands, command.id, 'got first');
    command.write('rest');
    command.closeInput();
    await command.exited;
    expect(text(commands, command.id)).toBe('got first\nrestdone\n');
    // Nobody reads any more.
    command.write('late');
    const deaf = await run('exec <&-; echo closed');
    await shown(commands, deaf.id, 'closed');
    deaf.write('x'.repeat(1e6));
    await deaf.exited;
  });

  it('may have an empty input', async () => {
    const { commands, run } = fixture();
    const command = await run('cat; test -c /dev/stdin && echo empty', { input: false });
    command.write('nowhere');
    command.closeInput();
    await command.exited;
    expect(text(commands, command.id)).toBe('empty\n');
  });

  it('sees an allow-list of the environment and no key', async () => {
    const before = { ...process.env };
    onTestFinished(() => void (process.env = before));
    Object.assign(process.env, {
      OPENAI_API_KEY: 'sk-secret',
      SOME_TOKEN: 'secret',
      LC_TIME: 'C',
      COLORTERM: 'truecolor',
      BASH_ENV: '/etc/secret',
    });
    const { commands, run, homeId } = fixture();
    const command = await run('env', { env: { EXTRA: 'yes', TERM: 'vt100', SWITCHYARD_COMMAND: 'forged' } });
    await command.exited;
    const seen = text(commands, command.id);
    expect(seen).not.toMatch(/secret|COLORTERM/);
    const lines = seen.split('\n');
    for (const line of ['NO_COLOR=1', 'PAGER=cat', 'GIT_PAGER=cat', 'GIT_TERMINAL_PROMPT=0', 'LC_TIME=C', 'EXTRA=yes', 'TERM=vt100'])
      expect(lines).toContain(line);
    expect(lines).toContain(`PATH=${process.env.PATH}`);
    expect(lines).toContain(`SWITCHYARD_COMMAND=${homeId}:${command.id}`);
    const windows = childEnvironment(
      { Path: 'C:\\', SystemRoot: 'C:\\Windows', LC_ALL: 'C', OPENAI_API_KEY: 'x' },
      undefined,
      'h:c',
      'win32',
    );
    expect(Object.keys(windows).toSorted()).toEqual([
      'GIT_PAGER',
      'GIT_TERMINAL_PROMPT',
      'NO_COLOR',
      'PAGER',
      'Path',
      'SWITCHYARD_COMMAND',
      'SystemRoot',
      'TERM',
    ]);
  });

  it.each(['../escape', 'a/b', '', 'a.b', 'a\n', '..'])('refuses the id %j', async (id) => {
    const { commands, run } = fixture();
    const invalid = expect.objectContaining({ code: 'invalid' });
    await expect(run('true', { id })).rejects.toEqual(invalid);
    for (const use of [() => commands.output(id, all), () => commands.watch(id, () => undefined), () => commands.discard(id)])
      expect(use).toThrow(invalid);
    expect(() => createCommands({ folder: '/tmp', homeId: id })).toThrow(invalid);
  });

  it('is not started twice under one id', async () => {
    const { commands, run } = fixture();
    await (await run('echo first', { id: 'same' })).exited;
    await expect(run('echo second', { id: 'same' })).rejects.toMatchObject({ code: 'conflict' });
    expect(text(commands, 'same')).toBe('first\n');
  });

  it('says why it cannot start, and leaves nothing', async () => {
    const { run, folder, cwd } = fixture();
    await expect(run('true', { cwd: path.join(cwd, 'none') })).rejects.toMatchObject({
      code: 'missing',
      message: expect.stringContaining('no folder'),
    });
    writeFileSync(path.join(cwd, 'file'), '');
    await expect(run('true', { cwd: path.join(cwd, 'file') })).rejects.toMatchObject({ code: 'invalid' });
    await expect(run(`true ${'x'.repeat(4_000_000)}`)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('too long'),
    });
    await expect(run('true \0')).rejects.toMatchObject({ code: 'invalid' });
    expect(readdirSync(folder)).toEqual([]);
    await expect(fixture({ shell: '/nowhere/bash' }).run('true')).rejects.toMatchObject({
      code: 'missing',
      message: expect.stringContaining('/nowhere/bash'),
    });
  });

  it('runs in other shells', async () => {
    const { commands, run } = fixture({ shell: '/bin/sh' });
    const command = await run('echo $0');
    await command.exited;
    expect(text(commands, command.id)).toMatch(/sh\n$/);
    expect(shellCall('C:\\Windows\\System32\\cmd.exe', 'echo "a b" & dir')).toEqual({
      file: 'C:\\Windows\\System32\\cmd.exe',
      args: ['/d', '/s', '/c', '"echo "a b" & dir"'],
      verbatim: true,
    });
    expect(shellCall('pwsh.exe', 'ls').args).toEqual(['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', 'ls']);
  });
});

/** Ways to leave something running. Each shows `ready` when all of it runs; SLEEP is a command that is to be found afterwards. */
const stubborn = {
  'in the foreground': 'echo ready; SLEEP',
  'in the background': 'SLEEP & echo ready; wait',
  'under nohup': 'nohup SLEEP >/dev/null 2>&1 & echo ready; wait',
  'by a double fork': '( ( SLEEP & ) & ); echo ready; sleep 86400',
  'in a session of its own': 'setsid SLEEP & echo ready; wait',
  'as a daemon without our output': 'setsid -f SLEEP </dev/null >/dev/null 2>&1; echo ready; wait',
  'as a daemon with an empty environment': 'env -i setsid -f SLEEP; echo ready; sleep 86400',
  'deaf to SIGTERM': 'trap "" TERM HUP INT; SLEEP & echo ready; wait; wait',
  'from an interactive shell': 'bash --noprofile --norc -i -c "set -m; SLEEP & SLEEP & echo ready; wait"',
  stopped: 'SLEEP & kill -STOP $!; echo ready; wait',
  'again and again': 'trap "" TERM; (trap "" TERM; while :; do SLEEP & sleep 0.01; kill -9 $!; done) & echo ready; wait',
};
const variants = [['from /proc', undefined] as const, ['from a list', createTableProcesses()] as const].filter(
  ([name]) => name !== 'from /proc' || process.platform === 'linux',
);

describe.skipIf(process.platform === 'win32').each(variants)('ending, with processes %s', (_, processes) => {
  const options = processes ? { processes } : {};
  // A list of all processes shows no output files, by which one with an empty environment is found.
  const ways = Object.entries(stubborn).filter(([name]) => !processes || name !== 'as a daemon with an empty environment');

  // A list takes long to make; all ways are tried with it below, together.
  it.each(processes ? ways.slice(4, 8) : ways)('stops what runs %s', async (_, way) => {
    const { commands, run, folder } = fixture(options);
    const token = `864${unique()}`;
    const command = await run(way.replaceAll('SLEEP', `sleep ${token}`));
    await shown(commands, command.id, 'ready');
    await command.stop();
    expect(processesWith(`sleep ${token}`)).toEqual([]);
    expect(await command.exited).toBeDefined();
    expect(readdirSync(folder)).toEqual([`${command.id}.log`]);
  });

  it('does not wait for the background when the shell ends, and ends it when told', async () => {
    const { commands, run, cwd } = fixture(options);
    const token = `864${unique()}`;
    const command = await run(`sleep ${token} & setsid -f sleep ${token} >/dev/null 2>&1; touch there; echo ready`);
    expect(await command.exited).toEqual({ code: 0 });
    expect(text(commands, command.id)).toBe('ready\n');
    expect(existsSync(path.join(cwd, 'there'))).toBe(true);
    expect(processesWith(`sleep ${token}`)).toHaveLength(2);
    await Promise.all([command.stop(), command.stop()]);
    expect(processesWith(`sleep ${token}`)).toEqual([]);
  });

  it('lets a command end by itself within the grace', async () => {
    const { commands, run } = fixture({ ...options, grace: 60_000 });
    const command = await run('trap "echo bye; exit 3" TERM; echo ready; while :; do sleep 0.01; done');
    await shown(commands, command.id, 'ready');
    await command.stop();
    expect(await command.exited).toEqual({ code: 3 });
    expect(text(commands, command.id)).toContain('bye');
  });

  it('ends everything on close, and nothing of others', async () => {
    const { commands, run, cwd } = fixture(options);
    const other = createCommands({ folder: path.join(cwd, 'other'), homeId: `home-${unique()}`, ...options });
    onTestFinished(async () => other.close());
    const token = `864${unique()}`;
    const [mine, theirs] = [`sleep ${token}1`, `sleep ${token}2`];
    const command = await run(`${mine} & echo ready; wait`);
    const kept = await other.start({ id: 'kept', command: `${theirs} & echo ready; wait`, cwd });
    await shown(commands, command.id, 'ready');
    await shown(other, kept.id, 'ready');
    await commands.close();
    expect(processesWith(mine)).toEqual([]);
    expect(await commands.killSurvivors()).toBe(0);
    // The shell, whose command line holds the text, and the sleeper.
    expect(processesWith(theirs)).toHaveLength(2);
  });

  it('kills what a killed owner left, whose output is whole', async () => {
    const { commands, folder, homeId, cwd } = fixture(options);
    const token = `864${unique()}`;
    const specs: Record<string, string> = {};
    for (const [n, [, way]] of ways.entries()) specs[`way-${n}`] = way.replaceAll('SLEEP', `sleep ${token}`);
    specs.printing = `seq 1 20000; echo middle; until test -e go; do sleep 0.01; done; echo last; sleep ${token}`;
    mkdirSync(folder, { recursive: true });
    const owner = spawn(process.execPath, [path.resolve('tests/support/command-owner.ts'), folder, homeId, cwd, JSON.stringify(specs)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const died = once(owner, 'exit');
    await once(owner.stdout, 'data');
    for (const id of Object.keys(specs)) await shown(commands, id, id === 'printing' ? 'middle' : 'ready');
    owner.kill('SIGKILL');
    await died;
    writeFileSync(path.join(cwd, 'go'), '');
    await shown(commands, 'printing', 'last');
    expect(processesWith(`sleep ${token}`).length).toBeGreaterThanOrEqual(ways.length);

    const own = await commands.start({ id: 'own', command: 'echo ready; read line; echo "$line"', cwd });
    const stranger = createCommands({ folder: path.join(cwd, 'other'), homeId: `${homeId}x`, ...options });
    onTestFinished(async () => stranger.close());
    const strange = await stranger.start({ id: 'own', command: 'read line; echo "$line"', cwd });
    await shown(commands, 'own', 'ready');

    expect(await commands.killSurvivors()).toBeGreaterThan(ways.length);
    expect(processesWith(`sleep ${token}`)).toEqual([]);
    expect(readdirSync(folder).filter((name) => name.endsWith('.pid'))).toEqual(['own.pid']);
    expect(text(commands, 'printing')).toBe(`${Array.from({ length: 20_000 }, (_, n) => n + 1).join('\n')}\nmiddle\nlast\n`);
    for (const one of [own, strange]) {
      one.write('alive\n');
      expect(await one.exited).toEqual({ code: 0 });
    }
    expect(text(commands, 'own')).toBe('ready\nalive\n');
  });

  it('leaves alone who has the number of a process that ended', async () => {
    const { commands, folder } = fixture(options);
    const bystander = spawn('sleep', ['86400'], { detached: true, stdio: 'ignore' });
    onTestFinished(() => void bystander.kill('SIGKILL'));
    mkdirSync(folder, { recursive: true });
    const birth = processes ? String(Date.now() - 3_600_000) : 'another-boot 12345';
    writeFileSync(path.join(folder, 'old.pid'), `${bystander.pid} ${birth}\n`);
    writeFileSync(path.join(folder, 'torn.pid'), '');
    expect(await commands.killSurvivors()).toBe(0);
    expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
    expect(readdirSync(folder)).toEqual([]);
  });
});
