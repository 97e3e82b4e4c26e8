// The patch format:
//
//   patch    = "*** Begin Patch" change+ "*** End Patch"
//   change   = "*** Add File: " path, ("+" text)*
//            | "*** Delete File: " path
//            | "*** Update File: " path, ["*** Move to: " path], hunk*
//   hunk     = "@@" [" " line to seek] (more "@@" lines nest), line+, ["*** End of File"]
//   line     = " " text (stays) | "-" text (goes) | "+" text (comes)
//
// Let through because it can mean one thing only: no "@@" before a file's first hunk, an empty line for an empty line that stays,
// "@@ -1,2 +1,3 @@" (the numbers are not used), "---"/"+++" lines under the file's header, a here-document or a code fence around it all.
import { AppError } from '../../../../shared/errors.ts';

export interface PatchLine {
  op: ' ' | '-' | '+';
  text: string;
  /** Line of the patch, from 1. */
  at: number;
}
export interface Hunk {
  at: number;
  seeks: { text: string; at: number }[];
  lines: PatchLine[];
  endOfFile: boolean;
}
export type Change =
  | { kind: 'add'; path: string; at: number; lines: string[] }
  | { kind: 'delete'; path: string; at: number }
  | { kind: 'update'; path: string; at: number; moveTo?: string; hunks: Hunk[] };

const begin = '*** Begin Patch';
const end = '*** End Patch';
const eof = '*** End of File';
const shape = `A patch is: ${begin}, then "*** Add File: p" with + lines, "*** Delete File: p" or "*** Update File: p" with hunks (@@, then lines beginning with space, - or +), then ${end}.`;

function wrong(at: number, message: string): AppError {
  return new AppError('invalid', `Patch line ${at}: ${message}`, { hint: shape });
}

