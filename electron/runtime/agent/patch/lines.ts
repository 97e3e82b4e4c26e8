// A text file as lines that remember how each of them ended, so that what a patch does not touch stays as it was, byte for byte.

export interface TextFile {
  lines: string[];
  /** "\n" or "\r\n" for each line; the last has one too, which is written only when `final`. */
  ends: string[];
  /** Whether the last line is ended. An empty file counts as ended. */
  final: boolean;
  /** Whether the file began with a byte order mark. */
  mark: boolean;
}

const mark = '\uFEFF';

export function toLines(text: string): TextFile {
  const marked = text.startsWith(mark);
  const parts = (marked ? text.slice(1) : text).split('\n');
  const final = parts.at(-1) === '';
  if (final) parts.pop();
  const lines: string[] = [];
  const ends: string[] = [];
  for (const [index, part] of parts.entries()) {
    const ended = final || index < parts.length - 1;
    const windows = ended && part.endsWith('\r');
    lines.push(windows ? part.slice(0, -1) : part);
    ends.push(ended ? (windows ? '\r\n' : '\n') : (ends[0] ?? '\n'));
  }
  return { lines, ends, final, mark: marked };
}

export function toText(file: TextFile): string {
  const last = file.lines.length - 1;
  const parts = file.lines.map((line, index) => (index < last || file.final ? line + (file.ends[index] ?? '\n') : line));
  return (file.mark ? mark : '') + parts.join('');
}
