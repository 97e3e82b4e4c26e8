import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { type Holder, type HolderName, systemHolder } from './holders.ts';
import { type Run, runProgram } from './run.ts';
import { damaged, locked, open, readText, readVault, seal, type Vault, writePrivate } from './vault.ts';

/**
 * Secrets by name. They lie encrypted in `<home>/keys.enc`; the one key that opens them lies in the operating system's keychain or,
 * where none answers, in `<home>/keys.key`. Asking for a name that is not kept starts no program.
 */
export interface Keychain {
  get(name: string): Promise<string | undefined>;
  set(name: string, value: string): Promise<void>;
  /** False when it was not there. */
  remove(name: string): Promise<boolean>;
  names(): string[];
  /** Where secrets are, what that protects against and what not, in one or two sentences. */
  where(): string;
}

const nameForm = /^[A-Za-z0-9][A-Za-z0-9_.:/@-]{0,199}$/;

export function createKeychain({
  home,
  platform = process.platform,
  run = runProgram,
}: {
  home: string;
  platform?: NodeJS.Platform;
  run?: Run;
}): Keychain {
  const file = path.join(home, 'keys.enc');
  const keyFile = path.join(home, 'keys.key');
  const fileHolder: Holder = {
    name: 'file',
    put: (_id, key) => {
      writePrivate(keyFile, `${key}\n`);
      return Promise.resolve('');
    },
    take: () => Promise.resolve(readText(keyFile)?.trim()),
    drop: () => Promise.resolve(rmSync(keyFile, { force: true })),
    remedy: `Put ${keyFile} back.`,
  };
  const system = systemHolder(platform, run);
  /** The key, once it was had: a second secret asks the keychain nothing. */
  let known: { id: string; key: string } | undefined;

  const holderOf = (name: HolderName): Holder | undefined => (name === 'file' ? fileHolder : system?.name === name ? system : undefined);

  const keyOf = async (vault: Vault): Promise<string> => {
    if (known?.id === vault.id) return known.key;
    const holder = holderOf(vault.holder);
    const key = await holder?.take(vault.id, vault.note);
    if (key === undefined || !/^[0-9a-f]{64}$/.test(key)) {
      const remedy = holder?.remedy ?? 'Open them on the system where they were kept.';
      throw new AppError('unavailable', `The key that opens ${file} cannot be had from ${names[vault.holder] ?? 'its keychain'}.`, {
        hint: `${remedy} If it is lost: delete ${file} and keep your keys anew with \`switchyard keys set NAME\`.`,
      });
    }
    known = { id: vault.id, key };
    return key;
  };

  /** A new key, kept by the system's keychain if it takes it, else by the file. */
  const newVault = async (holders: (Holder | undefined)[]): Promise<Vault | undefined> => {
    const id = randomBytes(8).toString('hex');
    const key = randomBytes(32).toString('hex');
    for (const holder of holders) {
      const note = await holder?.put(id, key);
      if (holder === undefined || note === undefined) continue;
      known = { id, key };
      return { version: 1, id, holder: holder.name, note, secrets: {} };
    }
    return undefined;
  };

  const opened = (vault: Vault, key: string, name: string): string => {
    const sealed = vault.secrets[name];
    const value = sealed && open(key, name, sealed);
    if (value === undefined) throw damaged(file);
    return value;
  };

  const write = (vault: Vault): void => writePrivate(file, `${JSON.stringify(vault, null, 2)}\n`);

  /** Secrets that went to a file because no keychain answered move to the keychain as soon as one does. */
  const moved = async (old: Vault): Promise<Vault> => {
    if (old.holder !== 'file' || !system) return old;
    const oldKey = await keyOf(old);
    const vault = await newVault([system]);
    if (!vault) return old;
    const newKey = await keyOf(vault);
    for (const name of Object.keys(old.secrets)) vault.secrets[name] = seal(newKey, name, opened(old, oldKey, name));
    return vault;
  };

  return {
    get: async (name) => {
      const vault = readVault(file);
      if (!vault || !Object.hasOwn(vault.secrets, name)) return undefined;
      return opened(vault, await keyOf(vault), name);
    },
    set: async (name, value) => {
      if (!nameForm.test(name))
        throw new AppError('invalid', `A key cannot be called ${JSON.stringify(name.slice(0, 60))}.`, {
          hint: 'Use the name of its environment variable, for example OPENAI_API_KEY.',
        });
      if (value.trim() === '') throw new AppError('invalid', `The key ${name} is empty.`, { hint: 'Give the key on standard input.' });
      mkdirSync(home, { recursive: true });
      await locked(file, async () => {
        const old = readVault(file);
        const vault = old ? await moved(old) : await newVault([system, fileHolder]);
        if (!vault) throw new AppError('unavailable', 'No keychain took the key.');
        vault.secrets[name] = seal(await keyOf(vault), name, value);
        write(vault);
        // Only now does nothing depend on the old key any more.
        if (old?.holder === 'file' && vault.holder !== 'file') await fileHolder.drop(old.id);
      });
    },
    remove: async (name) => {
      if (!Object.hasOwn(readVault(file)?.secrets ?? {}, name)) return false;
      return locked(file, async () => {
        const vault = readVault(file);
        if (!vault || !Object.hasOwn(vault.secrets, name)) return false;
        delete vault.secrets[name];
        if (Object.keys(vault.secrets).length > 0) write(vault);
        else {
          rmSync(file, { force: true });
          await holderOf(vault.holder)?.drop(vault.id);
        }
        return true;
      });
    },
    names: () => Object.keys(readVault(file)?.secrets ?? {}).sort(),
    where: () => {
      const vault = readVault(file);
      if (!vault) {
        const place = system ? `in ${names[system.name]}, or in a file beside it where no keychain answers` : 'in a file beside it';
        return `No keys are kept. They would be encrypted in ${file}, and the key that opens it would lie ${place}.`;
      }
      if (vault.holder !== 'file')
        return `Encrypted in ${file}; the key that opens it lies in ${names[vault.holder]}. Copies of your files do not give your keys away; programs that run as you, while you are logged in, can read them.`;
      return (
        `Encrypted in ${file}; the key that opens it lies beside it in ${keyFile}, because no keychain answered. ` +
        'This keeps other users of this computer from reading your keys, and whoever has a copy of only one of the two files. ' +
        'It does not keep out programs that run as you, administrators, or whoever has both files (a backup of the folder, the disk itself).'
      );
    },
  };
}

const names: Record<HolderName, string> = {
  'macos-keychain': 'the macOS login keychain',
  'secret-service': 'your desktop keyring (Secret Service)',
  'windows-dpapi': 'Windows data protection (DPAPI)',
  file: 'the file keys.key',
};
