import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { events, setUp, shell, threadOf } from '../support/command-world.ts';
import type { Step } from '../support/fake-model.ts';
import { tempFolder } from '../support/temp.ts';

describe('switchyard exec', () => {
  it('shows progress on standard error and only the answer on standard output', async () => {
    const { exec, model } = await setUp([{ text: 'I look first.', ...shell('echo hi; exit 3') }, { text: 'All is done.' }]);
    const process = exec(['--profile', 'full-access', 'do', 'it']);
    expect(await process.ended, process.err()).toBe(0);
    expect(process.out()).toBe('All is done.\n');
    for (const text of ['I look first.', '$ echo hi; exit 3', 'exit 3', 'done:']) expect(process.err()).toContain(text);
    expect(JSON.stringify(model.requests[0]?.body['input'])).toContain('do it');
    expect(model.violations).toEqual([]);
  });

  it('prints every event as it is in the log, with --json, and nothing else', async () => {
    const { exec } = await setUp([shell('true'), { text: 'done' }]);
    const process = exec(['--json', '--profile', 'full-access', 'x']);
    expect(await process.ended, process.err()).toBe(0);
    const logged = events(process);
    for (const event of logged) expect(Object.keys(event)).toEqual(['seq', 'at', 'type', 'stream', 'data']);
    expect(logged.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['thread.started', 'turn.started', 'item.added', 'call.finished', 'usage.recorded', 'turn.ended']),
    );
    expect(logged.at(-1)?.type).toBe('turn.ended');
  });

  it('reads the prompt from standard input', async () => {
    const { exec, model } = await setUp([{ text: 'ok' }]);
    const process = exec(['-'], { input: 'pipe' });
    process.type('from the pipe, '.repeat(5000));
    process.closeInput();
    expect(await process.ended, process.err()).toBe(0);
    expect(JSON.stringify(model.requests[0]?.body['input']).length).toBeGreaterThan(70_000);
  });

  it.each([
    [Buffer.from([0x66, 0xfc, 0x72]), 'Standard input is not UTF-8 text.'],
    [Buffer.alloc(17 * 1024 * 1024, 'x'), 'more than 16 MB'],
  ])('refuses what is no text, or too much, on standard input %#', async (bytes, reason) => {
    const { exec, model } = await setUp([]);
    const process = exec(['-'], { input: 'pipe' });
    // It stops to read at the limit.
    process.child.stdin?.on('error', () => undefined).end(bytes);
    expect(await process.ended).toBe(2);
    expect(process.err()).toContain(reason);
    expect(model.requests).toEqual([]);
  });

  it.each([
    [['--resume', 'thread_none', 'x'], 'thread_none'],
    [['--last', 'x'], 'no thread in'],
    [['--cwd', '/no/such/folder', 'x'], 'no folder /no/such/folder'],
    [['--provider', 'none', 'x'], 'no provider "none"'],
    [['--profile', 'none', 'x'], 'none'],
    [['--last', '--resume', 'a', 'x'], 'exclude each other'],
    [['--nonsense', 'x'], 'no option'],
    [[' '], 'empty'],
  ])('ends with 2 for %j', async (args, reason) => {
    const { exec } = await setUp([]);
    const process = exec(args);
    expect(await process.ended, process.err()).toBe(2);
    expect(process.err()).toContain(reason);
    expect(process.out()).toBe('');
  });

  it('says how to give a key when there is none, and ends with 2', async () => {
    const { exec } = await setUp([]);
    const process = exec(['x'], { env: {} });
    expect(await process.ended).toBe(2);
    for (const way of ['export OPENAI_API_KEY', 'switchyard keys set OPENAI_API_KEY', '--provider rehearsal']) {
      expect(process.err()).toContain(way);
    }
  });

  it('ends with 1 when the turn failed', async () => {
    const { exec } = await setUp([]);
    const process = exec(['x'], { env: { OPENAI_BASE_URL: (await setUp([])).model.url, OPENAI_API_KEY: 'wrong' } });
    expect(await process.ended, process.err()).toBe(1);
    expect(process.err()).toContain('The turn failed');
  });

  it('ends with 3 when nobody can approve; the approval can be answered later', async () => {
    const { exec, run, model } = await setUp([shell('echo one > made'), { text: 'made it' }]);
    const process = exec(['x']);
    expect(await process.ended, process.err()).toBe(3);
    const thread = threadOf(process);
    for (const text of ['echo one > made', `switchyard threads answer ${thread} --once`]) expect(process.err()).toContain(text);
    // What the machine lacks comes first, and running as the user's own is no way.
    expect(process.err()).toMatch(/would have let it happen unasked:\n +a sandbox: There is no sandbox in this test/);
    expect(process.err()).not.toContain('full-access');
    expect(model.requests).toHaveLength(1);

    const again = exec(['--last', 'and now?']);
    expect(await again.ended, again.err()).toBe(3);
    expect(again.err()).toContain('waits for an answer');

    const asked = run(['threads', 'answer', thread]);
    expect(await asked.ended, asked.err()).toBe(3);
    const wrong = run(['threads', 'answer', thread, '--text', 'x']);
    expect(await wrong.ended).toBe(2);

    const answered = run(['threads', 'answer', thread, '--once']);
    expect(await answered.ended, answered.err()).toBe(0);
    expect(answered.out()).toBe('made it\n');
    const nothing = run(['threads', 'answer', thread, '--no']);
    expect(await nothing.ended).toBe(2);
  });

  it('asks on a pipe with --ask, hands a note over, and takes the end of the input for nobody', async () => {
    const { exec, model } = await setUp([shell('rm -rf everything'), { text: 'then not' }, shell('true')]);
    const process = exec(['--ask', 'x'], { input: 'pipe' });
    await process.says('[y] once');
    process.type('what\nn use another way\n');
    expect(await process.ended, process.err()).toBe(0);
    expect(process.out()).toBe('then not\n');
    expect(JSON.stringify(model.requests[1]?.body['input'])).toContain('use another way');
    const silent = exec(['--ask', '--last', 'again'], { input: 'pipe' });
    await silent.says('[y] once');
    silent.closeInput();
    expect(await silent.ended, silent.err()).toBe(3);
  });

  it('asks questions, and takes a number for a choice', async () => {
    const ask: Step = { calls: [{ name: 'ask_user', args: { question: 'Which one?', choices: ['red', 'blue'] } }] };
    const { exec, run, model } = await setUp([ask, { text: 'blue it is' }, ask, { text: 'green, then' }]);
    const process = exec(['--ask', 'x'], { input: 'pipe' });
    await process.says('number or answer');
    process.type('2\n');
    expect(await process.ended, process.err()).toBe(0);
    expect(JSON.stringify(model.requests[1]?.body['input'])).toContain('blue');
    const open = exec(['--last', 'again']);
    expect(await open.ended).toBe(3);
    const answered = run(['threads', 'answer', threadOf(process), '--text', 'green']);
    expect(await answered.ended, answered.err()).toBe(0);
    expect(answered.out()).toBe('green, then\n');
  });

  it('is interrupted by a signal, ends with 130, and goes on later', async () => {
    const { exec, folder } = await setUp([shell('echo begun > begun; sleep 1000'), { text: 'went on' }]);
    const process = exec(['--profile', 'full-access', '--json', 'x']);
    await process.says('"type":"item.added","stream":"thread', 'out');
    await process.says('sleep 1000', 'out');
    process.child.kill('SIGINT');
    expect(await process.ended, process.err()).toBe(130);
    expect(events(process).at(-1)).toMatchObject({ type: 'turn.ended', data: { status: 'interrupted' } });
    const again = exec(['--last', '--cwd', folder, 'continue']);
    expect(await again.ended, again.err()).toBe(0);
    expect(again.out()).toBe('went on\n');
  });

  it('works on when nobody reads its output', async () => {
    const { exec } = await setUp([{ text: 'x'.repeat(1_000_000) }]);
    const process = exec(['--json', 'x']);
    process.child.stdout?.destroy();
    expect(await process.ended, process.err()).toBe(0);
  });

  it.runIf(process.platform === 'linux').each([[[]], [['--json']]])(
    'says that a full disk took its answer, ends with 1, and keeps it in the thread %j',
    async (flags) => {
      const { exec, run } = await setUp([{ text: 'the answer' }]);
      const full = openSync('/dev/full', 'w');
      const process = exec([...flags, 'x'], { output: full });
      closeSync(full);
      expect(await process.ended, process.err()).toBe(1);
      const [, thread = ''] =
        /could not be written: ENOSPC.*\nIt is in the thread: switchyard threads show (\w+)/.exec(process.err()) ?? [];
      const shown = run(['threads', 'show', thread]);
      expect(await shown.ended, process.err()).toBe(0);
      expect(shown.out()).toContain('the answer');
    },
  );

  it('writes every byte of its answer to a file', async () => {
    const { exec, folder } = await setUp([{ text: 'x'.repeat(3_000_000) }]);
    const output = openSync(path.join(folder, 'answer'), 'w');
    const process = exec(['x'], { output });
    closeSync(output);
    expect(await process.ended, process.err()).toBe(0);
    expect(readFileSync(path.join(folder, 'answer'), 'utf8')).toBe(`${'x'.repeat(3_000_000)}\n`);
  });

  it('makes progress safe to look at, and leaves a piped answer as it is', async () => {
    const { exec } = await setUp([{ text: 'look \u001b]0;title\u0007', ...shell('true # \u202e') }, { text: 'a\u001b[31mred' }]);
    const process = exec(['--profile', 'full-access', 'x']);
    expect(await process.ended).toBe(0);
    for (const text of ['\\u001b]0;title\\u0007', '$ true # \\u202e']) expect(process.err()).toContain(text);
    expect(process.err()).not.toContain('\u001b');
    expect(process.out()).toBe('a\u001b[31mred\n');
  });

  it('attaches to a running one, takes over when that is killed, and goes on by itself', async () => {
    const { exec, home, run } = await setUp([shell('sleep 1000'), { text: 'done in the end' }], 'answers');
    const daemon = run(['daemon']);
    await daemon.says('The daemon runs');
    const process = exec(['--profile', 'full-access', '--json', 'x']);
    await process.says('sleep 1000', 'out');
    daemon.child.kill('SIGKILL');
    expect(await process.ended, process.err()).toBe(0);
    expect(process.err()).toContain('Going on where it was');
    const logged = events(process);
    const seqs = logged.map(({ seq }) => seq);
    expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b));
    expect(logged.filter(({ type }) => type === 'turn.ended').map(({ data }) => (data as { status: string }).status)).toEqual([
      'interrupted',
      'done',
    ]);
    expect(home).toBeTruthy();
  });

  it('lets a second one use the same folder at the same time', async () => {
    const { exec, model, folder } = await setUp([shell('while [ ! -e go ]; do sleep 0.01; done'), { text: 'second' }, { text: 'first' }]);
    const first = exec(['--profile', 'full-access', 'one']);
    await model.request(0);
    await first.says('$ while');
    const second = exec(['two']);
    expect(await second.ended, second.err()).toBe(0);
    expect(second.out()).toBe('second\n');
    writeFileSync(path.join(folder, 'go'), '');
    expect(await first.ended, first.err()).toBe(0);
    expect(first.out()).toBe('first\n');
  });
});

