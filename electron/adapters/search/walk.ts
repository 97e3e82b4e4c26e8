import type { Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { SearchMatch, SearchQuery } from '../../runtime/ports.ts';
import { cutLine } from './matches.ts';

// What is left where there is no ripgrep: slow, and it knows nothing of ignored files.

const skipped: ReadonlySet<string> = new Set(['.git', 'node_modules']);
const largest = 16 * 1024 * 1024;

async function* filesBelow(folder: string, signal: AbortSignal): AsyncGenerator<string> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch {
    return;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (signal.aborted) throw new AppError('cancelled', 'The search was stopped');
    const file = path.join(folder, entry.name);
    if (entry.isDirectory() && !skipped.has(entry.name)) yield* filesBelow(file, signal);
    else if (entry.isFile()) yield file;
  }
}

function wanted(root: string, glob: string | undefined): (file: string) => boolean {
  if (glob === undefined) return () => true;
  const not = glob.startsWith('!');
  const pattern = glob.replace(/^!/, '').replace(/^\//, '');
  const anywhere = !pattern.includes('/');
  return (file) => path.matchesGlob(anywhere ? path.basename(file) : path.relative(root, file), pattern) !== not;
}

export async function walkFiles(
  root: string,
  { limit, glob }: { limit: number; glob?: string },
  signal: AbortSignal,
): Promise<{ paths: string[]; more: boolean }> {
  const fits = wanted(root, glob);
  const paths: string[] = [];
  for await (const file of filesBelow(root, signal)) {
    if (!fits(file)) continue;
    if (paths.length === limit) return { paths, more: true };
    paths.push(file);
  }
  return { paths, more: false };
}

function expression({ pattern, literal, ignoreCase }: SearchQuery): RegExp {
  try {
    return new RegExp(literal ? pattern.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&') : pattern, ignoreCase ? 'iu' : 'u');
  } catch (cause) {
    throw new AppError('invalid', cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

export async function walkMatches(query: SearchQuery, signal: AbortSignal): Promise<{ matches: SearchMatch[]; more: boolean }> {
  const regexp = expression(query);
  const single = (await stat(query.path)).isFile();
  const fits = wanted(query.path, query.glob);
  const matches: SearchMatch[] = [];
  for await (const file of single ? [query.path] : filesBelow(query.path, signal)) {
    if (!single && !fits(file)) continue;
    let bytes: Buffer;
    try {
      if ((await stat(file)).size > largest) continue;
      bytes = await readFile(file);
    } catch {
      continue;
    }
    if (bytes.includes(0)) continue;
    for (const [n, text] of bytes.toString('utf8').split(/\r?\n/).entries()) {
      const at = regexp.exec(text)?.index;
      if (at === undefined) continue;
      if (matches.length === query.limit) return { matches, more: true };
      matches.push({ path: file, line: n + 1, text: cutLine(text, at) });
      if (query.filesOnly) break;
    }
  }
  return { matches, more: false };
}
