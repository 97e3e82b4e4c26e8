// Several commands on one data folder: one owns it, the others attach, and whoever is left goes on when the owner dies.
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { answersIn, type SentRequest, type Step } from '../support/fake-model.ts';
import { lostOf, readLog, runsIn } from '../support/kill.ts';
import { type Cli, createWorld, type Ended, exec, sentText, shell, until, type World } from '../support/world.ts';

/** Three commands and a last word for the job that a thread's first message names; from the second on they wait for the file `go-NAME`. */
function script(request: SentRequest): Step {
  const name = /Job (\w+)/.exec(sentText(request))?.[1] ?? 'none';
  const run = (step: number, more = ''): Step => ({
    calls: [shell(`echo said-${name}-${step}; echo ${name}-${step} >> runs.txt${more}`, { timeout_ms: 40_000 })],
  });
  const held = (step: number): string => `; touch at-${name}-${step}; until [ -e go-${name} ]; do sleep 0.01; done`;
  return [run(1), run(2, held(2)), run(3, held(3))][answersIn(request)] ?? { text: `Job ${name} is done.` };
}

/** With a key that the server insists on: whoever takes over must have it too. */
const create = (): Promise<World> => createWorld({ script, key: 'sk-owner-0123456789' });
const start = (world: World, name: string): Cli => world.start([...exec, `Job ${name}`]);
const inWorld = (world: World, name: string): string => path.join(world.repo.path, name);
const go = (world: World, ...names: string[]): void => {
  for (const name of names) writeFileSync(inWorld(world, `go-${name}`), '');
};
/** Its second command is running, or a later one. */
const held = (world: World, name: string, step = 2): Promise<void> =>
  until(() => existsSync(inWorld(world, `at-${name}-${step}`)), `step ${step} of ${name}`);
