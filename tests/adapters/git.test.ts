import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createGit } from '../../electron/adapters/git/git.ts';
import { tempFolder, tempRepo } from '../support/temp.ts';

const git = createGit();
const run = (cwd: string, ...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], { cwd, encoding: 'utf8' }).trim();

describe('what is checked out', () => {
  it('is a branch, also before its first commit and from a folder inside', async () => {
    const { path: repo } = tempRepo({ 'src/a.ts': 'a' });
    run(repo, 'switch', '--quiet', '--create', 'feature/one');
    expect(await git.head(repo)).toEqual({ branch: 'feature/one' });
    expect(await git.head(path.join(repo, 'src'))).toEqual({ branch: 'feature/one' });
    run(repo, 'switch', '--quiet', '--orphan', 'fresh');
    expect(await git.head(repo)).toEqual({ branch: 'fresh' });
  });

  it('is a commit when it is on no branch', async () => {
    const { path: repo } = tempRepo({ 'a.ts': 'a' });
    const commit = run(repo, 'rev-parse', 'HEAD');
    run(repo, 'switch', '--quiet', '--detach');
    expect(await git.head(repo)).toEqual({ commit: commit.slice(0, 7) });
  });

  it('is its own in a linked worktree', async () => {
    const { path: repo } = tempRepo({ 'a.ts': 'a' });
    const tree = path.join(tempFolder(), 'tree');
    run(repo, 'worktree', 'add', '--quiet', '-b', 'side', tree);
    expect(await git.head(tree)).toEqual({ branch: 'side' });
  });

  it('is nothing where there is no repository, and where HEAD makes no sense', async () => {
    const folder = tempFolder();
    expect(await git.head(folder)).toBeUndefined();
    expect(await git.head(path.join(folder, 'missing'))).toBeUndefined();
    mkdirSync(path.join(folder, '.git'));
    expect(await git.head(folder)).toBeUndefined();
    execFileSync('mkfifo', [path.join(folder, '.git', 'HEAD')]);
    expect(await git.head(folder)).toBeUndefined();
  });

  it('is asked of git where refs are kept in tables, which may run nothing of the repository', async () => {
    const folder = tempFolder();
    mkdirSync(path.join(folder, '.git'));
    writeFileSync(path.join(folder, '.git', 'HEAD'), 'ref: refs/heads/.invalid\n');
    const bin = tempFolder();
    const stub =
      '#!/bin/sh\ncase "$*" in "-c core.fsmonitor=false -c core.hooksPath=/dev/null symbolic-ref --short HEAD") echo tables;; *) exit 1;; esac\n';
    writeFileSync(path.join(bin, 'git'), stub);
    chmodSync(path.join(bin, 'git'), 0o755);
    vi.stubEnv('PATH', `${bin}${path.delimiter}${process.env['PATH']}`);
    try {
      expect(await git.head(folder)).toEqual({ branch: 'tables' });
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('runs no program that the repository names', async () => {
    const { path: repo } = tempRepo({ 'a.ts': 'a' });
    const mark = path.join(tempFolder(), 'ran');
    run(repo, 'config', 'core.fsmonitor', `touch ${mark}; false`);
    await git.head(repo);
    expect(existsSync(mark)).toBe(false);
  });
});
