import { useSyncExternalStore } from 'react';

/** Chromium's way to ask for what stands on the keys; absent elsewhere and outside of secure contexts. */
interface LayoutNavigator {
  keyboard?: { getLayoutMap(): Promise<ReadonlyMap<string, string>> };
}

let layout: ReadonlyMap<string, string> | undefined;
let asked = false;
const listeners = new Set<() => void>();

function ask(): void {
  (navigator as LayoutNavigator).keyboard
    ?.getLayoutMap()
    .then((map) => {
      layout = map;
      for (const listener of listeners) listener();
    })
    .catch(() => undefined);
}

function subscribe(listener: () => void): () => void {
  // A layout may be changed while another window has the focus.
  if (!asked) window.addEventListener('focus', ask);
  if (!asked) ask();
  asked = true;
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** What stands on the keys of the person's layout, by their place; undefined where it can't be known. */
export function useLayout(): ReadonlyMap<string, string> | undefined {
  return useSyncExternalStore(subscribe, () => layout);
}