describe('a message to a thread at work', () => {
  it('waits for the end of the turn, and its own turn is followed', async () => {
    const { exec, model, folder } = await setUp([
      shell('while [ ! -e go ]; do sleep 0.01; done'),
      { text: 'the first' },
      { text: 'the second' },
    ]);
    const first = exec(['--profile', 'full-access', 'one']);
    await first.says('$ while');
    const second = exec(['--last', 'two']);
    await second.says('waits until its turn has ended');
    writeFileSync(path.join(folder, 'go'), '');
    expect(await second.ended, second.err()).toBe(0);
    expect(second.out()).toBe('the second\n');
    expect(await first.ended, first.err()).toBe(0);
    expect(first.out()).toBe('the first\n');
    expect(model.requests).toHaveLength(3);
  });

  it('is taken back by an interruption that comes before its turn', async () => {
    const { exec, model, folder } = await setUp([shell('while [ ! -e go ]; do sleep 0.01; done'), { text: 'the first' }]);
    const first = exec(['--profile', 'full-access', 'one']);
    await first.says('$ while');
    const second = exec(['--last', 'two']);
    await second.says('waits until its turn has ended');
    second.child.kill('SIGINT');
    expect(await second.ended, second.err()).toBe(130);
    writeFileSync(path.join(folder, 'go'), '');
    expect(await first.ended, first.err()).toBe(0);
    expect(model.requests).toHaveLength(2);
  });
});

