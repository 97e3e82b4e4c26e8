import type { Database } from 'better-sqlite3';

/**
 * Removes a thread for good: its events, rows, blobs and the names of its output files (into `orphans`, for the runtime to discard).
 * What living forks still read of it stays, hidden, until the last of them goes. Called inside the commit's transaction.
 */
export function createDelete(db: Database): (threadId: string) => void {
  const sql = {
    kept: db.prepare<[string], { seq: number | null }>('SELECT max(parent_seq) AS seq FROM threads WHERE parent = ?'),
    buriedParent: db.prepare<[string], { id: string }>(
      'SELECT p.id FROM threads c JOIN threads p ON p.id = c.parent WHERE c.id = ? AND p.deleted = 1',
    ),
    // A command's output file has the name of its call; a killed program may have left it there though the log has it all.
    orphans: db.prepare(
      `INSERT OR IGNORE INTO orphans SELECT id FROM items
       WHERE thread_id = ? AND seq > ? AND type = 'call' AND json_extract(data, '$.tool') = 'shell'`,
    ),
    blobs: db.prepare(
      `DELETE FROM blobs WHERE hash IN (SELECT hash FROM blob_refs WHERE stream = @threadId AND seq > @keep)
       AND hash NOT IN (SELECT hash FROM blob_refs WHERE NOT (stream = @threadId AND seq > @keep))`,
    ),
    thread: db.prepare('DELETE FROM threads WHERE id = ?'),
    rows: [
      'DELETE FROM words WHERE rowid IN (SELECT seq FROM items WHERE thread_id = ? AND seq > ?)',
      'DELETE FROM items WHERE thread_id = ? AND seq > ?',
      'DELETE FROM turns WHERE thread_id = ? AND start_seq > ?',
      'DELETE FROM usage WHERE thread_id = ? AND seq > ?',
      'DELETE FROM blob_refs WHERE stream = ? AND seq > ?',
      'DELETE FROM events WHERE stream = ? AND seq > ?',
    ].map((text) => db.prepare(text)),
    beside: [
      'DELETE FROM states WHERE stream = ?',
      'DELETE FROM live WHERE thread_id = ?',
      // What a window keeps of it: an unsent message may quote the thread.
      "DELETE FROM scratch WHERE key = 'window/draft/' || ?",
      "DELETE FROM scratch WHERE key = 'window/seen/' || ?",
    ].map((text) => db.prepare(text)),
    open: db.prepare('INSERT INTO maintenance VALUES (?)'),
    close: db.prepare('DELETE FROM maintenance'),
  };

  const erase = (threadId: string): void => {
    const keep = sql.kept.get(threadId)?.seq ?? 0;
    const parent = sql.buriedParent.get(threadId)?.id;
    sql.orphans.run(threadId, keep);
    sql.blobs.run({ threadId, keep });
    sql.open.run(threadId);
    for (const statement of sql.rows) statement.run(threadId, keep);
    sql.close.run();
    for (const statement of sql.beside) statement.run(threadId);
    if (keep > 0) return;
    sql.thread.run(threadId);
    if (parent !== undefined) erase(parent);
  };
  return erase;
}
