// What a person sees. Text from models and commands may hold anything; nothing of it may steer the terminal.
import type { AppError } from '../../shared/errors.ts';

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

let gone = false;
let watched = false;
/** A reader that went away (`| head`) must not end the work: what is left to say to it is dropped. */
function watchPipes(): void {
  if (watched) return;
  watched = true;
  process.stdout.on('error', () => {
    gone = true;
  });
  process.stderr.on('error', () => undefined);
}

/** To standard output, as it is; made safe when that is a terminal. */
export function print(text: string): void {
  watchPipes();
  if (!gone) process.stdout.write(process.stdout.isTTY ? safe(text) : text);
}

/** A line of progress to standard error. Whoever calls made what came from outside safe. */
export function tell(line: string): void {
  watchPipes();
  process.stderr.write(`${line}\n`);
}

export function tellError(error: Pick<AppError, 'message' | 'hint'>): void {
  tell(`${red('switchyard:')} ${safe(error.message)}`);
  if (error.hint) tell(safe(error.hint));
}

/** Resolves once everything printed has left this process, or nobody wants it any more. */
export function flushed(): Promise<void> {
  return new Promise((resolve) => {
    if (gone || process.stdout.writableLength === 0) return resolve();
    process.stdout.once('error', () => resolve());
    process.stdout.write('', () => resolve());
  });
}
