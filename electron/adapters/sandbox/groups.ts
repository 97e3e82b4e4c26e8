import { AppError } from '../../../shared/errors.ts';
import type { PrivateFolders } from './folders.ts';
import type { Network } from './namespaces.ts';
import type { Proxy } from './proxy.ts';

/** What the commands of a thread have together. Without a name it is one command's. */
export interface Group {
  tmp: string;
  varTmp: string;
  network?: Network;
  /** The way out of its network, for those that may reach some hosts. It is made when it is asked for first. */
  proxy(): Promise<Proxy>;
  /** Once for each `enter`, when the command has ended. */
  leave(): void;
}
export interface Groups {
  /** `network`: a nameless one needs it too, to reach some hosts. */
  enter(name: string | undefined, network: boolean): Promise<Group>;
  close(): Promise<void>;
}

export interface GroupsOptions {
  folders: PrivateFolders;
  network(): Promise<Network>;
  proxy(network: Network): Promise<Proxy>;
  /** How many are kept while nothing of them runs: 64. */
  most?: number;
}

interface Kept {
  folder: ReturnType<PrivateFolders['make']>;
  network: Promise<Network>;
  proxy?: Promise<Proxy>;
  inside: number;
}

export function createGroups({ folders, network, proxy, most = 64 }: GroupsOptions): Groups {
  /** Those used last are last. */
  const kept = new Map<string, Kept>();
  let alone = 0;

  const drop = (name: string, { network: made, proxy: way, folder }: Kept): void => {
    kept.delete(name);
    const close = (one: { close(): void }): void => one.close();
    void made.then(close, () => undefined);
    void way?.then(close, () => undefined);
    folder.remove();
  };
  const make = (): Kept => ({ folder: folders.make(), network: network(), inside: 0 });

  return {
    async enter(name, network) {
      if (name === undefined && !network) {
        const { remove, ...folder } = folders.make();
        const none = async (): Promise<never> => Promise.reject(new AppError('broken', 'A command without a network has no way out of it'));
        return { ...folder, proxy: none, leave: remove };
      }
      const key = name ?? `alone ${++alone}`;
      const one = kept.get(key) ?? make();
      kept.delete(key);
      kept.set(key, one);
      one.inside++;
      for (const [other, idle] of kept) {
        if (kept.size <= most) break;
        if (idle.inside === 0) drop(other, idle);
      }
      const leave = (): void => {
        one.inside--;
        if (name === undefined) drop(key, one);
      };
      try {
        const made = await one.network;
        return { tmp: one.folder.tmp, varTmp: one.folder.varTmp, network: made, leave, proxy: async () => (one.proxy ??= proxy(made)) };
      } catch (error) {
        one.inside--;
        drop(key, one);
        throw error;
      }
    },
    async close() {
      for (const [name, one] of kept) drop(name, one);
      await folders.close();
    },
  };
}
