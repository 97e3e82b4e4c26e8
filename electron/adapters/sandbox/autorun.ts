import { type BigIntStats, constants, type Dirent, lstatSync } from 'node:fs';
import { lstat, open, readdir, readlink, realpath, unlink } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../../shared/errors.ts';
import { runsByItself } from '../../../shared/policy/autorun.ts';
import type { AutorunChange } from '../../runtime/ports.ts';
import type { Committed } from './committed.ts';
import { plainSettings } from './git-settings.ts';
import { isBelow } from './places.ts';

// What mounts cannot keep from a command (new repositories, editor tasks, instructions of agents) is looked at before it and after it.

/** A file as it was seen. `bytes` are null for what is neither a file nor a link to one inside the folder. */
interface Seen {
  /** Changes with every change that the kernel knows of: nobody can set the time of change. */
  stamp: string;
  mode: number;
  bytes: Buffer | null;
  /** Where a link leads that leads out of the folder, nowhere, or to a folder that is not looked at. */
  outside?: string;
}
type View = Map<string, Seen>;

/** Larger ones are no settings: they count by their stamp alone and cannot be put back. */
const mostBytes = 16 * 1024 * 1024;
/** A file that changed less than this before it was read may change again without its time doing so: nanoseconds. */
const tick = 50_000_000n;
/** Files looked at together. */
const together = 32;
/** Folders looked at before others have their turn: a few milliseconds. */
const atOnce = 1000;

interface Folder {
  stamp: string;
  settled: boolean;
  folders: string[];
  files: string[];
  bare: boolean;
}

const stampOf = (stat: BigIntStats): string => [stat.dev, stat.ino, stat.size, stat.mode, stat.mtimeNs, stat.ctimeNs].join(' ');
const settled = (stat: BigIntStats): boolean => BigInt(Date.now()) * 1_000_000n - stat.ctimeNs > tick;

async function statOf(file: string): Promise<BigIntStats | undefined> {
  try {
    return await lstat(file, { bigint: true });
  } catch {
    return undefined;
  }
}

