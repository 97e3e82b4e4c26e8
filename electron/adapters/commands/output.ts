import { closeSync, type FSWatcher, fstatSync, openSync, readSync, statSync, watch } from 'node:fs';
import { AppError } from '../../../shared/errors.ts';
import type { OutputPart } from '../../runtime/ports.ts';

export function readOutput(file: string, { from, length }: { from: number; length: number }): OutputPart {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch (cause) {
    throw new AppError('missing', `There is no output in ${file}`, { cause });
  }
  try {
    const total = fstatSync(fd).size;
    const bytes = Buffer.allocUnsafe(Math.max(0, Math.min(length, total - from)));
    let read = 0;
    while (read < bytes.length) {
      const more = readSync(fd, bytes, read, bytes.length - read, from + read);
      if (more === 0) break;
      read += more;
    }
    return { bytes: bytes.subarray(0, read), total };
  } finally {
    closeSync(fd);
  }
}

/** Milliseconds between two calls: just under thirty a second. */
const pace = 34;

/** Calls back when the file has grown, soon and then at that pace. The answer ends it. Keeps no process alive. */
export function watchOutput(file: string, callback: () => void): () => void {
  let watcher: FSWatcher | undefined;
  let timer: NodeJS.Timeout | undefined;
  let calledAt = -Infinity;
  let size = 0;
  let ended = false;

  const check = (): void => {
    timer = undefined;
    const now = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (now !== size) {
      size = now;
      calledAt = performance.now();
      callback();
    }
    if (!watcher) look();
  };
  const look = (): void => {
    if (ended || timer) return;
    // Without a watcher this is polling.
    const due = watcher ? Math.max(0, calledAt + pace - performance.now()) : pace;
    timer = setTimeout(check, due);
    timer.unref();
  };
  const unwatch = (): void => {
    watcher?.close();
    watcher = undefined;
  };
  try {
    watcher = watch(file, { persistent: false }, look);
    watcher.on('error', () => {
      unwatch();
      look();
    });
  } catch {
    // No file yet, no watches left, or a disk that has none.
  }
  // What stands there already.
  timer = setTimeout(check, 0);
  timer.unref();
  return () => {
    ended = true;
    clearTimeout(timer);
    unwatch();
  };
}
