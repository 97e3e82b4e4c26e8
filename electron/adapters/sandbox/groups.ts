import type { PrivateFolders } from './folders.ts';
import type { Network } from './namespaces.ts';

/** What the commands of a thread have together. Without a name it is one command's. */
export interface Group {
  tmp: string;
  varTmp: string;
  network?: Network;
  /** Once for each `enter`, when the command has ended. */
  leave(): void;
}
export interface Groups {
  enter(name: string | undefined): Promise<Group>;
  close(): Promise<void>;
}

export interface GroupsOptions {
  folders: PrivateFolders;
  network(): Promise<Network>;
  /** How many are kept while nothing of them runs: 64. */
  most?: number;
}

interface Kept {
  folder: ReturnType<PrivateFolders['make']>;
  network: Promise<Network>;
  inside: number;
}

export function createGroups({ folders, network, most = 64 }: GroupsOptions): Groups {
  /** Those used last are last. */
  const kept = new Map<string, Kept>();

  const drop = (name: string, { network: made, folder }: Kept): void => {
    kept.delete(name);
    void made.then(
      (one) => one.close(),
      () => undefined,
    );
    folder.remove();
  };
  const make = (): Kept => ({ folder: folders.make(), network: network(), inside: 0 });

  return {
    async enter(name) {
      if (name === undefined) {
        const { remove, ...folder } = folders.make();
        return { ...folder, leave: remove };
      }
      const one = kept.get(name) ?? make();
      kept.delete(name);
      kept.set(name, one);
      one.inside++;
      for (const [other, idle] of kept) {
        if (kept.size <= most) break;
        if (idle.inside === 0) drop(other, idle);
      }
      try {
        const made = await one.network;
        return { tmp: one.folder.tmp, varTmp: one.folder.varTmp, network: made, leave: () => void one.inside-- };
      } catch (error) {
        one.inside--;
        drop(name, one);
        throw error;
      }
    },
    async close() {
      for (const [name, one] of kept) drop(name, one);
      await folders.close();
    },
  };
}