function statNow(folder: string): BigIntStats | undefined {
  try {
    return lstatSync(folder, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** In a git folder only some parts are looked into: objects may be many, and nothing runs them. */
const lookedInto = /^(hooks(\/.*)?|info|modules(\/.*)?|worktrees(\/[^/]+)?|logs(\/.*)?)$/;
const passedBy = /^modules\/(.*\/)?(objects|refs|logs)$/;
/** Besides what shared/policy/autorun.ts names: where else git is to look for settings, and links, through which git would write. */
const leadsAway = /(^|\/)(commondir|gitdir)$/;

/** Would files in a folder of this name run by themselves? A link in its place brings in whatever it leads to. */
const standsForFolder = (below: string): boolean => runsByItself(`${below}/x`) || runsByItself(`${below}/workflows/x`);

/** The part of a path that is inside of a git folder, '' for that folder; undefined outside of any. */
function withinGit(below: string, bare: ReadonlySet<string>): string | undefined {
  const names = below.split('/');
  const at = names.lastIndexOf('.git');
  if (at >= 0) return names.slice(at + 1).join('/');
  for (const [index] of names.entries()) if (bare.has(names.slice(0, index + 1).join('/'))) return names.slice(index + 1).join('/');
  return undefined;
}

/** `bare` collects folders that look like bare repositories: they are repositories to git. */
function wanted(root: string, folder: string, entries: readonly Dirent[], bare: Set<string>): Pick<Folder, 'folders' | 'files' | 'bare'> {
  const folders: string[] = [];
  const files: string[] = [];
  const inside = path.posix.relative(root, folder);
  const names = new Set(entries.map((entry) => entry.name));
  const isBare = withinGit(inside, bare) === undefined && names.has('HEAD') && names.has('objects') && names.has('refs');
  if (isBare) bare.add(inside);
  for (const entry of entries) {
    const file = path.posix.join(folder, entry.name);
    const below = path.posix.join(inside, entry.name);
    const git = withinGit(below, bare);
    if (entry.isDirectory()) {
      if (git === undefined || git === '' || (lookedInto.test(git) && !passedBy.test(git))) folders.push(file);
    } else if (git !== undefined && git !== '') {
      const runs = runsByItself(`.git/${git}`) && !git.endsWith('.sample');
      if (runs || leadsAway.test(git) || entry.isSymbolicLink()) files.push(file);
    } else if (runsByItself(below) || (entry.isSymbolicLink() && standsForFolder(below))) files.push(file);
  }
  return { folders, files, bare: isBare };
}

export interface AutorunFiles {
  watch(folder: string): Promise<{ changes(): Promise<AutorunChange[]> }>;
}

export interface AutorunOptions {
  /** Told of links that were taken away. */
  note(line: string): void;
  /** Knows which changes only bring what was committed before. */
  committed?: Committed;
}

export function createAutorunFiles({ note, committed }: AutorunOptions): AutorunFiles {
  /** Folders and files as they were seen last: what has not changed is not read again. */
  const caches = new Map<string, { folders: Map<string, Folder>; seen: View }>();

  const read = async (root: string, file: string, before: Seen | undefined): Promise<Seen | undefined> => {
    const stat = await statOf(file);
    if (!stat) return undefined;
    let target = file;
    let about = stat;
    if (stat.isSymbolicLink()) {
      const real = await realpath(file).catch(() => undefined);
      const there = real === undefined || !isBelow(real, root) ? undefined : await statOf(real);
      // A folder whose files are looked at themselves is as good as one in this place.
      if (real === undefined || !there || (there.isDirectory() && !standsForFolder(path.posix.relative(root, real)))) {
        const outside = await readlink(file).catch(() => '');
        return { stamp: stampOf(stat), mode: Number(stat.mode) & 0o7777, bytes: null, outside };
      }
      target = real;
      about = there;
    }
    const stamp = stampOf(about);
    const mode = Number(about.mode) & 0o7777;
    if (before && before.stamp === stamp && before.outside === undefined && settled(about)) return before;
    if (!about.isFile() || about.size > BigInt(mostBytes)) return { stamp, mode, bytes: null };
    try {
      const handle = await open(target, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
      try {
        return { stamp, mode, bytes: await handle.readFile() };
      } finally {
        await handle.close();
      }
    } catch {
      return { stamp, mode, bytes: null };
    }
  };

  const look = async (root: string): Promise<View> => {
    const last = caches.get(root);
    const folders = new Map<string, Folder>();
    const files: string[] = [];
    const bare = new Set<string>();
    const open = [root];
    // Asking one by one is several times faster than through Node's threads; every now and then others have their turn.
    for (let folder = open.pop(), count = 1; folder !== undefined; folder = open.pop(), count++) {
      if (count % atOnce === 0) await setImmediate();
      const stat = statNow(folder);
      if (!stat?.isDirectory()) continue;
      const stamp = stampOf(stat);
      let now = last?.folders.get(folder);
      if (!now?.settled || now.stamp !== stamp) {
        const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
        now = { stamp, settled: settled(stat), ...wanted(root, folder, entries, bare) };
      }
      if (now.bare) bare.add(path.posix.relative(root, folder));
      folders.set(folder, now);
      files.push(...now.files);
      open.push(...now.folders);
    }
    const seen: View = new Map();
    for (let at = 0; at < files.length; at += together) {
      const some = files.slice(at, at + together);
      const found = await Promise.all(some.map(async (file) => read(root, file, last?.seen.get(file))));
      for (const [index, one] of found.entries()) if (one) seen.set(some[index] ?? '', one);
    }
    caches.set(root, { folders, seen });
    return seen;
  };

  /** A link to a folder, or out of ours, that a command put there would be followed by whoever looks next. It goes, whatever it is. */
  const takeAway = async (file: string, to: string): Promise<void> => {
    await unlink(file).catch(() => undefined);
    note(`Took away the link ${file} to ${to}, which a command had made.`);
  };

  return {
    async watch(folder) {
      const root = await realpath(folder).catch((cause: unknown) => {
        throw new AppError('missing', `There is no folder ${folder}`, { cause });
      });
      await committed?.remember(root);
      const before = await look(root);
      return {
        async changes() {
          const after = await look(root);
          const found: AutorunChange[] = [];
          for (const file of new Set([...before.keys(), ...after.keys()])) {
            const was = before.get(file);
            let is = after.get(file);
            if (is?.outside !== undefined && is.outside !== was?.outside) {
              await takeAway(file, is.outside);
              is = undefined;
            }
            const [old, now] = [was?.bytes ?? null, is?.bytes ?? null];
            if (old === null && now !== null && plainSettings(file, now)) continue;
            const same = old === null || now === null ? old === now : old.equals(now) && was?.mode === is?.mode;
            if (!same) found.push({ path: file, before: old, after: now, mode: (now === null ? was : is)?.mode ?? 0o644 });
          }
          if (found.length === 0 || !committed) return found;
          const expected = await committed.known(root, found);
          return found.filter(({ path: file }) => !expected.has(file));
        },
      };
    },
  };
}
