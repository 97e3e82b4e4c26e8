import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, it, vi } from 'vitest';
import { createLog } from '../../electron/adapters/sqlite/log.ts';
import { migrate, schemaVersion } from '../../electron/adapters/sqlite/schema.ts';
import type { AppError } from '../../shared/errors.ts';
import { engineOnDisk } from '../support/engine.ts';
import { tempFolder } from '../support/temp.ts';

const failure = (work: () => unknown): AppError => {
  try {
    work();
  } catch (thrown) {
    return thrown as AppError;
  }
  throw new Error('it did not fail');
};

/** A log with a project, a thread and a turn in it, closed. */
function someLog(): string {
  const disk = engineOnDisk();
  const { projectId } = disk.engine.execute('project.add', { path: '/a' });
  disk.send(disk.thread(projectId), 'Remember the milk');
  disk.close();
  return disk.file;
}

it('refuses to change or remove what is in the log, also by raw SQL', () => {
  const db = new Database(someLog());
  for (const statement of [
    "UPDATE events SET data = '{}'",
    'UPDATE events SET seq = seq + 100',
    'DELETE FROM events WHERE seq = 1',
    'DELETE FROM events',
    "UPDATE receipts SET value = '1'",
    'DELETE FROM receipts',
    'INSERT OR REPLACE INTO receipts SELECT command_id, 9, value, error FROM receipts LIMIT 1',
    "INSERT OR REPLACE INTO events SELECT seq, stream, type, at, command_id, '{}' FROM events LIMIT 1",
  ]) {
    expect(() => db.exec(statement), statement).toThrow(/append-only|UNIQUE/);
  }
  expect(db.prepare('SELECT count(*) AS n FROM events').get()).toEqual({ n: 5 });
  db.close();
});

it('refuses a file of a newer program and leaves it as it was [PRJ-5]', () => {
  const file = someLog();
  const db = new Database(file);
  db.pragma(`user_version = ${schemaVersion + 1}`);
  db.close();
  const before = readFileSync(file);
  const error = failure(() => createLog({ file }));
  expect(error).toMatchObject({ code: 'invalid' });
  expect(error.message).toContain('newer');
  expect(error.hint).toContain('Update');
  expect(readFileSync(file)).toEqual(before);
});

it('copies an older file before it is changed, also when an earlier try was cut off [PRJ-5]', () => {
  const file = someLog();
  const db = new Database(file);
  const steps = [() => undefined, (changed: Database.Database) => void changed.exec('ALTER TABLE scratch ADD COLUMN extra TEXT')];
  const failing = [
    steps[0],
    () => {
      throw new Error('the power went');
    },
  ] as typeof steps;
  expect(() => migrate(db, file, failing)).toThrow('the power went');
  expect(db.pragma('user_version', { simple: true })).toBe(1);
  migrate(db, file, steps);
  expect(db.pragma('user_version', { simple: true })).toBe(2);
  db.close();
  const backup = `${file}.v1.bak`;
  expect(existsSync(backup)).toBe(true);
  expect(readdirSync(path.dirname(file)).filter((name) => name.includes('.bak'))).toEqual([path.basename(backup)]);
  // The copy is a whole log.
  const old = createLog({ file: backup });
  expect(old.events(0)).toHaveLength(5);
  old.close();
});

it('says what is wrong with a damaged file and changes nothing in it', () => {
  const folder = tempFolder('damaged');
  const cases: Record<string, (bytes: Buffer) => Buffer> = {
    garbage: () => Buffer.from('this is no database, '.repeat(500)),
    header: (bytes) => Buffer.concat([Buffer.alloc(100, 7), bytes.subarray(100)]),
    cut: (bytes) => bytes.subarray(0, 5000),
    middle: (bytes) => Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 0xff)]),
  };
  for (const [name, damage] of Object.entries(cases)) {
    const file = path.join(folder, `${name}.db`);
    copyFileSync(someLog(), file);
    const bytes = damage(readFileSync(file));
    writeFileSync(file, bytes);
    const error = failure(() => createLog({ file }));
    expect(error, name).toMatchObject({ code: 'unavailable' });
    expect(error.message, name).toContain(file);
    expect(error.hint, name).toContain('backup');
    expect(readFileSync(file).equals(bytes), name).toBe(true);
  }
});

