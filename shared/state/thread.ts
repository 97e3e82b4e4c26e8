import type { ThreadHeader } from '../domain/thread.ts';
import type { Turn } from '../domain/turn.ts';
import type { PageItem } from '../protocol/thread.ts';
import type { LoggedEvent } from '../protocol.ts';
import type { Snapshot } from '../wire.ts';
import { reduceHeader } from './header.ts';
import { itemAddedBy, itemChangedBy, reduceItem } from './item.ts';
import { reduceTurn, turnChangedBy } from './turn.ts';

/** A thread as a client holds it: the header, and the items from `before` on. */
export interface ThreadState {
  header: ThreadHeader;
  items: PageItem[];
  turns: Turn[];
  before?: number;
}

export function threadFrom(snapshot: Extract<Snapshot, { header: ThreadHeader }>): ThreadState {
  const { items, turns, before } = snapshot.page;
  return { header: snapshot.header, items, turns, ...(before === undefined ? {} : { before }) };
}

/** Pure: what a client shows after an event of its thread. */
export function reduceThread(state: ThreadState, event: LoggedEvent): ThreadState {
  const header = reduceHeader(state.header, event);
  if (!header || header === state.header) return state;
  const added = itemAddedBy(event);
  const changed = itemChangedBy(event);
  const turnId = turnChangedBy(event);
  let { items, turns } = state;
  if (added) items = [...items, { seq: event.seq, item: added }];
  if (changed) items = items.map((entry) => (entry.item.id === changed ? { seq: entry.seq, item: reduceItem(entry.item, event) } : entry));
  if (turnId) {
    const known = turns.find((turn) => turn.id === turnId);
    const turn = reduceTurn(known, event);
    if (turn) turns = known ? turns.map((each) => (each === known ? turn : each)) : [...turns, turn];
  }
  return { ...state, header, items, turns };
}
