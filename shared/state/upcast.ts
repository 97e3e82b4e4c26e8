import type { LoggedEvent } from '../protocol.ts';

/** A row of the log as it was written, perhaps by an older program. */
export interface StoredEvent {
  seq: number;
  stream: string;
  type: string;
  at: number;
  data: unknown;
}

/** Steps that give an old event its present shape, by type. An event keeps its meaning for ever. */
const steps: Record<string, (data: unknown) => unknown> = {};

export function upcast(stored: StoredEvent): LoggedEvent {
  const step = Object.hasOwn(steps, stored.type) ? steps[stored.type] : undefined;
  // Types that this program does not know pass through: no reducer has a case for them, so they change nothing.
  return { ...stored, data: step ? step(stored.data) : stored.data } as LoggedEvent;
}
