import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A folder that is removed after the test; one that is made in a hook, when the tests' process ends. */
export function tempFolder(name = 'test'): string {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), `switchyard-${name}-`)));
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    onTestFinished(remove);
  } catch {
    process.once('exit', remove);
  }
  return folder;
}

/**
 * A folder of its own, removed after the test, that commands of agents see as everybody else does: of /tmp, where temporary folders and
 * perhaps this checkout lie, every thread has its own.
 */
export function outsideFolder(name = 'outside'): string {
  const near = path.resolve('.cache');
  const below = (folder: string): boolean => near.startsWith(`${folder}/`);
  // No other user's home either, nor ours: those have rules of their own.
  const base = ['/tmp', '/var/tmp', os.tmpdir()].some(below) ? '/var/cache/switchyard-tests' : near;
  mkdirSync(path.join(base, name), { recursive: true });
  const folder = realpathSync(mkdtempSync(path.join(base, name, `${name}-`)));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

export interface TempRepo {
  path: string;
  git(...args: string[]): string;
}

/** Writes files below a folder; names with slashes make folders. */
export function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

/** A real git repository with one commit of these files on `main`; the machine's own git settings stay out of it. */
export function tempRepo(files: Readonly<Record<string, string | Uint8Array>> = { 'README.md': '# Sample\n' }): TempRepo {
  const folder = tempFolder('repo');
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    GIT_CONFIG_GLOBAL: os.devNull,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_AUTHOR_DATE: '2030-01-01T00:00:00Z',
    GIT_COMMITTER_DATE: '2030-01-01T00:00:00Z',
  };
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: folder, env, encoding: 'utf8' });
  git('init', '--quiet', '--initial-branch=main');
  // In the repository, for the programs under test.
  git('config', 'user.name', 'Test');
  git('config', 'user.email', 'test@example.com');
  git('config', 'commit.gpgsign', 'false');
  git('config', 'core.autocrlf', 'false');
  writeFiles(folder, files);
  git('add', '--all');
  git('commit', '--quiet', '--allow-empty', '--message', 'first');
  return { path: folder, git };
}
