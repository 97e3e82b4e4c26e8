import { useSyncExternalStore } from 'react';

// One timer for each pace, and only while somebody shows a time: nothing ticks in a window that shows none.
const paces = new Map<number, { listeners: Set<() => void>; timer: ReturnType<typeof setInterval> }>();

function subscribe(every: number): (listener: () => void) => () => void {
  return (listener) => {
    let pace = paces.get(every);
    if (!pace) {
      const listeners = new Set<() => void>();
      const timer = setInterval(() => {
        if (!document.hidden) for (const each of listeners) each();
      }, every);
      pace = { listeners, timer };
      paces.set(every, pace);
    }
    const { listeners, timer } = pace;
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      clearInterval(timer);
      paces.delete(every);
    };
  };
}

const everyTenSeconds = subscribe(10_000);
const everyMinute = subscribe(60_000);

/** Words that depend on the time; rendered again only when they are other words. `lively`: looked at every 10 s instead of each minute. */
export function useTimeWords(words: (now: number) => string, lively = false): string {
  return useSyncExternalStore(lively ? everyTenSeconds : everyMinute, () => words(Date.now()));
}
