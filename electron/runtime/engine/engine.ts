import type { ThreadHeader } from '../../../shared/domain/thread.ts';
import { AppError, toErrorData } from '../../../shared/errors.ts';
import type { CommandRow } from '../../../shared/protocol/row.ts';
import {
  appStream,
  type CommandName,
  type Delta,
  type LoggedEvent,
  type NewEvent,
  type Params,
  protocol,
  type Result,
} from '../../../shared/protocol.ts';
import { type AppState, emptyApp, reduceApp } from '../../../shared/state/app.ts';
import { reduceHeader } from '../../../shared/state/header.ts';
import { addPiece, endsLive, type LiveAnswer } from '../../../shared/state/live.ts';
import type { Push } from '../../../shared/wire.ts';
import type { Ports } from '../ports.ts';
import { decide } from './decide.ts';
import type { DecideContext, Reads } from './decision.ts';

/** Events of a stream between two saved states: what a start has to reduce again at most. */
const savedEvery = 64;
/** Events that are read at once to make a state again: so many are in memory, however long the thread. */
const readAtOnce = 256;
/** Headers of resting threads that are kept in memory. */
const restingHeaders = 50;

export interface Engine {
  /**
   * Decides and commits one command; durable when it returns. A command id seen before answers as it did the first time. Throws the
   * AppError that `decide` threw, or `unavailable` when the log can't be written: then nothing has happened.
   */
  execute<N extends CommandName>(name: N, params: Params<N>, commandId?: string): Result<N>;
  app(): AppState;
  header(threadId: string): ThreadHeader | undefined;
  seq(): number;
  /** Events and deltas in the order of the log, each listener in the same order; nothing of what `seq` and `live` tell at this moment. */
  listen(listener: (push: Push) => void): () => void;
  publishDelta(delta: Delta): void;
  /** What has streamed of the answer under way; undefined between answers. */
  live(threadId: string): LiveAnswer | undefined;
  saveStates(): void;
}

