import { randomBytes } from 'node:crypto';
import {
  type BigIntStats,
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import type { FileSide } from '../../../shared/domain/thread.ts';
import { AppError } from '../../../shared/errors.ts';

// Outside of the sandbox, where files are put back that a command changed, the command may exchange any part of a path for a link while
// we work. So every folder on the way is opened by itself, following no link, and names are used only within the handle of the last one.

export type Side = FileSide<Uint8Array>;

/** Larger ones are no settings: they are told apart by their stamp, and can only be moved aside. */
export const mostBytes = 16 * 1024 * 1024;
/** Linux's O_PATH, which Node does not name: opens what can be entered but not read. */
const asPlace = 0o10000000;
const folderOnly = asPlace | constants.O_DIRECTORY | constants.O_NOFOLLOW;

export const stampOf = (stat: BigIntStats): string => [stat.dev, stat.ino, stat.size, stat.mode, stat.mtimeNs, stat.ctimeNs].join(' ');
/** The part of a stamp that stays when the file is renamed. */
const sameFile = (stamp: string): string => stamp.split(' ').slice(0, 3).join(' ');

const codeOf = (thrown: unknown): string | undefined => (thrown as NodeJS.ErrnoException).code;
const absent: Side = { kind: 'absent' };

/** Calls back with the name of an entry within its folder's handle; undefined when there is no such folder, or a link on the way. */
function within<T>(file: string, make: boolean, use: (place: string, folder: string) => T): T | undefined {
  const names = path.dirname(file).split('/').filter(Boolean);
  let handle = openSync('/', folderOnly);
  try {
    for (const name of names) {
      const place = `/proc/self/fd/${handle}/${name}`;
      let next: number;
      try {
        next = openSync(place, folderOnly);
      } catch (thrown) {
        const code = codeOf(thrown);
        if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'ELOOP') throw thrown;
        if (!make) return undefined;
        if (code !== 'ENOENT') throw new AppError('unavailable', `A part of the path ${file} is a link or no folder.`);
        mkdirSync(place);
        next = openSync(place, folderOnly);
      }
      closeSync(handle);
      handle = next;
    }
    const folder = `/proc/self/fd/${handle}`;
    return use(`${folder}/${path.basename(file)}`, folder);
  } finally {
    closeSync(handle);
  }
}

