import type { Problem } from './match.ts';
import { fold } from './match.ts';
import type { Hunk, PatchLine } from './parse.ts';

// What the model is told when a hunk has no place: which of its lines is not there, and what the file really says around it.

const around = 3;
const mostShown = 12;
const mostCompared = 50_000;

const quote = (line: string): string => (line.length > 300 ? `${line.slice(0, 300)}...` : line);

function show(lines: string[], from: number, to: number): string {
  const start = Math.max(from, 0);
  const part = lines.slice(start, Math.min(to, start + mostShown));
  return part.map((line, index) => `${String(start + index + 1).padStart(5)}  ${quote(line)}`).join('\n');
}

/** 0..1: how much of two lines is the same at their beginnings and ends. */
function likeness(a: string, b: string): number {
  const most = Math.max(a.length, b.length);
  const least = Math.min(a.length, b.length);
  if (most === 0) return 0;
  let start = 0;
  while (start < least && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < least - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  return (start + end) / most;
}

function mostAlike(lines: string[], wanted: string): number | undefined {
  let best: number | undefined;
  let most = 0.4;
  for (const [index, line] of lines.slice(0, mostCompared).entries()) {
    const like = likeness(fold(line), wanted);
    if (like > most) {
      most = like;
      best = index;
    }
  }
  return best;
}

/** The start at which most of the hunk's old lines agree, and the first of them that does not. */
function bestStart(lines: string[], old: PatchLine[]): { start: number; missed: number } | undefined {
  const wanted = old.map((line) => fold(line.text));
  const folded = lines.slice(0, mostCompared).map(fold);
  const votes = new Map<number, number>();
  const places = new Map<string, number[]>();
  for (const [index, line] of wanted.entries()) if (line !== '') places.set(line, [...(places.get(line) ?? []), index]);
  for (const [index, line] of folded.entries()) {
    for (const place of places.get(line) ?? []) votes.set(index - place, (votes.get(index - place) ?? 0) + 1);
  }
  let best: number | undefined;
  for (const [start, count] of votes) if (best === undefined || count > (votes.get(best) ?? 0)) best = start;
  if (best === undefined) return undefined;
  const start = best;
  const missed = wanted.findIndex((line, index) => folded[start + index] !== line);
  return { start, missed: Math.max(missed, 0) };
}

function unmatched(lines: string[], hunk: Hunk): string {
  const old = hunk.lines.filter((line) => line.op !== '+');
  const best = bestStart(lines, old);
  const line = old[best?.missed ?? 0];
  if (line === undefined) return 'has no place in the file.';
  const said = `does not match: patch line ${line.at} ${JSON.stringify(quote(line.op + line.text))} is not there in the file.`;
  if (lines.length === 0) return `${said} The file is empty.`;
  const alike = best === undefined ? mostAlike(lines, fold(line.text)) : best.start + best.missed;
  if (alike === undefined) return `${said} Nothing in the file is like it: read the file again.`;
  return `${said} The file's closest lines:\n${show(lines, alike - around, alike + around + 1)}`;
}

const numbers = (places: number[]): string =>
  places
    .slice(0, 8)
    .map((place) => place + 1)
    .join(', ') + (places.length > 8 ? ', ...' : '');

/** A sentence and, where it helps, the lines of the file as they are. */
export function describeProblem(lines: string[], hunks: Hunk[], problem: Problem): string {
  const { hunk } = problem;
  const name = `hunk ${hunks.indexOf(hunk) + 1} (patch line ${hunk.at})`;
  switch (problem.kind) {
    case 'unmatched':
      return `${name} ${unmatched(lines, hunk)}`;
    case 'unsought': {
      const alike = mostAlike(lines, fold(problem.seek.text));
      const near = alike === undefined ? '' : ` The closest line:\n${show(lines, alike, alike + 1)}`;
      return `${name}: the line of its "@@" (patch line ${problem.seek.at}) ${JSON.stringify(quote(problem.seek.text))} is not in the file.${near}`;
    }
    case 'nowhere':
      return `${name} only adds lines and nothing says where: give lines around them, a line after "@@", or "*** End of File".`;
    case 'ambiguous':
      return `${name} fits in several places (at lines ${numbers(problem.places)}): give more lines around it or a line after "@@".`;
    default:
      return `${name} fits only above the hunk before it (at line ${numbers(problem.places)}): write the hunks from top to bottom.`;
  }
}
