import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { derivedTables } from '../../electron/adapters/sqlite/schema.ts';
import { type AppState, emptyApp, reduceApp } from '../../shared/state/app.ts';
import { reduceHeader } from '../../shared/state/header.ts';
import { reduceThread, type ThreadState, threadFrom } from '../../shared/state/thread.ts';
import { engineOnDisk, type OnDisk } from '../support/engine.ts';
import { type Op, randomWork } from '../support/random-work.ts';

const runs = Number(process.env['SOAK_RUNS'] ?? 8);
const op = fc.tuple(fc.integer({ min: 0, max: 13 }), fc.nat(40), fc.nat(2000));
const history = fc.record({
  ops: fc.array(op, { minLength: 40, maxLength: 220, size: 'max' }),
  /** After how many operations a client joins, and how many items its first page holds. */
  joinAt: fc.nat(120),
  page: fc.integer({ min: 1, max: 9 }),
});

/** Every row of every derived table, and the words of the index. */
function derivedRows(file: string): Record<string, unknown[]> {
  const db = new Database(file);
  db.exec("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, words, 'instance')");
  const rows = Object.fromEntries(
    derivedTables.map((table) => [
      table,
      table === 'words'
        ? db.prepare('SELECT * FROM vocabulary WHERE doc IN (SELECT seq FROM items) ORDER BY doc, offset').all()
        : db.prepare(`SELECT * FROM ${table}`).all(),
    ]),
  );
  db.close();
  return rows;
}

function play(
  ops: readonly Op[],
  more: { file?: string; joinAt: number; page: number },
): { disk: OnDisk; threads: string[]; clients: Map<string, ThreadState> } {
  const disk = engineOnDisk();
  const work = randomWork(disk);
  const clients = new Map<string, ThreadState>();
  const { engine, log } = disk;
  engine.listen((push) => {
    if (push.kind !== 'event') return;
    const client = clients.get(push.event.stream);
    if (client) clients.set(push.event.stream, reduceThread(client, push.event));
  });
  engine.execute('project.add', { path: '/folder/first' });
  work.step([1, 0, 0]);
  for (const [index, each] of ops.entries()) {
    if (index === more.joinAt) {
      for (const id of work.threads) {
        const header = engine.header(id);
        if (header) clients.set(id, threadFrom({ stream: id, seq: log.seq(), header, page: log.page(id, { limit: more.page }) }));
      }
    }
    work.step(each);
  }
  return { disk, threads: work.threads, clients };
}

const property = (check: (input: { ops: Op[]; joinAt: number; page: number }) => void): void =>
  fc.assert(
    fc.property(history, (input) => check(input as { ops: Op[]; joinAt: number; page: number })),
    { numRuns: runs, seed: Number(process.env['SOAK_SEED'] ?? 20_261), endOnFailure: false },
  );

it('can make every derived table again from the log [PRJ-5]', () => {
  property((input) => {
    const { disk } = play(input.ops, input);
    const before = derivedRows(disk.file);
    disk.log.rebuild();
    expect(derivedRows(disk.file)).toEqual(before);
    disk.close();
  });
});

it('has in memory what the log says, and what a restart reads from it, with saved states and without [PRJ-5]', () => {
  property((input) => {
    const { disk, threads } = play(input.ops, input);
    const events = disk.log.events(0);
    const headers = Object.fromEntries(threads.map((id) => [id, disk.engine.header(id)]));
    const app = disk.engine.app();
    // Counted by the log: the events of archived threads that were deleted are gone, and with them what they would add.
    const scratch = events.reduce<AppState>(reduceApp, emptyApp);
    expect({ ...scratch, archived: 0 }).toEqual({ ...app, archived: 0 });
    expect(app.archived).toBe(disk.log.threads({ archived: true, limit: 1000 }).length);
    expect(app.archived).toBe(disk.log.archived());
    for (const id of threads) {
      const mine = events.filter((event) => event.stream === id).reduce(reduceHeader, undefined as ReturnType<typeof reduceHeader>);
      expect(headers[id] && mine).toEqual(headers[id]);
    }
    disk.close();

    for (const without of [false, true]) {
      if (without) {
        const db = new Database(disk.file);
        db.exec('DELETE FROM states');
        db.close();
      }
      const again = engineOnDisk({ file: disk.file });
      expect(again.engine.app()).toEqual(app);
      for (const id of threads) expect(again.engine.header(id)).toEqual(headers[id]);
      for (const { id, ...row } of again.log.threads({ limit: 1000 })) expect(headers[id]).toMatchObject(row);
      again.close();
    }
  });
});

it('shows a client that joined at any moment what the log holds [PRJ-4] [PRJ-5]', () => {
  property((input) => {
    const { disk, clients } = play(input.ops, input);
    for (const [id, client] of clients) {
      const header = disk.engine.header(id);
      if (!header) continue;
      expect(client.header).toEqual(header);
      const page = disk.log.page(id, { limit: client.items.length });
      expect({ items: client.items, turns: client.turns, before: client.before }).toEqual({ before: undefined, ...page });
      // Pages follow one another without a gap or an item twice.
      const paged = [];
      for (let before: number | undefined = Number.MAX_SAFE_INTEGER; before !== undefined; ) {
        const next = disk.log.page(id, { limit: input.page, before });
        paged.unshift(...next.items);
        before = next.before;
      }
      expect(paged).toEqual(disk.log.page(id, { limit: 100_000 }).items);
    }
    disk.close();
  });
});

it('leaves nothing behind of threads that were deleted for good [PRJ-3]', () => {
  property((input) => {
    const { disk, threads } = play(input.ops, input);
    const { engine, log } = disk;
    for (let left = [...threads]; left.length > 0; ) {
      const id = left.pop() ?? '';
      const header = engine.header(id);
      if (!header) continue;
      if (header.turn) {
        const { turn } = header;
        const end = [
          ...turn.approvals.map((item) => ({ type: 'approval.closed', data: { itemId: item.id, status: 'withdrawn' } })),
          ...turn.questions.map((item) => ({ type: 'question.closed', data: { itemId: item.id, status: 'withdrawn' } })),
          ...turn.calls.map((call) => ({
            type: 'call.finished',
            data: { itemId: call.itemId, status: 'failed', output: { text: '', bytes: 0 } },
          })),
          { type: 'turn.ended', data: { turnId: turn.id, status: 'failed' } },
        ];
        engine.execute('turn.record', { threadId: id, turnId: turn.id, facts: end });
      }
      for (const { id: command } of header.commands)
        engine.execute('background.record', { threadId: id, id: command, exit: 0, output: { text: '', bytes: 0 } });
      engine.execute('thread.delete', { threadId: id });
      left = left.filter((other) => other !== id);
    }
    for (const { id } of log.threads({ limit: 1000 })) engine.execute('thread.delete', { threadId: id });
    const db = new Database(disk.file);
    const count = (table: string, where = '1'): number =>
      (db.prepare(`SELECT count(*) AS n FROM ${table} WHERE ${where}`).get() as { n: number }).n;
    for (const table of ['threads', 'turns', 'items', 'usage', 'live', 'maintenance']) expect(count(table), table).toBe(0);
    expect(count('events', "stream <> 'app'")).toBe(0);
    expect(count('states', "stream <> 'app'")).toBe(0);
    expect(count('blob_refs', "stream <> 'app'")).toBe(0);
    expect(engine.app()).toMatchObject({ threads: {}, archived: 0 });
    expect(log.search({ text: 'alpha', limit: 10 })).toEqual([]);
    db.close();
    disk.close();
  });
});
