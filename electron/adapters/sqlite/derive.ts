import type { Database } from 'better-sqlite3';
import type { Item } from '../../../shared/domain/item.ts';
import type { ThreadSummary } from '../../../shared/domain/thread.ts';
import type { Turn } from '../../../shared/domain/turn.ts';
import { audienceOf, type LoggedEvent } from '../../../shared/protocol.ts';
import { itemAddedBy, itemChangedBy, reduceItem } from '../../../shared/state/item.ts';
import { reduceSummary } from '../../../shared/state/summary.ts';
import { reduceTurn, turnChangedBy } from '../../../shared/state/turn.ts';
import { wordsOf } from './words.ts';

/** Writes what follows from an event into the derived tables. Called inside the commit's transaction, and again by a rebuild. */
export function createDerive(db: Database): (event: LoggedEvent, json: string) => void {
  const sql = {
    thread: db.prepare<[string], { summary: string }>('SELECT summary FROM threads WHERE id = ?'),
    putThread: db.prepare(
      `INSERT INTO threads (id, project_id, cwd, archived, updated_at, parent, parent_seq, summary) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET archived = excluded.archived, updated_at = excluded.updated_at, summary = excluded.summary`,
    ),
    // What forks still read of it stays; its title and the rest of its row are nobody's business any more.
    bury: db.prepare(
      "UPDATE threads SET deleted = 1, archived = 0, updated_at = 0, project_id = '', cwd = '', summary = '{}' WHERE id = ?",
    ),
    turn: db.prepare<[string, string], { data: string }>('SELECT data FROM turns WHERE thread_id = ? AND id = ?'),
    startTurn: db.prepare('INSERT INTO turns (start_seq, thread_id, id, data) VALUES (?, ?, ?, ?)'),
    putTurn: db.prepare('UPDATE turns SET data = ?, end_seq = coalesce(?, end_seq) WHERE thread_id = ? AND id = ?'),
    item: db.prepare<[string, string], { data: string; seq: number }>('SELECT seq, data FROM items WHERE thread_id = ? AND id = ?'),
    addItem: db.prepare('INSERT INTO items (seq, thread_id, id, type, data) VALUES (?, ?, ?, ?, ?)'),
    putItem: db.prepare('UPDATE items SET data = ? WHERE seq = ?'),
    addWords: db.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)'),
    putWords: db.prepare('INSERT OR REPLACE INTO words (rowid, text) VALUES (?, ?)'),
    usage: db.prepare('INSERT INTO usage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    blobRef: db.prepare('INSERT OR IGNORE INTO blob_refs SELECT hash, ?, ? FROM blobs WHERE hash = ?'),
  };

  const thread = (event: LoggedEvent): void => {
    const row = sql.thread.get(event.stream);
    const before = row && (JSON.parse(row.summary) as ThreadSummary);
    const after = reduceSummary(before, event);
    if (!after || after === before) return;
    const { id, projectId, cwd, archived, updatedAt, parent } = after;
    sql.putThread.run(
      id,
      projectId,
      cwd,
      archived ? 1 : 0,
      updatedAt,
      parent?.threadId ?? null,
      parent?.seq ?? null,
      JSON.stringify(after),
    );
  };

  const turn = (event: LoggedEvent, id: string): void => {
    const row = sql.turn.get(event.stream, id);
    const after = reduceTurn(row && (JSON.parse(row.data) as Turn), event);
    if (!after) return;
    if (event.type === 'turn.started') sql.startTurn.run(event.seq, event.stream, id, JSON.stringify(after));
    else sql.putTurn.run(JSON.stringify(after), event.type === 'turn.ended' ? event.seq : null, event.stream, id);
  };

  return (event, json) => {
    if (event.type === 'thread.deleted') sql.bury.run(event.data.threadId);
    if (audienceOf(event.type) === 'both') thread(event);

    const added = itemAddedBy(event);
    if (added) {
      sql.addItem.run(event.seq, event.stream, added.id, added.type, JSON.stringify(added));
      const words = wordsOf(added);
      if (words) sql.addWords.run(event.seq, words);
    }
    const changed = itemChangedBy(event);
    const row = changed === undefined ? undefined : sql.item.get(event.stream, changed);
    if (row) {
      const item = reduceItem(JSON.parse(row.data) as Item, event);
      sql.putItem.run(JSON.stringify(item), row.seq);
      const words = wordsOf(item);
      if (words) sql.putWords.run(row.seq, words);
    }
    const turnId = turnChangedBy(event);
    if (turnId) turn(event, turnId);

    if (event.type === 'usage.recorded') {
      const { turnId: of, provider, model, tokens, credits, reported } = event.data.usage;
      const { input, cached, output, reasoning } = tokens;
      sql.usage.run(
        event.seq,
        event.stream,
        of,
        event.at,
        provider,
        model,
        input,
        cached,
        output,
        reasoning,
        credits ?? null,
        reported ? 1 : 0,
      );
    }
    for (const hash of hashesIn(json)) sql.blobRef.run(event.stream, event.seq, hash);
  };
}

/** Everything in an event that has the form of a SHA-256 in hex; the blobs table decides which are blobs. */
export function hashesIn(json: string): Set<string> {
  return new Set(json.match(/(?<=")[0-9a-f]{64}(?=")/g) ?? []);
}
