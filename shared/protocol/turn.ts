import type { ApprovalAnswer, Body, CallDetail, CallStatus, Input, Item } from '../domain/item.ts';
import type { Usage } from '../domain/money.ts';
import type { BackgroundCommand, Grant, HeldFiles, OpenPatch, QueueRow } from '../domain/thread.ts';
import type { Plan, TurnEnd } from '../domain/turn.ts';
import type { ErrorData } from '../errors.ts';
import { type Schema, z } from '../schema.ts';
import { command, delta, type EventRow, event, query, typed } from './row.ts';

const threadId = z.string();
const itemId = z.string();
const body = z.object({
  text: z.string(),
  bytes: z.number(),
  whole: z.optional(z.object({ kind: z.enum(['blob', 'file']), id: z.string() })),
}) as unknown as Schema<Body>;
const image = z.object({ mime: z.string(), blob: z.string(), name: z.string() });
// The schema library types optional members as `T | undefined`; the domain's own types say what is meant.
const input = z.object({ text: body, images: z.optional(z.array(image)) }) as unknown as Schema<Input>;

/** What the turn worker may say about the turn it owns: events that `decide` lets through when they fit the turn's state. */
export type TurnFact = { [T in TurnFactType]: { type: T; data: FactData<T> } }[TurnFactType];
type FactData<T extends TurnFactType> = (typeof turnRows)[T] extends EventRow<infer D> ? D : never;

export const turnRows = {
  /** Starts a turn; while one is open: `queue` (default) waits for its end, `steer` goes into it before its next request. */
  'turn.send': command(
    z.object({ threadId, input, mode: z.optional(z.enum(['queue', 'steer'])) }),
    typed<{ turnId: string; queueId?: string }>(),
    { from: 'client' },
  ),
  /** Stops the open turn at once; what it had printed and written so far is kept. */
  'turn.interrupt': command(z.object({ threadId }), typed<null>(), { from: 'client' }),
  'queue.edit': command(z.object({ threadId, queueId: z.string(), input }), typed<null>(), { from: 'client' }),
  'queue.move': command(z.object({ threadId, queueId: z.string(), before: z.optional(z.string()) }), typed<null>(), { from: 'client' }),
  'queue.remove': command(z.object({ threadId, queueId: z.string() }), typed<null>(), { from: 'client' }),
  /** Starts the next waiting row on a resting thread. */
  'queue.next': command(z.object({ threadId }), typed<{ turnId: string } | null>(), { from: 'client' }),
  'approval.answer': command(
    z.object({ threadId, itemId, answer: z.enum(['once', 'thread', 'always', 'no']), note: z.optional(z.string()) }),
    typed<null>(),
    { from: 'client' },
  ),
  'question.answer': command(z.object({ threadId, itemId, answer: z.string() }), typed<null>(), { from: 'client' }),

  /** The turn worker's report: all facts in one commit, or none when one does not fit. */
  'turn.record': command(
    z.object({ threadId, turnId: z.string(), facts: z.array(z.object({ type: z.string(), data: z.unknown() })) }),
    typed<null>(),
    {
      from: 'runtime',
    },
  ),
  /** Files that a command changed, held back while no loop works on the thread; the item asks about them in a turn that waits, or tells. */
  'autorun.record': command(z.object({ threadId, held: z.optional(z.unknown()), item: z.unknown() }), typed<null>(), { from: 'runtime' }),
  /** What a background command became, whether or not a turn is open. */
  'background.record': command(z.object({ threadId, id: z.string(), exit: z.nullable(z.number()), output: body }), typed<null>(), {
    from: 'runtime',
  }),

  /** Ends a command that goes on in the background; its end goes into the log. */
  'background.stop': query(z.object({ threadId, id: z.string() }), typed<null>()),
  /** A part of an item's whole text, in bytes. */
  'item.read': query(
    z.object({ threadId, itemId, from: z.optional(z.number()), length: z.optional(z.number()) }),
    typed<{ text: string; from: number; bytes: number }>(),
  ),
  /** Opens a channel that carries a command's output from byte `from` on, live until the command ends. */
  'output.open': query(z.object({ threadId, id: z.string(), from: z.optional(z.number()) }), typed<{ channel: number }>()),

  'turn.started': event.both<{ turnId: string }>(),
  'turn.stopping': event.thread<{ turnId: string }>(),
  'turn.ended': event.both<{ turnId: string; status: TurnEnd; error?: ErrorData }>(),
  'item.added': event.thread<{ item: Item }>(),
  'call.finished': event.thread<{ itemId: string; status: Exclude<CallStatus, 'open'>; output: Body; detail?: CallDetail }>(),
  'request.started': event.thread<{ requestId: string; turnId: string; provider: string; model: string }>(),
  /** A request failed; attempt number `attempt` is `requestId` and goes out at `retryAt`. What streamed of the failed one is void. */
  'request.retried': event.thread<{ requestId: string; turnId: string; attempt: number; reason: ErrorData; retryAt: number }>(),
  /** The request is over: what it cost. */
  'usage.recorded': event.thread<{ usage: Usage }>(),
  'approval.opened': event.both<{ item: Extract<Item, { type: 'approval' }> }>(),
  'approval.closed': event.both<{
    itemId: string;
    status: 'granted' | 'refused' | 'withdrawn';
    answer?: ApprovalAnswer;
    note?: string;
    grant?: Grant;
  }>(),
  'question.opened': event.both<{ item: Extract<Item, { type: 'question' }> }>(),
  'question.closed': event.both<{ itemId: string; status: 'answered' | 'withdrawn'; answer?: string }>(),
  'plan.updated': event.thread<{ plan: Plan }>(),
  'patch.prepared': event.thread<OpenPatch>(),
  /** Files that run by themselves are put back as they were before a command; the approval of the same id asks whether they may change. */
  'autorun.held': event.thread<HeldFiles>(),
  'autorun.settled': event.thread<{ id: string }>(),
  'background.started': event.both<BackgroundCommand>(),
  'background.ended': event.both<{ id: string; exit: number | null; output: Body }>(),
  'queue.added': event.thread<{ row: QueueRow }>(),
  'queue.edited': event.thread<{ queueId: string; input: QueueRow['input'] }>(),
  'queue.moved': event.thread<{ queueId: string; before?: string }>(),
  'queue.removed': event.thread<{ queueId: string }>(),

  /** Text as it streams; `at` is how much of the part came before, in UTF-16 units: a slow client is not sent every piece, and notices. */
  'text.streamed': delta<{ threadId: string; requestId: string; part: 'text' | 'reasoning'; text: string; at?: number }>(),
};

export type TurnFactType =
  | 'item.added'
  | 'call.finished'
  | 'request.started'
  | 'request.retried'
  | 'usage.recorded'
  | 'approval.opened'
  | 'approval.closed'
  | 'question.opened'
  | 'question.closed'
  | 'plan.updated'
  | 'patch.prepared'
  | 'autorun.held'
  | 'autorun.settled'
  | 'background.started'
  | 'background.ended'
  | 'turn.ended';
