// Markdown cut into blocks that can be rendered one by one, so that a growing text renders its open end only.

export type Block =
  | { kind: 'prose'; text: string; start: number }
  /** A fenced block of code at the top level; `open` until its fence is closed. */
  | { kind: 'code'; language: string; text: string; start: number; open: boolean };

/** No block of prose is longer: one endless paragraph must not be parsed again with every word that comes. */
const longest = 6000;

const fence = /^ {0,3}(`{3,}|~{3,})[ \t]*([^\n]*)$/;
const listItem = /^ {0,3}(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)/;

function endsFence(line: string, opened: string): boolean {
  const trimmed = line.trim();
  return trimmed.length >= opened.length && trimmed === (opened[0] ?? '`').repeat(trimmed.length) && /^ {0,3}\S/.test(line);
}

/** Where to cut a block that is too long: after a line, else after a word. */
function cutAt(text: string): number {
  const line = text.lastIndexOf('\n', longest);
  if (line > longest / 2) return line + 1;
  const word = text.lastIndexOf(' ', longest);
  return word > longest / 2 ? word + 1 : longest;
}

/** The blocks of `text`, in order; their texts together with blank lines and fences between them are the whole. */
export function splitBlocks(text: string, offset = 0): Block[] {
  const blocks: Block[] = [];
  let start = -1;
  let inList = false;
  let blank = false;
  const close = (end: number): void => {
    if (start < 0) return;
    let from = start;
    let rest = text.slice(start, end).trimEnd();
    while (rest.length > longest) {
      const at = cutAt(rest);
      blocks.push({ kind: 'prose', text: rest.slice(0, at), start: offset + from });
      from += at;
      rest = rest.slice(at);
    }
    if (rest.trim() !== '') blocks.push({ kind: 'prose', text: rest, start: offset + from });
    start = -1;
    inList = false;
  };
  for (let at = 0; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    // A line of megabytes is no fence and no list item worth looking at whole.
    const line = text.slice(at, Math.min(end, at + 1000));
    const opened = fence.exec(line);
    const nested = inList && line.startsWith('  ');
    if (opened && !nested && !(opened[1]?.startsWith('`') && opened[2]?.includes('`'))) {
      close(at);
      const marks = opened[1] ?? '```';
      const code = codeFrom(text, end + 1, marks);
      const language = (opened[2] ?? '').trim().split(/\s/, 1)[0] ?? '';
      blocks.push({ kind: 'code', language, text: code.text, start: offset + at, open: code.open });
      at = code.end;
      blank = false;
      continue;
    }
    if (line.trim() === '' && end - at < 1000) blank = true;
    else {
      const goesOn = inList && (/^(?: {2,}|\t)/.test(line) || listItem.test(line));
      if (blank && !goesOn) close(at);
      if (start < 0) {
        start = at;
        inList = listItem.test(line);
      }
      blank = false;
    }
    at = end + 1;
  }
  close(text.length);
  return blocks;
}

function codeFrom(text: string, from: number, marks: string): { text: string; end: number; open: boolean } {
  for (let at = from; at < text.length; ) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    if (end - at < 1000 && endsFence(text.slice(at, end), marks)) {
      return { text: text.slice(from, Math.max(from, at - 1)), end: end + 1, open: false };
    }
    at = end + 1;
  }
  return { text: text.slice(from), end: text.length, open: true };
}

export type Splitter = (text: string) => Block[];

/** For a text that grows: blocks before the open one are kept as they are, and looked at no more. */
export function createSplitter(): Splitter {
  let known = '';
  let blocks: Block[] = [];
  return (text) => {
    // The last two: what follows may still join the block before (a list that goes on after a fence does not).
    const settled = text.startsWith(known) ? blocks.slice(0, -2) : [];
    const next = text.startsWith(known) ? (blocks.at(-2) ?? blocks.at(-1)) : undefined;
    const from = next?.start ?? 0;
    blocks = [...(next ? settled : []), ...splitBlocks(text.slice(from), from)];
    known = text;
    return blocks;
  };
}
