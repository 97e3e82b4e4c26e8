import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

// The parts of one git folder that are kept from commands. What lies there may have been put there by a command, to lead us elsewhere:
// a link is never followed, nothing that could block is read, and files are made by the handle of the folder that holds them.

export interface Piece {
  path: string;
  folder: boolean;
}
export interface Pieces {
  read: Piece[];
  pins: Piece[];
}

/**
 * Whose a git folder is. `own`: the thread's, in which an empty file or folder may be made, only to be mounted: it means the same to git as
 * none. `nested`: any other below a folder that commands may write to; what cannot be mounted in parts is read-only as a whole.
 * `likely`: a folder that only looks like one; what there is of it is kept, and the rest is seen after the command.
 */
export type Whose = 'own' | 'nested' | 'likely';

export type Kind = 'folder' | 'file' | 'other' | undefined;
export function kindOf(place: string): Kind {
  try {
    const found = lstatSync(place, { throwIfNoEntry: false });
    return found === undefined ? undefined : found.isDirectory() ? 'folder' : found.isFile() ? 'file' : 'other';
  } catch {
    return undefined;
  }
}

/** Longer files are none of git's that are read here. */
const mostBytes = 16 * 1024 * 1024;

/** '' for everything but a plain file. */
export function textOf(file: string): string {
  let fd: number;
  try {
    fd = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return '';
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile() || stat.size > mostBytes) return '';
    const bytes = Buffer.alloc(stat.size);
    return bytes.toString('utf8', 0, readSync(fd, bytes, 0, bytes.length, 0));
  } catch {
    return '';
  } finally {
    closeSync(fd);
  }
}

export function foldersIn(folder: string): string[] {
  if (kindOf(folder) !== 'folder') return [];
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [path.posix.join(folder, entry.name)] : [],
    );
  } catch {
    return [];
  }
}

