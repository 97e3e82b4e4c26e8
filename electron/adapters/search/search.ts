import { stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { SearchMatch, SearchPort } from '../../runtime/ports.ts';
import { createMatchReader, createPathReader } from './matches.ts';
import { bundledRipgrep, type RipgrepRun, runRipgrep } from './ripgrep.ts';
import { walkFiles, walkMatches } from './walk.ts';

export interface SearchOptions {
  /** The binary, instead of the one that npm installed or one on PATH. Null: do without. */
  ripgrep?: string | null;
  /** Told once when there is no ripgrep: the search is then slow and finds ignored files, too. */
  note?(line: string): void;
}

const always = ['--no-config', '--no-messages', '--null', '--color=never', '--hidden', '--sort=path'];
// Last, so that no other glob takes it back.
const noGit = '--glob=!.git';

/**
 * A glob given as such makes ripgrep look at ignored files that fit, one given as a type of file does not; but types know names only.
 * So a glob with a folder in it reaches ignored files of folders that are not ignored.
 */
function globArgs(glob: string | undefined): string[] {
  if (glob === undefined) return [];
  const name = glob.replace(/^\*\*\//, '');
  return name.includes('/') || name.startsWith('!')
    ? [`--glob=${name.includes('/') ? glob : name}`]
    : [`--type-add=wanted:${name}`, '--type=wanted'];
}

/** What ripgrep's own engine leaves out on purpose: looking around and back. */
const needsPcre = /\(\?<?[=!]|\(\?>|\\[1-9]/;

async function kindOf(where: string): Promise<'file' | 'folder'> {
  if (!path.isAbsolute(where)) throw new AppError('invalid', `Cannot search ${where}: the path must be absolute`);
  try {
    return (await stat(where)).isDirectory() ? 'folder' : 'file';
  } catch (cause) {
    throw new AppError('missing', `Cannot search ${where}: there is no such file or folder`, { data: { path: where }, cause });
  }
}

/** Searches files with ripgrep. Paths in the answers are absolute. */
export function createSearch({ ripgrep, note }: SearchOptions = {}): SearchPort {
  let binaries: string[] | undefined;
  const candidates = (): string[] => {
    if (ripgrep === null) return [];
    if (ripgrep !== undefined) return [ripgrep];
    const bundled = bundledRipgrep();
    return bundled === undefined ? ['rg'] : [bundled, 'rg'];
  };

  /** False when no ripgrep could be started; said once. */
  const run = async (call: Omit<RipgrepRun, 'binary'>): Promise<boolean> => {
    const before = binaries === undefined;
    binaries ??= candidates();
    for (let [binary] = binaries; binary !== undefined; [binary] = binaries) {
      if (await runRipgrep({ ...call, binary })) return true;
      binaries = binaries.filter((other) => other !== binary);
    }
    if (before) note?.('There is no ripgrep (rg) on this machine: searching is slow and finds ignored files, too.');
    return false;
  };

  return {
    async find(query, signal) {
      const { pattern, limit } = query;
      const folder = (await kindOf(query.path)) === 'folder';
      const cwd = folder ? query.path : path.dirname(query.path);
      const matches: SearchMatch[] = [];
      const read = createMatchReader((match) => void matches.push({ ...match, path: path.join(cwd, match.path) }));
      const args = [...always, '--line-number', '--column', '--no-heading', '--with-filename', ...globArgs(query.glob), noGit];
      if (query.literal) args.push('--fixed-strings');
      else if (needsPcre.test(pattern)) args.push('--engine=auto');
      if (query.ignoreCase) args.push('--ignore-case');
      if (query.filesOnly) args.push('--max-count=1');
      args.push(`--regexp=${pattern}`, '--', folder ? '.' : `.${path.sep}${path.basename(query.path)}`);
      const take = (chunk: Buffer): boolean => {
        read(chunk);
        return matches.length > limit;
      };
      if (!(await run({ args, cwd, take, signal }))) return walkMatches(query, signal);
      return { matches: matches.slice(0, limit), more: matches.length > limit };
    },

    async files(where, options, signal) {
      if ((await kindOf(where)) !== 'folder') throw new AppError('invalid', `Cannot list ${where}: it is a file, not a folder`);
      const paths: string[] = [];
      const read = createPathReader((found) => void paths.push(path.join(where, found)));
      const take = (chunk: Buffer): boolean => {
        read(chunk);
        return paths.length > options.limit;
      };
      const args = ['--files', ...always, ...globArgs(options.glob), noGit, '--', '.'];
      if (!(await run({ args, cwd: where, take, signal }))) return walkFiles(where, options, signal);
      return { paths: paths.slice(0, options.limit), more: paths.length > options.limit };
    },
  };
}
