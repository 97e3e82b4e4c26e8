import type { CallItem, Item } from '../../../shared/domain/item.ts';
import type { Model, Provider } from '../../../shared/domain/model.ts';
import type { ThreadHeader } from '../../../shared/domain/thread.ts';
import { AppError } from '../../../shared/errors.ts';
import type { TurnFact } from '../../../shared/protocol/turn.ts';
import type { Engine } from '../engine/engine.ts';
import type { ModelItem, ModelStream, Ports } from '../ports.ts';
import type { Autorun } from './autorun.ts';
import type { Hands } from './hands.ts';

/** `said`: by the user. */
export interface Steer {
  item: ModelItem;
  said: boolean;
}

/** One open turn as its loop holds it. */
export interface Turn {
  threadId: string;
  id: string;
  signal: AbortSignal;
  ports: Ports;
  engine: Engine;
  provider: Provider;
  model: Model;
  stream: ModelStream;
  /** What it may touch. */
  hands: Hands;
  autorun: Autorun;
  redact(text: string): string;
  /** The text of the instruction files, told with every request. */
  instructions: string;
  /** What the model will be given next, kept as the turn goes on. */
  context: ModelItem[];
  /** How many tokens the first so many items of the context are, as the provider counted them. */
  counted?: { tokens: number; items: number } | undefined;
  /** How many tokens the context was guessed to be right after the turn's last compaction. */
  compacted?: number;
  /** What the user asked for in this turn, word for word. */
  said: string[];
  /** Commands whose output is wholly in the log, or will be with the next commit: their files can go. */
  spent: string[];
  /** What was said meanwhile and the context does not hold yet: messages sent into the turn, and what the runtime tells the model. */
  steers: Steer[];
  /** Arguments of calls that hold a secret, by the call's item: the log keeps them without it. */
  args: Map<string, string>;
}

export function headerOf(turn: Pick<Turn, 'engine' | 'threadId'>): ThreadHeader {
  const header = turn.engine.header(turn.threadId);
  if (!header) throw new AppError('missing', 'The thread is gone.');
  return header;
}

/** Writes the facts in one durable commit; throws `cancelled` or `conflict` when the turn is being stopped or has ended. */
export function record(turn: Pick<Turn, 'engine' | 'threadId' | 'id'>, facts: TurnFact[]): void {
  if (facts.length > 0) turn.engine.execute('turn.record', { threadId: turn.threadId, turnId: turn.id, facts });
}

export const added = (item: Item): TurnFact =>
  item.type === 'approval' ? { type: 'approval.opened', data: { item } } : { type: 'item.added', data: { item } };

export function callOf(turn: Turn, itemId: string): CallItem {
  const item = turn.ports.log.item(turn.threadId, itemId)?.item;
  if (item?.type !== 'call') throw new AppError('broken', 'A call of the turn is not in the log.');
  return item;
}

/** Resolves at `at`, or rejects with `cancelled` as soon as the signal says so. */
export function wait({ clock }: Pick<Ports, 'clock'>, at: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopped = (): void => {
      cancel();
      reject(new AppError('cancelled', 'Stopped.'));
    };
    const cancel = clock.at(at, () => {
      signal.removeEventListener('abort', stopped);
      resolve();
    });
    if (signal.aborted) stopped();
    else signal.addEventListener('abort', stopped, { once: true });
  });
}
