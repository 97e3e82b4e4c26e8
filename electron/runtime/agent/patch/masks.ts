import { AppError } from '../../../../shared/errors.ts';
import { type Placement, type Problem, placeHunks } from './match.ts';
import type { Hunk } from './parse.ts';

// What a model has read of a file has masks where the file has secrets, and so have the lines of its patches. They stand for what is
// there, and never go into a file.

/** What `redact` of runtime/policy puts in a secret's place. */
const masked = /\[secret(?:: [^\]\n]{1,60})?\]\**/g;

/** A line as the model was shown it: a secret may go over several lines. */
function shownLines(lines: readonly string[], redact: (text: string) => string): string[] {
  const whole = redact(lines.join('\n')).split('\n');
  return whole.length === lines.length ? whole : lines.map(redact);
}

/** Refuses a mask that the old text does not hold by itself. AppError `invalid`. */
function checkAdded(added: readonly string[], old: string, shown: string, name: string): void {
  for (const [mask] of added.join('\n').matchAll(masked)) {
    // Without its stars it may be meant as it is, where it stands for nothing.
    if (old.includes(mask) || !(mask.endsWith('*') || shown.includes(mask))) continue;
    throw new AppError('invalid', `${name}: ${mask} stands for a secret, which would be lost, and can't be written.`, {
      hint: 'Leave that line out of what is added, or give it once as an unchanged line.',
    });
  }
}

export const checkNew = (lines: readonly string[], name: string): void => checkAdded(lines, '', '', name);

/** `placeHunks` with the lines as the model was shown them, where they are not found as they are. */
export function placeShown(lines: string[], hunks: Hunk[], redact: (text: string) => string, name: string): Placement[] | Problem {
  const text = lines.join('\n');
  const shown = shownLines(lines, redact);
  const direct = placeHunks(lines, hunks);
  const found = Array.isArray(direct) ? direct : placeHunks(shown, hunks);
  if (!Array.isArray(found)) return direct;
  const placed = found.map((one) => {
    // A line that goes and comes again is what it was.
    const real = new Map<string, string>();
    let at = one.start;
    for (const line of one.lines) {
      if (line.op === '+') continue;
      if (lines[at] !== shown[at]) real.set(line.text, lines[at] ?? '');
      at += 1;
    }
    return { ...one, lines: one.lines.map((line) => (line.op === '+' ? { ...line, text: real.get(line.text) ?? line.text } : line)) };
  });
  const added = placed.flatMap((one) => one.lines.flatMap((line) => (line.op === '+' ? [line.text] : [])));
  checkAdded(added, text, shown.join('\n'), name);
  return placed;
}
