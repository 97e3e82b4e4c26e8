import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { AppError } from '../../../shared/errors.ts';
import type { HolderName } from './holders.ts';

/** One secret: AES-256-GCM with a nonce of its own, its name authenticated with it. Base64. */
export interface Sealed {
  iv: string;
  tag: string;
  data: string;
}
/** What stands in keys.enc. Names are readable, so that looking for a secret that is not there needs no key. */
export interface Vault {
  version: 1;
  /** Names the encryption key in its holder. */
  id: string;
  holder: HolderName;
  note: string;
  secrets: Record<string, Sealed>;
}

export function seal(key: string, name: string, value: string): Sealed {
  const iv = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key, 'hex'), iv).setAAD(Buffer.from(name));
  const data = Buffer.concat([cipher.update(value, 'utf8'), cipher.final()]);
  return { iv: iv.toString('base64'), tag: cipher.getAuthTag().toString('base64'), data: data.toString('base64') };
}

/** Undefined when the key is another one or a byte was changed. */
export function open(key: string, name: string, sealed: Sealed): string | undefined {
  try {
    const decipher = createDecipheriv('aes-256-gcm', Buffer.from(key, 'hex'), Buffer.from(sealed.iv, 'base64'), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(name)).setAuthTag(Buffer.from(sealed.tag, 'base64'));
    return Buffer.concat([decipher.update(Buffer.from(sealed.data, 'base64')), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

const failure = (file: string, what: string, error: unknown): AppError =>
  new AppError('unavailable', `${file} cannot be ${what}: ${error instanceof Error ? error.message : String(error)}`, {
    hint: 'Make sure that the folder is yours and the disk is not full.',
    cause: error,
  });

export function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw failure(file, 'read', error);
  }
}

/** All or nothing, for the owner's eyes only, and on the disk when it returns. */
export function writePrivate(file: string, text: string): void {
  const beside = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    const handle = openSync(beside, 'wx', 0o600);
    try {
      writeSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw failure(file, 'written', error);
  }
}

export function readVault(file: string): Vault | undefined {
  const text = readText(file);
  if (text === undefined) return undefined;
  try {
    const vault = JSON.parse(text) as Vault;
    const sealed = Object.values(vault.secrets);
    const whole = sealed.every(({ iv, tag, data }) => [iv, tag, data].every((part) => typeof part === 'string'));
    if (vault.version === 1 && typeof vault.id === 'string' && typeof vault.note === 'string' && whole) return vault;
  } catch {
    // Told below, like any other damage.
  }
  throw damaged(file);
}

export function damaged(file: string): AppError {
  return new AppError('invalid', `${file} is damaged, or was written by a newer Switchyard.`, {
    hint: 'Delete it and keep your keys anew with `switchyard keys set NAME`.',
  });
}

const lockPatienceMs = 10_000;
// Longer than a keychain may take to answer twice.
const lockAgeMs = 150_000;

/** One writer at a time, over all processes. What a dead one left behind is taken away after a while. */
export async function locked<T>(file: string, work: () => T | Promise<T>): Promise<T> {
  const lock = `${file}.lock`;
  const until = Date.now() + lockPatienceMs;
  for (;;) {
    try {
      closeSync(openSync(lock, 'wx', 0o600));
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw failure(lock, 'written', error);
      const made = statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
      if (made !== undefined && Date.now() - made > lockAgeMs) rmSync(lock, { force: true });
      else if (Date.now() > until)
        throw new AppError('unavailable', 'Another Switchyard is writing its keys.', { hint: `Try again. If none runs, delete ${lock}.` });
      else await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}
