import { renameSync, rmSync } from 'node:fs';
import type { Database } from 'better-sqlite3';
import { AppError } from '../../../shared/errors.ts';

// The log itself. Refusing update, delete and replacement (an insert, to SQLite) in the file means that no code path can forget it; `maintenance` holds the one exception.
const log = `
CREATE TABLE events (seq INTEGER PRIMARY KEY, stream TEXT NOT NULL, type TEXT NOT NULL, at INTEGER NOT NULL, command_id TEXT NOT NULL, data TEXT NOT NULL);
CREATE INDEX events_stream ON events (stream, seq);
CREATE TABLE receipts (command_id TEXT PRIMARY KEY, seq INTEGER NOT NULL, value TEXT, error TEXT) WITHOUT ROWID;
CREATE TABLE blobs (hash TEXT PRIMARY KEY, bytes BLOB NOT NULL);
CREATE TABLE maintenance (stream TEXT NOT NULL);
CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER events_no_delete BEFORE DELETE ON events WHEN NOT EXISTS (SELECT 1 FROM maintenance WHERE stream = OLD.stream)
  BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER events_no_replace BEFORE INSERT ON events WHEN EXISTS (SELECT 1 FROM events WHERE seq = NEW.seq)
  BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER receipts_no_replace BEFORE INSERT ON receipts WHEN EXISTS (SELECT 1 FROM receipts WHERE command_id = NEW.command_id)
  BEGIN SELECT RAISE(ABORT, 'receipts are append-only'); END;
CREATE TRIGGER receipts_no_update BEFORE UPDATE ON receipts BEGIN SELECT RAISE(ABORT, 'receipts are append-only'); END;
CREATE TRIGGER receipts_no_delete BEFORE DELETE ON receipts BEGIN SELECT RAISE(ABORT, 'receipts are append-only'); END;
`;

// Everything here follows from the log and can be made again from it.
const derived = `
CREATE TABLE threads (id TEXT PRIMARY KEY, project_id TEXT NOT NULL, cwd TEXT NOT NULL, archived INTEGER NOT NULL, deleted INTEGER NOT NULL DEFAULT 0,
  updated_at INTEGER NOT NULL, parent TEXT, parent_seq INTEGER, summary TEXT NOT NULL);
CREATE INDEX threads_time ON threads (updated_at);
CREATE INDEX threads_archived ON threads (archived) WHERE archived = 1;
CREATE INDEX threads_parent ON threads (parent) WHERE parent IS NOT NULL;
CREATE TABLE turns (start_seq INTEGER PRIMARY KEY, thread_id TEXT NOT NULL, id TEXT NOT NULL, end_seq INTEGER, data TEXT NOT NULL);
CREATE UNIQUE INDEX turns_id ON turns (thread_id, id);
CREATE INDEX turns_thread ON turns (thread_id, start_seq);
CREATE INDEX turns_ended ON turns (thread_id, end_seq);
CREATE TABLE items (seq INTEGER PRIMARY KEY, thread_id TEXT NOT NULL, id TEXT NOT NULL, type TEXT NOT NULL, data TEXT NOT NULL);
CREATE INDEX items_thread ON items (thread_id, seq);
CREATE UNIQUE INDEX items_id ON items (thread_id, id);
CREATE INDEX items_compaction ON items (thread_id, seq) WHERE type = 'compaction';
CREATE INDEX items_changes ON items (thread_id, seq) WHERE json_extract(data, '$.detail.files') IS NOT NULL;
CREATE TABLE usage (seq INTEGER PRIMARY KEY, thread_id TEXT NOT NULL, turn_id TEXT NOT NULL, at INTEGER NOT NULL, provider TEXT NOT NULL, model TEXT NOT NULL,
  input INTEGER NOT NULL, cached INTEGER NOT NULL, output INTEGER NOT NULL, reasoning INTEGER NOT NULL, credits REAL, reported INTEGER NOT NULL);
CREATE INDEX usage_thread ON usage (thread_id);
CREATE TABLE blob_refs (hash TEXT NOT NULL, stream TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (hash, stream, seq)) WITHOUT ROWID;
CREATE INDEX blob_refs_stream ON blob_refs (stream, seq);
CREATE VIRTUAL TABLE words USING fts5 (text, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2");
`;
export const derivedTables = ['threads', 'turns', 'items', 'usage', 'blob_refs', 'words'];

// Beside the log: what may be lost, and what is thrown away.
const beside = `
CREATE TABLE states (stream TEXT PRIMARY KEY, seq INTEGER NOT NULL, state TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE live (thread_id TEXT PRIMARY KEY, data TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE scratch (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE orphans (id TEXT PRIMARY KEY) WITHOUT ROWID;
`;

type Step = (db: Database) => void;
/** One step a version: migrations[n] takes a file from version n to n + 1. */
const migrations: readonly Step[] = [(db) => db.exec(log + derived + beside)];

/** Raised with each migration; an older program refuses a newer file. */
export const schemaVersion = migrations.length;

/** Brings a file to the last step's version; a file with data is copied to `<file>.v<version>.bak` first. */
export function migrate(db: Database, file: string, steps: readonly Step[] = migrations): void {
  const version = db.pragma('user_version', { simple: true }) as number;
  if (version === steps.length) return;
  if (version > steps.length) {
    throw new AppError('invalid', `${file} was written by a newer Switchyard (format ${version}; this program knows ${steps.length}).`, {
      hint: 'Update Switchyard, or choose another data folder with SWITCHYARD_HOME.',
    });
  }
  if (version > 0) backUp(db, `${file}.v${version}.bak`);
  db.transaction(() => {
    for (const step of steps.slice(version)) step(db);
    db.pragma(`user_version = ${steps.length}`);
  })();
}

/** A whole copy or none: one that an earlier try left is of the same data, since a migration is done wholly or not at all. */
function backUp(db: Database, copy: string): void {
  const partial = `${copy}.part`;
  rmSync(partial, { force: true });
  db.exec(`VACUUM INTO '${partial.replaceAll("'", "''")}'`);
  renameSync(partial, copy);
}
