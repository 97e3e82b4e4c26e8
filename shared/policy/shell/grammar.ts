// The grammar of bash, as far as it is certain: POSIX.1-2024, 2.9 and 2.10, with bash's additions. What is not certain gives up; what is
// wrong may be read more widely than a shell would, never more narrowly.

import { type Cursor, deeper, expectText, type Findings, giveUp, match, peek, sees, take, type Word } from './cursor.ts';
import { readHereDocuments, readRedirection } from './redirections.ts';
import { run } from './run.ts';
import { expectKeyword, keywordHere, keywords, skipBlanks, skipLines } from './tokens.ts';
import { decides } from './variables.ts';
import { atWord, readWord } from './words.ts';

/** The simple commands of a line. Never throws; time grows with its length. */
export function readCommands(text: string): Findings {
  const found: Findings = { commands: [], understood: true, steps: 0 };
  read({ ...fresh(text), depth: 0, found, plain: true });
  return found;
}

const fresh = (text: string): Pick<Cursor, 'text' | 'at' | 'pending' | 'substitution' | 'script'> => ({
  text,
  at: 0,
  pending: [],
  substitution: (cursor) =>
    deeper(cursor, () => {
      readList(cursor);
      if (cursor.pending.length > 0) giveUp(cursor);
      expectText(cursor, ')');
    }),
  script: (script, from) =>
    deeper(from, () => {
      read({ ...fresh(script), depth: from.depth, found: from.found, plain: false });
      if (!from.found.understood) giveUp(from);
    }),
});

function read(cursor: Cursor): void {
  readList(cursor);
  if (cursor.at < cursor.text.length || cursor.pending.length > 0) giveUp(cursor);
}

const closing = new Set('then elif else fi do done esac }'.split(' '));

/** Pipelines up to what closes this list: the end, `)`, `;;` or a closing keyword, which is left where it stands. */
function readList(cursor: Cursor): void {
  skipLines(cursor);
  while (cursor.at < cursor.text.length && peek(cursor) !== ')') {
    if (closing.has(keywordHere(cursor) ?? '') || sees(cursor, ';;') || sees(cursor, ';&')) return;
    readCommand(cursor);
    skipBlanks(cursor);
    if (sees(cursor, ';;') || sees(cursor, ';&')) return;
    const operator = match(cursor, /&&|\|\||\|&|[;&|\n]/y)?.[0];
    if (operator === undefined) {
      if (peek(cursor) !== ')' && cursor.at < cursor.text.length) giveUp(cursor);
      return;
    }
    // An operator that is broken over two lines.
    if (operator !== '\n' && sees(cursor, '\\\n')) giveUp(cursor);
    if (operator === '\n') readHereDocuments(cursor);
    skipLines(cursor);
  }
}

function readCommand(cursor: Cursor): void {
  deeper(cursor, () => {
    let here = keywordHere(cursor);
    while (here === '!' || here === 'time') {
      take(cursor, here.length);
      skipBlanks(cursor);
      if (here === 'time' && match(cursor, /-p(?=[ \t])/y)) skipBlanks(cursor);
      if (here === 'time' && peek(cursor) === '-') giveUp(cursor);
      here = keywordHere(cursor);
    }
    if (peek(cursor) === '(') {
      take(cursor);
      if (peek(cursor) === '(' || sees(cursor, '\\\n')) giveUp(cursor);
      readList(cursor);
      expectText(cursor, ')');
      readRedirections(cursor);
    } else if (here === undefined) readSimple(cursor);
    else {
      take(cursor, here.length);
      const compound = Object.hasOwn(compounds, here) ? compounds[here] : undefined;
      if (!compound) giveUp(cursor);
      else {
        compound(cursor);
        if (here !== 'function') readRedirections(cursor);
      }
    }
  });
}

const compounds: Record<string, (cursor: Cursor) => void> = {
  '{': (cursor) => {
    readList(cursor);
    expectKeyword(cursor, '}');
  },
  if: (cursor) => {
    readList(cursor);
    expectKeyword(cursor, 'then');
    for (;;) {
      readList(cursor);
      const next = keywordHere(cursor);
      expectKeyword(cursor, 'elif', 'else', 'fi');
      if (next === undefined || next === 'fi' || !cursor.found.understood) return;
      if (next === 'elif') {
        readList(cursor);
        expectKeyword(cursor, 'then');
      }
    }
  },
  while: readLoop,
  until: readLoop,
  for: readEach,
  select: readEach,
  case: readCase,
  function: (cursor) => {
    skipBlanks(cursor);
    if (!match(cursor, /[\w.:-]+/y)) giveUp(cursor);
    skipBlanks(cursor);
    match(cursor, /\([ \t]*\)/y);
    readBody(cursor);
  },
  '[[': (cursor) => {
    for (;;) {
      skipBlanks(cursor);
      if (match(cursor, /\]\](?=[\s;&|()<>]|$)/y)) return;
      // Comparisons of numbers and -v evaluate what the words hold.
      if (!atWord(cursor) || sees(cursor, '<') || sees(cursor, '>') || match(cursor, /-(?:eq|ne|lt|le|gt|ge|v|R)\b/y)) {
        giveUp(cursor);
        return;
      }
      readWord(cursor);
    }
  },
};

