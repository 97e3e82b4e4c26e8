import { hash } from 'node:crypto';
import { constants, type Dirent, type Stats } from 'node:fs';
import { type FileHandle, lstat, open, readdir, realpath, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { FileEntry, FileStat, FilesPort } from '../../runtime/ports.ts';
import { errnoOf, failure } from './failure.ts';
import { createReplace, tidy } from './replace.ts';

export interface FilesOptions {
  /** Instead of the user's home folder. */
  home?: string;
}

/** How many entries of a folder are looked at together: enough to hide a slow disk, few enough to leave the others their turn. */
const together = 64;
const chunk = 64 * 1024;

const kindOf = (entry: Stats | Dirent): 'file' | 'folder' | 'other' => {
  if (entry.isFile()) return 'file';
  return entry.isDirectory() ? 'folder' : 'other';
};

/** A missing file is undefined; everything else that goes wrong says what and where. */
async function present<T>(doing: string, file: string, work: () => Promise<T>): Promise<T | undefined> {
  if (!path.isAbsolute(file)) throw new AppError('invalid', `Cannot ${doing} ${file}: the path must be absolute`, { data: { path: file } });
  try {
    return await work();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw failure(doing, file, error);
  }
}

async function readPart(handle: FileHandle, size: number, range: { from: number; length: number }): Promise<Uint8Array> {
  // Files of the kernel (/proc) say that they are empty; these are read to the end of the range.
  const length = size === 0 ? range.length : Math.max(0, Math.min(range.length, size - range.from));
  const parts: Buffer[] = [];
  let read = 0;
  while (read < length) {
    const part = Buffer.allocUnsafe(size === 0 ? Math.min(chunk, length - read) : length - read);
    const { bytesRead } = await handle.read(part, 0, part.length, range.from + read);
    if (bytesRead === 0) break;
    parts.push(part.subarray(0, bytesRead));
    read += bytesRead;
  }
  return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
}

async function entryOf(folder: string, entry: Dirent): Promise<FileEntry | undefined> {
  const { name } = entry;
  if (entry.isSymbolicLink()) return { name, kind: 'link', bytes: 0 };
  const kind = kindOf(entry);
  if (kind !== 'file') return { name, kind, bytes: 0 };
  try {
    return { name, kind, bytes: (await lstat(path.join(folder, name))).size };
  } catch {
    // Gone since the folder was read.
    return undefined;
  }
}

/** Files of this machine. Paths are absolute; links are followed. */
export function createFiles({ home }: FilesOptions = {}): FilesPort {
  return {
    home: () => home ?? os.homedir(),

    realpath: async (file) => present('find', file, async () => realpath(file)),

    stat: async (file) =>
      present('look at', file, async (): Promise<FileStat> => {
        const found = await stat(file);
        return { kind: kindOf(found), bytes: found.size, mode: found.mode & 0o7777, modifiedAt: found.mtimeMs };
      }),

    read: async (file, range) =>
      present('read', file, async () => {
        // Without O_NONBLOCK a named pipe would wait here for somebody to write.
        const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
        try {
          const found = await handle.stat();
          const kind = kindOf(found);
          if (kind !== 'file') {
            const what = kind === 'folder' ? 'it is a folder, not a file' : 'it is no ordinary file';
            throw new AppError('invalid', `Cannot read ${file}: ${what}`, { hint: 'Name a file.', data: { path: file } });
          }
          return range ? await readPart(handle, found.size, range) : await handle.readFile();
        } finally {
          await handle.close();
        }
      }),

    list: async (folder) =>
      present('list', folder, async () => {
        const found = await readdir(folder, { withFileTypes: true });
        found.sort((a, b) => (a.name < b.name ? -1 : 1));
        const entries: FileEntry[] = [];
        for (let at = 0; at < found.length; at += together) {
          const some = await Promise.all(found.slice(at, at + together).map(async (entry) => entryOf(folder, entry)));
          entries.push(...some.filter((entry) => entry !== undefined));
        }
        return entries;
      }),

    replace: createReplace(),
    tidy,

    hash: (bytes) => hash('sha256', bytes, 'hex'),
  };
}
