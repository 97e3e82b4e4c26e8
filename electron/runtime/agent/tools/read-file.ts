import { AppError } from '../../../../shared/errors.ts';
import { z } from '../../../../shared/schema.ts';
import type { FilesPort } from '../../ports.ts';
import { boundBytes, byteLength, charBorder } from '../bounded.ts';
import { defineTool, type ToolContext, type ToolResult } from '../tool.ts';
import { binaryKind } from './file-kind.ts';
import { displayPath, missingPath, realPlace, resolvePath } from './paths.ts';
import { count, formatBytes } from './result.ts';

const usualLines = 400;
const mostLines = 2000;
const chunk = 256 * 1024;
/** Lines are counted up to here, and looked for up to there: a file of many gigabytes is answered at once. */
const countedBytes = 16 * 1024 * 1024;
const soughtBytes = 256 * 1024 * 1024;
const lineFeed = 10;
const decoder = new TextDecoder();

interface Part {
  lines: string[];
  /** Lines of the file; undefined when counting was given up. */
  total: number | undefined;
  /** Bytes of the last line that did not fit. */
  cut: number;
}

interface Wanted {
  from: number;
  count: number;
  room: number;
}

/** Reads through a file by parts, keeping only the wanted lines, and goes on counting for a while. */
async function readLines(files: Pick<FilesPort, 'read'>, file: string, size: number, wanted: Wanted): Promise<Part> {
  const part: Part = { lines: [], total: undefined, cut: 0 };
  let line = 1;
  let used = 0;
  let full = false;
  let pieces: Uint8Array[] = [];
  let pieceBytes = 0;
  let open = false;
  const take = (bytes: Uint8Array): void => {
    open = true;
    if (full || line < wanted.from) return;
    const kept = bytes.subarray(0, Math.max(wanted.room + 4 - pieceBytes, 0));
    if (kept.length > 0) pieces.push(kept);
    pieceBytes += bytes.length;
  };
  const endLine = (): void => {
    if (!full && line >= wanted.from) {
      let bytes = concat(pieces);
      const left = wanted.room - used - 1;
      if (pieceBytes > left && part.lines.length > 0) full = true;
      else {
        if (pieceBytes > left) {
          bytes = bytes.subarray(0, charBorder(bytes, left));
          part.cut = pieceBytes - bytes.length;
        }
        const text = decoder.decode(bytes).replace(/\r$/, '');
        part.lines.push(text);
        used += byteLength(text) + 1;
        full = part.lines.length >= wanted.count || part.cut > 0;
      }
    }
    pieces = [];
    pieceBytes = 0;
    open = false;
    line += 1;
  };
  let at = 0;
  while (at < size && (full ? at < countedBytes : at < soughtBytes)) {
    const bytes = await files.read(file, { from: at, length: Math.min(chunk, size - at) });
    if (bytes === undefined || bytes.length === 0) break;
    at += bytes.length;
    let start = 0;
    for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed, start)) {
      take(bytes.subarray(start, end));
      endLine();
      start = end + 1;
    }
    if (start < bytes.length) take(bytes.subarray(start));
  }
  if (open) endLine();
  if (at >= size) part.total = line - 1;
  return part;
}

function concat(pieces: Uint8Array[]): Uint8Array {
  const only = pieces[0];
  if (only !== undefined && pieces.length === 1) return only;
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

async function read(context: ToolContext, name: string, file: string, from: number, wanted: number): Promise<ToolResult> {
  const { files } = context;
  const stat = await files.stat(file);
  if (stat === undefined) throw await missingPath(files, name, file);
  if (stat.kind === 'folder') throw new AppError('invalid', `${name} is a folder: see it with list_files.`);
  if (stat.kind !== 'file') throw new AppError('invalid', `${name} is not an ordinary file.`);
  const head = await files.read(file, { from: 0, length: 8192 });
  if (head === undefined) throw await missingPath(files, name, file);
  const kind = binaryKind(head);
  if (kind !== undefined) throw new AppError('invalid', `${name} is not text: ${kind}, ${formatBytes(stat.bytes)}.`);
  // Files of the kernel say that they are empty: what the first look gave decides.
  const size = stat.bytes === 0 && head.length > 0 ? countedBytes : stat.bytes;
  const shown = displayPath(context.cwd, file);
  if (size === 0) return { output: `${shown} is empty` };
  const part = await readLines(withoutSecrets(context), file, size, { from, count: wanted, room: boundBytes - 300 });
  if (part.lines.length === 0) {
    const why =
      part.total === undefined ? `line ${from} is beyond the first ${formatBytes(soughtBytes)}` : `it has ${count(part.total, 'line')}`;
    throw new AppError('invalid', `${name}: there is no line ${from}, ${why}.`);
  }
  const last = from + part.lines.length - 1;
  const of = part.total === undefined ? `; the file has ${formatBytes(stat.bytes)}` : ` of ${part.total}`;
  const header = `${shown} lines ${from}-${last}${of}`;
  const cut = part.cut === 0 ? [] : [`[... ${formatBytes(part.cut)} more in this line]`];
  return { output: [header, ...part.lines, ...cut].join('\n') };
}

/** A secret that lies across two parts, or is cut off at the end of what is shown, has to be seen as one. */
const beside = 16 * 1024;
function withoutSecrets({ files, redact }: ToolContext): Pick<FilesPort, 'read'> {
  return {
    read: async (file, range) => {
      if (!range) return files.read(file);
      const from = Math.max(0, range.from - beside);
      const bytes = await files.read(file, { from, length: range.from - from + range.length + beside });
      if (bytes === undefined) return undefined;
      const masked = Buffer.from(redact(Buffer.from(bytes).toString('latin1')), 'latin1');
      return masked.subarray(range.from - from, range.from - from + range.length);
    },
  };
}

export const readFile = defineTool({
  name: 'read_file',
  description: `Reads lines of a text file, ${usualLines} by default.`,
  parameters: z.object({
    path: z.string(),
    from_line: z.optional(z.int().check(z.minimum(1))),
    lines: z.optional(z.int().check(z.minimum(1))),
  }),
  title: ({ path, from_line, lines }) =>
    from_line === undefined
      ? `Read ${path}`
      : `Read ${path} from line ${from_line}${lines === undefined ? '' : ` to ${from_line + lines - 1}`}`,
  async plan({ path, from_line, lines }, context) {
    const file = await realPlace(context.files, resolvePath(context.files, context.cwd, path));
    return {
      subjects: [{ kind: 'read', path: file }],
      run: () => read(context, path, file, from_line ?? 1, Math.min(lines ?? usualLines, mostLines)),
    };
  },
});
