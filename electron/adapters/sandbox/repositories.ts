import { type Dirent, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** A repository below a folder: `.git` is a folder or a file, or the folder itself looks like a bare one, which git obeys all the same. */
export interface FoundRepository {
  kind: 'folder' | 'file' | 'bare';
  /** The `.git` folder or file, or the bare repository. */
  path: string;
}

interface Known {
  modifiedAt: number;
  /** False: it may have changed again within the clock's last tick. */
  settled: boolean;
  folders: string[];
  repositories: FoundRepository[];
}

/** A scan that took long is good for this many times as long. */
const goodFor = 50;
const cheap = 5;
/** A folder whose time is younger than this when it is read may change without its time doing so, in milliseconds. */
const tick = 50;

function timeOf(folder: string): number | undefined {
  try {
    return statSync(folder, { throwIfNoEntry: false })?.mtimeMs;
  } catch {
    return undefined;
  }
}

function read(folder: string): Omit<Known, 'modifiedAt' | 'settled'> {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    return { folders: [], repositories: [] };
  }
  const folders: string[] = [];
  const repositories: FoundRepository[] = [];
  let parts = 0;
  for (const entry of entries) {
    const { name } = entry;
    if (name === 'HEAD' || name === 'objects' || name === 'refs') parts++;
    if (name === '.git') {
      const at = path.posix.join(folder, name);
      if (entry.isDirectory()) repositories.push({ kind: 'folder', path: at });
      else if (entry.isFile()) repositories.push({ kind: 'file', path: at });
    } else if (entry.isDirectory()) folders.push(path.posix.join(folder, name));
  }
  if (parts === 3) repositories.push({ kind: 'bare', path: folder });
  return { folders, repositories };
}

/** Finds repositories at any depth, links not followed. A folder is read again only when its time says that it has changed. */
export function createRepositories(): { below(root: string): FoundRepository[] } {
  const scans = new Map<string, { until: number; known: Map<string, Known>; found: FoundRepository[] }>();
  return {
    below(root) {
      const start = performance.now();
      const last = scans.get(root);
      if (last && start < last.until) return last.found;
      const known = new Map<string, Known>();
      const found: FoundRepository[] = [];
      const open = [root];
      for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
        const modifiedAt = timeOf(folder);
        if (modifiedAt === undefined) continue;
        let now = last?.known.get(folder);
        if (!now?.settled || now.modifiedAt !== modifiedAt) now = { ...read(folder), modifiedAt, settled: Date.now() - modifiedAt > tick };
        known.set(folder, now);
        open.push(...now.folders);
        found.push(...now.repositories);
      }
      const took = performance.now() - start;
      scans.set(root, { known, found, until: took > cheap ? performance.now() + took * goodFor : 0 });
      return found;
    },
  };
}
