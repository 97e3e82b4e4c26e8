import path from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import { z } from '../../../../shared/schema.ts';
import { defineTool, type ToolContext, type ToolResult } from '../tool.ts';
import { displayPath, missingPath, realPlace, resolvePath } from './paths.ts';
import { count, textResult } from './result.ts';

const mostEntries = 300;
const mostFiles = 50_000;
const deepest = 12;

/** Files down to `depth` below the folder, and for each folder at that depth the number of files in it. */
function entriesTo(files: string[][], depth: number): string[] {
  const entries = new Map<string, number>();
  for (const parts of files) {
    if (parts.length <= depth) entries.set(parts.join('/'), 0);
    else {
      const folder = `${parts.slice(0, depth).join('/')}/`;
      entries.set(folder, (entries.get(folder) ?? 0) + 1);
    }
  }
  return [...entries].map(([name, inside]) => (inside === 0 ? name : `${name} (${count(inside, 'file')})`));
}

/** The greatest depth whose entries can all be shown, unless one was asked for. */
function fit(files: string[][], asked: number | undefined): { entries: string[]; depth: number } {
  if (asked !== undefined) return { entries: entriesTo(files, asked), depth: asked };
  let depth = Math.min(
    files.reduce((most, parts) => Math.max(most, parts.length), 1),
    deepest,
  );
  let entries = entriesTo(files, depth);
  for (; entries.length > mostEntries && depth > 1; entries = entriesTo(files, depth)) depth -= 1;
  return { entries, depth };
}

async function showUnlisted(context: ToolContext, folder: string, shown: string): Promise<ToolResult> {
  const entries = (await context.files.list(folder)) ?? [];
  if (entries.length === 0) return { output: `${shown} is empty` };
  const names = entries.slice(0, mostEntries).map((entry) => (entry.kind === 'folder' ? `${entry.name}/` : entry.name));
  const rest = entries.length > names.length ? [`[... ${entries.length - names.length} more]`] : [];
  return textResult(context, [`${shown}: every file in it is ignored or hidden; entries`, ...names, ...rest].join('\n'));
}

async function list(
  context: ToolContext,
  name: string,
  folder: string,
  depth: number | undefined,
  signal: AbortSignal,
): Promise<ToolResult> {
  const stat = await context.files.stat(folder);
  if (stat === undefined) throw await missingPath(context.files, name, folder);
  if (stat.kind !== 'folder') throw new AppError('invalid', `${name} is not a folder: read it with read_file.`);
  const shown = displayPath(context.cwd, folder);
  const found = await context.search.files(folder, { limit: mostFiles }, signal);
  if (found.paths.length === 0) return showUnlisted(context, folder, shown);
  const files = found.paths.map((file) => path.relative(folder, path.resolve(folder, file)).split(path.sep));
  const { entries, depth: to } = fit(files, depth);
  const folders = new Set(files.flatMap((parts) => parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'))));
  const more = found.more ? 'more than ' : '';
  const header = `${shown}: ${more}${count(files.length, 'file')} in ${count(folders.size, 'folder')}, ignored files left out`;
  const collapsed = files.some((parts) => parts.length > to) ? `, shown to depth ${to}` : '';
  const rest = entries.length > mostEntries ? [`[... ${entries.length - mostEntries} more entries: name a folder below]`] : [];
  return textResult(context, [header + collapsed, ...entries.slice(0, mostEntries), ...rest].join('\n'), 'name a folder below');
}

export const listFiles = defineTool({
  name: 'list_files',
  description: 'Lists the files below a folder, without ignored ones.',
  parameters: z.object({ path: z.optional(z.string()), depth: z.optional(z.int().check(z.minimum(1))) }),
  title: ({ path }) => `Listed ${path ?? 'files'}`,
  async plan({ path: name = '.', depth }, context) {
    const folder = await realPlace(context.files, resolvePath(context.files, context.cwd, name));
    return { subjects: [{ kind: 'read', path: folder }], run: (signal) => list(context, name, folder, depth, signal) };
  },
});
