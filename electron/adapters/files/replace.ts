import { hash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { lstat, mkdir, open, realpath, rename, rm, stat, unlink } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { FileWrite } from '../../runtime/ports.ts';
import { errnoOf, failure } from './failure.ts';

interface Staged {
  temp: string;
  target: string;
}

async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Where the bytes really go: a link stays a link and what it points to is replaced. */
async function targetOf(file: string): Promise<{ target: string; old: Stats | undefined }> {
  const target = await unlessMissing(realpath(file));
  if (target === undefined) {
    if ((await unlessMissing(lstat(file)))?.isSymbolicLink())
      throw new AppError('invalid', `Cannot write ${file}: it is a link to nothing`, {
        hint: 'Remove the link first.',
        data: { path: file },
      });
    return { target: file, old: undefined };
  }
  const old = await unlessMissing(stat(target));
  if (old && !old.isFile()) {
    const what = old.isDirectory() ? 'it is a folder, not a file' : 'it is no ordinary file';
    throw new AppError('invalid', `Cannot write ${file}: ${what}`, { hint: 'Name a file.', data: { path: file } });
  }
  return { target, old };
}

/**
 * The name is made from the target's, so that writing the same file again clears up what a killed program left.
 * Opened exclusively: a link planted under this name is removed, not followed.
 */
const tempOf = (target: string): string => path.join(path.dirname(target), `.${hash('sha256', target, 'hex').slice(0, 16)}.switchyard-tmp`);

async function stage(write: FileWrite, bytes: Uint8Array, folders: Set<string>, staged: Staged[]): Promise<void> {
  const { target, old } = await targetOf(write.path);
  const folder = path.dirname(target);
  if (!old) {
    const made = await mkdir(folder, { recursive: true });
    // A new folder lasts only when the folder that lists it has been flushed too.
    if (made !== undefined) for (let at = folder; at.length >= made.length; at = path.dirname(at)) folders.add(path.dirname(at));
  }
  folders.add(folder);
  const temp = tempOf(target);
  await unlessMissing(unlink(temp));
  const handle = await open(temp, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  staged.push({ temp, target });
  try {
    await handle.writeFile(bytes);
    const own = await handle.stat();
    if (old && (old.uid !== own.uid || old.gid !== own.gid)) await handle.chown(old.uid, old.gid).catch(() => undefined);
    // After the owner: a change of owner clears the set-id bits.
    await handle.chmod(write.mode & 0o7777);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function flushFolder(folder: string): Promise<void> {
  // Windows has no way to flush a folder, and some network disks refuse it.
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP', 'ENOENT'].includes(errnoOf(error) ?? '')) throw error;
  }
}

async function replace(writes: readonly FileWrite[]): Promise<void> {
  const folders = new Set<string>();
  const staged: Staged[] = [];
  let at = '';
  try {
    for (const write of writes) {
      at = write.path;
      if (!path.isAbsolute(at)) throw new AppError('invalid', `Cannot write ${at}: the path must be absolute`, { data: { path: at } });
      if (write.bytes) await stage(write, write.bytes, folders, staged);
      else if ((await unlessMissing(lstat(at)))?.isDirectory())
        throw new AppError('invalid', `Cannot delete ${at}: it is a folder, not a file`, { data: { path: at } });
    }
    for (let next = staged[0]; next; next = staged[0]) {
      at = next.target;
      await rename(next.temp, next.target);
      staged.shift();
    }
    for (const write of writes) {
      if (write.bytes) continue;
      at = write.path;
      if ((await unlessMissing(unlink(at).then(() => true))) === true) folders.add(path.dirname(at));
    }
    for (const folder of folders) {
      at = folder;
      await flushFolder(folder);
    }
  } catch (error) {
    for (const { temp } of staged) await rm(temp, { force: true }).catch(() => undefined);
    throw failure('write', at, error);
  }
}

export async function tidy(paths: readonly string[]): Promise<void> {
  for (const file of paths) {
    const { target } = await targetOf(file).catch(() => ({ target: file }));
    await rm(tempOf(target), { force: true }).catch(() => undefined);
  }
}

/** One replacement at a time: two that write the same file would share the name of its temporary file. */
export function createReplace(): (writes: FileWrite[]) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return async (writes) => {
    const mine = last.then(async () => replace(writes));
    last = mine.catch(() => undefined);
    return mine;
  };
}
