// Who owns the data folder: a lock that the kernel frees, and a note beside it that says where the owner listens.
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';

/** `shell`: a command that ends by itself. `daemon` and `window` stay. */
export type OwnerRole = 'shell' | 'daemon' | 'window';

export interface OwnerNote {
  pid: number;
  address: string;
  token: string;
  program: string;
  role: OwnerRole;
}

/** Longer paths don't fit into a socket's address (104 bytes on macOS, 108 on Linux). */
const longestAddress = 100;

interface Ownership {
  note: OwnerNote;
  /** Says in the folder where the owner listens: from now on others can attach. */
  publish(): void;
  /** Nobody new finds it. */
  withdraw(): void;
  release(): void;
}

const lockFile = (home: string): string => path.join(home, 'owner.lock');
const noteFile = (home: string): string => path.join(home, 'owner.json');

/** Becomes the owner, or answers undefined when somebody is. */
export async function takeOwnership(home: string, parts: { program: string; role: OwnerRole }): Promise<Ownership | undefined> {
  const { acquireLock } = await import('../adapters/sqlite/lock.ts');
  const lock = acquireLock(lockFile(home));
  if (!lock) return undefined;
  try {
    // An owner that was killed leaves these behind.
    rmSync(noteFile(home), { force: true });
    const address = addressOf(home);
    if (process.platform !== 'win32') rmSync(address, { force: true });
    const note: OwnerNote = { pid: process.pid, address, token: randomBytes(32).toString('base64url'), ...parts };
    return {
      note,
      publish: () => {
        if (process.platform !== 'win32') chmodSync(address, 0o600);
        const fresh = `${noteFile(home)}.${process.pid}`;
        writeFileSync(fresh, `${JSON.stringify(note)}\n`, { mode: 0o600 });
        renameSync(fresh, noteFile(home));
      },
      withdraw: () => rmSync(noteFile(home), { force: true }),
      release: () => {
        if (process.platform !== 'win32') rmSync(address, { force: true });
        lock.release();
      },
    };
  } catch (thrown) {
    lock.release();
    throw thrown;
  }
}

/** What the present owner says about itself, or the last one that was killed; undefined when there is none. */
export function readOwner(home: string): OwnerNote | undefined {
  try {
    const note = JSON.parse(readFileSync(noteFile(home), 'utf8')) as Partial<OwnerNote>;
    const { pid, address, token, program, role } = note;
    if (typeof pid !== 'number' || typeof address !== 'string' || typeof token !== 'string' || typeof program !== 'string')
      return undefined;
    return { pid, address, token, program, role: role ?? 'shell' };
  } catch {
    return undefined;
  }
}

/** Where the owner of this folder listens. */
export function addressOf(home: string): string {
  const hash = createHash('sha256').update(home).digest('hex').slice(0, 20);
  if (process.platform === 'win32') return `\\\\.\\pipe\\switchyard-${hash}`;
  const near = path.join(home, 'owner.sock');
  if (Buffer.byteLength(near) <= longestAddress) return near;
  const folder = path.join(tmpdir(), `switchyard-${userInfo().uid}-${hash}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // The temporary folder is everybody's: one that somebody else made under this name is not ours to use.
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== userInfo().uid || (found.mode & 0o077) !== 0) {
    throw new AppError('denied', `The folder ${folder} belongs to somebody else or is open to others.`, {
      hint: 'Remove it, or set SWITCHYARD_HOME to a shorter path.',
    });
  }
  return path.join(folder, 'owner.sock');
}
