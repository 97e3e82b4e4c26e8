import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import type { GitHead } from '../../../shared/domain/project.ts';
import type { GitPort } from '../../runtime/ports.ts';
import { environment } from './environment.ts';

/** HEAD, and the `.git` file of a linked worktree, are one line each. */
const mostBytes = 4096;

/** The first line of a small regular file; undefined where there is none such. */
async function firstLine(file: string): Promise<string | undefined> {
  try {
    // Without waiting: a pipe of that name may have nobody at its other end.
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      if (!(await handle.stat()).isFile()) return undefined;
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(mostBytes), 0, mostBytes, 0);
      return buffer.toString('utf8', 0, bytesRead).split('\n', 1)[0]?.trim();
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}

/** Where HEAD of the repository around a folder lies: in its `.git` folder, or where a linked worktree's `.git` file points to. */
async function gitFolder(folder: string): Promise<string | undefined> {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const dot = path.join(at, '.git');
    const kind = await stat(dot).catch(() => undefined);
    if (kind?.isDirectory()) return dot;
    const target = kind?.isFile() ? /^gitdir: (.+)$/.exec((await firstLine(dot)) ?? '')?.[1] : undefined;
    if (target !== undefined) return path.resolve(at, target);
    if (at === path.dirname(at)) return undefined;
  }
}

/** What git itself says, with everything switched off by which a repository could make it run something. */
async function asked(folder: string): Promise<GitHead | undefined> {
  try {
    const { simpleGit } = await import('simple-git');
    const git = simpleGit({ baseDir: folder, unsafe: { allowUnsafeFsMonitor: true, allowUnsafeHooksPath: true } }).env(environment());
    const branch = await git.raw(['-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', 'symbolic-ref', '--short', 'HEAD']);
    return { branch: branch.trim() };
  } catch {
    return undefined;
  }
}

/** Git repositories, without ever running what is in them. */
export function createGit(): GitPort {
  return {
    head: async (folder) => {
      const git = await gitFolder(folder);
      const head = git === undefined ? undefined : await firstLine(path.join(git, 'HEAD'));
      const branch = /^ref: refs\/heads\/(.+)$/.exec(head ?? '')?.[1];
      // So stands it in a repository that keeps its refs in tables.
      if (branch === '.invalid') return asked(folder);
      if (branch !== undefined) return { branch };
      return head !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(head) ? { commit: head.slice(0, 7) } : undefined;
    },
  };
}
