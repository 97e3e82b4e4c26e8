import type { ThreadHeader } from '../../../shared/domain/thread.ts';
import { AppError } from '../../../shared/errors.ts';
import type { IdKind } from '../../../shared/ids.ts';
import type { CommandName, NewEvent, Params, Result } from '../../../shared/protocol.ts';
import type { AppState } from '../../../shared/state/app.ts';
import type { LoggedTurn } from '../ports.ts';

/** What the log was asked for before deciding, as the command's row declares. */
export interface Reads {
  turn?: LoggedTurn;
}

/** Everything that a decision may look at. */
export interface DecideContext {
  app: AppState;
  header(threadId: string): ThreadHeader | undefined;
  at: number;
  next(kind: IdKind): string;
  reads: Reads;
}

export interface Decision<R> {
  events: NewEvent[];
  value: R;
  deletes?: string;
}

/** Pure: looks at the state, answers with what happened, or throws an AppError and nothing has. */
export type Decide<N extends CommandName> = (params: Params<N>, context: DecideContext) => Decision<Result<N>>;
export type Decisions<N extends CommandName> = { [K in N]: Decide<K> };

export function threadOf(context: DecideContext, threadId: string): ThreadHeader {
  const header = context.header(threadId);
  if (!header)
    throw new AppError('missing', `There is no thread ${threadId}.`, { hint: 'It may have been deleted.', data: { reason: 'no-thread' } });
  return header;
}

export const done = (...events: NewEvent[]): Decision<null> => ({ events, value: null });
