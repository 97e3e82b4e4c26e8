import { lstatSync, readdirSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import path from 'node:path';
import type { Confinement } from '../../../shared/domain/confinement.ts';
import type { PathAccess } from '../../../shared/domain/profile.ts';
import { fits, hasGlob, plainPath, unquoted } from '../../../shared/policy/pattern.ts';

/** A rule that attaches to a place which exists: its path without links. */
export interface Place {
  path: string;
  access: PathAccess;
  folder: boolean;
}

export const isBelow = (path: string, folder: string): boolean =>
  path !== folder && (folder === '/' ? path.startsWith('/') : path.startsWith(`${folder}/`));
/** Folders that a glob may look into in all; beyond it the rule cannot be kept and nothing is started. */
export const mostFolders = 200_000;

const statOf = (place: string): Stats | undefined => {
  try {
    return statSync(place);
  } catch {
    return undefined;
  }
};
const real = (place: string): string | undefined => {
  try {
    // Most rules name what is not there, and an error costs more than everything else here.
    return lstatSync(place, { throwIfNoEntry: false }) && realpathSync.native(place);
  } catch {
    return undefined;
  }
};

/** Does the way to this path lead over a link that lies in a folder which may be written? Whoever writes there says where it leads. */
function planted(file: string, writable: readonly string[]): boolean {
  let at = '/';
  const names = file.split('/').filter(Boolean);
  for (let hops = 0; names.length > 0 && hops < 200; hops++) {
    const next = path.posix.join(at, names.shift() ?? '');
    try {
      if (!lstatSync(next).isSymbolicLink()) {
        at = next;
        continue;
      }
      if (writable.some((root) => at === root || isBelow(at, root))) return true;
      const to = readlinkSync(next);
      if (to.startsWith('/')) at = '/';
      names.unshift(...to.split('/').filter(Boolean));
    } catch {
      return false;
    }
  }
  return false;
}

interface Entry {
  name: string;
  folder: boolean;
}
const list = (folder: string): Entry[] => {
  try {
    return readdirSync(folder, { withFileTypes: true }).map((entry) => ({ name: entry.name, folder: entry.isDirectory() }));
  } catch {
    return [];
  }
};

/** The existing paths that a pattern fits, links not followed below its first glob. `seen`: folders that others have looked into just now. */
export function expand(pattern: string, seen = new Map<string, Entry[]>()): string[] {
  const signs = pattern.split('/').filter(Boolean);
  const first = signs.findIndex((sign) => hasGlob(sign));
  const start = `/${signs.slice(0, first).map(unquoted).join('/')}`;
  const any = signs.indexOf('**', first);
  const deepest = any >= 0 ? Infinity : signs.length;
  const found: string[] = [];
  let looked = 0;
  const look = (folder: string, depth: number): void => {
    if (++looked > mostFolders) throw new Error(`${pattern} looks into more than ${mostFolders} folders`);
    // What all paths below must still fit: only this part of the tree is looked at.
    const sign = any >= 0 && depth >= any ? undefined : signs[depth];
    const literal = sign !== undefined && !hasGlob(sign) ? unquoted(sign) : undefined;
    const entries = seen.get(folder) ?? list(folder);
    // Several rules look into /etc; a whole tree is not worth its memory.
    if (any < 0) seen.set(folder, entries);
    for (const entry of entries) {
      if (literal !== undefined && entry.name !== literal) continue;
      if (sign !== undefined && literal === undefined && !fits(`/${sign}`, `/${entry.name}`)) continue;
      const file = path.posix.join(folder, entry.name);
      if ((any >= 0 || depth + 1 === signs.length) && fits(pattern, file)) found.push(file);
      if (entry.folder && depth + 1 < deepest) look(file, depth + 1);
    }
  };
  look(start, first);
  return found;
}

const strictness: Record<PathAccess, number> = { deny: 0, write: 1, read: 2 };

/** The places that the rules of a confinement attach to. What does not exist is left out: there is nothing to hide or to write. */
export function placesOf({ paths }: Pick<Confinement, 'paths'>): Map<string, Place> {
  const writable = paths.flatMap(({ path: rule, access }) => (access === 'write' && !hasGlob(rule) ? [plainPath(unquoted(rule))] : []));
  const found = new Map<string, Place & { glob: boolean }>();
  const seen = new Map<string, Entry[]>();
  for (const { path: written, access } of paths) {
    const rule = plainPath(written.replace(/(\/\*\*)+\/?$/, ''));
    const glob = hasGlob(rule);
    if (glob && access === 'write') continue;
    for (const file of glob ? expand(rule, seen) : [unquoted(rule)]) {
      const place = real(file);
      if (place === undefined) continue;
      if (place !== file && access !== 'deny' && planted(file, writable)) continue;
      const folder = statOf(place)?.isDirectory();
      if (folder === undefined) continue;
      const other = found.get(place);
      const wins = !other || Number(glob) - Number(other.glob) || strictness[access] - strictness[other.access];
      if (wins === true || wins < 0) found.set(place, { path: place, access, folder, glob });
    }
  }
  return found;
}