const ownerOf = ({ home }: World): number => {
  const file = path.join(home, 'owner.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { pid: number }).pid : 0;
};
const answerOf = ({ code, signal, stdout }: Ended): object => ({ code, signal, stdout });
const doneWith = (name: string): object => ({ code: 0, signal: null, stdout: `Job ${name} is done.\n` });
const threadOf = (world: World, name: string): string => {
  const event = readLog(world.home).find(({ type, data }) => type === 'thread.renamed' && JSON.stringify(data).includes(`Job ${name}`));
  return event?.stream ?? '';
};
const sorted = (words: readonly string[]): string[] => words.toSorted();
const steps = (...names: string[]): string[] => names.flatMap((name) => [1, 2, 3].map((step) => `${name}-${step}`));

describe.skipIf(process.platform === 'win32')('one data folder', () => {
  it('has one owner: a second command attaches, and both come to their end [SH-1]', async () => {
    const world = await create();
    const first = start(world, 'a');
    await held(world, 'a');
    expect(ownerOf(world)).toBe(first.pid);
    const second = start(world, 'b');
    await held(world, 'b');
    expect(ownerOf(world)).toBe(first.pid);
    go(world, 'b');
    expect(answerOf(await second.ended)).toEqual(doneWith('b'));
    expect(ownerOf(world)).toBe(first.pid);
    go(world, 'a');
    expect(answerOf(await first.ended)).toEqual(doneWith('a'));
    expect(existsSync(path.join(world.home, 'owner.json'))).toBe(false);
    expect(sorted(runsIn(world))).toEqual(steps('a', 'b'));
    expect(world.model.violations).toEqual([]);
  });

  it('is taken over when its owner is killed: the other sees its turn interrupted, goes on by itself, and runs nothing twice [SH-1] [AGT-7]', async () => {
    const world = await create();
    const first = start(world, 'a');
    await held(world, 'a');
    const second = world.start([...exec, '--json', 'Job b']);
    await held(world, 'b');
    await first.kill();
    go(world, 'a', 'b');
    const { code, events, stderr } = await second.ended;
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('this process is it now');
    expect(stderr).toContain('Going on where it was.');
    expect(events.filter(({ type }) => type === 'turn.ended')).toMatchObject([
      { data: { status: 'interrupted' } },
      { data: { status: 'done' } },
    ]);
    const seqs = events.map(({ seq }) => seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((x, y) => x - y));
    expect(lostOf(events, readLog(world.home))).toEqual([]);
    expect(sorted(runsIn(world))).toEqual(['a-1', 'a-2', ...steps('b')]);
    // What the killed owner's command had printed for the other's turn came along.
    expect(world.model.requests.map(sentText).some((text) => text.includes('said-b-2') && text.includes('[interrupted'))).toBe(true);
    expect(world.survivors()).toEqual([]);

    const { header } = await world.show(threadOf(world, 'a'));
    expect(header.status).toBe('interrupted');
    const rest = await world.run(['exec', '--resume', header.id, 'continue']);
    expect(answerOf(rest)).toEqual(doneWith('a'));
    expect(sorted(runsIn(world))).toEqual(steps('a', 'b'));
    expect(world.model.violations).toEqual([]);
  });

  it('passes on again and again: the second owner is killed too [SH-1] [AGT-7]', async () => {
    const world = await create();
    const first = start(world, 'a');
    await held(world, 'a');
    const others = [start(world, 'b'), start(world, 'c')];
    await held(world, 'b');
    await held(world, 'c');
    await first.kill();
    await held(world, 'b', 3);
    await held(world, 'c', 3);
    const second = others.find(({ pid }) => pid === ownerOf(world));
    const third = others.find((other) => other !== second);
    await second?.kill();
    go(world, 'a', 'b', 'c');
    const name = third === others[0] ? 'b' : 'c';
    const end = await third?.ended;
    expect(end && answerOf(end), end?.stderr).toEqual(doneWith(name));
    const runs = runsIn(world);
    expect(runs.length).toBe(new Set(runs).size);
    expect(world.survivors()).toEqual([]);
    for (const other of ['a', 'b', 'c']) {
      const { header } = await world.show(threadOf(world, other));
      expect([other, header.status]).toEqual([other, other === name ? 'idle' : 'interrupted']);
    }
  });

  it('has one owner when many start at the same moment [SH-1]', async () => {
    const world = await create();
    const names = ['a', 'b', 'c', 'd'];
    go(world, ...names);
    const runs = names.map((name) => start(world, name));
    const ends = await Promise.all(runs.map(({ ended }) => ended));
    expect(ends.map(answerOf)).toEqual(names.map(doneWith));
    expect(sorted(runsIn(world))).toEqual(steps(...names));
    expect(world.model.violations).toEqual([]);
  });

  it('keeps its owner while another command is attached [SH-1] [SH-2]', async () => {
    const world = await create();
    const first = start(world, 'a');
    await held(world, 'a');
    const second = start(world, 'b');
    await held(world, 'b');
    go(world, 'a');
    await first.told('Staying until that has ended');
    expect(first.stdout()).toBe('Job a is done.\n');
    expect(ownerOf(world)).toBe(first.pid);
    go(world, 'b');
    expect(answerOf(await second.ended)).toEqual(doneWith('b'));
    expect(answerOf(await first.ended)).toEqual(doneWith('a'));
    expect(sorted(runsIn(world))).toEqual(steps('a', 'b'));
  });

  it('loses only the turn of the attached command that is killed [SH-1]', async () => {
    const world = await create();
    const first = start(world, 'a');
    await held(world, 'a');
    const second = start(world, 'b');
    await held(world, 'b');
    await second.kill();
    go(world, 'a', 'b');
    // The owner works on for the one that went away.
    expect(answerOf(await first.ended)).toEqual(doneWith('a'));
    expect(sorted(runsIn(world))).toEqual(steps('a', 'b'));
    expect((await world.show(threadOf(world, 'b'))).header.status).toBe('idle');
  });

  it('is not shut by what a killed owner left: socket, note and lock [SH-1] [AGT-7]', async () => {
    const world = await create();
    const first = start(world, 'a');
    await held(world, 'a');
    await first.kill();
    expect(existsSync(path.join(world.home, 'owner.json'))).toBe(true);
    expect(existsSync(path.join(world.home, 'owner.sock'))).toBe(true);
    go(world, 'a', 'b');
    expect(answerOf(await start(world, 'b').ended)).toEqual(doneWith('b'));
    writeFileSync(path.join(world.home, 'owner.json'), '{"pid": 1, "addr');
    expect(answerOf(await world.run(['exec', '--resume', threadOf(world, 'a'), 'continue']))).toEqual(doneWith('a'));
    expect(sorted(runsIn(world))).toEqual(steps('a', 'b'));
  });

  it.each(['SIGKILL', 'SIGINT'] as const)('loses no message that waits for a turn that %s ends [SH-1] [AGT-4] [AGT-7]', async (signal) => {
    const world = await create();
    const first = start(world, 'a');
    await held(world, 'a');
    const second = world.start(['exec', '--last', 'and then more']);
    await second.told('your message waits until its turn has ended');
    first.signal(signal);
    go(world, 'a');
    const end = await second.ended;
    expect(answerOf(end), end.stderr).toEqual(doneWith('a'));
    await first.ended;
    expect(sentText(world.model.requests.at(-1)!)).toContain('and then more');
    expect(sorted(runsIn(world))).toEqual(steps('a'));
    expect(world.model.violations).toEqual([]);
  });

  it('is shown by a command that reads while another one works [SH-1]', async () => {
    const world = await create();
    const first = start(world, 'a');
    await held(world, 'a');
    const { stdout, code } = await world.run(['threads', 'list', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ title: 'Job a', status: 'working' }]);
    go(world, 'a');
    expect(answerOf(await first.ended)).toEqual(doneWith('a'));
  });

  it('that can not be used is refused with a sentence [SH-1]', async () => {
    const world = await create();
    const file = path.join(world.home, 'a-file');
    writeFileSync(file, '');
    const wrong = await world.run([...exec, 'Job a'], { env: { SWITCHYARD_HOME: file } });
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain(`The data folder ${file} can not be used: it is not a folder`);
    expect(wrong.stderr).toContain('Set SWITCHYARD_HOME to a folder of your own.');
    expect(world.model.requests).toEqual([]);
  });

  // Nothing is closed to the administrator.
  it.skipIf(process.getuid?.() === 0)('that can not be written is refused with a sentence [SH-1]', async () => {
    const world = await create();
    const folder = path.join(world.home, 'closed');
    mkdirSync(folder);
    chmodSync(folder, 0o500);
    const { code, stderr } = await world.run([...exec, 'Job a'], { env: { SWITCHYARD_HOME: folder } });
    expect(code).toBe(2);
    expect(stderr).toContain(`The data folder ${folder} can not be used: it can not be written (EACCES).`);
  });

  it('of a newer program is refused with a sentence and left alone [SH-1] [PRJ-5]', async () => {
    const world = await create();
    go(world, 'a');
    await start(world, 'a').ended;
    const file = path.join(world.home, 'switchyard.db');
    const version = (set?: number): unknown => {
      const db = new Database(file);
      const found = set === undefined ? db.pragma('user_version', { simple: true }) : db.pragma(`user_version = ${set}`);
      db.close();
      return found;
    };
    const known = version();
    version(999);
    const before = readFileSync(file);
    const { code, stdout, stderr } = await start(world, 'b').ended;
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`was written by a newer Switchyard (format 999; this program knows ${String(known)}).`);
    expect(stderr).toContain('Update Switchyard');
    expect(readFileSync(file).equals(before)).toBe(true);
    version(Number(known));
    expect((await world.run(['threads', 'list'])).stdout).toContain('Job a');
  });
});
