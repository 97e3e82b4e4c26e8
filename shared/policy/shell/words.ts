import { type Cursor, deeper, expectText, giveUp, match, peek, sees, take, type Word } from './cursor.ts';
import { decides } from './variables.ts';

const ends = /[\s;&|()<>]/;
/** Control characters, what is not seen, and characters that some systems take for blanks and others do not. */
const odd = /[\p{Cc}\p{Cf}\p{Z}]/u;

type Kind = Word['kind'];
const order: Record<Kind, number> = { sure: 0, one: 1, many: 2 };
const wider = (a: Kind, b: Kind): Kind => (order[a] >= order[b] ? a : b);

/** Is there a word here, and not an operator, a comment or the end? */
export function atWord(cursor: Cursor): boolean {
  const next = peek(cursor);
  if (next === '' || next === '#') return false;
  return !ends.test(next) || sees(cursor, '<(') || sees(cursor, '>(');
}

/** Reads one word, with all that is substituted in it. POSIX.1-2024, 2.2 and 2.6, and bash's manual, 3.1.2 and 3.5. */
export function readWord(cursor: Cursor): Word {
  let text = '';
  let kind: Kind = 'sure';
  let quoted = false;
  const start = cursor.at;
  /** The last `{` and `[` that stood there by themselves: what follows may make them a pattern. */
  let brace = false;
  let bracket = false;
  while (cursor.at < cursor.text.length) {
    const next = peek(cursor);
    if ((next === '<' || next === '>') && peek(cursor, 1) === '(') {
      if (cursor.at !== start || cursor.pending.length > 0) giveUp(cursor);
      else {
        take(cursor, 2);
        kind = 'one';
        cursor.substitution(cursor);
        // What stands right behind it is part of the same word.
        if (atWord(cursor) || (peek(cursor) !== '' && !ends.test(peek(cursor)))) giveUp(cursor);
      }
      break;
    }
    if (ends.test(next) || next === '') break;
    if (next === "'") {
      quoted = true;
      text += readSingle(cursor);
    } else if (next === '"') {
      quoted = true;
      take(cursor);
      const inside = readDouble(cursor, '"');
      text += inside.text;
      kind = wider(kind, inside.kind);
    } else if (next === '\\') {
      const after = peek(cursor, 1);
      if (after === '') giveUp(cursor);
      else if (after === '\n') {
        // The line goes on. In the middle of a word that is nothing that people write.
        const then = peek(cursor, 2);
        if (then !== '' && !ends.test(then)) giveUp(cursor);
        else if (cursor.pending.length > 0) giveUp(cursor);
        else take(cursor, 2);
        break;
      } else {
        quoted = true;
        text += after;
        take(cursor, 2);
      }
    } else if (next === '$' || next === '`') {
      const inside = next === '$' ? readDollar(cursor, false) : readBackquotes(cursor, false);
      if (inside === undefined) text += '$';
      else kind = wider(kind, inside);
    } else {
      if (odd.test(next)) giveUp(cursor);
      if (next === '*' || next === '?' || (bracket && next === ']')) kind = 'many';
      if (brace && (next === ',' || (next === '.' && peek(cursor, 1) === '.'))) kind = 'many';
      if (next === '~' && (text === '' || /[:=]$/.test(text)) && !quoted) kind = wider(kind, 'one');
      brace ||= next === '{';
      bracket ||= next === '[';
      text += next;
      take(cursor);
    }
  }
  const name = /([A-Za-z_]\w*)\+?=/y;
  name.lastIndex = start;
  const assigns = name.exec(cursor.text)?.[1];
  return { text, kind, quoted, ...(assigns === undefined ? {} : { assigns }) };
}

/** From one single quote to the next. */
function readSingle(cursor: Cursor): string {
  const close = cursor.text.indexOf("'", cursor.at + 1);
  const inside = close < 0 ? '' : cursor.text.slice(cursor.at + 1, close);
  if (close < 0 || (cursor.pending.length > 0 && inside.includes('\n'))) giveUp(cursor);
  else take(cursor, inside.length + 2);
  return inside;
}

