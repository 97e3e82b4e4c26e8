import type { DeltaData, LoggedEvent } from '../protocol.ts';

/** What has streamed of the answer under way. */
export interface LiveAnswer {
  requestId: string;
  text: string;
  reasoning: string;
}

/** True when what streamed is void, or stands in an item now. */
export function endsLive({ type }: Pick<LoggedEvent, 'type'>): boolean {
  return type === 'usage.recorded' || type === 'request.retried' || type === 'turn.ended';
}

/** The answer with one more piece; undefined when a piece before it is missing. A piece that is there already changes nothing. */
export function addPiece(live: LiveAnswer | undefined, piece: DeltaData<'text.streamed'>): LiveAnswer | undefined {
  const { requestId, part, text } = piece;
  const known = live?.requestId === requestId ? live : { requestId, text: '', reasoning: '' };
  const { length } = known[part];
  const at = piece.at ?? length;
  if (at > length) return undefined;
  return { ...known, [part]: (at === length ? known[part] : known[part].slice(0, at)) + text };
}
