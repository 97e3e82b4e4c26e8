import type { NetworkAccess, PathAccess } from './profile.ts';

/**
 * What the operating system is told to enforce for one command, or for the tools that read and write files: a profile with its places
 * filled in, the thread's grants and the organisation's policy on top. Everything that no rule fits may be neither read nor written.
 */
export interface Confinement {
  /** Absolute paths, some with globs; the deepest that fits wins, then one without a glob, then deny over write over read. */
  paths: { path: string; access: PathAccess }[];
  network: { access: NetworkAccess; hosts: string[] };
  /** Names of environment variables that are kept besides the usual ones. */
  environment: string[];
  /** The thread's folder: git's hooks and config of every repository in it are protected. */
  worktree: string;
  /**
   * Commands with the same word here (a thread's id) see each other's servers and share a temporary folder. Without it each has its own.
   */
  group?: string;
}
