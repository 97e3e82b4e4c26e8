/** Steps from one word to the other: a letter put in, left out or replaced, or two neighbours swapped (optimal string alignment). */
export function distance(a: string, b: string): number {
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (older[j - 2] ?? 0) + 1);
      row.push(best);
    }
    older = previous;
    previous = row;
  }
  return previous[b.length] ?? 0;
}

/** The known word that somebody most likely meant, if one is near enough. Case, hyphens and underscores decide only between equals. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > 60) return undefined;
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[-_ ]/g, '');
  const [best] = known
    .map((name) => ({ name, steps: distance(plain(word), plain(name)), exact: distance(word, name) }))
    .sort((a, b) => a.steps - b.steps || a.exact - b.exact);
  return best && best.steps <= Math.max(1, Math.floor(best.name.length / 3)) ? best.name : undefined;
}
