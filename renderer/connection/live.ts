import type { LoggedEvent } from '../../shared/protocol.ts';
import { type LiveText, useThreads } from '../store/threads.ts';

/** Streamed text is shown some thirty times a second, however often it comes; nothing runs while nothing comes. */
const revealEvery = 34;

const pending = new Map<string, LiveText>();
let timer: ReturnType<typeof setTimeout> | undefined;

function reveal(): void {
  timer = undefined;
  useThreads.setState((threads) => {
    const next = { ...threads };
    for (const [id, live] of pending) if (next[id]) next[id] = { ...next[id], live };
    return next;
  });
  pending.clear();
}

export function stream(threadId: string, delta: { requestId: string; part: 'text' | 'reasoning'; text: string }): void {
  const known = pending.get(threadId) ?? useThreads.getState()[threadId]?.live;
  const live = known?.requestId === delta.requestId ? { ...known } : { requestId: delta.requestId, text: '', reasoning: '' };
  live[delta.part] += delta.text;
  pending.set(threadId, live);
  timer ??= setTimeout(reveal, revealEvery);
}

/** What streamed is void, or stands in an item now. */
export function endsLive(event: LoggedEvent): boolean {
  return event.type === 'usage.recorded' || event.type === 'request.retried' || event.type === 'turn.ended';
}

export function forgetLive(threadId: string): void {
  pending.delete(threadId);
}
