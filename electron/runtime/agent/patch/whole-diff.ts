import type { Edit } from './apply.ts';
import { type DiffNames, unifiedDiff } from './diff.ts';
import { toLines } from './lines.ts';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function textOf(bytes: Uint8Array | null): string | undefined {
  if (bytes?.includes(0)) return undefined;
  try {
    return decoder.decode(bytes ?? new Uint8Array());
  } catch {
    return undefined;
  }
}

/** The difference between two states of a file as one hunk: all between the first line and the last one that differ. */
export function wholeDiff(names: DiffNames, before: Uint8Array | null, after: Uint8Array | null): string {
  const [old, fresh] = [textOf(before), textOf(after)];
  if (old === undefined || fresh === undefined)
    return `--- ${names.old ?? '/dev/null'}\n+++ ${names.new ?? '/dev/null'}\nA binary file: ${before?.length ?? 0} bytes before, ${after?.length ?? 0} bytes after\n`;
  const [a, b] = [toLines(old), toLines(fresh)];
  let start = 0;
  const least = Math.min(a.lines.length, b.lines.length);
  while (start < least && a.lines[start] === b.lines[start] && a.ends[start] === b.ends[start]) start += 1;
  let end = 0;
  while (end < least - start && a.lines.at(-1 - end) === b.lines.at(-1 - end) && a.ends.at(-1 - end) === b.ends.at(-1 - end)) end += 1;
  const edit: Edit = { at: start, removed: a.lines.slice(start, a.lines.length - end), added: b.lines.slice(start, b.lines.length - end) };
  return unifiedDiff(names, a, b, edit.removed.length + edit.added.length > 0 ? [edit] : []);
}