export function createEngine({ log, clock, ids, note }: Pick<Ports, 'log' | 'clock' | 'ids' | 'note'>): Engine {
  /** Each with the number of pushes that were published, or waited for it, when it began to listen. */
  const listeners = new Map<(push: Push) => void, number>();
  const live = new Map<string, LiveAnswer>();
  const headers = new Map<string, ThreadHeader>();
  const savedAt = new Map<string, number>();
  const queue: Push[] = [];
  let publishing = false;
  let published = 0;
  let app = emptyApp;

  /** True when so much had to be reduced that the next start should not have to. */
  const load = (stream: string, apply: (event: LoggedEvent) => void, from: (state: unknown) => void): boolean => {
    const saved = log.state(stream);
    if (saved) from(saved.state);
    savedAt.set(stream, saved?.seq ?? 0);
    for (let [after, count] = [saved?.seq ?? 0, 0]; ; ) {
      const events = log.events(after, { limit: readAtOnce, ...(stream === appStream ? {} : { stream }) });
      for (const event of events) apply(event);
      count += events.length;
      if (events.length < readAtOnce) return count >= savedEvery;
      after = events.at(-1)?.seq ?? after;
    }
  };
  // Only to make the next start shorter: what it is made of is durable already, so a disk that refuses is no reason to fail.
  const save = (stream: string, seq: number): void => {
    const state = stream === appStream ? app : headers.get(stream);
    if (!state) return;
    savedAt.set(stream, seq);
    try {
      log.saveState({ stream, seq, state });
    } catch (thrown) {
      note(`the state of ${stream} was not saved: ${toErrorData(thrown).message}`);
    }
  };
  const longApp = load(
    appStream,
    (event) => {
      app = reduceApp(app, event);
    },
    (state) => {
      // One saved by an older program holds less.
      app = { ...emptyApp, ...(state as AppState) };
    },
  );
  // A thread that was deleted for good left a tombstone, but no event says any more that it had been archived.
  app = { ...app, archived: log.archived() };
  if (longApp) save(appStream, log.seq());

  const header = (threadId: string): ThreadHeader | undefined => {
    const known = headers.get(threadId);
    if (known) return known;
    let found: ThreadHeader | undefined;
    const long = load(
      threadId,
      (event) => {
        found = reduceHeader(found, event);
      },
      (state) => {
        found = state as ThreadHeader;
      },
    );
    if (found && !log.thread(threadId)) return undefined;
    if (found) headers.set(threadId, found);
    if (found && long) save(threadId, found.seq);
    for (const [id, resting] of headers) {
      if (headers.size <= restingHeaders) break;
      if (id !== threadId && !resting.turn && resting.background === 0) headers.delete(id);
    }
    return found;
  };

  const apply = (event: LoggedEvent): void => {
    app = reduceApp(app, event);
    if (event.type === 'thread.deleted') headers.delete(event.data.threadId);
    if (endsLive(event)) live.delete(event.stream);
    if (event.stream === appStream) return;
    const next = reduceHeader(headers.get(event.stream), event);
    if (next) headers.set(event.stream, next);
  };

  // One queue: a listener that sends a command inside its callback must not make the next listener see events out of order.
  const publish = (pushes: Push[]): void => {
    queue.push(...pushes);
    if (publishing) return;
    publishing = true;
    try {
      for (let push = queue.shift(); push; push = queue.shift()) {
        published += 1;
        for (const [listener, from] of listeners) {
          if (published <= from) continue;
          try {
            listener(push);
          } catch (thrown) {
            note(`a listener failed: ${toErrorData(thrown).message}`);
          }
        }
      }
    } finally {
      publishing = false;
    }
  };

  const reads = (name: CommandName, params: { threadId?: string; turnId?: string | undefined }): Reads => {
    const row = protocol[name] as CommandRow<unknown, unknown>;
    if (row.reads !== 'turn' || params.threadId === undefined) return {};
    const turn = params.turnId === undefined ? log.lastEndedTurn(params.threadId) : log.turn(params.threadId, params.turnId);
    return turn ? { turn } : {};
  };

  return {
    execute: (name, params, commandId = ids.next('command')) => {
      const receipt = log.receipt(commandId);
      if (receipt?.error) throw new AppError(receipt.error.code, receipt.error.message, receipt.error);
      if (receipt) return receipt.value as Result<typeof name>;
      const at = clock.now();
      const context: DecideContext = { app, header, at, next: ids.next, reads: reads(name, params as { threadId?: string }) };
      let decision: { events: NewEvent[]; value: unknown; deletes?: string };
      try {
        decision = decide(name, params, context);
      } catch (thrown) {
        const error = toErrorData(thrown);
        log.commit({ commandId, at, events: [], value: null, error });
        throw thrown;
      }
      const events = log.commit({ commandId, at, ...decision });
      for (const event of events) apply(event);
      const last = events.at(-1)?.seq ?? log.seq();
      if (last - (savedAt.get(appStream) ?? 0) >= savedEvery) save(appStream, last);
      for (const stream of new Set(events.map((event) => event.stream))) {
        const seq = headers.get(stream)?.seq ?? 0;
        if (stream !== appStream && seq - (savedAt.get(stream) ?? 0) >= savedEvery) save(stream, seq);
      }
      publish(events.map((event) => ({ kind: 'event', event })));
      return decision.value as Result<typeof name>;
    },
    app: () => app,
    header,
    seq: () => log.seq(),
    listen: (listener) => {
      listeners.set(listener, published + queue.length);
      return () => listeners.delete(listener);
    },
    publishDelta: (delta) => {
      const { threadId } = delta.data;
      const next = addPiece(live.get(threadId), delta.data);
      if (next) live.set(threadId, next);
      publish([{ kind: 'delta', delta }]);
    },
    live: (threadId) => live.get(threadId),
    saveStates: () => {
      save(appStream, log.seq());
      for (const [stream, { seq }] of headers) if (savedAt.get(stream) !== seq) save(stream, seq);
    },
  };
}
