/** The tab that a key goes to from `now`, round and round; undefined for keys that are none of a tab list's. */
export function nextTab<T extends string>(key: string, tabs: readonly T[], now: T): T | undefined {
  const at = tabs.indexOf(now);
  if (key === 'ArrowRight') return tabs[(at + 1) % tabs.length];
  if (key === 'ArrowLeft') return tabs[(at - 1 + tabs.length) % tabs.length];
  if (key === 'Home') return tabs[0];
  if (key === 'End') return tabs.at(-1);
  return undefined;
}
