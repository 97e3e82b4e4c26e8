import { addTokens, noTokens } from '../domain/money.ts';
import type { Turn } from '../domain/turn.ts';
import type { LoggedEvent } from '../protocol.ts';

/** The turn that an event belongs to, if it changes the turn's own row. */
export function turnChangedBy(event: LoggedEvent): string | undefined {
  if (event.type === 'turn.started' || event.type === 'turn.ended') return event.data.turnId;
  return event.type === 'usage.recorded' ? event.data.usage.turnId : undefined;
}

/** A turn's row: when, how it ended, what it cost. Pure. */
export function reduceTurn(turn: Turn | undefined, event: LoggedEvent): Turn | undefined {
  if (event.type === 'turn.started') return { id: event.data.turnId, startedAt: event.at, status: 'open', tokens: noTokens, credits: 0 };
  if (!turn) return undefined;
  if (event.type === 'turn.ended') {
    const { status, error } = event.data;
    return { ...turn, status, endedAt: event.at, ...(error ? { error } : {}) };
  }
  if (event.type === 'usage.recorded') {
    const { tokens, credits = 0, model } = event.data.usage;
    return { ...turn, model, tokens: addTokens(turn.tokens, tokens), credits: turn.credits + credits };
  }
  return turn;
}
