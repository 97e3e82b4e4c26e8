import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { FileWrite, Ports } from '../../electron/runtime/ports.ts';
import type { CallItem } from '../../shared/domain/item.ts';
import { AppError } from '../../shared/errors.ts';
import { processesWith } from '../support/processes.ts';
import { lastSaid } from '../support/sent.ts';
import { type Client, type Started, start } from '../support/start.ts';

const wires = ['responses', 'chat'] as const;
const calls = (client: Client): CallItem[] => client.state().items.flatMap(({ item }) => (item.type === 'call' ? [item] : []));
/** Never ends while the test runs: afterwards it fails, so that the runtime that counts as killed can be closed. */
function never(): Promise<never> {
  return new Promise((_, reject) => onTestFinished(() => reject(new AppError('cancelled', 'The test is over.'))));
}
const fine = (...all: Started[]): void => {
  for (const app of all) {
    expect(app.model.violations).toEqual([]);
    expect(app.notes.filter((note) => !note.includes('counts as killed'))).toEqual([]);
  }
};
/** "continue" works: the turn after the restart ends well. Answers what the model was told last. */
async function goOn(app: Started, threadId: string, count: number): Promise<{ by: string; text: string }[]> {
  const client = app.client(threadId);
  await app.send(threadId, 'continue');
  expect((await client.ended()).data.status).toBe('done');
  return lastSaid(app.model.requests.at(-1), count + 1).slice(0, -1);
}

it.each(wires)('finds the text that had streamed before a kill, up to a second before, over %s [AGT-7] [PRJ-5]', async (wire) => {
  const app = await start({
    wire,
    script: [{ text: 'Words that stream and then stop. '.repeat(3), deltas: 12, fault: 'hang-after' }, { text: 'And on.' }],
  });
  const threadId = await app.thread();
  const client = app.client(threadId);
  await app.send(threadId, 'tell me');
  await client.until(() => client.text().length > 30);
  while (!app.ports.log.live(threadId)?.text) await new Promise((resolve) => setImmediate(resolve));
  const again = await app.crash();
  const next = again.client(threadId);
  expect(next.state().header).toMatchObject({ status: 'interrupted', lastTurn: { status: 'interrupted' } });
  expect(next.state().header.turn).toBeUndefined();
  const text = next.state().items.at(-1)?.item;
  expect(text).toMatchObject({ type: 'text', interrupted: true });
  expect(text?.type === 'text' && text.body.text).toMatch(/^Words that stream/);
  const [told] = await goOn(again, threadId, 1);
  expect(told?.by).toBe('agent');
  expect(told?.text).toMatch(/^Words that stream[^]*\[interrupted here\]$/);
  await again.runtime.settled();
  expect(again.ports.log.live(threadId)).toBeUndefined();
  fine(app, again);
});

it.each(wires)('ends the command that ran, keeps what it had printed, runs nothing twice, over %s [AGT-7]', async (wire) => {
  const mark = `sleep 5${process.pid % 1000}.${wire.length}`;
  const command = `echo ran >> trace; echo printed; (${mark}) & ${mark}`;
  const app = await start({
    wire,
    script: [
      {
        calls: [
          { name: 'shell', args: { command } },
          { name: 'shell', args: { command: 'echo second >> trace' } },
        ],
      },
      { text: 'And on.' },
    ],
  });
  const threadId = await app.thread();
  await app.send(threadId, 'run');
  while (processesWith(mark).length < 2) await new Promise((resolve) => setImmediate(resolve));
  const again = await app.crash();
  expect(processesWith(mark)).toEqual([]);
  const next = again.client(threadId);
  expect(calls(next).map((call) => [call.status, call.output?.text])).toEqual([
    ['interrupted', 'printed\n[interrupted: it may have run, wholly or in part]'],
    ['interrupted', '[interrupted: it did not run]'],
  ]);
  const told = await goOn(again, threadId, 2);
  expect(told).toMatchObject([{ by: 'result', text: expect.stringContaining('printed') as string }, { by: 'result' }]);
  expect(readFileSync(path.join(app.repo.path, 'trace'), 'utf8')).toBe('ran\n');
  fine(app, again);
});