function sideAt(place: string): Side {
  const stat = lstatSync(place, { bigint: true, throwIfNoEntry: false });
  if (!stat) return absent;
  const other = (what: string): Side => ({ kind: 'other', what, stamp: stampOf(stat) });
  if (stat.isSymbolicLink()) return { kind: 'link', target: readlinkSync(place) };
  if (stat.isDirectory()) return other('a folder');
  if (!stat.isFile()) return other('no plain file');
  if (stat.size > BigInt(mostBytes)) return other(`a file of ${stat.size} bytes`);
  let handle: number;
  try {
    handle = openSync(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    return other('a file that cannot be read');
  }
  try {
    const now = fstatSync(handle, { bigint: true });
    if (!now.isFile() || now.size > BigInt(mostBytes)) return { kind: 'other', what: 'a file that keeps changing', stamp: stampOf(now) };
    return { kind: 'file', bytes: readFileSync(handle), mode: Number(now.mode) & 0o7777 };
  } finally {
    closeSync(handle);
  }
}

/** What stands at a path. Behind a link there is nothing. */
export function lookAt(file: string): Side {
  try {
    return within(file, false, sideAt) ?? absent;
  } catch (thrown) {
    if (codeOf(thrown) !== 'EACCES') throw thrown;
    return { kind: 'other', what: 'something in a folder that cannot be entered', stamp: '' };
  }
}

export function alike(a: Side, b: Side): boolean {
  if (a.kind === 'file') return b.kind === 'file' && a.mode === b.mode && Buffer.compare(a.bytes, b.bytes) === 0;
  if (a.kind === 'link') return b.kind === 'link' && a.target === b.target;
  if (a.kind === 'other') return b.kind === 'other' && a.stamp === b.stamp;
  return b.kind === 'absent';
}

/** What can't be kept as bytes is not put back: where it was there may be nothing. */
const isStill = (now: Side, then: Side): boolean =>
  then.kind === 'other'
    ? now.kind === 'absent' || (now.kind === 'other' && sameFile(now.stamp) === sameFile(then.stamp))
    : alike(now, then);

/** No tool obeys a file of such a name. */
const asideName = (name: string, stamp: string): string => `${name.slice(0, 200)}.held-${stamp.split(' ')[1] ?? ''}`;
export const isAside = (name: string): boolean => /\.held-\d+$/.test(name);

/** Puts something beside the place and renames it there: whoever looks finds the old or the new, never a half. */
function putThere(place: string, folder: string, to: Exclude<Side, { kind: 'other' | 'absent' }>): void {
  const beside = `${folder}/.switchyard-${randomBytes(9).toString('hex')}`;
  if (to.kind === 'link') {
    symlinkSync(to.target, beside);
    return renameSync(beside, place);
  }
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const handle = openSync(beside, flags, 0o600);
  try {
    for (let at = 0; at < to.bytes.length; ) at += writeSync(handle, to.bytes, at);
    fchmodSync(handle, to.mode);
    fsyncSync(handle);
    renameSync(beside, place);
    // Somebody may have put another file under the name in between.
    if (lstatSync(place).ino !== fstatSync(handle).ino) throw new AppError('unavailable', 'Something else was put in its place meanwhile.');
  } catch (thrown) {
    try {
      unlinkSync(beside);
    } catch {
      // Renamed already.
    }
    throw thrown;
  } finally {
    closeSync(handle);
  }
}

function bringAt(file: string, from: Side, to: Side, place: string, folder: string): { done: 'done' | 'differs'; aside?: string } {
  const now = sideAt(place);
  if (to.kind !== 'other' && alike(now, to)) return { done: 'done' };
  if (!isStill(now, from)) return { done: 'differs' };
  const beside = (stamp: string): string => asideName(path.basename(file), stamp);
  let aside: string | undefined;
  if (now.kind === 'other') {
    aside = path.join(path.dirname(file), beside(now.stamp));
    renameSync(place, `${folder}/${path.basename(aside)}`);
  }
  if (to.kind === 'file' || to.kind === 'link') putThere(place, folder, to);
  else if (to.kind === 'other') {
    // What was moved aside comes back; what was like that before the command is gone with what the command wrote over it.
    const kept = `${folder}/${beside(to.stamp)}`;
    const stat = lstatSync(kept, { bigint: true, throwIfNoEntry: false });
    if (stat && sameFile(stampOf(stat)) === sameFile(to.stamp)) renameSync(kept, place);
    else {
      if (now.kind === 'file' || now.kind === 'link') unlinkSync(place);
      throw new AppError('unavailable', `it was ${to.what}, which is not kept, and there is nothing now.`);
    }
  } else if (now.kind !== 'other' && now.kind !== 'absent') unlinkSync(place);
  return { done: 'done', ...(aside === undefined ? {} : { aside }) };
}

/** Lets a folder of the user's be read and entered, by its handle. */
export function openUp(folder: string): void {
  within(`${folder}/.`, false, (_, handle) => chmodSync(handle, 0o700 | (statSync(handle).mode & 0o7777)));
}

/** Brings a path from one state to another; see AutorunPort. */
export function bring(file: string, from: Side, to: Side): { done: 'done' | 'differs'; aside?: string } {
  const attempt = (): { done: 'done' | 'differs'; aside?: string } | undefined =>
    within(file, to.kind !== 'absent', (place, folder) => {
      try {
        return bringAt(file, from, to, place, folder);
      } catch (thrown) {
        const code = codeOf(thrown);
        // A command may have closed the folder: it is the user's own all the same.
        if (code !== 'EACCES') throw thrown;
        chmodSync(folder, 0o700 | (statSync(folder).mode & 0o7777));
        return bringAt(file, from, to, place, folder);
      }
    });
  try {
    return attempt() ?? { done: 'done' };
  } catch (cause) {
    throw new AppError('unavailable', `${file} could not be changed: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