/** Inside of double quotes, up to and with the closing one; with an empty `close`, the text of a here-document. */
export function readDouble(cursor: Cursor, close: '"' | ''): { text: string; kind: Kind } {
  let text = '';
  let kind: Kind = 'sure';
  while (cursor.at < cursor.text.length) {
    const next = peek(cursor);
    if (next === close) {
      take(cursor);
      return { text, kind };
    }
    if (next === '\\' && peek(cursor, 1) !== '' && '$`"\\\n'.includes(peek(cursor, 1)) && (close === '"' || peek(cursor, 1) !== '"')) {
      if (peek(cursor, 1) !== '\n') text += peek(cursor, 1);
      take(cursor, 2);
    } else if (next === '$' || next === '`') {
      const inside = next === '$' ? readDollar(cursor, true) : readBackquotes(cursor, close === '"');
      if (inside === undefined) text += '$';
      else kind = wider(kind, inside);
    } else {
      // A here-document's text would begin in the middle of the string.
      if (next === '\n' && cursor.pending.length > 0) giveUp(cursor);
      text += next;
      take(cursor);
    }
  }
  if (close !== '') giveUp(cursor);
  return { text, kind };
}

/** What a dollar begins; undefined where it stands for itself. */
function readDollar(cursor: Cursor, inDouble: boolean): Kind | undefined {
  const kind: Kind = inDouble ? 'one' : 'many';
  const next = peek(cursor, 1);
  if (next === '\\' && peek(cursor, 2) === '\n') giveUp(cursor);
  else if (next === '(') {
    // Names in arithmetic are evaluated, and what they hold may run commands: only numbers are let through.
    if (match(cursor, /\$\(\([\d\s+*/%-]*\)\)/y)) return 'one';
    if (peek(cursor, 2) === '(' || cursor.pending.length > 0) giveUp(cursor);
    else {
      take(cursor, 2);
      cursor.substitution(cursor);
    }
  } else if (next === '{') return wider(kind, readBraces(cursor));
  else if (next === '[') giveUp(cursor);
  else if (next === "'" && !inDouble) {
    // Shells differ over a quote that is escaped in it.
    if (!match(cursor, /\$'(?:[^\\']|\\[^'\n])*'/y)) giveUp(cursor);
    return 'one';
  } else if (next === '"' && !inDouble) {
    take(cursor, 2);
    return wider('one', readDouble(cursor, '"').kind);
  } else {
    const name = match(cursor, /\$(?:[A-Za-z_]\w*|[\d@*#?$!-])/y)?.[0];
    if (name === '$@') return 'many';
    if (name === undefined) {
      take(cursor);
      return undefined;
    }
  }
  return kind;
}

/** `${...}`: a variable, its length, a part of it, or something else where it is empty. Anything that may evaluate text gives up. */
function readBraces(cursor: Cursor): Kind {
  const plain = match(cursor, /\$\{#?(?:[A-Za-z_]\w*(?:\[(?:\d+|@|\*)\])?|\d+|[@*#?$!-])\}/y);
  if (plain) return plain[0].includes('@') ? 'many' : 'one';
  const opened = match(cursor, /\$\{([A-Za-z_]\w*|\d+|[@*])(:\d+(?::\d+)?\}|:?[-+=?]|##?|%%?|\/[/#%]?|\^\^?|,,?)/y);
  if (!opened || (opened[2]?.includes('=') && decides(opened[1] ?? ''))) giveUp(cursor);
  else if (!opened[2]?.endsWith('}')) {
    deeper(cursor, () => {
      while (cursor.at < cursor.text.length && peek(cursor) !== '}') {
        if (match(cursor, /[\w .,:@%+=~*?/^-]+/y)) continue;
        if (peek(cursor) === '$') readDollar(cursor, true);
        else giveUp(cursor);
      }
      expectText(cursor, '}');
    });
  }
  return opened?.[1] === '@' ? 'many' : 'one';
}

function readBackquotes(cursor: Cursor, inQuotes: boolean): Kind {
  const found = match(cursor, /`((?:[^\\`]|\\[\s\S])*)`/y);
  if (!found || cursor.pending.length > 0) giveUp(cursor);
  else cursor.script((found[1] ?? '').replace(inQuotes ? /\\([$`\\"])/g : /\\([$`\\])/g, '$1'), cursor);
  return inQuotes ? 'one' : 'many';
}