describe('switchyard threads and projects', () => {
  it('list, show, export, fork, archive and delete', async () => {
    const { exec, run, folder } = await setUp([shell('echo out'), { text: 'the answer' }]);
    const process = exec(['--profile', 'full-access', 'my request']);
    expect(await process.ended, process.err()).toBe(0);
    const id = threadOf(process);
    const say = async (...args: string[]): Promise<string> => {
      const one = run(args);
      expect(await one.ended, one.err()).toBe(0);
      return one.out();
    };
    expect(await say('threads', 'list', '--cwd', folder)).toMatch(new RegExp(`^${id} +idle .*my request`));
    expect(JSON.parse(await say('threads', 'list', '--json'))).toMatchObject([{ id }]);
    expect(await say('threads', 'show', id)).toContain('the answer');
    const markdown = await say('threads', 'export', id);
    for (const text of ['# my request', '## You', '## Agent', 'echo out', 'the answer']) expect(markdown).toContain(text);
    expect(JSON.parse(await say('threads', 'export', '--json', id))).toMatchObject({ thread: { id } });
    const fork = (await say('threads', 'fork', id)).trim();
    expect(await say('threads', 'show', fork)).toContain('the answer');
    await say('threads', 'archive', fork);
    expect(await say('threads', 'list', '--archived')).toContain(fork);
    await say('threads', 'archive', fork, '--undo');
    await say('threads', 'delete', fork, '--yes');
    const gone = run(['threads', 'show', fork]);
    expect(await gone.ended).toBe(2);
    expect((await say('threads', 'list')).trim().split('\n')).toHaveLength(1);

    expect(await say('projects', 'list')).toMatch(/untrusted .*project/);
    await say('projects', 'trust', folder, '--yes');
    expect(JSON.parse(await say('projects', 'list', '--json'))).toMatchObject([{ path: folder, trusted: true }]);
    const other = tempFolder('other');
    expect(await say('projects', 'add', other)).toMatch(/^project_/);
    await say('projects', 'remove', other);
    expect(JSON.parse(await say('projects', 'list', '--json'))).toHaveLength(1);
  });
});

