// Where a reading of shell text stands, and what it has found.

/** A word of a command. `sure`: `text` is what the program gets. `one`: one word of unknown text. `many`: any number of words, none too. */
export interface Word {
  text: string;
  kind: 'sure' | 'one' | 'many';
  /** Some of it is quoted or escaped: it is no keyword and no number of a redirection. */
  quoted: boolean;
  /** The variable, where it reads NAME=... */
  assigns?: string;
}

/** A program with its arguments, as it is run. */
export interface SimpleCommand {
  words: Word[];
  /** As it stands in the line: not run by another program (env, xargs, bash -c), and no variables set before it. */
  plain: boolean;
}

/** What several texts of one reading share: a line, its here-documents, strings that shells are given. */
export interface Findings {
  commands: SimpleCommand[];
  understood: boolean;
  /** Characters looked at. */
  steps: number;
}

export interface HereDocument {
  end: string;
  tabs: boolean;
  literal: boolean;
}

export interface Cursor {
  readonly text: string;
  at: number;
  depth: number;
  /** Here-documents whose text begins after the next end of line. */
  pending: HereDocument[];
  readonly found: Findings;
  /** False inside of what another program runs. */
  readonly plain: boolean;
  /** Reads `( ... )` after the opening parenthesis, with the closing one. Here since words and commands hold each other. */
  readonly substitution: (cursor: Cursor) => void;
  /** Reads a text of its own: between backquotes, or a string that a shell is given. */
  readonly script: (text: string, from: Cursor) => void;
}

/** Deeper than people nest. It keeps time linear, since a text inside of a text is read once a level, and the stack short. */
export const deepest = 24;

/** Gives up: nothing after this is read, and whoever asks is told that the line was not understood. */
export function giveUp(cursor: Cursor): void {
  cursor.found.understood = false;
  cursor.at = cursor.text.length;
}

export const peek = (cursor: Cursor, ahead = 0): string => cursor.text.charAt(cursor.at + ahead);
export const sees = (cursor: Cursor, text: string): boolean => cursor.text.startsWith(text, cursor.at);

/** Goes on by so many characters. */
export function take(cursor: Cursor, count = 1): void {
  cursor.at += count;
  cursor.found.steps += count;
}

/** Matches a sticky expression here and goes behind it. */
export function match(cursor: Cursor, expression: RegExp): RegExpExecArray | undefined {
  expression.lastIndex = cursor.at;
  const matched = expression.exec(cursor.text);
  if (!matched) return undefined;
  take(cursor, matched[0].length);
  return matched;
}

/** Expects this text; without it, gives up. */
export function expectText(cursor: Cursor, text: string): void {
  if (sees(cursor, text)) take(cursor, text.length);
  else giveUp(cursor);
}

/** Runs a part one level deeper. */
export function deeper(cursor: Cursor, read: () => void): void {
  if (cursor.depth >= deepest) {
    giveUp(cursor);
    return;
  }
  cursor.depth++;
  read();
  cursor.depth--;
}
