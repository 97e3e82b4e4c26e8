/** The row that one must be put before to stand `by` places further on; undefined = last, null = it can't go there. */
export function beforeAfterStep(ids: readonly string[], id: string, by: 1 | -1): string | undefined | null {
  const at = ids.indexOf(id);
  const to = at + by;
  if (at < 0 || to < 0 || to >= ids.length) return null;
  return by < 0 ? ids[to] : ids[to + 1];
}

/** The same for a row that was dropped on another: it takes that one's place. */
export function beforeAfterDrop(ids: readonly string[], id: string, target: string): string | undefined | null {
  const from = ids.indexOf(id);
  const to = ids.indexOf(target);
  if (from < 0 || to < 0 || from === to) return null;
  return from < to ? ids[to + 1] : target;
}