describe('switchyard rehearse', () => {
  it('does the whole job on the sample, with answers from a pipe', async () => {
    const { run } = await setUp([]);
    const process = run(['rehearse'], { input: 'pipe', env: {} });
    for (let n = 0; n < 10; n++) process.type('y\n');
    process.closeInput();
    expect(await process.ended, process.err()).toBe(0);
    expect(process.out()).toContain('tests pass');
    expect(process.err()).toContain('no model is at work');
  });

  it('ends with 3 when nobody can answer', async () => {
    const { run } = await setUp([]);
    const process = run(['rehearse'], { env: {} });
    expect(await process.ended, process.err()).toBe(3);
    expect(process.err()).toContain('switchyard threads answer');
  });
});

describe('switchyard keys', () => {
  it('keeps a key that exec then uses, tells its name and never its value', async () => {
    const { run, exec, model } = await setUp([{ text: 'ok' }]);
    const set = run(['keys', 'set', 'OPENAI_API_KEY'], { input: 'pipe' });
    set.type('test-key\n');
    set.closeInput();
    expect(await set.ended, set.err()).toBe(0);
    const list = run(['keys', 'list']);
    expect(await list.ended).toBe(0);
    expect(list.out()).toBe('OPENAI_API_KEY\n');
    expect(set.err() + list.err()).not.toContain('test-key');
    const process = exec(['x'], { env: { OPENAI_BASE_URL: model.url } });
    expect(await process.ended, process.err()).toBe(0);
    expect(model.requests[0]?.headers.authorization).toBe('Bearer test-key');
    const remove = run(['keys', 'remove', 'OPENAI_API_KEY']);
    expect(await remove.ended).toBe(0);
    expect(await run(['keys', 'remove', 'OPENAI_API_KEY']).ended).toBe(2);
  });
});