it('keeps finished results when it is killed before the next request [AGT-7]', async () => {
  const app = await start({
    script: [{ calls: [{ name: 'shell', args: { command: 'echo once | tee -a trace' } }] }, { fault: 'hang-before' }, { text: 'And on.' }],
  });
  const threadId = await app.thread();
  await app.send(threadId, 'run');
  await app.model.request(1);
  const again = await app.crash();
  expect(calls(again.client(threadId))).toMatchObject([{ status: 'done', output: { text: 'once' } }]);
  const [told] = await goOn(again, threadId, 1);
  expect(told).toEqual({ by: 'result', text: 'once' });
  expect(readFileSync(path.join(app.repo.path, 'trace'), 'utf8')).toBe('once\n');
  // The request that nobody saw the end of is in the account as well.
  const usage = again.ports.log.events(0, { stream: threadId }).filter((event) => event.type === 'usage.recorded');
  expect(usage).toHaveLength(3);
  expect(usage.map((event) => event.type === 'usage.recorded' && event.data.usage.reported)).toEqual([true, false, true]);
  fine(app, again);
});

it('ends background commands of a killed program and says so [AGT-7]', async () => {
  const mark = `sleep 6${process.pid % 1000}.7`;
  const app = await start({
    script: [
      { calls: [{ name: 'shell', args: { command: `echo up; ${mark}`, background: true } }] },
      { text: 'Started.' },
      { text: 'And on.' },
    ],
  });
  const threadId = await app.thread();
  const client = app.client(threadId);
  await app.send(threadId, 'run');
  await client.ended();
  expect(processesWith(mark).length).toBeGreaterThan(0);
  const again = await app.crash();
  expect(processesWith(mark)).toEqual([]);
  const { header } = again.client(threadId).state();
  expect(header).toMatchObject({ background: 0, commands: [], lastTurn: { status: 'done' } });
  const end = again.ports.log.events(0, { stream: threadId }).find((event) => event.type === 'background.ended');
  expect(end?.data).toMatchObject({ exit: null, output: { text: 'up' } });
  await goOn(again, threadId, 1);
  fine(again);
});

it('leaves a waiting turn waiting, and its question can be answered [AGT-7] [SAFE-4]', async () => {
  const app = await start({ script: [{ calls: [{ name: 'shell', args: { command: 'echo one >> trace' } }] }, { text: 'done' }] });
  const threadId = await app.thread({ profile: 'workspace' });
  const client = app.client(threadId);
  await app.send(threadId, 'go');
  const { item } = (await client.next('approval.opened')).data;
  const again = await app.crash();
  const next = again.client(threadId);
  expect(next.state().header).toMatchObject({ status: 'waiting', needs: 1 });
  await again.request('approval.answer', { threadId, itemId: item.id, answer: 'once' });
  expect((await next.ended()).data.status).toBe('done');
  expect(readFileSync(path.join(app.repo.path, 'trace'), 'utf8')).toBe('one\n');
  fine(app, again);
});

it('does not run a call whose approval was answered just before the kill [AGT-7] [SAFE-4]', async () => {
  let hold = false;
  let blocked = undefined as Promise<never> | undefined;
  // Killed after the answer was stored and before the call began.
  const adapt = (ports: Ports): Ports =>
    hold ? ports : { ...ports, files: { ...ports.files, realpath: (file) => blocked ?? ports.files.realpath(file) } };
  const app = await start({ adapt, script: [{ calls: [{ name: 'shell', args: { command: 'echo one >> trace' } }] }, { text: 'And on.' }] });
  const threadId = await app.thread({ profile: 'workspace' });
  const client = app.client(threadId);
  await app.send(threadId, 'go');
  const { item } = (await client.next('approval.opened')).data;
  await app.runtime.settled();
  hold = true;
  blocked = never();
  blocked.catch(() => undefined);
  await app.request('approval.answer', { threadId, itemId: item.id, answer: 'once' });
  const again = await app.crash();
  expect(calls(again.client(threadId))).toMatchObject([{ status: 'interrupted' }]);
  await goOn(again, threadId, 1);
  expect(existsSync(path.join(app.repo.path, 'trace'))).toBe(false);
  fine(again);
});