function readLoop(cursor: Cursor): void {
  readList(cursor);
  readDo(cursor);
}

function readDo(cursor: Cursor): void {
  expectKeyword(cursor, 'do');
  readList(cursor);
  expectKeyword(cursor, 'done');
}

function readEach(cursor: Cursor): void {
  skipBlanks(cursor);
  const name = match(cursor, /[A-Za-z_]\w*/y)?.[0];
  if (name === undefined || decides(name)) giveUp(cursor);
  skipLines(cursor);
  if (match(cursor, /in(?=[\s;])/y)) {
    skipBlanks(cursor);
    while (atWord(cursor)) {
      readWord(cursor);
      skipBlanks(cursor);
    }
    if (peek(cursor) !== ';' && peek(cursor) !== '\n') giveUp(cursor);
  }
  if (peek(cursor) === ';') take(cursor);
  skipLines(cursor);
  readDo(cursor);
}

function readCase(cursor: Cursor): void {
  const word = (): void => {
    skipBlanks(cursor);
    if (!atWord(cursor)) return giveUp(cursor);
    readWord(cursor);
    skipBlanks(cursor);
  };
  word();
  skipLines(cursor);
  if (!match(cursor, /in(?=\s)/y)) giveUp(cursor);
  for (;;) {
    skipLines(cursor);
    if (keywordHere(cursor) === 'esac') break;
    if (cursor.at >= cursor.text.length) return giveUp(cursor);
    if (peek(cursor) === '(') take(cursor);
    word();
    while (match(cursor, /\|/y)) word();
    expectText(cursor, ')');
    readList(cursor);
    if (!match(cursor, /;;&?|;&/y) && keywordHere(cursor) !== 'esac') return giveUp(cursor);
  }
  expectKeyword(cursor, 'esac');
}

/** A function's body, which counts as run where it is written. */
function readBody(cursor: Cursor): void {
  skipLines(cursor);
  const here = keywordHere(cursor);
  if (peek(cursor) !== '(' && (here === undefined || !Object.hasOwn(compounds, here) || here === 'function')) giveUp(cursor);
  readCommand(cursor);
}

function readRedirections(cursor: Cursor): void {
  skipBlanks(cursor);
  while (match(cursor, /\d+(?=[<>])/y) || /[<>]/.test(peek(cursor)) || sees(cursor, '&>')) {
    if (!readRedirection(cursor)) return giveUp(cursor);
    skipBlanks(cursor);
  }
}

/** Variables, a program with its arguments, and redirections between them; or the definition of a function. */
function readSimple(cursor: Cursor): void {
  const words: Word[] = [];
  let assigned = false;
  let redirected = false;
  const start = cursor.at;
  for (;;) {
    skipBlanks(cursor);
    if ((/[<>]/.test(peek(cursor)) && peek(cursor, 1) !== '(') || sees(cursor, '&>')) {
      // Where `&>` is not known, what follows its file is a command by itself.
      const unlike = sees(cursor, '&>');
      if (!readRedirection(cursor)) return giveUp(cursor);
      skipBlanks(cursor);
      if (unlike && atWord(cursor)) return giveUp(cursor);
      redirected = true;
    } else if (atWord(cursor)) {
      // In a[1|2]=x bash reads what is between the brackets as a number, and no pipe.
      const index = /[A-Za-z_]\w*\[(?![\w-]*\])/y;
      index.lastIndex = cursor.at;
      if (index.test(cursor.text)) return giveUp(cursor);
      const word = readWord(cursor);
      const next = peek(cursor);
      if ((next === '<' || next === '>') && !word.quoted && /^(?:\d+|\{.*\})$/s.test(word.text)) {
        if (word.text.startsWith('{')) return giveUp(cursor);
      } else if (word.assigns !== undefined && words.length === 0) {
        if (decides(word.assigns)) return giveUp(cursor);
        assigned = true;
      } else {
        if (words.length === 0 && !word.quoted && keywords.has(word.text)) return giveUp(cursor);
        words.push(word);
      }
    } else break;
  }
  const [first] = words;
  if (peek(cursor) === '(') {
    if (words.length !== 1 || assigned || redirected || first?.kind !== 'sure' || first.quoted || !match(cursor, /\([ \t]*\)/y))
      return giveUp(cursor);
    readBody(cursor);
  } else if (words.length > 0) run(cursor, words, cursor.plain && !assigned);
  else if (cursor.at === start) giveUp(cursor);
}
