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

/** Shows all that has streamed: its beginning and its end at once, what it grows by a moment later. */
export function showLive(threadId: string, live: LiveText | undefined): void {
  const view = useThreads.getState()[threadId];
  if (live && view?.live?.requestId === live.requestId) {
    pending.set(threadId, live);
    timer ??= setTimeout(reveal, revealEvery);
    return;
  }
  pending.delete(threadId);
  if (!view || view.live === live) return;
  const { live: _before, ...rest } = view;
  useThreads.setState({ [threadId]: live ? { ...rest, live } : rest });
}

export function forgetLive(threadId: string): void {
  pending.delete(threadId);
}
