import type { Keychain } from '../adapters/keychain/keychain.ts';
import type { KeysPort } from '../runtime/ports.ts';

/** The keychain, loaded when it is first asked. */
export function createKeys(home: string): KeysPort {
  let keychain: Keychain | undefined;
  const open = async (): Promise<Keychain> => (keychain ??= (await import('../adapters/keychain/keychain.ts')).createKeychain({ home }));
  return {
    names: async () => (await open()).names(),
    where: async () => (await open()).where(),
    set: async (name, value) => (await open()).set(name, value),
    remove: async (name) => void (await (await open()).remove(name)),
    values: async () => {
      const { names, get } = await open();
      const found: { name: string; value: string }[] = [];
      for (const name of names()) {
        // One that can't be opened is none that the program could give away.
        const value = await get(name).catch(() => undefined);
        if (value !== undefined) found.push({ name, value });
      }
      return found;
    },
  };
}
