// What a person sees. Text from models and commands may hold anything; nothing of it may steer the terminal.
import { fstatSync, writeSync } from 'node:fs';
import { hintFor, type Told } from './hints.ts';

/** Control characters but tab and newline, and what is not seen or turns the direction of text; but the joiners that emoji and scripts need. */
const unsafe = /(?![\t\n\u200c\u200d])[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** The text with everything that is no plain text written out, e.g. \u001b. A carriage return before a newline is dropped. */
export function safe(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(unsafe, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

const colours = process.stderr.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
const paint =
  (code: number) =>
  (text: string): string =>
    colours ? `\u001b[${code}m${text}\u001b[0m` : text;
export const bold = paint(1);
export const dim = paint(2);
export const red = paint(31);
export const green = paint(32);
export const yellow = paint(33);

/** Nobody reads it any more (`| head`): that must not end the work, what is left to say is dropped. Windows calls it the end of file. */
const readerWent = new Set(['EPIPE', 'EOF']);

let closed = false;
let lost: Error | undefined;
let watched = false;
function watchPipes(): void {
  if (watched) return;
  watched = true;
  process.stdout.on('error', failed);
  process.stderr.on('error', () => undefined);
}

function failed(error: NodeJS.ErrnoException): void {
  // Only the first says why: a stream that has failed refuses everything after.
  if (!closed && !readerWent.has(error.code ?? '')) lost = error;
  closed = true;
}

/** To standard output, as it is; made safe when that is a terminal. */
export function print(text: string): void {
  watchPipes();
  if (closed) return;
  const shown = process.stdout.isTTY ? safe(text) : text;
  if (isFile()) writeToFile(shown);
  else process.stdout.write(shown);
}

let file: boolean | undefined;
/** Whether standard output is a file or a device, and not a terminal or a pipe. */
function isFile(): boolean {
  if (file === undefined) {
    const kind = fstatSync(process.stdout.fd, { throwIfNoEntry: false });
    file = !process.stdout.isTTY && kind !== undefined && (kind.isFile() || kind.isCharacterDevice());
  }
  return file;
}

/** Every byte or an error: Node's stream takes a write that a full disk cut short for a whole one. */
function writeToFile(text: string): void {
  const bytes = Buffer.from(text);
  try {
    for (let from = 0; from < bytes.length; ) from += writeSync(process.stdout.fd, bytes, from);
  } catch (thrown) {
    failed(thrown as NodeJS.ErrnoException);
  }
}

/** A line of progress to standard error. Whoever calls made what came from outside safe. */
export function tell(line: string): void {
  watchPipes();
  process.stderr.write(`${line}\n`);
}

export function tellError(error: Told): void {
  tell(`${red('switchyard:')} ${safe(error.message)}`);
  const hint = hintFor(error);
  if (hint) tell(safe(hint));
}

/** Resolves once everything printed has left this process, or nobody wants it any more; with the reason when it could not be written. */
export function flushed(): Promise<Error | undefined> {
  return new Promise((resolve) => {
    if (closed || process.stdout.writableLength === 0) return resolve(lost);
    process.stdout.once('error', () => resolve(lost));
    process.stdout.write('', () => resolve(lost));
  });
}
