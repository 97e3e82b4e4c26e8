import type { SearchMatch } from '../../runtime/ports.ts';

/** Characters of a line that are shown. */
export const longest = 500;
/** How many of these stand before the match. */
const before = 150;
/** Bytes kept on each side of a match: whatever is within `longest` characters of it, at four bytes each at most. */
const kept = 4 * longest;

/** A line of a bounded length with the match (at `at`) in it. */
export function cutLine(text: string, at: number, hidden = { before: false, after: false }): string {
  const whole = text.length <= longest && !hidden.before && !hidden.after;
  if (whole) return text;
  const room = longest - 2;
  const from = Math.max(0, Math.min(at - before, text.length - room));
  const to = Math.min(text.length, from + room);
  const start = from > 0 || hidden.before ? '…' : '';
  const end = to < text.length || hidden.after ? '…' : '';
  return start + text.slice(from, to).toWellFormed() + end;
}

/** ripgrep reports a binary file among the matches; without a NUL it would become part of the next path. */
const binaryNotice = /^[\s\S]*: binary file matches \(found [^\n]*\)\n/;

/**
 * Reads `PATH NUL LINE:COLUMN:TEXT LF` as it arrives. Of a line only what is near the match is kept, however long it is:
 * minified files have lines of megabytes.
 */
export function createMatchReader(found: (match: SearchMatch) => void): (chunk: Buffer) => void {
  let part: 'path' | 'place' | 'text' = 'path';
  let path: Buffer[] = [];
  let place = '';
  let line = 0;
  let column = 0;
  let text: Buffer[] = [];
  let passed = 0;

  const keep = (bytes: Buffer): void => {
    const from = Math.max(0, column - kept - passed);
    const to = Math.min(bytes.length, column + kept - passed);
    if (from < to) text.push(Buffer.from(bytes.subarray(from, to)));
    passed += bytes.length;
  };
  const finish = (): void => {
    const bytes = Buffer.concat(text);
    const first = Math.max(0, column - kept);
    const matchAt = bytes.subarray(0, column - first).toString('utf8').length;
    const hidden = { before: first > 0, after: first + bytes.length < passed };
    const name = Buffer.concat(path).toString('utf8').replace(binaryNotice, '');
    found({ path: name, line, text: cutLine(bytes.toString('utf8').replace(/\r$/, ''), matchAt, hidden) });
    path = [];
    text = [];
    place = '';
    passed = 0;
  };

  return (chunk) => {
    for (let at = 0; at < chunk.length; ) {
      if (part === 'path') {
        const end = chunk.indexOf(0, at);
        path.push(Buffer.from(chunk.subarray(at, end < 0 ? chunk.length : end)));
        if (end < 0) return;
        at = end + 1;
        part = 'place';
      } else if (part === 'place') {
        place += String.fromCharCode(chunk[at++] ?? 0);
        const [, row, offset] = /^(\d+):(\d+):$/.exec(place) ?? [];
        if (row === undefined) continue;
        line = Number(row);
        column = Number(offset) - 1;
        part = 'text';
      } else {
        const end = chunk.indexOf(10, at);
        keep(chunk.subarray(at, end < 0 ? chunk.length : end));
        if (end < 0) return;
        at = end + 1;
        part = 'path';
        finish();
      }
    }
  };
}

/** Reads paths that end with a NUL. */
export function createPathReader(found: (path: string) => void): (chunk: Buffer) => void {
  let rest: Buffer[] = [];
  return (chunk) => {
    let at = 0;
    for (let end = chunk.indexOf(0); end >= 0; end = chunk.indexOf(0, at)) {
      found(Buffer.concat([...rest, chunk.subarray(at, end)]).toString('utf8'));
      rest = [];
      at = end + 1;
    }
    if (at < chunk.length) rest.push(Buffer.from(chunk.subarray(at)));
  };
}
