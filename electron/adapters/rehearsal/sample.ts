import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../../shared/errors.ts';

/**
 * Puts a scratch copy of the sample project at `to`, as a git repository with one commit. A folder that is there already is left as it
 * is: it may hold a person's own changes. `initRepository` is the git adapter's. The copy appears whole or not at all.
 */
export async function prepareSample({
  from,
  to,
  initRepository,
}: {
  from: string;
  to: string;
  initRepository(folder: string, message: string): Promise<void>;
}): Promise<{ made: boolean }> {
  if (existsSync(to) && readdirSync(to).length > 0) return { made: false };
  const beside = `${to}.${randomBytes(4).toString('hex')}`;
  try {
    mkdirSync(path.dirname(to), { recursive: true });
    cpSync(from, beside, { recursive: true });
    await initRepository(beside, 'The sample project as it comes with Switchyard');
    renameSync(beside, to);
    return { made: true };
  } catch (error) {
    rmSync(beside, { recursive: true, force: true });
    // Somebody else was faster: theirs is as good.
    if (existsSync(path.join(to, '.git'))) return { made: false };
    if (error instanceof AppError) throw error;
    throw new AppError(
      'unavailable',
      `The sample project cannot be put into ${to}: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}
