import { AppError } from '../../../shared/errors.ts';
import { environment } from './environment.ts';

/**
 * Makes `folder` a git repository whose one commit holds everything in it. It needs neither the user's name nor any of their settings:
 * hooks, templates and signing stay out of it.
 */
export async function initRepository(folder: string, message: string): Promise<void> {
  const { simpleGit } = await import('simple-git');
  const author = [
    '-c',
    'user.name=Switchyard',
    '-c',
    'user.email=switchyard@localhost',
    '-c',
    'commit.gpgSign=false',
    '-c',
    'core.hooksPath=/dev/null',
  ];
  try {
    // What simple-git calls unsafe here switches templates and hooks off.
    const git = simpleGit({ baseDir: folder, unsafe: { allowUnsafeTemplateDir: true, allowUnsafeHooksPath: true } }).env(environment());
    await git.raw(['init', '--quiet', '--template=', '--initial-branch=main']);
    await git.raw(['add', '--all', '--force']);
    await git.raw([...author, 'commit', '--quiet', '--no-verify', '-m', message]);
  } catch (error) {
    const reason = error instanceof Error ? error.message.trim() : String(error);
    throw new AppError('unavailable', `git could not make a repository of ${folder}: ${reason}`, {
      hint: 'Switchyard needs git 2.28 or newer in the PATH.',
      cause: error,
    });
  }
}
