import Database from 'better-sqlite3';
import { AppError } from '../../../shared/errors.ts';

/**
 * Takes the lock file, or answers undefined while another process holds it. The kernel frees it when its holder dies, however it dies:
 * SQLite's exclusive transaction is a lock on the open file. AppError `denied` or `conflict` when the file can't be one, with what to do.
 */
export function acquireLock(path: string): { release(): void } | undefined {
  let db: Database.Database | undefined;
  try {
    db = new Database(path, { timeout: 0 });
    db.exec('BEGIN EXCLUSIVE');
    const held = db;
    return { release: () => held.close() };
  } catch (cause) {
    db?.close();
    const code = (cause as { code?: unknown }).code;
    if (!(cause instanceof Error) || typeof code !== 'string' || !code.startsWith('SQLITE_')) throw cause;
    if (code.startsWith('SQLITE_BUSY')) return undefined;
    throw refusal(path, code, cause);
  }
}

/** Never `unavailable`: trying again does not mend such a file. */
function refusal(path: string, code: string, cause: Error): AppError {
  const why = `${cause.message}, ${code}`;
  if (/^SQLITE_(NOTADB|CORRUPT|FORMAT)/.test(code)) {
    return new AppError('conflict', `The lock file ${path} is not a lock file of Switchyard, or it is damaged (${why}).`, {
      hint: 'End every Switchyard that runs, then remove this file: it holds nothing but the lock and is made anew.',
      cause,
    });
  }
  if (/^SQLITE_(CANTOPEN|READONLY|PERM|AUTH)/.test(code)) {
    return new AppError('denied', `The lock file ${path} can not be opened for writing (${why}).`, {
      hint: 'Make it and its folder a file and a folder that you may write, or set SWITCHYARD_HOME to a folder of your own.',
      cause,
    });
  }
  return new AppError('unavailable', `The lock file ${path} could not be used (${why}).`, {
    hint: 'See whether its disk is full or failing, and try again.',
    cause,
  });
}
