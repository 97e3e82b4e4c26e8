import { type Cursor, deeper, giveUp, match, peek, sees, take } from './cursor.ts';
import { atWord, readDouble, readWord } from './words.ts';

/** Reads one redirection from its operator on (a number before it is read already). False: it is none that is known. */
export function readRedirection(cursor: Cursor): boolean {
  const operator = match(cursor, /&>>?|<<<|<<-?|<&|<>|>>|>&|>\||[<>]/y)?.[0];
  if (operator === undefined || sees(cursor, '\\\n')) return false;
  match(cursor, /[ \t]+/y);
  if (!atWord(cursor)) return false;
  const word = readWord(cursor);
  if (operator !== '<<' && operator !== '<<-') return true;
  if (word.kind !== 'sure' || word.text === '' || word.text.includes('\n')) return false;
  cursor.pending.push({ end: word.text, tabs: operator === '<<-', literal: word.quoted });
  return true;
}

/** Reads the here-documents whose text begins at this line. What is substituted in them runs. */
export function readHereDocuments(cursor: Cursor): void {
  const pending = cursor.pending.splice(0);
  for (const { end, tabs, literal } of pending) {
    const start = cursor.at;
    for (;;) {
      if (cursor.at >= cursor.text.length) return giveUp(cursor);
      const from = cursor.at;
      const close = cursor.text.indexOf('\n', from);
      const line = cursor.text.slice(from, close < 0 ? cursor.text.length : close);
      take(cursor, line.length + (close < 0 ? 0 : 1));
      if ((tabs ? line.replace(/^\t+/, '') : line) === end) {
        if (!literal) readBody(cursor, cursor.text.slice(start, from));
        break;
      }
      // Lines are joined before the end is looked for.
      if (!literal && line.endsWith('\\')) return giveUp(cursor);
    }
  }
}

function readBody(cursor: Cursor, text: string): void {
  deeper(cursor, () => {
    const body: Cursor = { ...cursor, text, at: 0, pending: [] };
    while (body.at < body.text.length && cursor.found.understood) readDouble(body, '');
    if (!cursor.found.understood || peek(body) !== '') giveUp(cursor);
  });
}
