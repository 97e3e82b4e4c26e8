// What both wires share: the shape of their readers, deltas on their way out, names of calls, and which items may be kept.

import type { Effort } from '../../../shared/domain/model.ts';
import type { Tokens } from '../../../shared/domain/money.ts';
import type { AnswerItem, ModelEvent, ModelItem, ModelRequest } from '../../runtime/ports.ts';
import type { Faults } from './faults.ts';

export interface AnswerReader {
  /** One event of the stream, as text. Throws an AppError when the stream says that it failed or can't be understood. */
  take(data: string, name: string): void;
  /** Nothing more is needed. */
  complete(): boolean;
  /** How the answer ended; undefined while it may still be cut. */
  ending(): 'stop' | 'length' | undefined;
  items(): AnswerItem[];
  tokens(): Tokens | undefined;
}

export interface ReaderContext {
  providerId: string;
  modelId: string;
  out: Outbox;
  callIds: CallIds;
  faults: Faults;
}

export interface Wire {
  path: string;
  body(request: ModelRequest, own: boolean): object;
  read(context: ReaderContext): AnswerReader;
}

/** Deltas of one read from the socket, neighbours of one kind joined. */
export interface Outbox {
  add(type: 'text' | 'reasoning', text: string): void;
  empty(): ModelEvent[];
}

export function createOutbox(): Outbox {
  let events: ModelEvent[] = [];
  let kind: 'text' | 'reasoning' = 'text';
  let joined = '';
  const close = (): void => {
    if (joined !== '') events.push({ type: kind, text: joined });
    joined = '';
  };
  return {
    add(type, text) {
      if (type !== kind) {
        close();
        kind = type;
      }
      joined += text;
    },
    empty() {
      close();
      const all = events;
      events = [];
      return all;
    },
  };
}

/** Gives a call the id that the server gave it, or one of its own where that is missing or taken in this conversation. */
export type CallIds = (given: string | undefined | null) => string;

export function createCallIds(input: ModelItem[]): CallIds {
  const taken = new Set(input.flatMap((item) => (item.type === 'call' ? [item.callId] : [])));
  let made = 0;
  return (given) => {
    // Some servers make ids that others refuse: longer than 64 characters.
    const base = (given || `call_${input.length}_${made++}`).slice(0, 58);
    let id = base;
    for (let n = 2; taken.has(id); n++) id = `${base}_${n}`;
    taken.add(id);
    return id;
  };
}

/** The effort to ask for: none from a model that knows no efforts, the model's own where it doesn't know the one wanted. */
export function effortOf({ model, effort }: ModelRequest): Effort | undefined {
  if (effort !== undefined && model.efforts.includes(effort)) return effort;
  return model.efforts.length === 0 ? undefined : (model.defaultEffort ?? model.efforts[0]);
}

export const argumentsOf = (text: string): string => (text.trim() === '' ? '{}' : text);

/** A call's arguments as servers take them back: many parse them, and would refuse the whole conversation for what a model once wrote. */
export function sentArguments(args: string): string {
  try {
    const value: unknown = JSON.parse(args);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return args;
  } catch {
    // Wrapped below.
  }
  return JSON.stringify({ malformed: args });
}

/** A tool's name as servers take it back: a model may have made up one that they would refuse, with the whole conversation. */
export const nameOf = (tool: string): string => tool.replaceAll(/[^\w-]/g, '_').slice(0, 64);

/**
 * The items of an answer that didn't come to its end. A call may have been cut, so none is kept; and reasoning is refused by the
 * server unless what it led to follows, so it loses its opaque form.
 */
export function withoutCalls(items: AnswerItem[]): AnswerItem[] {
  return sendable(items.filter((item) => item.type !== 'call'));
}

/** Reasoning that leads to nothing loses its opaque form, and goes when that was all of it. */
export function sendable(items: AnswerItem[]): AnswerItem[] {
  return items.flatMap((item, index) => {
    if (item.type !== 'reasoning' || items.slice(index + 1).some((next) => next.type !== 'reasoning')) return [item];
    return item.summary === '' ? [] : [{ type: 'reasoning', summary: item.summary }];
  });
}

/** An image for a model that can't see it. */
export const unseen = '[an image was left out: this model reads text only]';
