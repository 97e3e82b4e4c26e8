// What is being completed at the caret: a file after `@`, a command after a first `/`, or that command's argument.

export interface Slot {
  kind: 'file' | 'command' | 'argument';
  /** What was typed of it so far. */
  query: string;
  /** The part of the text that a choice takes the place of. */
  from: number;
  to: number;
  /** The command that an argument belongs to. */
  command?: string;
}

const fileAt = /(?:^|[\s("'`[{])@([^\s@]*)$/;

/** Undefined where nothing is completed. */
export function slotAt(text: string, caret: number): Slot | undefined {
  const before = text.slice(0, caret);
  if (text.startsWith('/') && !before.includes('\n')) {
    const word = /^\/([a-z]*)$/i.exec(before);
    if (word) return { kind: 'command', query: (word[1] ?? '').toLowerCase(), from: 0, to: endOfWord(text, caret) };
    const argument = /^\/([a-z]+)\s+(.*)$/i.exec(before);
    if (argument) {
      const query = argument[2] ?? '';
      return { kind: 'argument', command: (argument[1] ?? '').toLowerCase(), query, from: caret - query.length, to: text.length };
    }
  }
  const query = fileAt.exec(before)?.[1];
  if (query === undefined) return undefined;
  return { kind: 'file', query, from: caret - query.length - 1, to: endOfWord(text, caret) };
}

function endOfWord(text: string, caret: number): number {
  const more = /^[^\s]*/.exec(text.slice(caret));
  return caret + (more?.[0].length ?? 0);
}

/** The text with a choice put in, and where the caret stands then. */
export function fill(text: string, slot: Slot, choice: string): { text: string; caret: number } {
  const tail = text.slice(slot.to);
  const space = tail.startsWith(' ') || tail.startsWith('\n') ? '' : ' ';
  const head = text.slice(0, slot.from) + choice + space;
  return { text: head + tail, caret: head.length + (space === '' ? 1 : 0) };
}

/** How a path is written in a message; one with spaces in quotes. */
export function mention(path: string): string {
  return /\s/.test(path) ? `@"${path}"` : `@${path}`;
}

/** A message that is a command: `/name argument`. A path such as `/etc/hosts` is none. */
export function commandIn(text: string): { name: string; argument: string } | undefined {
  const match = /^\/([a-z]+)(?:\s+([\s\S]*))?$/i.exec(text.trimEnd());
  return match ? { name: (match[1] ?? '').toLowerCase(), argument: (match[2] ?? '').trim() } : undefined;
}
