import type { Database } from 'better-sqlite3';
import type { Item } from '../../../shared/domain/item.ts';
import type { ThreadSummary } from '../../../shared/domain/thread.ts';
import type { Turn } from '../../../shared/domain/turn.ts';
import type { PageItem } from '../../../shared/protocol/thread.ts';
import type { LoggedTurn, LogPort } from '../../runtime/ports.ts';
import { excerptOf, wordsOf } from './words.ts';

type Reads = Pick<
  LogPort,
  'thread' | 'threads' | 'archived' | 'turn' | 'lastEndedTurn' | 'page' | 'item' | 'context' | 'changes' | 'search'
>;
interface ItemRow {
  seq: number;
  data: string;
}
interface TurnRow {
  thread_id: string;
  start_seq: number;
  end_seq: number | null;
  data: string;
}
/** A stretch of a thread's own items: a fork's line of descent is its own stretch, then its parent's up to the fork, and so on. */
interface Stretch {
  threadId: string;
  upTo: number;
}

const itemOf = (row: ItemRow): PageItem => ({ seq: row.seq, item: JSON.parse(row.data) as Item });
const turnOf = (row: TurnRow): LoggedTurn => ({
  ...(JSON.parse(row.data) as Turn),
  threadId: row.thread_id,
  startSeq: row.start_seq,
  ...(row.end_seq === null ? {} : { endSeq: row.end_seq }),
});

