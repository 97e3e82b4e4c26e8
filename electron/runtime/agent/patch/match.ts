import type { Hunk, PatchLine } from './parse.ts';

// Where each hunk belongs. A line is compared in four ways, each weaker than the one before; a hunk takes the first way in which it is
// found at all. One that is found in several places is placed only when its "@@" lines or the order of the hunks leave a single place.

export interface Placement {
  hunk: Hunk;
  start: number;
  /** The hunk's lines as they were matched: without a last empty line that the file turned out not to have. */
  lines: PatchLine[];
  length: number;
  /** True when only the text of the lines agreed, not the space around it. */
  loose: boolean;
}
export type Problem =
  | { kind: 'unmatched'; hunk: Hunk }
  | { kind: 'unsought'; hunk: Hunk; seek: { text: string; at: number } }
  | { kind: 'nowhere'; hunk: Hunk }
  | { kind: 'ambiguous'; hunk: Hunk; places: number[] }
  | { kind: 'order'; hunk: Hunk; places: number[] };

const punctuation: [RegExp, string][] = [
  [/[\u2018\u2019\u201a\u201b\u2032]/g, "'"],
  [/[\u201c\u201d\u201e\u201f\u2033]/g, '"'],
  [/[\u2010-\u2015\u2212]/g, '-'],
  [/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, ' '],
  [/\u2026/g, '...'],
];

/** A line with all that is easily written differently made the same. */
export function fold(line: string): string {
  let text = line;
  for (const [from, to] of punctuation) text = text.replace(from, to);
  return text.trim();
}

const ways: ((line: string) => string)[] = [(line) => line, (line) => line.trimEnd(), (line) => line.trim(), fold];
const loosest = 2;

function createViews(lines: string[]): (way: number) => string[] {
  const views: (string[] | undefined)[] = [lines];
  return (way) => {
    const made = views[way] ?? lines.map((line) => ways[way]?.(line) ?? line);
    views[way] = made;
    return made;
  };
}
type Views = ReturnType<typeof createViews>;

function findAll(view: string[], wanted: string[]): number[] {
  const places: number[] = [];
  for (let start = view.indexOf(wanted[0] ?? ''); start >= 0; start = view.indexOf(wanted[0] ?? '', start + 1)) {
    if (start + wanted.length > view.length) break;
    if (wanted.every((line, index) => view[start + index] === line)) places.push(start);
  }
  return places;
}

const unique = (places: number[]): number[] => [...new Set(places)].sort((a, b) => a - b);

/** Every line at which the last of the nested "@@" lines can stand. */
function seekPlaces(views: Views, hunk: Hunk): number[] | { unsought: Hunk['seeks'][number] } {
  let reached: number[] | undefined;
  for (const seek of hunk.seeks) {
    let next: number[] = [];
    for (let way = 0; way <= ways.length && next.length === 0; way += 1) {
      const view = views(Math.min(way, ways.length - 1));
      const wanted = (ways[way] ?? fold)(seek.text);
      // The last resort: the beginning of the line, "class A" for "class A(B):".
      const found = way < ways.length ? findAll(view, [wanted]) : view.flatMap((line, index) => (line.startsWith(wanted) ? [index] : []));
      next = reached === undefined ? found : unique(reached.flatMap((from) => found.find((place) => place > from) ?? []));
    }
    if (next.length === 0) return { unsought: seek };
    reached = next;
  }
  return reached ?? [];
}

interface Candidates {
  hunk: Hunk;
  lines: PatchLine[];
  length: number;
  places: number[];
  seeks: number[] | undefined;
  loose: boolean;
}

const isOld = (line: PatchLine): boolean => line.op !== '+';

/** The hunk's lines, then the same without a last empty line that stays: some write one for the end of the file. */
function variantsOf(hunk: Hunk): PatchLine[][] {
  const last = hunk.lines.findLast(isOld);
  if (last === undefined || last.op !== ' ' || last.text.trim() !== '' || hunk.lines.filter(isOld).length === 1) return [hunk.lines];
  return [hunk.lines, hunk.lines.filter((line) => line !== last)];
}

function findHunk(views: Views, size: number, hunk: Hunk): Candidates | Problem {
  const sought = hunk.seeks.length === 0 ? undefined : seekPlaces(views, hunk);
  if (sought !== undefined && !Array.isArray(sought)) return { kind: 'unsought', hunk, seek: sought.unsought };
  const base = { hunk, lines: hunk.lines, length: 0, seeks: sought, loose: false };
  if (!hunk.lines.some(isOld)) {
    if (hunk.endOfFile || size === 0) return { ...base, places: [size], seeks: undefined };
    if (sought === undefined) return { kind: 'nowhere', hunk };
    return { ...base, places: sought.map((place) => place + 1), seeks: undefined };
  }
  const first = sought?.[0] ?? 0;
  for (const atEnd of hunk.endOfFile ? [true, false] : [false]) {
    for (const lines of variantsOf(hunk)) {
      const old = lines.filter(isOld).map((line) => line.text);
      for (const [way, change] of ways.entries()) {
        const found = findAll(views(way), old.map(change)).filter((place) => place >= first && (!atEnd || place + old.length === size));
        if (found.length > 0) return { ...base, lines, length: old.length, places: found, loose: way >= loosest };
      }
    }
  }
  return { kind: 'unmatched', hunk };
}

const overlap = (placed: { start: number; length: number }[]): boolean =>
  placed.some((one, index) => index > 0 && one.start < (placed[index - 1]?.start ?? 0) + (placed[index - 1]?.length ?? 0));

/** A place for every hunk of one file, from top to bottom, or what is wrong with the first that has none. */
export function placeHunks(lines: string[], hunks: Hunk[]): Placement[] | Problem {
  const views = createViews(lines);
  const all: Candidates[] = [];
  for (const hunk of hunks) {
    const found = findHunk(views, lines.length, hunk);
    if ('kind' in found) return found;
    all.push(found);
  }
  // The earliest place for each, and the places open to it there; then the latest: where both agree, no other choice exists.
  const allowed: number[][] = [];
  let cursor = 0;
  for (const one of all) {
    const after = one.places.filter((place) => place >= cursor);
    const open = one.seeks === undefined ? after : unique(one.seeks.flatMap((seek) => after.find((place) => place >= seek) ?? []));
    const start = open[0];
    if (start === undefined) return placeApart(all) ?? { kind: 'order', hunk: one.hunk, places: one.places };
    allowed.push(open);
    cursor = start + one.length;
  }
  let limit = lines.length;
  const placed: Placement[] = [];
  for (let index = all.length - 1; index >= 0; index -= 1) {
    const one = all[index];
    const open = allowed[index];
    if (one === undefined || open === undefined) continue;
    const last = open.findLast((place) => place + one.length <= limit);
    if (last === undefined || last !== open[0]) return { kind: 'ambiguous', hunk: one.hunk, places: open };
    placed.push({ hunk: one.hunk, start: last, lines: one.lines, length: one.length, loose: one.loose });
    limit = last;
  }
  return placed.reverse();
}

/** Hunks that are out of order but have one place each, none on another's. */
function placeApart(all: Candidates[]): Placement[] | undefined {
  const placed: Placement[] = [];
  for (const { hunk, places, length, lines, loose } of all) {
    const [start, second] = places;
    if (start === undefined || second !== undefined || length === 0) return undefined;
    placed.push({ hunk, start, lines, length, loose });
  }
  placed.sort((a, b) => a.start - b.start);
  return overlap(placed) ? undefined : placed;
}
