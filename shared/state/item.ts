import type { Item } from '../domain/item.ts';
import type { LoggedEvent } from '../protocol.ts';

/** The item that an event adds to its thread. */
export function itemAddedBy(event: LoggedEvent): Item | undefined {
  return event.type === 'item.added' || event.type === 'approval.opened' || event.type === 'question.opened' ? event.data.item : undefined;
}

/** The id of the item that an event changes. */
export function itemChangedBy(event: LoggedEvent): string | undefined {
  return event.type === 'call.finished' || event.type === 'approval.closed' || event.type === 'question.closed'
    ? event.data.itemId
    : undefined;
}

/** The item after an event that `itemChangedBy` named it for. Pure. */
export function reduceItem(item: Item, event: LoggedEvent): Item {
  if (event.type === 'call.finished' && item.type === 'call') {
    const { status, output, detail } = event.data;
    return { ...item, status, output, endedAt: event.at, ...(detail ? { detail } : {}) };
  }
  if (event.type === 'approval.closed' && item.type === 'approval') {
    const { status, answer, note } = event.data;
    return { ...item, status, ...(answer ? { answer } : {}), ...(note ? { note } : {}) };
  }
  if (event.type === 'question.closed' && item.type === 'question') {
    const { status, answer } = event.data;
    return { ...item, status, ...(answer === undefined ? {} : { answer }) };
  }
  return item;
}
