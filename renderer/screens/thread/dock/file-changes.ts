import type { PageItem } from '../../../../shared/protocol/thread.ts';

/** One change of one file, by one call. `diff` is its part of the call's unified diff. */
export interface FilePart {
  path: string;
  from?: string;
  kind: 'changed' | 'added' | 'removed' | 'renamed';
  added: number;
  removed: number;
  diff: string;
}

/** A file with everything that was done to it, oldest first. Counts are sums: a line that was written and taken out again counts twice. */
export interface ChangedFile {
  path: string;
  kind: FilePart['kind'];
  added: number;
  removed: number;
  parts: (FilePart & { callId: string; at: number })[];
}

const hunkHead = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;

const nameIn = (line: string): string | undefined => {
  const name = line.slice(4).replace(/\t.*$/, '');
  return name === '/dev/null' ? undefined : name.replace(/^[ab]\//, '');
};

/** The parts of a unified diff, file by file. Lines within a hunk are counted, so that none of them is taken for a header. */
export function partsOf(diff: string): FilePart[] {
  const parts: FilePart[] = [];
  const lines = diff.split('\n');
  if (lines.at(-1) === '') lines.pop();
  let part: { file: FilePart; lines: string[] } | undefined;
  let oldLeft = 0;
  let newLeft = 0;
  const close = (): void => {
    if (part) parts.push({ ...part.file, diff: `${part.lines.join('\n')}\n` });
  };
  for (const [at, line] of lines.entries()) {
    const next = lines[at + 1];
    if (oldLeft + newLeft === 0 && line.startsWith('--- ') && next?.startsWith('+++ ')) {
      close();
      const before = nameIn(line);
      const after = nameIn(next);
      const kind = before === undefined ? 'added' : after === undefined ? 'removed' : before === after ? 'changed' : 'renamed';
      const file: FilePart = { path: after ?? before ?? '', kind, added: 0, removed: 0, diff: '' };
      part = { file: kind === 'renamed' && before !== undefined ? { ...file, from: before } : file, lines: [] };
    }
    if (!part) continue;
    part.lines.push(line);
    const head = oldLeft + newLeft === 0 ? hunkHead.exec(line) : null;
    if (head) {
      oldLeft = Number(head[1] ?? 1);
      newLeft = Number(head[2] ?? 1);
    } else if (oldLeft + newLeft > 0 && !line.startsWith('\\')) {
      if (!line.startsWith('+')) oldLeft -= 1;
      if (!line.startsWith('-')) newLeft -= 1;
      if (line.startsWith('+')) part.file.added += 1;
      if (line.startsWith('-')) part.file.removed += 1;
    }
  }
  close();
  return parts;
}

/** Files by path, from calls newest first with the whole text of their diffs. */
export function changedFiles(calls: readonly { item: PageItem['item']; diff: string }[]): ChangedFile[] {
  const files = new Map<string, ChangedFile>();
  for (const { item, diff } of calls.toReversed()) {
    for (const part of partsOf(diff)) {
      const known = files.get(part.path);
      const entry = { ...part, callId: item.id, at: item.at };
      if (known) {
        known.parts.push(entry);
        known.added += part.added;
        known.removed += part.removed;
        known.kind = part.kind === 'removed' ? 'removed' : known.kind === 'added' ? 'added' : part.kind;
      } else files.set(part.path, { path: part.path, kind: part.kind, added: part.added, removed: part.removed, parts: [entry] });
    }
  }
  return [...files.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
