import { readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import {
  foldersIn,
  isGitFolder,
  keep,
  keepBranches,
  keepFolder,
  keepOr,
  keepTree,
  kindOf,
  make,
  type Pieces,
  textOf,
  type Whose,
} from './git-pieces.ts';
import { isBelow } from './places.ts';
import type { FoundRepository } from './repositories.ts';

// What git runs or obeys is kept from commands: hooks, settings, and the files that say where settings are. A repository's own folder
// becomes a mount, so that it can be neither moved nor replaced.

/** Mounts for repositories. `open` are git folders outside of the worktree that belong to it. */
export interface GitPlaces extends Pieces {
  open: string[];
  /** A folder that is seen with what it holds, but in which nothing that is made or removed lasts; of these files the command has copies. */
  scratch: string[];
  copies: string[];
  /** Git folders which nobody looks into after a command, and in which nothing that leads elsewhere may stay. */
  unwatched: string[];
}

const realOf = (file: string): string | undefined => {
  try {
    return realpathSync.native(file);
  } catch {
    return undefined;
  }
};

/** Everybody's own in the sandbox: worktrees there are the command's. */
const temporary: readonly string[] = ['/tmp', '/var/tmp'];

/** What git keeps about the worktrees of a repository that lie where nothing may be written: others work in them. */
function keepOthers(pieces: Pieces, common: string, writable: readonly string[], whose: Whose): boolean {
  const others = foldersIn(path.posix.join(common, 'worktrees')).filter((tree) => {
    const file = path.posix.resolve(tree, textOf(path.posix.join(tree, 'gitdir')).trim());
    return !writable.some((root) => isBelow(file, root));
  });
  for (const tree of others) pieces.read.push({ path: tree, folder: true });
  return keepBranches(pieces, common, others, whose);
}

/** Keeps a git folder in parts, or as a whole where that cannot be done: then nothing in it can be changed, and nothing else suffers. */
function protect(places: GitPlaces, folder: string, whose: Whose, writable: readonly string[] = []): void {
  keepOr(places, folder, (parts) =>
    [keepFolder(parts, folder, whose), whose === 'likely' || keepOthers(parts, folder, writable, whose)].every(Boolean),
  );
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
function openElsewhere(places: GitPlaces, worktree: string, folder: string, writable: readonly string[]): void {
  const at = (name: string): string => path.posix.join(folder, name);
  const file = path.posix.join(worktree, '.git');
  const common = path.dirname(path.dirname(folder));
  const linked =
    path.basename(path.dirname(folder)) === 'worktrees' &&
    realOf(path.posix.resolve(folder, textOf(at('commondir')).trim() || '/')) === common &&
    realOf(path.posix.resolve(folder, textOf(at('gitdir')).trim() || '/')) === file;
  if (linked) {
    places.open.push(folder);
    if (kindOf(path.posix.join(common, 'logs')) === undefined) make(path.posix.join(common, 'logs'), true);
    // To delete any ref git locks packed-refs, beside which nothing may be written: it locks a copy.
    places.scratch.push(common);
    places.unwatched.push(common, folder);
    const others = [common, ...foldersIn(path.posix.join(common, 'worktrees'))].filter((each) => each !== folder);
    const branches = keepBranches(places, common, others, 'own');
    for (const entry of readdirSync(common, { withFileTypes: true })) {
      const each = path.posix.join(common, entry.name);
      if (entry.name === 'packed-refs' && entry.isFile()) places.copies.push(each);
      else if (entry.isDirectory() && (entry.name === 'refs' ? branches : ['objects', 'logs'].includes(entry.name))) places.open.push(each);
      else if (entry.isDirectory() || entry.isFile()) places.read.push({ path: each, folder: entry.isDirectory() });
    }
    places.pins.push({ path: folder, folder: true });
    if (!keepTree(places, folder, 'own')) places.read.push({ path: folder, folder: true });
    return;
  }
  const back = /^\s*worktree\s*=\s*"?([^"\n]+?)"?\s*$/m.exec(textOf(at('config')))?.[1];
  if (back === undefined || realOf(path.posix.resolve(folder, back)) !== worktree || !isGitFolder(folder)) return;
  open(places, folder, writable);
}