/** Makes a file or folder that is not there, in exactly the folder that its path names: never through a link, never over anything. */
export function make(place: string, folder: boolean, text = ''): boolean {
  const parent = path.posix.dirname(place);
  let fd: number;
  try {
    fd = openSync(parent, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  } catch {
    return false;
  }
  try {
    if (readlinkSync(`/proc/self/fd/${fd}`) !== parent) return false;
    const at = `/proc/self/fd/${fd}/${path.posix.basename(place)}`;
    if (folder) mkdirSync(at);
    else writeFileSync(at, text, { flag: 'wx' });
    return true;
  } catch {
    return false;
  } finally {
    closeSync(fd);
  }
}

export const isGitFolder = (folder: string): boolean =>
  kindOf(path.posix.join(folder, 'HEAD')) !== undefined && kindOf(path.posix.join(folder, 'objects')) !== undefined;

/** False: it should be kept from commands and cannot be mounted. `must`: also what does not exist yet. */
export function keep(pieces: Pieces, place: string, folder: boolean, whose: Whose, must: boolean): boolean {
  let kind = kindOf(place);
  if (kind === undefined) {
    if (!must || whose === 'likely') return true;
    if (whose === 'own' && make(place, folder)) kind = folder ? 'folder' : 'file';
  }
  if (kind !== (folder ? 'folder' : 'file')) return whose === 'likely';
  pieces.read.push({ path: place, folder });
  return true;
}

const worktreeConfig = (folder: string): boolean => /worktreeconfig/i.test(textOf(path.posix.join(folder, 'config')));

/** Parts of it, or all of it as read-only: nothing else suffers from what cannot be kept in parts. */
export function keepOr(pieces: Pieces, folder: string, inParts: (parts: Pieces) => boolean): void {
  const parts: Pieces = { read: [], pins: [] };
  const kept = inParts(parts) ? parts : { read: [{ path: folder, folder: true }], pins: [] };
  pieces.read.push(...kept.read);
  pieces.pins.push(...kept.pins);
}

/** Submodules' git folders lie in their parent's, as deep as their names have slashes. */
function keepModules(pieces: Pieces, folder: string, whose: Whose): boolean {
  if (kindOf(folder) === 'other') return whose === 'likely';
  for (const each of foldersIn(folder)) {
    if (isGitFolder(each)) keepOr(pieces, each, (parts) => keepFolder(parts, each, whose));
    else keepModules(pieces, each, whose);
  }
  return true;
}

/** What git keeps about one linked worktree. */
export function keepTree(pieces: Pieces, tree: string, whose: Whose): boolean {
  const at = (name: string): string => path.posix.join(tree, name);
  return [
    keep(pieces, at('config.worktree'), false, whose, whose === 'own' && worktreeConfig(path.posix.dirname(path.posix.dirname(tree)))),
    ...['commondir', 'gitdir'].map((name) => keep(pieces, at(name), false, whose, false)),
    keepModules(pieces, at('modules'), whose),
  ].every(Boolean);
}

function keepInfo(pieces: Pieces, folder: string, whose: Whose, must: boolean): boolean {
  const info = path.posix.join(folder, 'info');
  const attributes = path.posix.join(info, 'attributes');
  if (kindOf(info) === undefined && must && whose === 'own') make(info, true);
  if (kindOf(info) !== 'folder') return whose === 'likely' || (!must && kindOf(info) === undefined);
  // Others' git folders stay as they are: this one may be read, and nothing is made in it.
  if (must && whose === 'nested' && kindOf(attributes) === undefined) return keep(pieces, info, true, whose, true);
  return keep(pieces, attributes, false, whose, must);
}

/** False: it cannot be kept in parts. */
export function keepFolder(pieces: Pieces, folder: string, whose: Whose): boolean {
  const at = (name: string): string => path.posix.join(folder, name);
  const must = isGitFolder(folder);
  const trees = at('worktrees');
  for (const tree of foldersIn(trees)) keepOr(pieces, tree, (parts) => keepTree(parts, tree, whose === 'own' ? 'nested' : whose));
  pieces.pins.push({ path: folder, folder: true });
  return [
    keep(pieces, at('hooks'), true, whose, must),
    keep(pieces, at('config'), false, whose, must),
    keep(pieces, at('config.worktree'), false, whose, must && worktreeConfig(folder)),
    ...['commondir', 'gitdir'].map((name) => keep(pieces, at(name), false, whose, false)),
    keepInfo(pieces, folder, whose, must),
    keepModules(pieces, at('modules'), whose),
    whose === 'likely' || kindOf(trees) !== 'other',
  ].every(Boolean);
}

const branchOf = (head: string): string | undefined => /^ref: (refs\/heads\/[^\s]+)\s*$/.exec(textOf(head))?.[1];

/** Branches that others have checked out, of which these are the git folders: moving them would pull the ground from under them. */
export function keepBranches(pieces: Pieces, common: string, others: readonly string[], whose: Whose): boolean {
  let inParts = true;
  for (const branch of new Set(others.map((folder) => branchOf(path.posix.join(folder, 'HEAD'))))) {
    if (branch === undefined || branch.split('/').some((name) => name === '' || name === '.' || name === '..')) continue;
    const file = path.posix.join(common, branch);
    const way = branch.split('/').map((_, index, names) => path.posix.join(common, ...names.slice(0, index + 1)));
    const missing = way.findIndex((place) => kindOf(place) !== 'folder');
    if (way[missing] !== file && kindOf(way[missing] ?? file) !== undefined) {
      inParts = false;
      continue;
    }
    if (kindOf(file) === undefined) {
      // Packed with others: as a file of its own it means the same and can be mounted.
      const line = textOf(path.posix.join(common, 'packed-refs'))
        .split('\n')
        .find((line) => line.endsWith(` ${branch}`) && /^([0-9a-f]{40}|[0-9a-f]{64}) /.test(line));
      if (line === undefined) continue;
      const value = `${line.slice(0, line.indexOf(' '))}\n`;
      const made = whose === 'own' && way.slice(missing).every((place) => make(place, place !== file, value));
      if (!made) {
        inParts = false;
        continue;
      }
    }
    inParts = keep(pieces, file, false, whose, false) && inParts;
  }
  return inParts;
}