it('survives a full disk: nothing half-done, an error that says so, and work again when there is room [PRJ-5]', () => {
  const pragma = vi.spyOn(Database.prototype, 'pragma');
  const disk = engineOnDisk();
  const db = pragma.mock.contexts[0] as Database.Database;
  pragma.mockRestore();
  const { projectId } = disk.engine.execute('project.add', { path: '/a' });
  const threadId = disk.thread(projectId);
  const { turnId } = disk.send(threadId, 'hello');
  const seq = disk.log.seq();
  const header = disk.engine.header(threadId);
  const seen: unknown[] = [];
  disk.engine.listen((push) => void seen.push(push));

  db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true }))}`);
  const long = { text: 'x'.repeat(300_000), bytes: 300_000 };
  const fact = { type: 'item.added', data: { item: { type: 'text', id: 'i1', turnId, at: 1, body: long } } };
  const record = (): unknown => disk.engine.execute('turn.record', { threadId, turnId, facts: [fact] }, 'cmd-full');
  const error = failure(record);
  expect(error).toMatchObject({ code: 'unavailable' });
  expect(error.message).toContain('full');
  expect(error.hint).toContain('space');
  expect(failure(() => disk.log.putBlob(new Uint8Array(300_000))).code).toBe('unavailable');
  expect(failure(() => disk.log.scratch.write('draft', 'y'.repeat(300_000))).code).toBe('unavailable');
  expect(disk.log.seq()).toBe(seq);
  expect(disk.engine.header(threadId)).toBe(header);
  expect(disk.log.item(threadId, 'i1')).toBeUndefined();
  expect(disk.log.receipt('cmd-full')).toBeUndefined();
  expect(seen).toEqual([]);

  db.pragma('max_page_count = 1000000');
  record();
  expect(disk.log.item(threadId, 'i1')?.item).toMatchObject({ body: long });
  expect(disk.log.seq()).toBe(seq + 1);
  disk.log.rebuild();
  expect(disk.log.item(threadId, 'i1')?.item).toMatchObject({ body: long });
});

it('takes no notice of events of unknown types', () => {
  const file = someLog();
  const first = engineOnDisk({ file });
  const [threadId = ''] = Object.keys(first.engine.app().threads);
  const app = first.engine.app();
  const header = first.engine.header(threadId);
  const page = first.log.page(threadId, { limit: 10 });
  first.close();

  const db = new Database(file);
  const add = db.prepare("INSERT INTO events VALUES (?, ?, ?, 5, 'later', ?)");
  for (const [index, type] of ['goal.met', 'toString', 'constructor', '__proto__', 'turn.send'].entries()) {
    add.run(100 + 2 * index, threadId, type, '{"itemId":"x","turnId":"y"}');
    add.run(101 + 2 * index, 'app', type, '[]');
  }
  db.close();
  const second = engineOnDisk({ file });
  expect(second.engine.app()).toEqual(app);
  expect(second.engine.header(threadId)).toEqual(header);
  expect(second.log.page(threadId, { limit: 10 })).toEqual(page);
  second.log.rebuild();
  expect(second.log.page(threadId, { limit: 10 })).toEqual(page);
  // They keep their places: what comes next is counted after them.
  second.engine.execute('thread.rename', { threadId, title: 'x' });
  expect(second.log.seq()).toBe(110);
});

it('finds words whatever is typed', () => {
  const disk = engineOnDisk();
  const { projectId } = disk.engine.execute('project.add', { path: '/a' });
  const threadId = disk.thread(projectId);
  disk.send(threadId, 'Über the "quoted" fox-trot AND NOT (near) tail* 100%');
  const found = (text: string): number => disk.log.search({ text, limit: 10 }).length;
  for (const text of [
    'uber',
    'ÜBER',
    'quot',
    '"quoted"',
    'fox-trot',
    'trot',
    'AND NOT',
    '(near)',
    'tail*',
    '100%',
    'fox trot',
    "fox ' trot",
    'fox\0',
    'near:fox',
    '^fox',
  ])
    expect(found(text), text).toBe(text === 'near:fox' ? 0 : 1);
  for (const text of ['absent', '', '   ', '***', '"']) expect(found(text), text).toBe(0);
});
