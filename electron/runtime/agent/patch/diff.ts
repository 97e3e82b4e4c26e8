import type { Edit } from './apply.ts';
import type { TextFile } from './lines.ts';

const context = 3;

/** One side's paths as people read them; null where the file does not exist on that side. */
export interface DiffNames {
  old: string | null;
  new: string | null;
}

const range = (start: number, count: number): string => (count === 1 ? `${start + 1}` : `${count === 0 ? start : start + 1},${count}`);

/** Edits near each other, which share a hunk of the diff. */
function groupsOf(edits: Edit[]): Edit[][] {
  const groups: Edit[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const edit of edits) {
    if (edit.at - end > 2 * context) groups.push([]);
    groups.at(-1)?.push(edit);
    end = edit.at + edit.removed.length;
  }
  return groups;
}

/** A unified diff of what really changes, whole; an empty string for no change and the same name. */
export function unifiedDiff(names: DiffNames, before: TextFile, after: TextFile, edits: Edit[]): string {
  if (edits.length === 0 && names.old === names.new) return '';
  const out = [`--- ${names.old === null ? '/dev/null' : `a/${names.old}`}`, `+++ ${names.new === null ? '/dev/null' : `b/${names.new}`}`];
  const total = before.lines.length;
  let shift = 0;
  const unended = (side: TextFile, at: number): void => {
    if (!side.final && at === side.lines.length - 1) out.push('\\ No newline at end of file');
  };
  for (const group of groupsOf(edits)) {
    const first = group[0];
    const last = group.at(-1);
    if (first === undefined || last === undefined) continue;
    const start = Math.max(first.at - context, 0);
    const stop = Math.min(last.at + last.removed.length + context, total);
    const growth = group.reduce((sum, edit) => sum + edit.added.length - edit.removed.length, 0);
    out.push(`@@ -${range(start, stop - start)} +${range(start + shift, stop - start + growth)} @@`);
    let at = start;
    let offset = shift;
    const keep = (to: number): void => {
      for (; at < to; at += 1) {
        out.push(` ${before.lines[at] ?? ''}`);
        unended(before, at);
      }
    };
    for (const edit of group) {
      keep(edit.at);
      for (const line of edit.removed) {
        out.push(`-${line}`);
        unended(before, at);
        at += 1;
      }
      for (const [index, line] of edit.added.entries()) {
        out.push(`+${line}`);
        unended(after, edit.at + offset + index);
      }
      offset += edit.added.length - edit.removed.length;
    }
    keep(stop);
    shift += growth;
  }
  return `${out.join('\n')}\n`;
}
