import { defaultFilter } from 'cmdk';

export interface Ranked {
  label: string;
  detail?: string | undefined;
  words?: string;
}

/** Letters that are merely somewhere in the name are no match. */
const least = 0.1;

/** How well an item fits what was typed, 0 to 1: every word has to be found in its name, or, for less, in what stands beside it. */
export function rankOf({ label, detail = '', words = '' }: Ranked, text: string): number {
  const whole = defaultFilter(label, text);
  const terms = text.split(/\s+/).filter((term) => term !== '');
  const scores = terms.map((term) =>
    Math.max(defaultFilter(label, term), 0.9 * defaultFilter(words, term), 0.8 * defaultFilter(detail, term)),
  );
  const each = scores.every((score) => score >= least) ? scores.reduce((sum, score) => sum + score, 0) / scores.length : 0;
  const best = Math.max(whole, 0.95 * each);
  return best >= least ? best : 0;
}

/** The groups with what fits, best first; as they are while nothing is typed. */
export function ranked<I extends Ranked>(
  groups: readonly { title: string; items: readonly I[] }[],
  text: string,
): { title: string; items: readonly I[] }[] {
  const wanted = text.trim();
  if (wanted === '') return groups.filter(({ items }) => items.length > 0);
  return groups
    .map(({ title, items }) => {
      const scored = items
        .map((item) => ({ item, score: rankOf(item, wanted) }))
        .filter(({ score }) => score > 0)
        .toSorted((a, b) => b.score - a.score);
      return { title, items: scored.map(({ item }) => item), best: scored[0]?.score ?? 0 };
    })
    .filter(({ best }) => best > 0)
    .toSorted((a, b) => b.best - a.best);
}
