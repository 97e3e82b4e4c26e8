import { noTokens, priceOf } from '../../../shared/domain/money.ts';
import { type ErrorData, toErrorData } from '../../../shared/errors.ts';
import type { TurnFact } from '../../../shared/protocol/turn.ts';
import type { LiveAnswer } from '../../../shared/state/live.ts';
import type { ModelEvent, ModelRequest } from '../ports.ts';
import { record, type Turn, wait } from './turn.ts';

/** Attempts for one answer, the first included; the waits between them come to about a minute and a half. */
const attempts = 8;
const firstWait = 500;
const longestWait = 30_000;
/** A provider that asks for more patience than this is out of quota, not busy. */
const longestRetryAfter = 10 * 60_000;
/** The longest silence that is waited through on a later attempt, unless the provider's own limit is longer. */
const longestSilence = 240_000;
/** How much of a streaming answer a killed program may lose, in milliseconds. */
const liveEvery = 300;

export type End = Extract<ModelEvent, { type: 'end' }>;
export interface Answer {
  end: End;
  /** What had streamed, for an answer that did not become whole. */
  streamed: LiveAnswer;
  /** The usage of the attempt that ended, to be committed with what it brought. */
  usage: Extract<TurnFact, { type: 'usage.recorded' }>;
}

function usageFact(turn: Turn, requestId: string, end: End): Answer['usage'] {
  const { provider, model, id: turnId } = turn;
  const tokens = end.tokens ?? noTokens;
  const credits = model.price && { credits: priceOf(tokens, model.price) };
  const usage = {
    requestId,
    turnId,
    provider: provider.id,
    model: model.id,
    tokens,
    reported: end.tokens !== undefined,
    window: model.contextWindow,
  };
  return { type: 'usage.recorded', data: { usage: { ...usage, ...credits } } };
}

/** Passes text on as it comes and keeps it, now and then, where a killed program finds it again. */
function createLive(turn: Turn, requestId: string): { add(part: 'text' | 'reasoning', text: string): void; close(): Answer['streamed'] } {
  const { clock, log } = turn.ports;
  const live = (): LiveAnswer => {
    const known = turn.engine.live(turn.threadId);
    return known?.requestId === requestId ? known : { requestId, text: '', reasoning: '' };
  };
  let savedAt = clock.now();
  let cancel: (() => void) | undefined;
  let told = false;
  const save = (): void => {
    cancel?.();
    cancel = undefined;
    savedAt = clock.now();
    try {
      log.saveLive(turn.threadId, live());
    } catch (thrown) {
      // Only a killed program would miss it.
      if (!told) turn.ports.note(`what streams was not saved: ${toErrorData(thrown).message}`);
      told = true;
    }
  };
  return {
    add: (part, text) => {
      const { length: at } = live()[part];
      turn.engine.publishDelta({ type: 'text.streamed', data: { threadId: turn.threadId, requestId, part, text, at } });
      if (clock.now() - savedAt >= liveEvery) save();
      else cancel ??= clock.at(savedAt + liveEvery, save);
    },
    close: () => {
      cancel?.();
      return live();
    },
  };
}

async function once(turn: Turn, request: ModelRequest, requestId: string, quiet: boolean): Promise<Omit<Answer, 'usage'>> {
  const live = createLive(turn, requestId);
  let end: End = { type: 'end', stop: 'error', items: [], error: { code: 'broken', message: 'The provider ended without saying so.' } };
  for await (const event of turn.stream(request, turn.signal)) {
    if (event.type === 'end') end = event;
    else if (!quiet) live.add(event.type, event.text);
  }
  return { end, streamed: live.close() };
}

/** When to try again, or undefined when trying again is pointless. */
export function retryTime(error: ErrorData, attempt: number, now: number, random: number): number | undefined {
  if (error.code !== 'unavailable' || attempt >= attempts) return undefined;
  if (error.retryAt !== undefined && error.retryAt - now > longestRetryAfter) return undefined;
  const backoff = Math.min(longestWait, firstWait * 2 ** (attempt - 1));
  return Math.max(error.retryAt ?? 0, now + Math.round(backoff * (0.75 + random / 2)));
}

/**
 * Asks the model until an answer is whole, or until trying again is pointless: every failed attempt and the time of the next one is
 * in the log. The intent of the first attempt must have been committed as `requestId`. Nothing of a failed attempt is kept. `quiet`: it is no answer to the user, nobody sees it stream.
 */
export async function ask(turn: Turn, request: ModelRequest, requestId: string, { quiet = false } = {}): Promise<Answer> {
  const { clock, ids } = turn.ports;
  for (let attempt = 1, id = requestId; ; attempt += 1) {
    const { end, streamed } = await once(
      turn,
      { ...request, idleTimeoutMs: Math.min(request.idleTimeoutMs * 2 ** (attempt - 1), Math.max(request.idleTimeoutMs, longestSilence)) },
      id,
      quiet,
    );
    const usage = usageFact(turn, id, end);
    const retryAt = end.stop === 'error' && end.error ? retryTime(end.error, attempt, clock.now(), ids.random()) : undefined;
    if (turn.signal.aborted || end.stop !== 'error' || !end.error || retryAt === undefined) return { end, streamed, usage };
    const next = ids.next('request');
    record(turn, [
      usage,
      { type: 'request.retried', data: { requestId: next, turnId: turn.id, attempt: attempt + 1, reason: end.error, retryAt } },
    ]);
    await wait(turn.ports, retryAt, turn.signal);
    id = next;
  }
}