/** The lines between the two markers, with the number of the first. */
function unwrap(text: string): { lines: string[]; first: number } {
  const all = text.split('\n');
  if (all.every((line, index) => line.endsWith('\r') || index === all.length - 1)) {
    all.forEach((line, index) => {
      all[index] = line.replace(/\r$/, '');
    });
  }
  const start = all.findIndex((line) => line.trim() === begin);
  if (start < 0) throw new AppError('invalid', `The patch has no "${begin}" line.`, { hint: shape });
  const strange = all.slice(0, start).findIndex((line) => !/^\s*$|<<-?\s*['"]?\w+['"]?\s*$|^\s*```/.test(line));
  if (strange >= 0) throw wrong(strange + 1, `nothing may stand before "${begin}".`);
  const stop = all.findLastIndex((line) => line.trim() === end);
  if (stop < start) throw new AppError('invalid', `The patch has no "${end}" line: it may have been cut off.`, { hint: shape });
  const left = all.slice(stop + 1).findIndex((line) => !/^\s*$|^\s*['"]?\w+['"]?\s*$|^\s*```\s*$/.test(line));
  if (left >= 0) throw wrong(stop + 2 + left, `nothing may stand after "${end}".`);
  return { lines: all.slice(start + 1, stop), first: start + 2 };
}

function seekOf(header: string): string {
  const text = header.slice(2).replace(/^ /, '');
  if (/^-\d+(,\d+)? \+\d+(,\d+)? @@/.test(text)) return '';
  return text.replace(/ @@\s*$/, '');
}

/** Empty lines after a hunk's last written line are layout of the patch more often than lines of the file: they are no context. */
function closeHunk(hunk: Hunk, bare: Set<PatchLine>): void {
  for (let last = hunk.lines.at(-1); last !== undefined && bare.has(last); last = hunk.lines.at(-1)) hunk.lines.pop();
  if (hunk.lines.every((line) => line.op === ' ')) throw wrong(hunk.at, 'this hunk changes nothing: it has no line beginning with - or +.');
}

function parseHunks(lines: string[], first: number): Hunk[] {
  const hunks: Hunk[] = [];
  const bare = new Set<PatchLine>();
  const headed = lines[0]?.startsWith('--- ') === true && lines[1]?.startsWith('+++ ') === true && lines[2]?.startsWith('@@') === true;
  let hunk: Hunk | undefined;
  for (let index = headed ? 2 : 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const at = first + index;
    if (line.startsWith('@@')) {
      if (hunk === undefined || hunk.lines.length > 0 || hunk.endOfFile) {
        hunk = { at, seeks: [], lines: [], endOfFile: false };
        hunks.push(hunk);
      }
      const seek = seekOf(line);
      if (seek.trim() !== '') hunk.seeks.push({ text: seek, at });
      continue;
    }
    if (line.trimEnd() === eof) {
      if (hunk === undefined || hunk.lines.length === 0) throw wrong(at, `"${eof}" belongs after the lines of a hunk.`);
      hunk.endOfFile = true;
      continue;
    }
    if (line.startsWith('\\ No newline')) continue;
    const empty = line.trim() === '' && !line.startsWith(' ');
    if (empty && (hunk === undefined || hunk.endOfFile)) continue;
    if (hunk === undefined || hunk.endOfFile) {
      hunk = { at, seeks: [], lines: [], endOfFile: false };
      hunks.push(hunk);
    }
    const op = empty ? ' ' : line[0];
    if (op !== ' ' && op !== '-' && op !== '+') throw wrong(at, `"${line}" must begin with a space (stays), - (goes) or + (comes).`);
    const entry: PatchLine = { op, text: empty ? '' : line.slice(1), at };
    if (empty) bare.add(entry);
    hunk.lines.push(entry);
  }
  for (const one of hunks) closeHunk(one, bare);
  return hunks;
}

function parseAdded(lines: string[], first: number): string[] {
  let last = lines.length;
  while (last > 0 && lines[last - 1]?.trim() === '') last -= 1;
  return lines.slice(0, last).map((line, index) => {
    if (line.trim() === '') return '';
    if (!line.startsWith('+')) throw wrong(first + index, `"${line}" must begin with +: every line of an added file does.`);
    return line.slice(1);
  });
}

/** Reads a patch into its changes; AppError `invalid` names the line that is wrong. */
export function parsePatch(text: string): Change[] {
  const { lines, first } = unwrap(text);
  const changes: Change[] = [];
  let index = 0;
  while (index < lines.length) {
    const line = lines[index] ?? '';
    const at = first + index;
    index += 1;
    if (line.trim() === '') continue;
    const header = /^\*\*\* (Add|Delete|Update) File:\s*(.*?)\s*$/.exec(line);
    if (!header) throw wrong(at, `"${line}" is not "*** Add File: p", "*** Delete File: p" or "*** Update File: p".`);
    const path = header[2] ?? '';
    if (path === '') throw wrong(at, 'the path is missing.');
    const start = index;
    while (index < lines.length && !/^\*\*\* (Add|Delete|Update) File:/.test(lines[index] ?? '')) index += 1;
    const body = lines.slice(start, index);
    if (header[1] === 'Add') changes.push({ kind: 'add', path, at, lines: parseAdded(body, first + start) });
    else if (header[1] === 'Delete') {
      const extra = body.findIndex((one) => one.trim() !== '');
      if (extra >= 0) throw wrong(first + start + extra, 'a deleted file has no lines.');
      changes.push({ kind: 'delete', path, at });
    } else {
      const move = /^\*\*\* Move to:\s*(.*?)\s*$/.exec(body[0] ?? '');
      if (move?.[1] === '') throw wrong(first + start, 'the path to move to is missing.');
      const hunks = move ? parseHunks(body.slice(1), first + start + 1) : parseHunks(body, first + start);
      if (!move && hunks.length === 0) throw wrong(at, `nothing says what to change in ${path}.`);
      changes.push({ kind: 'update', path, at, ...(move?.[1] === undefined ? {} : { moveTo: move[1] }), hunks });
    }
  }
  if (changes.length === 0) throw new AppError('invalid', 'The patch changes no file.', { hint: shape });
  return changes;
}
