// The command line as a script meets it: exit codes, what goes where, and the nouns around exec. Through the built command.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ThreadSummary } from '../../shared/domain/thread.ts';
import type { Step } from '../support/fake-model.ts';
import { lostOf, readLog, runsIn, story } from '../support/kill.ts';
import { tempFolder } from '../support/temp.ts';
import { createWorld, exec, patch, sentText, shell, until, type World } from '../support/world.ts';

const create = (steps: Step[], more: Parameters<typeof createWorld>[0] = {}): Promise<World> =>
  createWorld({ script: story(steps), ...more });
const threadsOf = async (world: World, ...args: string[]): Promise<ThreadSummary[]> =>
  JSON.parse((await world.run(['threads', 'list', '--json', ...args])).stdout) as ThreadSummary[];

describe.skipIf(process.platform === 'win32')('switchyard exec, built', () => {
  it('prints the final answer and nothing else on standard output, progress on standard error [SH-1] [AGT-1]', async () => {
    const world = await create([
      { text: 'Before.', calls: [shell('echo printed; echo once >> runs.txt')] },
      { text: 'Between.', calls: [shell('false')] },
      { text: 'The end, with\ntwo lines.' },
    ]);
    const { code, stdout, stderr } = await world.run([...exec, 'Do', 'it']);
    expect(code).toBe(0);
    expect(stdout).toBe('The end, with\ntwo lines.\n');
    for (const text of ['Before.', 'Between.', '$ echo printed', 'exit 1', 'done: ', 'credits; thread thread_'])
      expect(stderr).toContain(text);
    expect(stderr).not.toContain('The end');
    expect(sentText(world.model.requests[0]!)).toContain('Do it');
  });

  it('prints with --json each event once, as it stands in the log, and nothing else [SH-1] [AGT-1]', async () => {
    const world = await create([{ text: 'Before.', calls: [shell('echo printed'), shell('seq 1 20000')] }, { deltas: 2000 }]);
    const { code, stdout, stderr, events } = await world.run([...exec, '--json', 'Do it']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(events);
    const log = readLog(world.home);
    expect(lostOf(events, log)).toEqual([]);
    const thread = events[0]?.stream;
    expect(events.map(({ seq }) => seq)).toEqual(log.filter(({ stream }) => stream === thread).map(({ seq }) => seq));
  });

  it('takes the prompt from standard input [SH-1]', async () => {
    const world = await create([{ text: 'Read.' }]);
    const { code, stdout } = await world.run([...exec, '-'], { input: 'A long\nprompt – with ünïcode\n' });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Read.\n' });
    expect(sentText(world.model.requests[0]!)).toContain(JSON.stringify('A long\nprompt – with ünïcode\n').slice(1, -1));
  });

  it('goes on with the latest thread of the folder, or with a named one [SH-1] [PRJ-3]', async () => {
    const world = await create([{ text: 'One.' }, { text: 'Two.' }, { text: 'Three.' }]);
    await world.run([...exec, 'First']);
    const [first] = await threadsOf(world);
    await world.run([...exec, 'Second']);
    expect((await world.run(['exec', '--last', 'more'])).stdout).toBe('Two.\n');
    expect(sentText(world.model.requests.at(-1)!)).toContain('Second');
    expect((await world.run(['exec', '--resume', first?.id ?? '', 'more'])).stdout).toBe('Two.\n');
    expect(sentText(world.model.requests.at(-1)!)).toContain('First');
    expect((await world.run(['exec', '--last', 'again'])).stdout).toBe('Three.\n');
    const elsewhere = await world.run(['exec', '--last', 'more'], { cwd: tempFolder('elsewhere') });
    expect(elsewhere.code).toBe(2);
    expect(elsewhere.stderr).toContain('There is no thread in');
  });

  it('tells the model of a thousand mistakes in a patch no more than it can use [AGT-2]', async () => {
    const wrong = Array.from({ length: 1000 }, (_, n) => [`*** Update File: missing-${n}.txt`, '@@', '-old', '+new']);
    const world = await create([{ calls: [patch(...wrong.flat())] }, { text: 'I see.' }]);
    const { code } = await world.run([...exec, 'Do it']);
    expect(code).toBe(0);
    const [first = 0, second = 0] = world.model.requests.map(({ bytes }) => bytes);
    expect(second - first - JSON.stringify(wrong.flat().join('\n')).length).toBeLessThan(24 * 1024);
    const sent = sentText(world.model.requests[1]!);
    for (const text of ['no file was changed', 'missing-0.txt does not exist', 'missing-999.txt does not exist'])
      expect(sent).toContain(text);
  });

  it('ends with 1 when the turn fails [SH-1]', async () => {
    const world = await create([{ fault: { kind: 'status', status: 403, message: 'Not for you.' } }]);
    const { code, stdout, stderr } = await world.run([...exec, 'Do it']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('The turn failed: openai answered 403: Not for you.');
  });

  it.each([
    { args: ['exec'], says: '`switchyard exec` needs PROMPT.' },
    { args: ['exec', ' '], says: 'The prompt is empty.' },
    { args: ['exec', '--profil', 'x', 'y'], says: '--profile' },
    { args: ['exec', '--profile', 'root', 'y'], says: 'There is no profile "root".' },
    { args: ['exec', '--provider', 'nobody', 'y'], says: 'There is no provider "nobody".' },
    { args: ['exec', '--cwd', '/no/such/folder', 'y'], says: 'There is no folder /no/such/folder.' },
    { args: ['exec', '--resume', 'thread_none', 'y'], says: 'thread_none' },
    { args: ['exec', '--resume', 'a', '--last', 'y'], says: 'exclude each other' },
    { args: ['threads', 'show', 'thread_none'], says: 'There is no thread thread_none.' },
    { args: ['projects', 'trust', 'nothing'], says: 'There is no project nothing.' },
    { args: ['nonsense'], says: 'nonsense' },
  ])('ends with 2 and says why: $args [SH-1]', async ({ args, says }) => {
    const world = await create([]);
    const { code, stdout, stderr } = await world.run(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(says);
    expect(world.model.requests).toEqual([]);
  });

  it('ends with 2 where config.toml is wrong, and names file, line and key [SH-1]', async () => {
    const world = await create([], { config: '# mine\nmodel = 5\n' });
    const { code, stderr } = await world.run([...exec, 'Do it']);
    expect(code).toBe(2);
    expect(stderr).toContain(`${path.join(world.home, 'config.toml')}:2`);
    expect(stderr).toContain('model');
  });

  it('ends with 2 without a key, and says how to give one [SH-1] [MODEL-3]', async () => {
    const world = await create([]);
    const { code, stderr } = await world.run([...exec, 'Do it'], { env: { OPENAI_API_KEY: '', OPENAI_BASE_URL: '' } });
    expect(code).toBe(2);
    expect(stderr).toContain('There is no key for openai.');
    expect(stderr).toContain('switchyard keys set OPENAI_API_KEY');
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'ends with 130 on %s: the command is ended, what it printed is kept [SH-1] [AGT-4] [AGT-7]',
    async (signal) => {
      const command = 'echo once >> runs.txt; echo printed; setsid sleep 1000 & touch ready; sleep 1000';
      const world = await create([{ calls: [shell(command)] }, { text: 'On it goes.' }]);
      const run = world.start([...exec, 'Do it']);
      await until(() => existsSync(path.join(world.repo.path, 'ready')));
      run.signal(signal);
      const { code, stdout, stderr } = await run.ended;
      expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
      expect(world.survivors()).toEqual([]);
      const [thread] = await threadsOf(world);
      expect(thread).toMatchObject({ status: 'interrupted' });
      expect(stderr).toContain(`switchyard exec --resume ${thread?.id} continue`);
      expect((await world.run(['exec', '--last', 'continue'])).stdout).toBe('On it goes.\n');
      expect(sentText(world.model.requests.at(-1)!)).toContain('printed');
      expect(runsIn(world)).toEqual(['once']);
      expect(world.model.violations).toEqual([]);
    },
  );

  it('leaves at once on the second signal, and the next start tidies up [SH-1] [AGT-7]', async () => {
    // It takes a second to end such a command, because it does not want to.
    const command = "trap '' TERM INT; touch ready; echo printed; while :; do sleep 0.05; done";
    const world = await create([{ calls: [shell(command)] }, { text: 'On it goes.' }]);
    const run = world.start([...exec, 'Do it']);
    await until(() => existsSync(path.join(world.repo.path, 'ready')));
    run.signal('SIGINT');
    await run.told('Stopping.');
    run.signal('SIGINT');
    expect((await run.ended).code).toBe(130);
    expect((await world.run(['exec', '--last', 'continue'])).stdout).toBe('On it goes.\n');
    expect(world.survivors()).toEqual([]);
  });

  it('knows its version and its help [SH-1]', async () => {
    const world = await create([]);
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
    expect((await world.run(['--version'])).stdout).toBe(`switchyard ${version}\n`);
    for (const args of [['--help'], ['exec', '--help'], ['threads', '--help'], ['threads', 'fork', '--help'], ['keys', '--help']]) {
      const { code, stdout } = await world.run(args);
      expect({ args, code }).toEqual({ args, code: 0 });
      expect(stdout).toContain('switchyard');
    }
    expect(existsSync(path.join(world.home, 'switchyard.db'))).toBe(false);
  });
});

describe.skipIf(process.platform === 'win32')('switchyard threads, projects and keys, built', () => {
  it('lists, shows, exports, forks, archives and deletes threads [PRJ-3] [SH-1]', async () => {
    const world = await create([
      { reasoning: 'Hm.', text: 'First.', calls: [shell('seq 1 20000')] },
      { text: 'Second.' },
      { text: 'Third.' },
    ]);
    await world.run([...exec, 'The beginning']);
    const [thread] = await threadsOf(world);
    const id = thread?.id ?? '';
    expect(thread).toMatchObject({ title: 'The beginning', status: 'idle', cwd: world.repo.path });
    expect((await world.run(['threads', 'list'])).stdout).toMatch(new RegExp(`^${id} +idle .*The beginning`));
    const shown = (await world.run(['threads', 'show', id])).stdout;
    for (const text of ['The beginning', '> The beginning', 'First.', '* Ran seq 1 20000 [done]', 'Second.']) expect(shown).toContain(text);
    const exported = (await world.run(['threads', 'export', id])).stdout;
    // Whole, although the model was given head and tail.
    for (const text of ['## You', '\n1\n2\n', '\n10000\n', '\n19999\n20000\n', 'Second.']) expect(exported).toContain(text);
    expect(sentText(world.model.requests[1]!)).not.toContain('\\n10000\\n');

    const fork = (await world.run(['threads', 'fork', id])).stdout.trim();
    expect((await world.run(['exec', '--resume', fork, 'go on'])).stdout).toBe('Third.\n');
    expect((await world.items(fork)).map(({ type }) => type)).toEqual(['user', 'reasoning', 'text', 'call', 'text', 'user', 'text']);
    expect(await world.items(id)).toHaveLength(5);

    expect((await world.run(['threads', 'archive', fork])).code).toBe(0);
    expect((await threadsOf(world)).map((each) => each.id)).toEqual([id]);
    expect((await threadsOf(world, '--archived')).map((each) => each.id)).toEqual([fork]);
    expect((await world.run(['threads', 'archive', fork, '--undo'])).code).toBe(0);
    expect((await threadsOf(world)).map((each) => each.id).toSorted()).toEqual([id, fork].toSorted());

    const unsure = await world.run(['threads', 'delete', id]);
    expect(unsure.code).toBe(2);
    expect(unsure.stderr).toContain('--yes');
    expect((await world.run(['threads', 'delete', id, '--yes'])).code).toBe(0);
    expect((await world.run(['threads', 'show', id])).code).toBe(2);
    // The fork keeps what it reads of its parent.
    expect((await world.run(['threads', 'export', fork])).stdout).toContain('\n10000\n');
    expect((await world.run(['threads', 'delete', fork, '--yes'])).code).toBe(0);
    expect(await threadsOf(world)).toEqual([]);
  });

  it('adds, lists, trusts and removes projects, and never touches the folder [PRJ-1] [PRJ-2] [SH-1]', async () => {
    const world = await create([{ text: 'Done.' }]);
    const added = await world.run(['projects', 'add', '.', '--name', 'Mine']);
    const id = added.stdout.trim();
    const projects = async (): Promise<unknown> => JSON.parse((await world.run(['projects', 'list', '--json'])).stdout);
    expect(await projects()).toMatchObject([{ id, name: 'Mine', path: world.repo.path, trusted: false }]);
    expect((await world.run(['projects', 'add', world.repo.path])).stdout.trim()).toBe(id);
    expect((await world.run(['projects', 'trust', '.', '--yes'])).code).toBe(0);
    expect(await projects()).toMatchObject([{ id, trusted: true }]);
    expect((await world.run(['projects', 'trust', id, '--undo'])).code).toBe(0);
    expect((await world.run(['projects', 'list'])).stdout).toMatch(new RegExp(`^${id}  untrusted  Mine  `));
    await world.run([...exec, 'Do it']);
    expect((await world.run(['projects', 'remove', id])).code).toBe(0);
    expect(await projects()).toEqual([]);
    expect(await threadsOf(world)).toEqual([]);
    expect(await threadsOf(world, '--archived')).toHaveLength(1);
    expect(world.repo.git('status', '--short')).toBe('');
  });

  // Elsewhere the real keychain of whoever runs the tests would be asked.
  it.skipIf(process.platform !== 'linux')('keeps a key, uses it, never shows it, forgets it [MODEL-3] [SAFE-5] [SH-1]', async () => {
    const world = await create([{ text: 'Done.' }], { key: 'sk-kept-0123456789' });
    const none = { OPENAI_API_KEY: '' };
    const set = await world.run(['keys', 'set', 'OPENAI_API_KEY'], { input: 'sk-kept-0123456789\n', env: none });
    expect({ code: set.code, stdout: set.stdout }).toEqual({ code: 0, stdout: '' });
    const list = await world.run(['keys', 'list'], { env: none });
    expect(list.stdout).toBe('OPENAI_API_KEY\n');
    const used = await world.run([...exec, 'Do it'], { env: none });
    expect({ code: used.code, stdout: used.stdout }).toEqual({ code: 0, stdout: 'Done.\n' });
    for (const { stdout, stderr } of [set, list, used]) expect(stdout + stderr).not.toContain('sk-kept');
    expect(readFileSync(path.join(world.home, 'switchyard.db'), 'latin1')).not.toContain('sk-kept');
    expect((await world.run(['keys', 'remove', 'OPENAI_API_KEY'], { env: none })).code).toBe(0);
    expect((await world.run(['keys', 'list', '--json'], { env: none })).stdout).toContain('"names":[]');
    expect((await world.run(['keys', 'remove', 'OPENAI_API_KEY'], { env: none })).code).toBe(2);
  });
});
