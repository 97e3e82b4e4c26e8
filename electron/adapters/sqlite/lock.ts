import Database from 'better-sqlite3';

/**
 * Takes the lock file, or answers undefined while another process holds it. The kernel frees it when its holder dies, however it dies:
 * SQLite's exclusive transaction is a lock on the open file.
 */
export function acquireLock(path: string): { release(): void } | undefined {
  const db = new Database(path, { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    db.close();
    if (cause instanceof Error && (cause as { code?: string }).code?.startsWith('SQLITE_BUSY')) return undefined;
    throw cause;
  }
  return { release: () => db.close() };
}