const patchOf = (names: string[]): string =>
  [
    '*** Begin Patch',
    ...names.flatMap((name) => [`*** Update File: ${name}`, '@@', `-old ${name}`, `+new ${name}`]),
    '*** Add File: made.txt',
    '+made',
    '*** Delete File: gone.txt',
    '*** End Patch',
  ].join('\n');

/** A thread whose patch is announced in the log, of whose files the first `written` were replaced when it was killed. */
async function cutPatch(
  written: number,
  before: (app: Started) => void = () => undefined,
): Promise<{ app: Started; again: Started; threadId: string }> {
  const reached = Promise.withResolvers<void>();
  let blocked = undefined as Promise<never> | undefined;
  let real: Ports['files'] | undefined;
  const replace = async (writes: FileWrite[]): Promise<void> => {
    if (written > 0) await real?.replace(writes.slice(0, written));
    reached.resolve();
    return blocked ?? never();
  };
  let first = true;
  const adapt = (ports: Ports): Ports => {
    real = ports.files;
    const killed = first;
    first = false;
    return killed ? { ...ports, files: { ...ports.files, replace } } : ports;
  };
  const app = await start({
    adapt,
    files: { 'a.txt': 'old a.txt\n', 'b.txt': 'old b.txt\n', 'gone.txt': 'x\n' },
    script: [{ calls: [{ name: 'apply_patch', args: { patch: patchOf(['a.txt', 'b.txt']) } }] }, { text: 'And on.' }],
  });
  blocked = never();
  const threadId = await app.thread();
  await app.send(threadId, 'patch');
  await reached.promise;
  before(app);
  return { app, again: await app.crash(), threadId };
}
const contents = (app: Started): (string | undefined)[] =>
  ['a.txt', 'b.txt', 'made.txt', 'gone.txt'].map((name) => {
    const file = path.join(app.repo.path, name);
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  });

it.each([0, 1, 2, 3, 4])('brings a patch to its end of which %i of 4 files were written: all or none [AGT-2] [AGT-7]', async (written) => {
  const { app, again, threadId } = await cutPatch(written);
  const [call] = calls(again.client(threadId));
  const none = written === 0;
  expect(contents(app)).toEqual(
    none ? ['old a.txt\n', 'old b.txt\n', undefined, 'x\n'] : ['new a.txt\n', 'new b.txt\n', 'made\n', undefined],
  );
  expect(call?.status).toBe(none ? 'interrupted' : 'done');
  expect(call?.detail?.files).toHaveLength(none ? 0 : 4);
  const [told] = await goOn(again, threadId, 1);
  expect(told?.text).toContain(written === 0 ? 'Nothing was written' : 'has been finished');
  fine(again);
});

it('touches nothing of a cut patch when somebody else has changed a file since, and says how each stands [AGT-7]', async () => {
  const { app, again, threadId } = await cutPatch(1, ({ repo }) => writeFileSync(path.join(repo.path, 'b.txt'), 'mine\n'));
  expect(contents(app)).toEqual(['new a.txt\n', 'mine\n', undefined, 'x\n']);
  expect(calls(again.client(threadId))).toMatchObject([{ status: 'failed' }]);
  const [told] = await goOn(again, threadId, 1);
  expect(told?.text).toMatch(/a\.txt: as the patch makes it[^]*b\.txt: changed by something else/);
  fine(again);
});

it('starts even when a cut patch can not be finished [AGT-7] [PRJ-5]', async () => {
  const { app, again, threadId } = await cutPatch(1, ({ repo }) => {
    // A folder stands where a file was to go.
    rmSync(path.join(repo.path, 'gone.txt'));
    mkdirSync(path.join(repo.path, 'gone.txt', 'x'), { recursive: true });
  });
  expect(readFileSync(path.join(app.repo.path, 'b.txt'), 'utf8')).toBe('old b.txt\n');
  expect(calls(again.client(threadId))).toMatchObject([{ status: 'failed' }]);
  await goOn(again, threadId, 1);
  fine(again);
});

