import { closeSync, constants, openSync, readdirSync, readlinkSync, unlinkSync } from 'node:fs';
import path from 'node:path';
import { kindOf } from './git-pieces.ts';

// A git folder outside of the thread's folder is not among what is looked at after a command, and what is not there cannot be mounted.
// So what would lead git elsewhere, and that a command has made in it, goes when the command has ended.

/** Links in these folders git would write through, or be led away by. */
const within = (name: string): boolean => name === '' || name === 'info' || name === 'logs' || name.startsWith('logs/');

function leadsIn(git: string): string[] {
  const found: string[] = [];
  const open = [''];
  for (let below = open.pop(); below !== undefined; below = open.pop()) {
    const folder = path.posix.join(git, below);
    if (kindOf(folder) !== 'folder') continue;
    try {
      for (const entry of readdirSync(folder, { withFileTypes: true })) {
        const name = path.posix.join(below, entry.name);
        if (entry.isSymbolicLink() || name === 'commondir') found.push(name);
        else if (entry.isDirectory() && within(name)) open.push(name);
      }
    } catch {
      // What we may not look at no command of ours could change.
    }
  }
  return found;
}

/** By the handle of the folder, which may have become a link itself. */
function remove(file: string): void {
  const parent = path.posix.dirname(file);
  try {
    const fd = openSync(parent, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
    try {
      if (readlinkSync(`/proc/self/fd/${fd}`) === parent) unlinkSync(`/proc/self/fd/${fd}/${path.posix.basename(file)}`);
    } finally {
      closeSync(fd);
    }
  } catch {
    // It has gone, or is a folder, which leads nowhere.
  }
}

/** To be called when the command has ended. */
export function watchLeads(folders: readonly string[]): () => void {
  const before = folders.map((git) => ({ git, known: new Set(leadsIn(git)) }));
  return () => {
    for (const { git, known } of before) for (const name of leadsIn(git)) if (!known.has(name)) remove(path.posix.join(git, name));
  };
}
