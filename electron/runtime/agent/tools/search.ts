import path from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import { z } from '../../../../shared/schema.ts';
import type { SearchQuery } from '../../ports.ts';
import { visible } from '../bounded.ts';
import { defineTool, type ToolContext, type ToolResult } from '../tool.ts';
import { displayPath, missingPath, realPlace, resolvePath } from './paths.ts';
import { count, shorten, textResult } from './result.ts';

const mostMatches = 200;
const mostInLine = 300;

/** A matching line, of a very long one the beginning. */
const cutLine = (context: ToolContext, text: string): string => {
  const line = visible(context.redact(text).replace(/[\r\n]+$/, ''));
  return line.length > mostInLine ? `${line.slice(0, mostInLine)} [...]` : line;
};

async function find(context: ToolContext, name: string, query: SearchQuery, signal: AbortSignal): Promise<ToolResult> {
  const stat = await context.files.stat(query.path);
  if (stat === undefined) throw await missingPath(context.files, name, query.path);
  const base = stat.kind === 'folder' ? query.path : path.dirname(query.path);
  const { matches, more } = await context.search.find(query, signal);
  if (matches.length === 0) return { output: 'No matches' };
  const groups = new Map<string, string[]>();
  for (const match of matches) {
    const file = displayPath(context.cwd, path.resolve(base, match.path));
    const lines = groups.get(file) ?? [];
    lines.push(`${match.line}: ${cutLine(context, match.text)}`);
    groups.set(file, lines);
  }
  const found = `${count(matches.length, 'matching line')} in ${count(groups.size, 'file')}`;
  const header = more ? `The first ${found}; narrow the search to see the others` : found;
  const text = [header, ...[...groups].map(([file, lines]) => [file, ...lines].join('\n'))].join('\n\n');
  return textResult(context, text, 'narrow the search');
}

export const search = defineTool({
  name: 'search',
  description: 'Searches file contents with a regular expression (ripgrep), without ignored files.',
  parameters: z.object({
    pattern: z.string(),
    path: z.optional(z.string()),
    glob: z.optional(z.string().check(z.describe('e.g. *.ts'))),
    literal: z.optional(z.boolean()),
    ignore_case: z.optional(z.boolean()),
  }),
  title: ({ pattern, path }) => `Searched for ${shorten(pattern, 60)}${path === undefined ? '' : ` in ${path}`}`,
  async plan({ pattern, path: name = '.', glob, literal, ignore_case }, context) {
    if (pattern === '') throw new AppError('invalid', 'search: the pattern is empty.');
    const place = await realPlace(context.files, resolvePath(context.files, context.cwd, name));
    const query: SearchQuery = {
      pattern,
      path: place,
      limit: mostMatches,
      ...(glob === undefined ? {} : { glob }),
      ...(literal === undefined ? {} : { literal }),
      ...(ignore_case === undefined ? {} : { ignoreCase: ignore_case }),
    };
    return { subjects: [{ kind: 'read', path: place }], run: (signal) => find(context, name, query, signal) };
  },
});
