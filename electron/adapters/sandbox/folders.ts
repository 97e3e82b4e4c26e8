import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';

/** Folders on the disk that commands see as their /tmp and /var/tmp. */
export interface PrivateFolders {
  make(): { tmp: string; varTmp: string; remove(): void };
  close(): Promise<void>;
}

/** Below `folder` each process of ours has its own; what killed ones left is removed. */
export function createPrivateFolders(folder: string): PrivateFolders {
  let own: string | undefined;
  const start = (): string => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(folder)) {
      const pid = /^(\d+)-/.exec(name)?.[1];
      if (pid !== undefined && Number(pid) !== process.pid && !existsSync(`/proc/${pid}`))
        void rm(path.join(folder, name), { recursive: true, force: true }).catch(() => undefined);
    }
    return realpathSync(mkdtempSync(path.join(folder, `${process.pid}-`)));
  };
  return {
    make() {
      own ??= start();
      const at = mkdtempSync(path.join(own, 'of-'));
      const made = ['tmp', 'var-tmp'].map((name) => {
        const place = path.join(at, name);
        mkdirSync(place);
        // As everybody's /tmp is: mkdir's mode is cut by the mask.
        chmodSync(place, 0o1777);
        return place;
      });
      return {
        tmp: made[0] ?? at,
        varTmp: made[1] ?? at,
        remove: () => rmSync(at, { recursive: true, force: true }),
      };
    },
    async close() {
      if (own !== undefined) await rm(own, { recursive: true, force: true });
    },
  };
}
