// A unified diff as data: files, hunks, numbered lines, and the words that changed within a line.

export interface DiffLine {
  kind: 'same' | 'added' | 'removed' | 'note';
  text: string;
  before?: number;
  after?: number;
}
export interface DiffHunk {
  header: string;
  lines: DiffLine[];
}
export interface DiffFile {
  /** The name after the change, or the one before when the file is gone. */
  path: string;
  from?: string;
  kind: 'changed' | 'added' | 'removed' | 'renamed';
  added: number;
  removed: number;
  hunks: DiffHunk[];
}

const hunkHeader = /^@@+ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@+(.*)$/;

/** The name in a `---` or `+++` line; undefined where the file does not exist. */
function nameIn(text: string): string | undefined {
  const name = text.replace(/\t.*$/, '');
  return name === '/dev/null' ? undefined : name.replace(/^"(.*)"$/, '$1').replace(/^[ab]\//, '');
}

function fileFrom(before: string | undefined, after: string | undefined): DiffFile {
  const kind = before === undefined ? 'added' : after === undefined ? 'removed' : before === after ? 'changed' : 'renamed';
  const file: DiffFile = { path: after ?? before ?? 'unknown file', kind, added: 0, removed: 0, hunks: [] };
  return kind === 'renamed' && before !== undefined ? { ...file, from: before } : file;
}

/** Files of a unified diff, also of one that was cut. What is no diff gives none. */
export function parseDiff(text: string): DiffFile[] {
  const files: DiffFile[] = [];
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  let file: DiffFile | undefined;
  let hunk: DiffHunk | undefined;
  let before = 0;
  let after = 0;
  let oldLeft = 0;
  let newLeft = 0;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    // Counts decide what belongs to a hunk: its own lines may look like headers.
    if (hunk && file && (oldLeft > 0 || newLeft > 0)) {
      const mark = line[0] ?? ' ';
      const rest = line.slice(1);
      if (mark === '+') {
        hunk.lines.push({ kind: 'added', text: rest, after });
        after += 1;
        newLeft -= 1;
        file.added += 1;
        continue;
      }
      if (mark === '-') {
        hunk.lines.push({ kind: 'removed', text: rest, before });
        before += 1;
        oldLeft -= 1;
        file.removed += 1;
        continue;
      }
      if (mark === ' ' || mark === '\r') {
        hunk.lines.push({ kind: 'same', text: rest, before, after });
        before += 1;
        after += 1;
        oldLeft -= 1;
        newLeft -= 1;
        continue;
      }
    }
    if (line.startsWith('\\')) {
      hunk?.lines.push({ kind: 'note', text: line.slice(2) });
      continue;
    }
    const header = hunkHeader.exec(line);
    if (header && file) {
      before = Number(header[1]);
      after = Number(header[3]);
      oldLeft = header[2] === undefined ? 1 : Number(header[2]);
      newLeft = header[4] === undefined ? 1 : Number(header[4]);
      hunk = { header: (header[5] ?? '').trim(), lines: [] };
      file.hunks.push(hunk);
      continue;
    }
    const next = lines[at + 1] ?? '';
    if (line.startsWith('--- ') && next.startsWith('+++ ')) {
      file = fileFrom(nameIn(line.slice(4)), nameIn(next.slice(4)));
      hunk = undefined;
      files.push(file);
      at += 1;
    } else if (
      hunk &&
      file &&
      oldLeft <= 0 &&
      newLeft <= 0 &&
      line !== '' &&
      !/^(?:diff|index|similarity|rename|new|deleted|old) /.test(line)
    ) {
      // Where a long diff was cut, a line says how much.
      hunk.lines.push({ kind: 'note', text: line });
    } else if (hunk && line !== '') {
      hunk.lines.push({ kind: 'note', text: line });
      oldLeft = 0;
      newLeft = 0;
    }
  }
  return files;
}

export interface SplitRow {
  left?: DiffLine;
  right?: DiffLine;
}

/** Removed and added lines that stand for each other, side by side. */
export function splitRows(lines: readonly DiffLine[]): SplitRow[] {
  const rows: SplitRow[] = [];
  let removed: DiffLine[] = [];
  let added: DiffLine[] = [];
  const flush = (): void => {
    for (let at = 0; at < Math.max(removed.length, added.length); at += 1) {
      const left = removed[at];
      const right = added[at];
      rows.push({ ...(left ? { left } : {}), ...(right ? { right } : {}) });
    }
    removed = [];
    added = [];
  };
  for (const line of lines) {
    if (line.kind === 'removed') {
      if (added.length > 0) flush();
      removed.push(line);
    } else if (line.kind === 'added') added.push(line);
    else {
      flush();
      rows.push({ left: line, right: line });
    }
  }
  flush();
  return rows;
}

/** For each changed line the line that it replaces or that replaces it. */
export function partners(lines: readonly DiffLine[]): Map<DiffLine, DiffLine> {
  const found = new Map<DiffLine, DiffLine>();
  for (const { left, right } of splitRows(lines)) {
    if (!left || !right || left === right) continue;
    found.set(left, right);
    found.set(right, left);
  }
  return found;
}

export interface WordSpan {
  text: string;
  changed: boolean;
}

const words = (text: string): string[] => text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];
const mostWords = 160;

/** Which words of `text` are not in `other`, in order; undefined when the lines have too little in common to be compared. */
export function changedWords(text: string, other: string): WordSpan[] | undefined {
  if (text.length > 1000 || other.length > 1000) return undefined;
  const a = words(text);
  const b = words(other);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  const kept = keptWords(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  const spans: WordSpan[] = [];
  let common = 0;
  for (const [at, word] of a.entries()) {
    const changed = at >= head && at < a.length - tail && !kept.has(at - head);
    if (!changed && word.trim() !== '') common += word.length;
    const last = spans.at(-1);
    if (last?.changed === changed) last.text += word;
    else spans.push({ text: word, changed });
  }
  return common < Math.max(text.trim().length, other.trim().length) * 0.3 ? undefined : spans;
}

/** Positions of `a` in a longest common subsequence with `b`. */
function keptWords(a: readonly string[], b: readonly string[]): Set<number> {
  const kept = new Set<number>();
  if (a.length === 0 || b.length === 0 || a.length > mostWords || b.length > mostWords) return kept;
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const skip = Math.max(table[(i + 1) * width + j] ?? 0, table[i * width + j + 1] ?? 0);
      table[i * width + j] = a[i] === b[j] ? (table[(i + 1) * width + j + 1] ?? 0) + 1 : skip;
    }
  }
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (a[i] === b[j]) {
      kept.add(i);
      i += 1;
      j += 1;
    } else if ((table[(i + 1) * width + j] ?? 0) >= (table[i * width + j + 1] ?? 0)) i += 1;
    else j += 1;
  }
  return kept;
}
