// Builtins of bash that evaluate what they are given: a subscript such as `a[$(x)]` runs x wherever a variable's name may stand.

import type { Word } from './cursor.ts';
import { decides } from './variables.ts';

/** What they do to the shell, or with text, is not followed. */
const never = new Set('alias shopt let coproc complete compgen compopt bind fc enable mapfile readarray'.split(' '));
/** They take names of variables. */
const naming = new Set('declare typeset local export readonly unset read getopts wait'.split(' '));

const isUnary = (word: Word | undefined): boolean => word?.kind === 'sure' && /^-[a-zA-Z]$/.test(word.text);
const isBinary = (word: Word | undefined): boolean =>
  word?.kind === 'sure' && /^(?:==?|!=|<|>|-(?:eq|ne|lt|le|gt|ge|nt|ot|ef))$/.test(word.text);

/** True where nothing but the command itself runs. `words` are its arguments. */
export function judgeBuiltin(name: string, words: readonly Word[]): boolean {
  if (never.has(name)) return false;
  if (naming.has(name)) return words.every(isPlainName);
  if (name === 'test' || name === '[') return isPlainTest(name === '[' ? words.slice(0, -1) : words);
  const [first] = words;
  if (name === 'printf')
    return (
      first === undefined || (first.kind !== 'many' && (first.kind === 'sure' && first.text !== '-v' ? true : words.every(isPlainName)))
    );
  if (name === 'hash') return words.every(({ kind, text }) => kind === 'sure' && !/^-.*p/.test(text));
  // -k takes assignments from everywhere, and a word that is not known may be it.
  if (name === 'set') {
    const own = words.slice(
      0,
      Math.max(
        0,
        words.findIndex(({ text }) => text === '--'),
      ) || words.length,
    );
    return own.every(({ kind, text }) => kind === 'sure' && !/^[-+].*k/.test(text) && text !== 'keyword');
  }
  if (name === 'source' || name === '.') return first?.kind === 'sure' && !/^\/(?:dev|proc)(?:\/|$)|^-/.test(first.text);
  return true;
}

/** A name, or NAME=value, without a subscript, of a variable that decides nothing; or an option that evaluates nothing. */
function isPlainName({ kind, text, assigns }: Word): boolean {
  if (kind !== 'sure') return assigns !== undefined && kind === 'one' && !decides(assigns);
  if (text.startsWith('-')) return /^-[afgprstxuL-]*$/.test(text);
  return !/^[^=]*\[/.test(text) && !decides(text.replace(/\+?=.*$/s, ''));
}

/** A test in which no word can turn out to be -v, which evaluates the word after it. */
function isPlainTest(words: readonly Word[]): boolean {
  return words.every((word, n) => {
    if (word.kind === 'many') return false;
    if (word.kind === 'sure') return word.text !== '-v' && word.text !== '-R';
    return words.length === 1 || isUnary(words[n - 1]) || isBinary(words[n - 1]) || isBinary(words[n + 1]);
  });
}
