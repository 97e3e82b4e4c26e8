// What travels between a client and the runtime. Channels (memory, socket, stdio, MessagePort) carry Messages as they are.
import type { ThreadHeader } from './domain/thread.ts';
import type { ErrorData } from './errors.ts';
import type { Page } from './protocol/thread.ts';
import type { Delta, LoggedEvent } from './protocol.ts';
import type { AppState } from './state/app.ts';
import type { LiveAnswer } from './state/live.ts';

/** Raised when an older client could no longer understand an answer. */
export const wireVersion = 1;

/** The first message of a client. `keys` are provider keys of its environment: kept in memory for its threads, never stored. */
export interface Hello {
  kind: 'hello';
  version: number;
  token: string;
  client: string;
  abilities: string[];
  keys: Record<string, string>;
}
export interface Welcome {
  kind: 'welcome';
  version: number;
  /** The owner's own version, and what this host can do (pick a folder, notify). */
  program: string;
  abilities: string[];
}

/** `commandId` makes a command safe to send again: the first answer is given again. */
export interface Request {
  kind: 'request';
  id: number;
  name: string;
  params: unknown;
  commandId?: string;
}
/** Asks for a stream's state and what follows; with `after`, only for what followed that event. */
export interface Subscribe {
  kind: 'subscribe';
  id: number;
  stream: string;
  after?: number;
}
export interface Unsubscribe {
  kind: 'unsubscribe';
  stream: string;
}
export type Reply = { kind: 'reply'; id: number; value: unknown } | { kind: 'reply'; id: number; error: ErrorData };
export type Push = { kind: 'event'; event: LoggedEvent } | { kind: 'delta'; delta: Delta };

/** Binary, both ways, outside the event queue. A sender may have as many bytes under way as it was given credit for. */
export interface Chunk {
  kind: 'chunk';
  channel: number;
  bytes: Uint8Array;
}
/** Gives a channel's sender more room; `end` closes the channel from either side. */
export interface Credit {
  kind: 'credit';
  channel: number;
  bytes: number;
}
export interface End {
  kind: 'end';
  channel: number;
}
/** The connection is refused; nothing else follows. */
export interface Refusal {
  kind: 'refusal';
  error: ErrorData;
}

export type Message = Hello | Welcome | Request | Subscribe | Unsubscribe | Reply | Push | Chunk | Credit | End | Refusal;

/** The answer to a subscription without `after`. */
export type Snapshot = { stream: 'app'; seq: number; app: AppState } | { stream: string; seq: number; header: ThreadHeader; page: Page };
/**
 * The answer to one with `after`: the events since, or a snapshot when they are too many. Either says what has streamed of the answer
 * under way: the deltas that follow go on from there.
 */
export type Subscribed = ({ snapshot: Snapshot } | { since: LoggedEvent[]; seq: number }) & { live?: LiveAnswer };

/** Two ends of a connection. `onMessage` and `onClose` are set once, before the first message is looked at. */
export interface Channel {
  send(message: Message): void;
  onMessage(listener: (message: Message) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

/** Bytes that may be under way on a chunk channel before its receiver has given more credit. */
export const creditWindow = 256 * 1024;
