// What the model is given of a long output: its head and its tail, cut at line borders, in text that cannot harm a request.
// Progress lines (carriage returns) are shown as a terminal leaves them, colours are dropped, other control characters are written as \xNN.

export interface Bounded {
  text: string;
  /** The length of the whole. */
  bytes: number;
  /** True when a part was left out. */
  cut: boolean;
  /** True when `text` is every byte of the input as it came. */
  exact: boolean;
}
export interface BoundOptions {
  /** The most that `text` may take in UTF-8. */
  bytes?: number;
  /** Ends the line that says how much was left out, e.g. where the rest can be read. */
  whole?: string;
}
/** A part of something too long to load, as `CommandsPort.output` gives it. */
export type ReadRange = (range: { from: number; length: number }) => { bytes: Uint8Array; total: number };

export const boundBytes = 16 * 1024;
const loadable = 4 * 1024 * 1024;
const edge = 256 * 1024;
const markerRoom = 200;

const lineFeed = 10;
const carriageReturn = 13;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const escape = String.fromCharCode(27);
const bell = String.fromCharCode(7);
const terminalCodes = new RegExp(`${escape}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${bell}${escape}]*(?:${bell}|${escape}\\\\)|[@-Z\\\\-_])`, 'g');

export const byteLength = (text: string): number => encoder.encode(text).length;

/** The greatest place <= `at` that is not inside a UTF-8 sequence. */
export function charBorder(bytes: Uint8Array, at: number): number {
  let place = Math.min(at, bytes.length);
  for (let back = 0; back < 3 && place > 0 && ((bytes[place] ?? 0) & 0xc0) === 0x80; back += 1) place -= 1;
  return place;
}

/** Control characters but tabs and line ends as \xNN, so that none is lost and none acts. */
export function visible(text: string): string {
  if (!/\p{Cc}/u.test(text)) return text;
  return text.replaceAll(/\p{Cc}/gu, (char) =>
    char === '\t' || char === '\n' ? char : `\\x${(char.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}`,
  );
}

interface Part {
  lines: string[];
  size: number;
  /** Bytes of the input that `lines` stand for. */
  raw: number;
  exact: boolean;
}

const clean = (bytes: Uint8Array): string => visible(decoder.decode(bytes).replaceAll(terminalCodes, ''));

/** What a terminal still shows of a line that was written over again and again. */
function lastWritten(line: Uint8Array): Uint8Array {
  let end = line.length;
  while (end > 0 && line[end - 1] === carriageReturn) end -= 1;
  const start = line.subarray(0, end).lastIndexOf(carriageReturn) + 1;
  return start === 0 && end === line.length ? line : line.subarray(start, end);
}

/** As much of one long line as fits: its beginning, or with `fromEnd` its end. */
function pieceOf(line: Uint8Array, room: number, fromEnd: boolean): { text: string; raw: number } {
  for (let take = Math.min(room, line.length); take > 0; take = Math.floor(take * 0.7)) {
    const start = fromEnd ? charBorder(line, line.length - take) : 0;
    const end = fromEnd ? line.length : charBorder(line, take);
    const text = clean(line.subarray(start, end));
    if (byteLength(text) <= room) return { text, raw: end - start };
  }
  return { text: '', raw: 0 };
}

/** Lines from one end of `bytes` while they fit into `room`; of a line longer than `long` a piece. */
function takeLines(bytes: Uint8Array, room: number, long: number, fromEnd: boolean): Part {
  const part: Part = { lines: [], size: 0, raw: 0, exact: true };
  while (part.raw < bytes.length) {
    const rest = fromEnd ? bytes.subarray(0, bytes.length - part.raw) : bytes.subarray(part.raw);
    const ended = fromEnd ? rest.at(-1) === lineFeed : rest.includes(lineFeed);
    const body = fromEnd && ended ? rest.subarray(0, -1) : rest;
    const line = fromEnd ? body.subarray(body.lastIndexOf(lineFeed) + 1) : ended ? body.subarray(0, body.indexOf(lineFeed)) : body;
    const shown = lastWritten(line);
    const left = room - part.size - 1;
    const text = shown.length > 4 * room ? undefined : clean(shown);
    const size = text === undefined ? Number.POSITIVE_INFINITY : byteLength(text);
    if (text !== undefined && size <= left) {
      if (shown !== line || size !== line.length || (size > 0 && text !== decoder.decode(line))) part.exact = false;
      part.lines.push(text);
      part.size += size + 1;
      part.raw += line.length + (ended ? 1 : 0);
      continue;
    }
    if (size > long && left > 0) {
      const piece = pieceOf(shown, left, fromEnd);
      if (piece.text !== '') part.lines.push(piece.text);
      part.size += byteLength(piece.text) + 1;
      part.raw += piece.raw + (fromEnd && ended ? 1 : 0);
      part.exact = false;
    }
    break;
  }
  if (fromEnd) part.lines.reverse();
  return part;
}

function countLines(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) if (byte === lineFeed) count += 1;
  return count;
}

function join(head: Part, tail: Part, total: number, skippedLines: number | undefined, options: BoundOptions): Bounded {
  const skipped = total - head.raw - tail.raw;
  if (skipped <= 0) return { text: [...head.lines, ...tail.lines].join('\n'), bytes: total, cut: false, exact: head.exact && tail.exact };
  const lines = skippedLines === undefined ? '' : ` (${skippedLines} lines)`;
  const marker = `[... ${skipped} bytes${lines} left out${options.whole === undefined ? '' : `; ${options.whole}`}]`;
  return { text: [...head.lines, marker, ...tail.lines].join('\n'), bytes: total, cut: true, exact: false };
}

function boundBytesOf(bytes: Uint8Array, options: BoundOptions): Bounded {
  const room = roomOf(options);
  const head = takeLines(bytes, room / 2, room / 2, false);
  const tail = takeLines(bytes.subarray(head.raw), room - head.size, room / 2, true);
  const skipped = bytes.subarray(head.raw, bytes.length - tail.raw);
  return join(head, tail, bytes.length, countLines(skipped), options);
}

const roomOf = (options: BoundOptions): number => Math.max((options.bytes ?? boundBytes) - markerRoom, 64);

/** Head and tail of an output, or all of it when it fits. The last line's end is not part of `text`. */
export function bound(input: string | Uint8Array | ReadRange, options: BoundOptions = {}): Bounded {
  if (typeof input === 'function') return boundRange(input, { from: 0, to: input({ from: 0, length: 0 }).total }, options);
  return boundBytesOf(typeof input === 'string' ? encoder.encode(input) : input, options);
}

/** The same for a part `from`..`to` of something that may be far too long to load: only its ends are read then. */
export function boundRange(read: ReadRange, range: { from: number; to: number }, options: BoundOptions = {}): Bounded {
  const total = Math.max(range.to - range.from, 0);
  if (total <= loadable) return boundBytesOf(read({ from: range.from, length: total }).bytes, options);
  const room = roomOf(options);
  const first = read({ from: range.from, length: edge }).bytes;
  const last = read({ from: range.to - edge, length: edge }).bytes;
  const head = takeLines(first, room / 2, room / 2, false);
  const tail = takeLines(last, room - head.size, room / 2, true);
  return join(head, tail, total, undefined, options);
}
