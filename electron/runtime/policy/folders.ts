import path from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { FilesPort } from '../ports.ts';
import { inside } from './inside.ts';

/**
 * A project may be changed unasked: one that holds the home folder would open the shell's start files, and what begins with the session.
 * AppError `invalid`. `folder` is a real path.
 */
export async function checkProjectFolder(files: FilesPort, folder: string): Promise<void> {
  const home = (await files.realpath(files.home())) ?? files.home();
  if (!inside(home, folder)) return;
  const what = home === folder ? 'your home folder' : 'a folder with your home folder in it';
  throw new AppError(
    'invalid',
    `${folder} is ${what}: agents may change a project without asking, and that would be all of what starts with your session.`,
    { hint: 'Choose the folder below it that the work is in.' },
  );
}

const text = async (files: FilesPort, file: string): Promise<string> =>
  new TextDecoder().decode((await files.read(file, { from: 0, length: 4096 })) ?? new Uint8Array()).trim();

/** The git folder that the worktrees of a repository share; undefined where there is none. Real paths. Runs nothing. */
async function sharedGit(files: FilesPort, folder: string): Promise<string | undefined> {
  for (let at = folder; ; at = path.dirname(at)) {
    const dot = path.join(at, '.git');
    const kind = (await files.stat(dot))?.kind;
    if (kind === 'folder') return files.realpath(dot);
    if (kind === 'file') {
      const [, target] = /^gitdir: (.+)$/.exec(await text(files, dot)) ?? [];
      const own = target === undefined ? undefined : await files.realpath(path.resolve(at, target));
      if (own === undefined || path.basename(path.dirname(own)) !== 'worktrees') return own;
      // Anybody can write a `.git` file that names a repository: the repository has to know of it too.
      const back = path.resolve(own, await text(files, path.join(own, 'gitdir')));
      return (await files.realpath(back)) === dot ? path.dirname(path.dirname(own)) : undefined;
    }
    if (at === path.dirname(at)) return undefined;
  }
}

/** A thread works in its project or in a worktree of the same repository. AppError `invalid`. Both are real paths. */
export async function checkThreadFolder(files: FilesPort, cwd: string, project: string): Promise<void> {
  if (!inside(cwd, project)) {
    const [own, other] = [await sharedGit(files, project), await sharedGit(files, cwd)];
    if (own === undefined || own !== other)
      throw new AppError('invalid', `${cwd} lies neither in the project ${project} nor in a worktree of its repository.`, {
        hint: 'Add the folder as a project of its own.',
      });
  }
  await checkProjectFolder(files, cwd);
}
