import { useSyncExternalStore } from 'react';

// What a person has opened stays open while the window lives, also when its row was scrolled away and is made anew.
const opened = new Set<string>();
const listeners = new Set<() => void>();
const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function setOpened(id: string, open: boolean): void {
  if (open) opened.add(id);
  else opened.delete(id);
  for (const listener of listeners) listener();
}

export function useOpened(id: string): readonly [boolean, () => void] {
  const open = useSyncExternalStore(subscribe, () => opened.has(id));
  return [open, () => setOpened(id, !opened.has(id))];
}
