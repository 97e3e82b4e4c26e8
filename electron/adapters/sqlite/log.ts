import { createHash } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { AppError, type ErrorData } from '../../../shared/errors.ts';
import type { LoggedEvent } from '../../../shared/protocol.ts';
import type { LiveAnswer } from '../../../shared/state/live.ts';
import { type StoredEvent, upcast } from '../../../shared/state/upcast.ts';
import type { Commit, LogPort } from '../../runtime/ports.ts';
import { createDelete } from './delete.ts';
import { createDerive } from './derive.ts';
import { createReads } from './pages.ts';
import { derivedTables, migrate } from './schema.ts';

const stored = (row: StoredEvent & { data: string }): LoggedEvent => upcast({ ...row, data: JSON.parse(row.data) as unknown });

/**
 * Opens the log in `file`, made or migrated as needed. One connection, one writer: write-ahead log with `synchronous=FULL`, since a
 * looser setting loses acknowledged rows when the power fails. `rebuild` makes the derived tables again from the events.
 */
export function createLog({ file }: { file: string }): LogPort & { rebuild(): void } {
  const db = open(file);
  const derive = createDerive(db);
  const erase = createDelete(db);
  const sql = {
    receipt: db.prepare<[string], { seq: number; value: string | null; error: string | null }>(
      'SELECT seq, value, error FROM receipts WHERE command_id = ?',
    ),
    addReceipt: db.prepare('INSERT INTO receipts VALUES (?, ?, ?, ?)'),
    addEvent: db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)'),
    events: db.prepare<[number, number], StoredEvent & { data: string }>(
      'SELECT seq, stream, type, at, data FROM events WHERE seq > ? ORDER BY seq LIMIT ?',
    ),
    streamEvents: db.prepare<[string, number, number], StoredEvent & { data: string }>(
      'SELECT seq, stream, type, at, data FROM events WHERE stream = ? AND seq > ? ORDER BY seq LIMIT ?',
    ),
    seq: db.prepare<[], { seq: number | null }>('SELECT max(seq) AS seq FROM events'),
    maxReceipt: db.prepare<[], { seq: number | null }>('SELECT max(seq) AS seq FROM receipts'),
    state: db.prepare<[string], { seq: number; state: string }>('SELECT seq, state FROM states WHERE stream = ?'),
    putState: db.prepare('INSERT OR REPLACE INTO states VALUES (?, ?, ?)'),
    blob: db.prepare<[string], { bytes: Buffer }>('SELECT bytes FROM blobs WHERE hash = ?'),
    addBlob: db.prepare('INSERT OR IGNORE INTO blobs VALUES (?, ?)'),
    live: db.prepare<[string], { data: string }>('SELECT data FROM live WHERE thread_id = ?'),
    putLive: db.prepare('INSERT OR REPLACE INTO live VALUES (?, ?)'),
    dropLive: db.prepare('DELETE FROM live WHERE thread_id = ?'),
    putScratch: db.prepare('INSERT OR REPLACE INTO scratch VALUES (?, ?)'),
    dropScratch: db.prepare('DELETE FROM scratch WHERE key = ?'),
    scratch: db.prepare<[string, string], { key: string; value: string }>(
      'SELECT key, value FROM scratch WHERE key >= ? AND key < ? ORDER BY key',
    ),
    orphans: db.prepare<[], { id: string }>('SELECT id FROM orphans'),
    dropOrphans: db.prepare('DELETE FROM orphans'),
  };
  // A deletion may take the newest events away; their numbers must not come again, so the receipts count too.
  let last = Math.max(sql.seq.get()?.seq ?? 0, sql.maxReceipt.get()?.seq ?? 0);

  const write = db.transaction((commit: Commit): LoggedEvent[] => {
    const { commandId, at } = commit;
    let seq = last;
    const logged = commit.events.map((event) => {
      seq += 1;
      const json = JSON.stringify(event.data);
      sql.addEvent.run(seq, event.stream, event.type, at, commandId, json);
      const entry: LoggedEvent = { seq, at, ...event };
      derive(entry, json);
      return entry;
    });
    if (commit.deletes !== undefined) erase(commit.deletes);
    sql.addReceipt.run(commandId, seq, JSON.stringify(commit.value ?? null), commit.error ? JSON.stringify(commit.error) : null);
    return logged;
  });

  /** Every write goes through here: a full or failing disk is an answer, not a crash. */
  const guarded = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      if (cause instanceof AppError) throw cause;
      const code = (cause as { code?: string }).code ?? '';
      if (!code.startsWith('SQLITE_')) throw cause;
      if (code.startsWith('SQLITE_CONSTRAINT'))
        throw new AppError('broken', `The log refused a write: ${(cause as Error).message}`, { cause });
      const full = code === 'SQLITE_FULL';
      throw new AppError(
        'unavailable',
        full ? `The disk that holds ${file} is full.` : `${file} could not be written: ${(cause as Error).message}`,
        {
          hint: full
            ? 'Free some space and try again; nothing that was acknowledged is lost.'
            : 'Look at the disk and the permissions of the data folder.',
          cause,
        },
      );
    }
  };

  return {
    ...createReads(db),
    receipt: (commandId) => {
      const row = sql.receipt.get(commandId);
      if (!row) return undefined;
      const value = row.value === null ? null : (JSON.parse(row.value) as unknown);
      return { seq: row.seq, value, ...(row.error === null ? {} : { error: JSON.parse(row.error) as ErrorData }) };
    },
    commit: (commit) => {
      // What a person deletes for good is overwritten in the file, and the write-ahead log that still holds it is emptied.
      const forGood = commit.deletes !== undefined;
      if (forGood) db.pragma('secure_delete = ON');
      const logged = guarded(() => write(commit));
      if (forGood) db.pragma('wal_checkpoint(TRUNCATE)');
      if (forGood) db.pragma('secure_delete = OFF');
      last += logged.length;
      return logged;
    },
    saveState: ({ stream, seq, state }) => guarded(() => void sql.putState.run(stream, seq, JSON.stringify(state))),
    state: (stream) => {
      const row = sql.state.get(stream);
      return row && { stream, seq: row.seq, state: JSON.parse(row.state) as unknown };
    },
    events: (after, { stream, limit = -1 } = {}) =>
      (stream === undefined ? sql.events.all(after, limit) : sql.streamEvents.all(stream, after, limit)).map(stored),
    seq: () => last,
    blob: (hash) => sql.blob.get(hash)?.bytes,
    putBlob: (bytes) => {
      const hash = createHash('sha256').update(bytes).digest('hex');
      guarded(() => sql.addBlob.run(hash, bytes));
      return hash;
    },
    saveLive: (threadId, live) => guarded(() => void sql.putLive.run(threadId, JSON.stringify(live))),
    live: (threadId) => {
      const row = sql.live.get(threadId);
      return row && (JSON.parse(row.data) as LiveAnswer);
    },
    clearLive: (threadId) => guarded(() => void sql.dropLive.run(threadId)),
    scratch: {
      write: (key, value) => guarded(() => void (value === null ? sql.dropScratch.run(key) : sql.putScratch.run(key, value))),
      read: (prefix) => Object.fromEntries(sql.scratch.all(prefix, `${prefix}\u{10FFFF}`).map((row) => [row.key, row.value])),
    },
    takeOrphanOutputs: () => {
      const ids = sql.orphans.all().map((row) => row.id);
      if (ids.length > 0) guarded(() => void sql.dropOrphans.run());
      return ids;
    },
    rebuild: () => {
      db.transaction(() => {
        for (const table of derivedTables)
          db.exec(table === 'words' ? "INSERT INTO words (words) VALUES ('delete-all')" : `DELETE FROM ${table}`);
        for (const row of db
          .prepare<[], StoredEvent & { data: string }>('SELECT seq, stream, type, at, data FROM events ORDER BY seq')
          .all()) {
          derive(stored(row), row.data);
        }
      })();
    },
    close: () => db.close(),
  };
}

function open(file: string): Database.Database {
  let db: Database.Database | undefined;
  try {
    // Readable by its owner alone, also in a folder that is not; what SQLite puts beside it takes after it.
    closeSync(openSync(file, 'a', 0o600));
    db = new Database(file);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    db.pragma('busy_timeout = 5000');
    migrate(db, file);
    return db;
  } catch (cause) {
    db?.close();
    if (cause instanceof AppError) throw cause;
    throw new AppError('unavailable', `The database ${file} can't be opened: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: 'Move it aside to start afresh, or restore it from a backup; nothing in it was changed.',
      cause,
    });
  }
}
