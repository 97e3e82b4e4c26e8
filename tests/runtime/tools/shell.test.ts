import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createWorld, type World } from './world.ts';

/** True once the process has gone. One that waits for its parent to take notice (Z) has gone. */
const gone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return process.platform === 'linux' && /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
};

async function waitForFile(world: World, name: string): Promise<string> {
  for (;;) {
    const text = await world.read(name);
    if (text !== undefined && text.endsWith('\n')) return text.trim();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('shell [AGT-2]', () => {
  test('gives the output, the exit code when it says something, and asks with the exact command', async () => {
    const world = createWorld({ 'sub/a.txt': 'a\n' });
    const listed = await world.call('shell', { command: 'pwd; ls', workdir: 'sub' });
    expect(listed).toMatchObject({ output: `${world.cwd}/sub\na.txt`, detail: { exit: 0 } });
    expect(listed.subjects).toEqual([{ kind: 'command', command: 'pwd; ls', cwd: path.join(world.cwd, 'sub') }]);
    expect(listed.whole).toBeUndefined();
    expect(await world.call('shell', { command: 'true' })).toMatchObject({ output: 'No output, exit code 0' });
    const failing = await world.call('shell', { command: 'echo out; echo err >&2; exit 3' });
    expect(failing).toMatchObject({ output: 'out\nerr\nexit code 3', detail: { exit: 3 } });
    expect(failing.failed).toBeUndefined();
    expect((await world.call('shell', { command: 'kill -9 $$' })).output).toBe('No output.\nkilled by SIGKILL');
  });

  test('waits for no input', async () => {
    const world = createWorld();
    expect((await world.call('shell', { command: 'cat; echo done' })).output).toBe('done');
  });

  test('says which folder is missing', async () => {
    const world = createWorld({ 'source/a': '' });
    const missing = world.call('shell', { command: 'ls', workdir: 'sourc' });
    await expect(missing).rejects.toMatchObject({
      code: 'missing',
      message: 'sourc does not exist.',
      hint: expect.stringContaining('source/'),
    });
    await expect(world.call('shell', { command: 'ls', workdir: 'source/a' })).rejects.toThrow('is not a folder');
  });

  test('a long output: head and tail inline, all of it in the file', async () => {
    const world = createWorld();
    const { output, whole, id } = await world.call('shell', { command: 'seq 1 100000' });
    expect(output).toMatch(
      new RegExp(
        `^1\n2\n[^]*\n\\[\\.\\.\\. \\d+ bytes \\(\\d+ lines\\) left out; read the rest with shell_output id ${id} from 0\\]\n[^]*\n100000$`,
      ),
    );
    expect(whole).toEqual({ kind: 'file', id, bytes: 588895 });
    const part = await world.call('shell_output', { id, from: 588895 - 13 });
    expect(part.output).toBe('[ended; bytes 588882-588895; next from 588895]\n99999\n100000');
  });

  test('the time limit stops it, with the output so far', async () => {
    const world = createWorld();
    const { output, failed, detail } = await world.call('shell', { command: 'echo $$ > pid; echo first; sleep 60', timeout_ms: 300 });
    expect(output).toMatch(/^first\nStopped: it ran into the time limit of 0\.3 s\./);
    expect({ failed, detail }).toEqual({ failed: true, detail: { exit: null, timedOut: true } });
    expect(gone(Number(await world.read('pid')))).toBe(true);
  });

  test('the signal stops it, with the output so far', async () => {
    const world = createWorld();
    const stop = new AbortController();
    const running = world.call('shell', { command: 'echo first; sleep 60 & echo $! > pid; wait' }, { signal: stop.signal });
    const pid = Number(await waitForFile(world, 'pid'));
    stop.abort();
    expect(await running).toMatchObject({ output: 'first\nStopped before it had ended.', failed: true });
    expect(gone(pid)).toBe(true);
    await expect(world.call('shell', { command: 'touch x' }, { signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
    expect(await world.read('x')).toBeUndefined();
  });

  test('what a command leaves behind goes with it', async () => {
    const world = createWorld();
    const { output } = await world.call('shell', { command: 'sleep 60 > /dev/null 2>&1 & echo $!' });
    expect(gone(Number(output))).toBe(true);
  });
});

describe('commands in the background [AGT-2]', () => {
  test('start, read, write, wait, end', async () => {
    const world = createWorld();
    const started = await world.call('shell', {
      command: 'echo ready; while read line; do echo "got $line"; done; echo bye; exit 4',
      background: true,
    });
    const { id } = started;
    expect(started).toMatchObject({
      output: `Running in the background, id ${id}. Read on with shell_output from 6.\nready`,
      detail: { background: id },
      whole: { kind: 'file', id },
    });
    expect((await world.call('shell_output', { id })).output).toBe('[running; bytes 0-6; next from 6]\nready');
    expect((await world.call('shell_output', { id, from: 6 })).output).toBe('[running; bytes 6-6; next from 6]');

    const typed = await world.call('shell_input', { id, text: 'one\n' });
    expect(typed.output).toBe('Wrote 4 bytes. Read the answer with shell_output from 6.');
    expect(typed.subjects).toEqual([
      {
        kind: 'command',
        command: `echo ready; while read line; do echo "got $line"; done; echo bye; exit 4 <<'INPUT'\none\nINPUT`,
        cwd: world.cwd,
      },
    ]);
    expect((await world.call('shell_output', { id, from: 6, wait_ms: 10_000 })).output).toBe(
      '[running; bytes 6-14; next from 14]\ngot one',
    );

    expect((await world.call('shell_input', { id, text: '', close: true })).subjects).toEqual([]);
    await world.context.background.find(id)?.exited;
    expect((await world.call('shell_output', { id, from: 14, wait_ms: 10_000 })).output).toBe(
      '[exit code 4; bytes 14-18; next from 18]\nbye',
    );
  });

  test('one that ends at once is an ordinary result', async () => {
    const world = createWorld();
    expect(await world.call('shell', { command: 'echo no such thing; exit 1', background: true })).toMatchObject({
      output: 'no such thing\nexit code 1',
      detail: { exit: 1 },
    });
    expect(world.context.background.list()).toEqual([]);
  });

  test('stop', async () => {
    const world = createWorld();
    const { id } = await world.call('shell', { command: 'echo up; sleep 60 & echo $! > pid; wait', background: true });
    expect((await world.call('shell_stop', { id })).output).toBe('Stopped: echo up; sleep 60 & echo $! > pid; wait\nIts output:\nup');
    expect(gone(Number(await world.read('pid')))).toBe(true);
  });

  test('an unfinished character waits for its end', async () => {
    const world = createWorld();
    const { id } = await world.call('shell', { command: `printf 'a\\xe2\\x82'; read line; printf '\\xacb'; sleep 60`, background: true });
    expect((await world.call('shell_output', { id })).output).toBe('[running; bytes 0-1; next from 1]\na');
    await world.call('shell_input', { id, text: '\n' });
    let output = '';
    while (!output.includes('€')) ({ output } = await world.call('shell_output', { id, from: 1, wait_ms: 50 }));
    expect(output).toContain('\n€');
    await world.call('shell_stop', { id });
  });

  test('waiting ends with the time, the output or the signal', async () => {
    const world = createWorld();
    const { id } = await world.call('shell', { command: 'sleep 60', background: true });
    expect((await world.call('shell_output', { id, wait_ms: 50 })).output).toBe('[running; bytes 0-0; next from 0]');
    const stop = new AbortController();
    const waiting = world.call('shell_output', { id, wait_ms: 60_000 }, { signal: stop.signal });
    stop.abort();
    expect((await waiting).output).toContain('running');
    await world.call('shell_stop', { id });
  });

  test('an id that is none', async () => {
    const world = createWorld();
    const { id } = await world.call('shell', { command: 'sleep 60', background: true });
    for (const tool of ['shell_output', 'shell_stop']) {
      const error = { code: 'missing', hint: `Running in the background: ${id} (sleep 60).` };
      await expect(world.call(tool, { id: 'other' })).rejects.toMatchObject(error);
    }
    await world.call('shell_stop', { id });
    const { id: done } = await world.call('shell', { command: 'true' });
    await expect(world.call('shell_input', { id: done, text: 'x' })).rejects.toMatchObject({ code: 'conflict' });
  });

  test('of an output too long to load only the ends are read', async () => {
    const world = createWorld();
    const { output, whole } = await world.call('shell', { command: 'echo head; truncate -s 64M hole; cat hole; echo; echo tail' });
    expect(output).toMatch(/^head\n[^]*tail$/);
    expect(whole?.bytes).toBeGreaterThan(64 * 1024 * 1024);
    expect(statSync(path.join(world.cwd, 'hole')).size).toBe(64 * 1024 * 1024);
  });
});