/** Opens a whole git folder outside of the thread's: for commits, not for what it runs. */
function open(places: GitPlaces, folder: string, writable: readonly string[]): void {
  places.open.push(folder);
  places.unwatched.push(folder);
  protect(places, folder, 'own', writable);
  // A submodule's git folder that is made before the submodule would have its hooks.
  keep(places, path.posix.join(folder, 'modules'), true, 'own', true);
}

/** The repository of a thread in a subfolder of it: a package of many. Commands cannot have made it, since they cannot write there. */
function openAbove(places: GitPlaces, worktree: string, writable: readonly string[]): void {
  for (let top = path.posix.dirname(worktree); ; top = path.posix.dirname(top)) {
    const at = path.posix.join(top, '.git');
    const kind = kindOf(at);
    const folder = kind === 'file' ? gitFolderOf(at) : undefined;
    if (folder !== undefined || (kind === 'folder' && isGitFolder(at))) {
      // Where it could not be seen, its files would seem to be gone, and a commit of all changes would remove them.
      places.read.push({ path: top, folder: true });
      return folder === undefined ? open(places, at, writable) : openElsewhere(places, top, folder, writable);
    }
    if (top === '/') return;
  }
}

/** Mounts for repositories: bubblewrap takes 9000 words, three for each. */
const mostMounts = 2000;
/** What keeps a repository that there is no more room for: all of the folder in the writable one in which it lies. */
const mostCrowded = 300;

const empty = (): GitPlaces => ({ read: [], pins: [], open: [], scratch: [], copies: [], unwatched: [] });

function placesFor(each: FoundRepository, writable: readonly string[], worktree: string, own: string): GitPlaces {
  const places = empty();
  const reach = [...writable, ...temporary];
  if (each.kind === 'folder') protect(places, each.path, each.path === own ? 'own' : 'nested', reach);
  else if (each.kind === 'bare') protect(places, each.path, 'likely');
  else {
    keep(places, each.path, false, 'likely', false);
    const folder = gitFolderOf(each.path);
    if (folder === undefined) return places;
    if (writable.some((root) => folder === root || isBelow(folder, root))) protect(places, folder, 'likely');
    else if (each.path === own) openElsewhere(places, worktree, folder, reach);
  }
  return places;
}

/** `found` are the repositories below the folders that a command may write to (`writable`); `worktree` is the thread's. */
export function gitPlaces(found: readonly FoundRepository[], writable: readonly string[], worktree: string): GitPlaces {
  const own = path.posix.join(worktree, '.git');
  const places = empty();
  if (writable.some((root) => root === worktree || isBelow(worktree, root))) {
    const inside = found.some(({ kind, path: at }) => kind !== 'bare' && isBelow(worktree, path.posix.dirname(at)));
    if (!inside && kindOf(own) === undefined) openAbove(places, worktree, [...writable, ...temporary]);
  }
  const crowded = new Set<string>();
  let count = 0;
  // The thread's own first. The others may be as many as a command has made: they must stop no command.
  for (const each of found.toSorted((one, other) => Number(other.path === own) - Number(one.path === own))) {
    const root = writable.findLast((place) => isBelow(each.path, place)) ?? '/';
    const way = path.posix.relative(root, each.path).split('/');
    const { read, pins, ...rest } = placesFor(each, writable, worktree, own);
    const parts = count + way.length + read.length + pins.length <= mostMounts;
    if (!parts && (each.path !== own || each.kind !== 'folder')) {
      crowded.add(path.posix.join(root, way[0] ?? ''));
      continue;
    }
    places.read.push(...(parts ? read : [{ path: each.path, folder: true }]));
    places.pins.push(...(parts ? pins : []));
    for (const name of ['open', 'scratch', 'copies', 'unwatched'] as const) places[name].push(...rest[name]);
    count += way.length + (parts ? read.length + pins.length : 1);
  }
  const kept = crowded.size > mostCrowded ? writable : crowded;
  for (const place of kept) places.read.push({ path: place, folder: kindOf(place) === 'folder' });
  return places;
}
