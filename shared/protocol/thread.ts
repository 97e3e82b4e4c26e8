import type { Item } from '../domain/item.ts';
import type { Tokens } from '../domain/money.ts';
import type { Grant, ThreadSettings, ThreadStart, ThreadSummary } from '../domain/thread.ts';
import type { Turn } from '../domain/turn.ts';
import { z } from '../schema.ts';
import { command, event, query, typed } from './row.ts';

const threadId = z.string();
const title = z.string().check(z.minLength(1), z.maxLength(200));
const effort = z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']);
const settings = {
  provider: z.optional(z.string()),
  model: z.optional(z.string()),
  profile: z.optional(z.string()),
  effort: z.optional(effort),
};

/** Items with the sequence number of the event that added each, oldest first. `before` names the next older page; absent = the first item is here. */
export interface Page {
  items: PageItem[];
  turns: Turn[];
  before?: number;
}
export interface PageItem {
  seq: number;
  item: Item;
}
export interface SearchHit {
  threadId: string;
  itemId: string;
  title: string;
  /** The text around the match, with the match between U+E000 and U+E001. */
  excerpt: string;
  at: number;
}

export const threadRows = {
  /** `allow`: commands that need not be asked about in this thread, each exactly as written, in the thread's folder. */
  'thread.start': command(
    z.object({
      projectId: z.string(),
      cwd: z.optional(z.string()),
      title: z.optional(title),
      allow: z.optional(z.array(z.string())),
      ...settings,
    }),
    typed<{ threadId: string }>(),
    { from: 'client' },
  ),
  /** A new thread that reads this one's items up to the end of `turnId` (default: the last ended turn). */
  'thread.fork': command(z.object({ threadId, turnId: z.optional(z.string()) }), typed<{ threadId: string }>(), {
    from: 'client',
    reads: 'turn',
  }),
  'thread.rename': command(z.object({ threadId, title }), typed<null>(), { from: 'client' }),
  'thread.pin': command(z.object({ threadId, pinned: z.boolean() }), typed<null>(), { from: 'client' }),
  'thread.archive': command(z.object({ threadId, archived: z.boolean() }), typed<null>(), { from: 'client' }),
  /** Gives it a place among the threads ordered by hand; null gives it back to the order by time. */
  'thread.move': command(z.object({ threadId, place: z.nullable(z.number()) }), typed<null>(), { from: 'client' }),
  'thread.configure': command(z.object({ threadId, ...settings }), typed<null>(), { from: 'client' }),
  /** For good: events, items, blobs and outputs go; a tombstone stays. Refused while a turn is open. */
  'thread.delete': command(z.object({ threadId }), typed<null>(), { from: 'client' }),

  'thread.list': query(
    z.object({
      projectId: z.optional(z.string()),
      cwd: z.optional(z.string()),
      archived: z.optional(z.boolean()),
      limit: z.optional(z.number()),
    }),
    typed<{ threads: ThreadSummary[] }>(),
  ),
  'thread.page': query(z.object({ threadId, before: z.optional(z.number()), limit: z.optional(z.number()) }), typed<Page>()),
  'thread.search': query(
    z.object({ text: z.string(), threadId: z.optional(z.string()), limit: z.optional(z.number()) }),
    typed<{ hits: SearchHit[] }>(),
  ),

  /** Calls that changed files, newest first: what the Changes panel shows. */
  'thread.changes': query(z.object({ threadId, limit: z.optional(z.number()) }), typed<{ items: PageItem[] }>()),

  'thread.started': event.both<{ thread: ThreadStart; grants?: Grant[] }>(),
  'thread.renamed': event.both<{ title: string }>(),
  'thread.pinned': event.both<{ pinned: boolean }>(),
  /** `thread` comes along when it returns from the archive. */
  'thread.archived': event.both<{ archived: boolean; thread?: ThreadSummary }>(),
  'thread.moved': event.both<{ place: number | null }>(),
  'thread.configured': event.both<Partial<ThreadSettings>>(),
  /** The tombstone, in the app's stream; what the thread had spent is not forgotten. */
  'thread.deleted': event.app<{ threadId: string; tokens: Tokens; credits: number }>(),
};
