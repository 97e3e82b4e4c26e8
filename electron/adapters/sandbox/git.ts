import { lstatSync, mkdirSync, readdirSync, readFileSync, realpathSync, type Stats, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isBelow } from './places.ts';
import type { FoundRepository } from './repositories.ts';

// What git runs or obeys is kept from commands: hooks, settings, and the files that say where settings are. A repository's own folder
// becomes a mount, so that it can be neither moved nor replaced.

/** Mounts for repositories. `open` are git folders outside of the worktree that belong to it. */
export interface GitPlaces {
  read: { path: string; folder: boolean }[];
  pins: { path: string; folder: boolean }[];
  open: string[];
  /** A folder that is seen with what it holds, but in which nothing that is made or removed lasts; of these files the command has copies. */
  scratch: string[];
  copies: string[];
}

const look = (file: string): Stats | undefined => {
  try {
    return lstatSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
};
const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
};
const realOf = (file: string): string | undefined => {
  try {
    return realpathSync.native(file);
  } catch {
    return undefined;
  }
};
const foldersIn = (folder: string): string[] => {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [path.posix.join(folder, entry.name)] : [],
    );
  } catch {
    return [];
  }
};
/** Only what exists can be mounted: an empty file or folder means the same to git as none. Never over what is there. */
function made(file: string, folder: boolean): boolean {
  try {
    if (folder) mkdirSync(file);
    else writeFileSync(file, '', { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

function protect(places: GitPlaces, file: string, folder: boolean, make: boolean): void {
  const found = look(file);
  if (found === undefined && !(make && made(file, folder))) return;
  // A link can not be mounted over; that it has changed is seen after the command.
  if (found !== undefined && (folder ? !found.isDirectory() : !found.isFile())) return;
  places.read.push({ path: file, folder });
}

/** Everybody's own in the sandbox: worktrees there are the command's. */
const temporary: readonly string[] = ['/tmp', '/var/tmp'];

const isGitFolder = (folder: string): boolean =>
  look(path.posix.join(folder, 'HEAD')) !== undefined && look(path.posix.join(folder, 'objects')) !== undefined;

/** Submodules' git folders lie in their parent's, as deep as their names have slashes. */
function protectModules(places: GitPlaces, folder: string): void {
  for (const each of foldersIn(folder)) {
    if (isGitFolder(each)) protectGitFolder(places, each, true);
    else protectModules(places, each);
  }
}

function protectGitFolder(places: GitPlaces, folder: string, make: boolean): void {
  const at = (name: string): string => path.posix.join(folder, name);
  places.pins.push({ path: folder, folder: true });
  const real = make && isGitFolder(folder);
  protect(places, at('hooks'), true, real);
  protect(places, at('config'), false, real);
  protect(places, at('config.worktree'), false, real && /worktreeconfig/i.test(textOf(at('config'))));
  for (const name of ['commondir', 'gitdir']) protect(places, at(name), false, false);
  if (real && look(at('info')) === undefined) made(at('info'), true);
  protect(places, at('info/attributes'), false, real);
  protectModules(places, at('modules'));
  for (const tree of foldersIn(at('worktrees'))) protectTree(places, tree, false);
}

/** What git keeps about one linked worktree. */
function protectTree(places: GitPlaces, tree: string, own: boolean): void {
  const at = (name: string): string => path.posix.join(tree, name);
  const common = path.dirname(path.dirname(tree));
  if (own) places.pins.push({ path: tree, folder: true });
  protect(places, at('config.worktree'), false, own && /worktreeconfig/i.test(textOf(path.posix.join(common, 'config'))));
  for (const name of ['commondir', 'gitdir']) protect(places, at(name), false, false);
  protectModules(places, at('modules'));
}

const branchOf = (head: string): string | undefined => /^ref: (refs\/heads\/[^\s]+)\s*$/.exec(textOf(head))?.[1];

/** Branches that others have checked out, of which these are the git folders: moving them would pull the ground from under them. */
function protectBranches(places: GitPlaces, common: string, others: readonly string[]): void {
  for (const branch of new Set(others.map((folder) => branchOf(path.posix.join(folder, 'HEAD'))))) {
    if (branch === undefined || branch.split('/').includes('..')) continue;
    const file = path.posix.join(common, branch);
    if (look(file) === undefined) {
      // Packed with others: as a file of its own it means the same and can be mounted.
      const value = textOf(path.posix.join(common, 'packed-refs'))
        .split('\n')
        .find((line) => line.slice(41) === branch)
        ?.slice(0, 40);
      if (value === undefined || !/^[0-9a-f]{40}$/.test(value)) continue;
      try {
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, `${value}\n`, { flag: 'wx' });
      } catch {
        continue;
      }
    }
    protect(places, file, false, false);
  }
}

/** What git keeps about the worktrees of a repository that lie where nothing may be written: others work in them. */
function protectOthers(places: GitPlaces, common: string, writable: readonly string[]): void {
  const others = foldersIn(path.posix.join(common, 'worktrees')).filter((tree) => {
    const file = path.posix.resolve(tree, textOf(path.posix.join(tree, 'gitdir')).trim());
    return !writable.some((root) => isBelow(file, root));
  });
  for (const tree of others) places.read.push({ path: tree, folder: true });
  protectBranches(places, common, others);
}

/** Where a `.git` file points to. */
function gitFolderOf(file: string): string | undefined {
  const to = /^gitdir: (.+?)\s*$/.exec(textOf(file))?.[1];
  return to === undefined ? undefined : realOf(path.posix.resolve(path.dirname(file), to));
}

/**
 * Opens the git folder of a worktree that lies elsewhere. Anybody may write a `.git` file: it counts only when the folder that it names
 * points back, and that folder is none that commands could have made.
 */
function openElsewhere(places: GitPlaces, worktree: string, folder: string): void {
  const at = (name: string): string => path.posix.join(folder, name);
  const file = path.posix.join(worktree, '.git');
  const common = path.dirname(path.dirname(folder));
  const linked =
    path.basename(path.dirname(folder)) === 'worktrees' &&
    realOf(path.posix.resolve(folder, textOf(at('commondir')).trim() || '/')) === common &&
    realOf(path.posix.resolve(folder, textOf(at('gitdir')).trim() || '/')) === file;
  if (linked) {
    places.open.push(folder);
    if (look(path.posix.join(common, 'logs')) === undefined) made(path.posix.join(common, 'logs'), true);
    // To delete any ref git locks packed-refs, beside which nothing may be written: it locks a copy.
    places.scratch.push(common);
    for (const entry of readdirSync(common, { withFileTypes: true })) {
      const each = path.posix.join(common, entry.name);
      if (entry.name === 'packed-refs' && entry.isFile()) places.copies.push(each);
      else if (entry.isDirectory() && ['objects', 'refs', 'logs'].includes(entry.name)) places.open.push(each);
      else if (entry.isDirectory() || entry.isFile()) places.read.push({ path: each, folder: entry.isDirectory() });
    }
    protectTree(places, folder, true);
    const others = [common, ...foldersIn(path.posix.join(common, 'worktrees'))].filter((each) => each !== folder);
    protectBranches(places, common, others);
    return;
  }
  const back = /^\s*worktree\s*=\s*"?([^"\n]+?)"?\s*$/m.exec(textOf(at('config')))?.[1];
  if (back === undefined || realOf(path.posix.resolve(folder, back)) !== worktree || !isGitFolder(folder)) return;
  places.open.push(folder);
  protectGitFolder(places, folder, true);
}

/** `found` are the repositories below the folders that a command may write to (`writable`); `worktree` is the thread's. */
export function gitPlaces(found: readonly FoundRepository[], writable: readonly string[], worktree: string): GitPlaces {
  const places: GitPlaces = { read: [], pins: [], open: [], scratch: [], copies: [] };
  for (const each of found) {
    if (each.kind === 'folder') {
      protectGitFolder(places, each.path, true);
      protectOthers(places, each.path, [...writable, ...temporary]);
    } else if (each.kind === 'bare') protectGitFolder(places, each.path, false);
    else {
      places.read.push({ path: each.path, folder: false });
      const folder = gitFolderOf(each.path);
      if (folder === undefined) continue;
      if (writable.some((root) => folder === root || isBelow(folder, root))) protectGitFolder(places, folder, true);
      else if (each.path === path.posix.join(worktree, '.git')) openElsewhere(places, worktree, folder);
    }
  }
  return places;
}
