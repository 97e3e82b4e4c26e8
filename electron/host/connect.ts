// The way in for every shell: a client of the data folder's owner, which this process becomes when there is none.
import { randomUUID } from 'node:crypto';
import { type Client, createClient, type Link } from '../../shared/client/client.ts';
import { AppError } from '../../shared/errors.ts';
import { createMemoryPair } from './channels/memory.ts';
import { findHome, makeHome } from './home.ts';
import { type OwnerNote, type OwnerRole, readOwner } from './lock.ts';
import type { Owner, OwnerParts } from './owner.ts';
import { programVersion } from './program.ts';
import { reachOwner } from './reach.ts';
import type { RunConfined } from './run-confined.ts';

export type { OwnerNote } from './lock.ts';
export { findHome, makeHome, programVersion };

interface ConnectOptions {
  home?: string;
  /** What this client is called, for people who read logs. */
  client: string;
  /** Provider keys of this environment. */
  keys: Record<string, string>;
  role?: OwnerRole;
  /** Why close() takes its time; called once. */
  onStaying?(why: string): void;
  /** So many commands in the background are ended by close(). */
  onEnding?(count: number): void;
  boot?: OwnerParts['boot'];
  /** How long an owner may be out of reach, in milliseconds. */
  deadline?: number;
}

/** A connected client. An owner's `close()` waits until no other process is attached and nothing runs; `now` ends all that. */
export type Connection = Omit<Client, 'close'> & { close(options?: { now?: boolean }): Promise<void> };

const timing = {
  later: (ms: number, callback: () => void): (() => void) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  newId: () => randomUUID(),
};

export async function connect(options: ConnectOptions): Promise<Connection> {
  const home = options.home ?? findHome();
  makeHome(home);
  let owner: Owner | undefined;

  const open = async (): Promise<Link> => {
    const note = readOwner(home);
    // First the socket: reaching an owner needs neither the database nor the runtime in this process.
    const reached = await reachOwner(home);
    if (reached) return { channel: reached.channel, token: reached.note.token, owner: false };
    // Killed, or closing: the lock will tell.
    const { becomeOwner } = await import('./owner.ts');
    const { boot, role = 'shell' } = options;
    owner = await becomeOwner({ home, role, ...(boot ? { boot } : {}) });
    if (!owner) {
      throw new AppError(
        'unavailable',
        `The data folder ${home} is in use, but its owner${note ? ` (process ${note.pid})` : ''} does not answer.`,
        {
          hint: 'If it hangs, end that process and try again.',
        },
      );
    }
    const [near, far] = createMemoryPair();
    owner.serve(far);
    return { channel: near, token: owner.note.token, owner: true };
  };

  const { end, ...client } = await createClient({
    client: options.client,
    keys: options.keys,
    open,
    deadline: options.deadline ?? 15_000,
    ...timing,
  });
  return {
    ...client,
    close: async ({ now = false } = {}) => {
      if (owner && !now) await owner.rest({ onStaying: options.onStaying, onEnding: options.onEnding });
      end();
      await owner?.close();
      owner = undefined;
    },
  };
}

/** Those of the named variables that are set and not empty. */
export function keysFrom(env: Record<string, string | undefined>, names: readonly string[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of names) if (env[name]) found[name] = env[name];
  return found;
}

/** The names that every shell hands over; those of configured providers come on top once the settings are known. */
export const usualKeys = ['OPENAI_API_KEY', 'OPENAI_BASE_URL'] as const;

/** Whoever owns the data folder now, when it answers. */
export async function findOwner(home: string = findHome()): Promise<OwnerNote | undefined> {
  const reached = await reachOwner(home);
  reached?.channel.close();
  return reached?.note;
}

/** Keys at rest: the operating system's keychain, or an encrypted file that says so. */
export async function openKeychain(home: string = findHome()): Promise<ReturnType<typeof createKeychain>> {
  makeHome(home);
  const { createKeychain } = await import('../adapters/keychain/keychain.ts');
  return createKeychain({ home });
}

/** A copy of the bundled sample project, and what to ask for in it. */
export async function prepareSample(home: string = findHome()): Promise<{ folder: string; prompt: string; allow: string[] }> {
  return (await import('./sample.ts')).prepareSample(home);
}

/** Runs one command as an agent's would be. */
export async function runConfined(options: RunConfined): Promise<number> {
  return (await import('./run-confined.ts')).runConfined(options);
}
