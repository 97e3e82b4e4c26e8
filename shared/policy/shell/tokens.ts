import { type Cursor, giveUp, match, peek, take } from './cursor.ts';
import { readHereDocuments } from './redirections.ts';

export const keywords = new Set('if then elif else fi do done case esac while until for select function time coproc { } ! [['.split(' '));
const keyword = /(?:[{}!]|\[\[|[a-z]+)(?=[\s;&|()<>]|$)/y;

export function skipBlanks(cursor: Cursor): void {
  while (match(cursor, /[ \t]+/y) || (cursor.pending.length === 0 && match(cursor, /\\\n/y)));
  if (peek(cursor) === '#') match(cursor, /#[^\n]*/y);
}

export function skipLines(cursor: Cursor): void {
  skipBlanks(cursor);
  while (peek(cursor) === '\n') {
    take(cursor);
    readHereDocuments(cursor);
    skipBlanks(cursor);
  }
}

/** The keyword that stands here; nothing is taken. */
export function keywordHere(cursor: Cursor): string | undefined {
  keyword.lastIndex = cursor.at;
  const word = keyword.exec(cursor.text)?.[0];
  return word !== undefined && keywords.has(word) ? word : undefined;
}

export function expectKeyword(cursor: Cursor, ...words: string[]): void {
  const here = keywordHere(cursor);
  if (here === undefined || !words.includes(here)) giveUp(cursor);
  else take(cursor, here.length);
}