it('starts when the disk refuses to finish a cut patch, and names the files [AGT-7] [PRJ-5]', async () => {
  let starts = 0;
  let blocked = undefined as Promise<never> | undefined;
  const reached = Promise.withResolvers<void>();
  const adapt = (ports: Ports): Ports => {
    starts += 1;
    if (starts === 1) {
      const replace = async (writes: FileWrite[]): Promise<void> => {
        await ports.files.replace(writes.slice(0, 1));
        reached.resolve();
        return blocked;
      };
      return { ...ports, files: { ...ports.files, replace } };
    }
    const replace = (): Promise<void> => Promise.reject(new AppError('unavailable', 'The disk is full.'));
    return { ...ports, files: { ...ports.files, replace } };
  };
  const app = await start({
    adapt,
    files: { 'a.txt': 'old a.txt\n', 'b.txt': 'old b.txt\n', 'gone.txt': 'x\n' },
    script: [{ calls: [{ name: 'apply_patch', args: { patch: patchOf(['a.txt', 'b.txt']) } }] }, { text: 'And on.' }],
  });
  blocked = never();
  const threadId = await app.thread();
  await app.send(threadId, 'patch');
  await reached.promise;
  const again = await app.crash();
  const [told] = await goOn(again, threadId, 1);
  expect(told?.text).toContain('The disk is full.');
  expect(told?.text).toContain('b.txt');
  fine(again);
});

it('ends a turn as failed when the disk is full, tries until that is stored, and works again [PRJ-5] [AGT-7]', async () => {
  let full = false;
  const adapt = (ports: Ports): Ports => {
    const refuse = (): void => {
      if (full) throw new AppError('unavailable', 'The disk is full.');
    };
    return {
      ...ports,
      clock: { ...ports.clock, at: (at, callback) => ports.clock.at(at - 4900, callback) },
      log: {
        ...ports.log,
        commit: (commit) => (refuse(), ports.log.commit(commit)),
        saveLive: (...given) => (refuse(), ports.log.saveLive(...given)),
        clearLive: (...given) => (refuse(), ports.log.clearLive(...given)),
      },
    };
  };
  const app = await start({
    adapt,
    script: [{ text: 'An answer that streams. '.repeat(20), deltas: 100, fault: 'slow' }, { text: 'fine' }],
  });
  const threadId = await app.thread();
  const client = app.client(threadId);
  await app.send(threadId, 'go');
  await client.until(() => client.text() !== '');
  full = true;
  await client.until(() => client.text().length > 400);
  await expect(app.send(threadId, 'lost')).rejects.toMatchObject({ code: 'unavailable' });
  while (!app.notes.some((note) => note.includes('could not be closed'))) await new Promise((resolve) => setImmediate(resolve));
  expect(app.model.requests).toHaveLength(1);
  expect(client.state().header.status).toBe('working');
  full = false;
  expect((await client.ended()).data).toMatchObject({ status: 'failed', error: { code: 'unavailable', message: 'The disk is full.' } });
  await app.send(threadId, 'again');
  expect((await client.ended()).data.status).toBe('done');
  expect(app.model.violations).toEqual([]);
});

it('survives being killed again and again at the same place [AGT-7] [PRJ-5]', async () => {
  let app = await start({ script: () => ({ text: 'x'.repeat(100), deltas: 20, fault: 'hang-after' }) });
  const threadId = await app.thread();
  for (let n = 0; n < 4; n += 1) {
    await app.send(threadId, `try ${n}`);
    await app.model.request(n);
    app = await app.crash();
    expect(app.client(threadId).state().header.lastTurn?.status).toBe('interrupted');
  }
  const { turns } = await app.request('thread.page', { threadId });
  expect(turns.map((turn) => turn.status)).toEqual(['interrupted', 'interrupted', 'interrupted', 'interrupted']);
  expect(app.model.violations).toEqual([]);
});
