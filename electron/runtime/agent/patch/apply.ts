import type { TextFile } from './lines.ts';
import type { Placement } from './match.ts';

/** Lines `removed` at `at` (counted from 0 in the old file) made way for `added`. */
export interface Edit {
  at: number;
  removed: string[];
  added: string[];
}

const indentOf = (line: string): string => /^[ \t]*/.exec(line)?.[0] ?? '';

/**
 * A hunk whose lines agree but for their indentation was written one or more levels off. When every line is off by the same space,
 * the added lines are moved by it too; otherwise they stay as they were written.
 */
function indentation(file: TextFile, placed: Placement): (line: string) => string {
  const same = (line: string): string => line;
  if (!placed.loose) return same;
  let shift: { more: string; less: string } | undefined;
  let at = placed.start;
  for (const line of placed.lines) {
    if (line.op === '+') continue;
    const real = file.lines[at] ?? '';
    at += 1;
    if (line.text.trim() === '') continue;
    const here = indentOf(real);
    const there = indentOf(line.text);
    if (!here.endsWith(there) && !there.endsWith(here)) return same;
    const found = {
      more: here.slice(0, Math.max(here.length - there.length, 0)),
      less: there.slice(0, Math.max(there.length - here.length, 0)),
    };
    if (shift !== undefined && (shift.more !== found.more || shift.less !== found.less)) return same;
    shift = found;
  }
  if (shift === undefined) return same;
  const { more, less } = shift;
  return (line) => (line.trim() === '' ? line : more + (less !== '' && line.startsWith(less) ? line.slice(less.length) : line));
}

/** What one placed hunk does, as runs of lines that go and come; what only looks changed is left out. */
function editsOf(file: TextFile, placed: Placement): Edit[] {
  const edits: Edit[] = [];
  const indent = indentation(file, placed);
  const windows = file.ends.includes('\r\n');
  let at = placed.start;
  let open: Edit | undefined;
  for (const line of placed.lines) {
    if (line.op === ' ') {
      at += 1;
      open = undefined;
      continue;
    }
    if (open === undefined) {
      open = { at, removed: [], added: [] };
      edits.push(open);
    }
    if (line.op === '+') open.added.push(indent(windows ? line.text.replace(/\r$/, '') : line.text));
    else {
      open.removed.push(file.lines[at] ?? '');
      at += 1;
    }
  }
  return edits.map(trimEdit).filter((edit) => edit.removed.length + edit.added.length > 0);
}

function trimEdit({ at, removed, added }: Edit): Edit {
  const least = Math.min(removed.length, added.length);
  let start = 0;
  while (start < least && removed[start] === added[start]) start += 1;
  let end = 0;
  while (end < least - start && removed.at(-1 - end) === added.at(-1 - end)) end += 1;
  return { at: at + start, removed: removed.slice(start, removed.length - end), added: added.slice(start, added.length - end) };
}

/** The file with every placed hunk applied. New lines end as the lines they replace or follow do; a missing last line end stays missing. */
export function applyHunks(file: TextFile, placed: Placement[]): { file: TextFile; edits: Edit[] } {
  const edits = placed.flatMap((one) => editsOf(file, one));
  const lines: string[] = [];
  const ends: string[] = [];
  let at = 0;
  const keep = (to: number): void => {
    for (; at < to; at += 1) {
      lines.push(file.lines[at] ?? '');
      ends.push(file.ends[at] ?? '\n');
    }
  };
  for (const edit of edits) {
    keep(edit.at);
    const end = (edit.removed.length > 0 ? file.ends[at] : ends.at(-1)) ?? file.ends[at] ?? '\n';
    for (const line of edit.added) {
      lines.push(line);
      ends.push(end);
    }
    at += edit.removed.length;
  }
  keep(file.lines.length);
  return { file: { lines, ends, final: file.final || file.lines.length === 0, mark: file.mark }, edits };
}

export function countEdits(edits: Edit[]): { added: number; removed: number } {
  let added = 0;
  let removed = 0;
  for (const edit of edits) {
    added += edit.added.length;
    removed += edit.removed.length;
  }
  return { added, removed };
}
