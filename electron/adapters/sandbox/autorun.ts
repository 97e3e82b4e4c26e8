import { type BigIntStats, type Dirent, lstatSync, readdirSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { AppError } from '../../../shared/errors.ts';
import { runsByItself } from '../../../shared/policy/autorun.ts';
import type { AutorunChange, AutorunPort, AutorunWatch } from '../../runtime/ports/autorun.ts';
import type { Committed } from './committed.ts';
import { plainlyAdded, plainSettings } from './git-settings.ts';
import { alike, bring, isAside, lookAt, openUp, type Side, stampOf } from './in-place.ts';
import type { KeptStates } from './kept-states.ts';
import { isBelow } from './places.ts';

// What mounts cannot keep from a command (new repositories, editor tasks, instructions of agents) is looked at before it and after it.

/** A file as it was seen. */
interface Seen {
  /** Changes with every change that the kernel knows of: nobody can set the time of change. */
  stamp: string;
  side: Side;
  /** Looked at only since a link of ours leads to it. */
  behind?: boolean;
}
type View = Map<string, Seen>;
/** Folders that cannot be read or entered, with their stamps. */
type Closed = ReadonlyMap<string, string>;

/** A file that changed less than this before it was read may change again without its time doing so: nanoseconds. */
const tick = 50_000_000n;
/** Folders looked at before others have their turn: a few milliseconds. */
const atOnce = 1000;

interface Folder {
  stamp: string;
  settled: boolean;
  folders: string[];
  files: string[];
  bare: boolean;
}

const settled = (stat: BigIntStats): boolean => BigInt(Date.now()) * 1_000_000n - stat.ctimeNs > tick;

function statNow(folder: string): BigIntStats | undefined {
  try {
    return lstatSync(folder, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

const isClosed = (stat: BigIntStats): boolean => Number(stat.uid) === process.geteuid?.() && (Number(stat.mode) & 0o500) !== 0o500;

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
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
    if (isAside(entry.name)) continue;
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

export interface AutorunOptions {
  /** Where the files' states are kept for as long as commands run. */
  kept: KeptStates;
  /** Knows which changes only bring what was committed before. */
  committed?: Committed;
}

interface Watching {
  root: string;
  before: View;
  /** What was allowed since. */
  allowed: Map<string, Side>;
  /** The folder of hooks that the sandbox keeps from commands, as the file system knows it. */
  hooks: string | undefined;
  closed: Closed;
}

const hooksOf = (root: string): string | undefined => {
  const stat = statNow(path.posix.join(root, '.git/hooks'));
  return stat?.isDirectory() === true ? `${stat.dev} ${stat.ino} ${stat.birthtimeNs}` : undefined;
};

/** In the thread's own repository nothing can be changed by a command that the sandbox keeps: it was a person, or a program of theirs. */
function notTheirs({ root, hooks }: Watching, file: string, was: Side, now: Side): boolean {
  const inside = path.posix.relative(path.posix.join(root, '.git'), file);
  if (inside.startsWith('hooks/')) return hooks !== undefined && hooksOf(root) === hooks;
  // A file's cover goes when another is renamed over it. So what may be the command's after that has to be harmless.
  return inside === 'config' && was.kind === 'file' && now.kind === 'file' && plainlyAdded(file, was.bytes, now.bytes);
}

export function createAutorunFiles({ kept, committed }: AutorunOptions): AutorunPort {
  /** Folders and files as they were seen last: what has not changed is not read again. */
  const caches = new Map<string, { folders: Map<string, Folder>; seen: View; closed: Closed }>();
  const watches = new Set<Watching>();
  /** What was there before the first command below a folder. */
  const firsts = new Map<string, View>();
  /** From where the next watch of a folder has to go on, since what an earlier one had to tell is not known. */
  const owed = new Map<string, Watching>();

  /** On disk stands what was before the oldest command that runs, with what was allowed since. */
  const keep = (root: string): void => {
    const oldest = [...watches].find((each) => each.root === root);
    if (!oldest) return kept.release(root);
    kept.keep(root, new Map([...[...oldest.before].map(([file, { side }]) => [file, side] as const), ...oldest.allowed]));
  };
  const allow = (file: string, side: Side): void => {
    const touched = [...watches].filter(({ root }) => isBelow(file, root));
    for (const { allowed } of touched) allowed.set(file, side);
    for (const root of new Set(touched.map((each) => each.root))) keep(root);
  };

  const read = (file: string, before: Seen | undefined): Seen | undefined => {
    const stat = statNow(file);
    if (!stat) return undefined;
    const stamp = stampOf(stat);
    if (before && before.stamp === stamp && before.side.kind !== 'other' && settled(stat)) return before;
    return { stamp, side: lookAt(file) };
  };

  /** `before`: what was closed before a command. What it has closed itself may be opened by it any time: it is opened now. */
  const look = async (root: string, before?: Closed): Promise<View> => {
    const last = caches.get(root);
    const folders = new Map<string, Folder>();
    const files: string[] = [];
    const bare = new Set<string>();
    const closed = new Map<string, string>();
    const open = [root];
    // Asking one by one is several times faster than through Node's threads; every now and then others have their turn.
    for (let folder = open.pop(), count = 1; folder !== undefined; folder = open.pop(), count++) {
      if (count % atOnce === 0) await setImmediate();
      let stat = statNow(folder);
      if (!stat?.isDirectory()) continue;
      if (isClosed(stat)) {
        if (before && before.get(folder) !== stampOf(stat)) {
          openUp(folder);
          stat = statNow(folder) ?? stat;
        } else closed.set(folder, stampOf(stat));
      }
      const stamp = stampOf(stat);
      let now = last?.folders.get(folder);
      if (!now?.settled || now.stamp !== stamp) {
        now = { stamp, settled: settled(stat), ...wanted(root, folder, entriesOf(folder), bare) };
      }
      if (now.bare) bare.add(path.posix.relative(root, folder));
      folders.set(folder, now);
      files.push(...now.files);
      open.push(...now.folders);
    }
    const seen: View = new Map();
    for (const [index, file] of files.entries()) {
      if (index % atOnce === atOnce - 1) await setImmediate();
      const one = read(file, last?.seen.get(file));
      if (one) seen.set(file, one);
    }
    for (const [file, { side }] of Array.from(seen)) {
      if (side.kind !== 'link') continue;
      // What a link of ours leads to is obeyed as if it stood there.
      const real = await realpath(file).catch(() => undefined);
      if (real === undefined || !isBelow(real, root) || seen.has(real) || statNow(real)?.isFile() !== true) continue;
      const one = read(real, last?.seen.get(real));
      if (one) seen.set(real, { ...one, behind: true });
    }
    caches.set(root, { folders, seen, closed });
    return seen;
  };

  const changesOf = async (watching: Watching): Promise<AutorunChange[]> => {
    const { root, before, allowed } = watching;
    const after = await look(root, watching.closed);
    const found: AutorunChange[] = [];
    for (const file of [...new Set([...before.keys(), ...after.keys()])].sort()) {
      const then = before.get(file);
      // Whatever a new link leads to was there without it: the link is the change.
      if (!then && after.get(file)?.behind === true) continue;
      if (then && then === after.get(file) && !allowed.has(file)) continue;
      const now = after.get(file)?.side ?? lookAt(file);
      const was = then?.side ?? { kind: 'absent' };
      if (alike(now, was)) continue;
      const granted = allowed.get(file);
      if (granted && alike(now, granted)) continue;
      if (was.kind === 'absent' && now.kind === 'file' && plainSettings(file, now.bytes)) continue;
      if (notTheirs(watching, file, granted ?? was, now)) {
        watching.allowed.set(file, now);
        continue;
      }
      // `git stash pop` brings what a person had left there: it is theirs.
      const first = firsts.get(root)?.get(file)?.side ?? { kind: 'absent' };
      if (first.kind !== 'absent' && alike(now, first) && !path.posix.relative(root, file).split('/').includes('.git')) continue;
      found.push({ path: file, before: granted ?? was, after: now });
    }
    if (found.length === 0 || !committed) return found;
    const expected = await committed.known(root, found);
    return found.filter(({ path: file }) => !expected.has(file));
  };

  const begin = (watching: Watching, ended: () => void): AutorunWatch => {
    watches.add(watching);
    return {
      async changes() {
        try {
          return await changesOf(watching);
        } catch (thrown) {
          owed.set(watching.root, owed.get(watching.root) ?? watching);
          throw thrown;
        }
      },
      end() {
        watches.delete(watching);
        ended();
      },
    };
  };
  const rootOf = async (folder: string): Promise<string> =>
    realpath(folder).catch((cause: unknown) => {
      throw new AppError('missing', `There is no folder ${folder}`, { cause });
    });

  return {
    async watch(folder) {
      const root = await rootOf(folder);
      await committed?.remember(root);
      const earlier = owed.get(root);
      owed.delete(root);
      const before = earlier?.before ?? (await look(root));
      if (!firsts.has(root)) firsts.set(root, before);
      const watching: Watching = {
        root,
        before,
        allowed: new Map(earlier?.allowed),
        hooks: hooksOf(root),
        closed: earlier?.closed ?? caches.get(root)?.closed ?? new Map(),
      };
      const watch = begin(watching, () => {
        if (owed.get(root) !== watching) keep(root);
      });
      keep(root);
      return watch;
    },
    async cutOff(folder) {
      const root = await realpath(folder).catch(() => undefined);
      const left = root === undefined ? undefined : kept.left(root);
      if (root === undefined || !left) return { changes: async () => [], end: () => undefined };
      await committed?.remember(root);
      const before: View = new Map([...left].map(([file, side]) => [file, { stamp: '', side }]));
      return begin({ root, before, allowed: new Map(), hooks: undefined, closed: new Map() }, () => kept.forget(root));
    },
    permit: allow,
    async bring(file, from, to) {
      const brought = bring(file, from, to);
      // Nobody else who watches is to take it for a change of a command.
      if (brought.done === 'done') allow(file, to);
      return brought;
    },
  };
}