/** Reads of the derived tables, bounded by their limits, never by the length of a thread. */
export function createReads(db: Database): Reads {
  const sql = {
    thread: db.prepare<[string], { summary: string }>('SELECT summary FROM threads WHERE id = ? AND deleted = 0'),
    archived: db.prepare<[], { count: number }>('SELECT count(*) AS count FROM threads WHERE archived = 1'),
    parent: db.prepare<[string], { parent: string | null; parent_seq: number | null }>(
      'SELECT parent, parent_seq FROM threads WHERE id = ?',
    ),
    turn: db.prepare<[string, string], TurnRow>('SELECT * FROM turns WHERE thread_id = ? AND id = ?'),
    lastTurn: db.prepare<[string, number], TurnRow>(
      'SELECT * FROM turns WHERE thread_id = ? AND end_seq <= ? ORDER BY end_seq DESC LIMIT 1',
    ),
    item: db.prepare<[string, string], ItemRow>('SELECT seq, data FROM items WHERE thread_id = ? AND id = ?'),
    page: db.prepare<[string, number, number], ItemRow>(
      'SELECT seq, data FROM items WHERE thread_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?',
    ),
    // From the turn that the oldest item is in: turns follow one another.
    turns: db.prepare<{ id: string; newest: number; oldest: number }, TurnRow>(
      `SELECT * FROM turns WHERE thread_id = @id AND start_seq <= @newest
       AND start_seq >= coalesce((SELECT max(start_seq) FROM turns WHERE thread_id = @id AND start_seq <= @oldest), 0) ORDER BY start_seq DESC`,
    ),
    compaction: db.prepare<[string, number], { seq: number }>(
      "SELECT seq FROM items WHERE thread_id = ? AND type = 'compaction' AND seq <= ? ORDER BY seq DESC LIMIT 1",
    ),
    since: db.prepare<[string, number, number], ItemRow>(
      'SELECT seq, data FROM items WHERE thread_id = ? AND seq >= ? AND seq <= ? ORDER BY seq',
    ),
    changes: db.prepare<[string, number, number], ItemRow>(
      "SELECT seq, data FROM items WHERE thread_id = ? AND seq <= ? AND json_extract(data, '$.detail.files') IS NOT NULL ORDER BY seq DESC LIMIT ?",
    ),
    search: db.prepare<[string, string | null, string | null, number], ItemRow & { thread_id: string; summary: string }>(
      `SELECT items.seq, items.data, items.thread_id, threads.summary FROM words JOIN items ON items.seq = words.rowid JOIN threads ON threads.id = items.thread_id
       WHERE words MATCH ? AND threads.deleted = 0 AND (? IS NULL OR items.thread_id = ?) ORDER BY items.seq DESC LIMIT ?`,
    ),
  };

  const descent = (threadId: string): Stretch[] => {
    const stretches: Stretch[] = [];
    let upTo = Number.MAX_SAFE_INTEGER;
    for (let id: string | null = threadId; id !== null; ) {
      stretches.push({ threadId: id, upTo });
      const row = sql.parent.get(id);
      upTo = Math.min(upTo, row?.parent_seq ?? upTo);
      id = row?.parent ?? null;
    }
    return stretches;
  };

  return {
    thread: (id) => {
      const row = sql.thread.get(id);
      return row && (JSON.parse(row.summary) as ThreadSummary);
    },
    threads: ({ projectId, cwd, archived, limit = 200 }) =>
      db
        .prepare<unknown[], { summary: string }>(
          `SELECT summary FROM threads WHERE deleted = 0 AND (@projectId IS NULL OR project_id = @projectId)
           AND (@cwd IS NULL OR cwd = @cwd) AND (@archived IS NULL OR archived = @archived)
           ORDER BY updated_at DESC, id DESC LIMIT @limit`,
        )
        .all({ projectId: projectId ?? null, cwd: cwd ?? null, archived: archived === undefined ? null : archived ? 1 : 0, limit })
        .map((row) => JSON.parse(row.summary) as ThreadSummary),
    archived: () => sql.archived.get()?.count ?? 0,
    turn: (threadId, turnId) => {
      for (const stretch of descent(threadId)) {
        const row = sql.turn.get(stretch.threadId, turnId);
        if (row && row.start_seq <= stretch.upTo) return turnOf(row);
      }
      return undefined;
    },
    lastEndedTurn: (threadId) => {
      for (const stretch of descent(threadId)) {
        const row = sql.lastTurn.get(stretch.threadId, stretch.upTo);
        if (row) return turnOf(row);
      }
      return undefined;
    },
    item: (threadId, itemId) => {
      for (const stretch of descent(threadId)) {
        const row = sql.item.get(stretch.threadId, itemId);
        if (row && row.seq <= stretch.upTo) return itemOf(row);
      }
      return undefined;
    },
    page: (threadId, { before = Number.MAX_SAFE_INTEGER, limit }) => {
      const rows: ItemRow[] = [];
      const turns: Turn[] = [];
      for (const { threadId: id, upTo } of descent(threadId)) {
        if (rows.length > limit) break;
        const found = sql.page.all(id, Math.min(before, upTo + 1), limit + 1 - rows.length);
        rows.push(...found);
        const newest = found[0];
        const oldest = found.at(-1);
        if (newest && oldest) {
          turns.push(...sql.turns.all({ id, newest: newest.seq, oldest: oldest.seq }).map((row) => plain(turnOf(row))));
        }
      }
      const shown = rows.slice(0, limit);
      const oldest = shown.at(-1);
      return {
        items: shown.map(itemOf).reverse(),
        turns: turns.reverse(),
        ...(rows.length > limit && oldest ? { before: oldest.seq } : {}),
      };
    },
    context: (threadId) => {
      const parts: PageItem[][] = [];
      for (const { threadId: id, upTo } of descent(threadId)) {
        const from = sql.compaction.get(id, upTo)?.seq;
        parts.unshift(sql.since.all(id, from ?? 0, upTo).map(itemOf));
        if (from !== undefined) break;
      }
      return parts.flat();
    },
    changes: (threadId, limit) =>
      descent(threadId)
        .flatMap(({ threadId: id, upTo }) => sql.changes.all(id, upTo, limit))
        .slice(0, limit)
        .map(itemOf),
    search: ({ text, threadId, limit }) => {
      const words = text
        .replaceAll('\0', ' ')
        .split(/\s+/)
        .filter((word) => /[\p{L}\p{N}]/u.test(word));
      if (words.length === 0) return [];
      const match = words.map((word) => `"${word.replaceAll('"', '""')}"*`).join(' ');
      return sql.search.all(match, threadId ?? null, threadId ?? null, limit).map((row) => {
        const { item } = itemOf(row);
        const summary = JSON.parse(row.summary) as ThreadSummary;
        return {
          threadId: row.thread_id,
          itemId: item.id,
          title: summary.title,
          excerpt: excerptOf(wordsOf(item) ?? '', words),
          at: item.at,
        };
      });
    },
  };
}

const plain = ({ threadId: _thread, startSeq: _start, endSeq: _end, ...turn }: LoggedTurn): Turn => turn;
