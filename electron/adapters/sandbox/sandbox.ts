import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { ConfinedFiles, SandboxPort, SandboxStatus, WrapStart } from '../../runtime/ports.ts';
import { createAutorunFiles } from './autorun.ts';
import { findPrograms } from './bubblewrap.ts';
import { createCommitted } from './committed.ts';
import { createConfinedFiles, type FilesProgram } from './confined-files.ts';
import { createPrivateFolders } from './folders.ts';
import { createGroups, type Groups } from './groups.ts';
import { createKeptStates } from './kept-states.ts';
import { createFilter, createLinuxWrap } from './linux.ts';
import { createNetwork, listenInside } from './namespaces.ts';
import { createProxy } from './proxy.ts';
import { tryWrap } from './trial.ts';

export interface SandboxOptions {
  /** Lines for whoever looks after the program. */
  note(line: string): void;
  /** For temporary folders of commands; nothing in it is kept. */
  folder: string;
  /** Serves files from inside: what runs `serveFiles`. */
  program: FilesProgram;
}

export type Sandbox = SandboxPort & { wrap: WrapStart; close(): Promise<void> };

interface Built {
  status: SandboxStatus;
  wrap?: WrapStart;
}

/** How long a failed trial is believed, in milliseconds. */
const retryAfter = 10_000;

/** The operating system's means to confine commands. Where they are missing or fail nothing is ever started in their stead. */
export function createSandbox({ folder, note, program }: SandboxOptions): Sandbox {
  const folders = createPrivateFolders(folder);
  let groups: Groups | undefined;
  let filter: ReturnType<typeof createFilter> | undefined;
  let built: Promise<Built> | undefined;
  let staleAt = Number.POSITIVE_INFINITY;

  const build = async (): Promise<Built> => {
    if (process.platform !== 'linux')
      return { status: { ok: false, detail: 'There is no sandbox for this system: every command and every change asks first.' } };
    const programs = await findPrograms();
    if ('lacking' in programs) {
      const detail = `${programs.lacking} Without the sandbox every command and every change asks first.`;
      return { status: { ok: false, detail, remedy: programs.remedy } };
    }
    try {
      filter ??= createFilter();
      groups ??= createGroups({
        folders,
        network: async () => createNetwork(programs.bubblewrap),
        proxy: async (network) => {
          const { entrance, port } = await listenInside(network, programs.nsenter, program);
          return createProxy(entrance, port);
        },
      });
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const wrap = createLinuxWrap({ programs, groups, filter, folder });
      const status = await tryWrap(wrap, folder);
      return status.ok ? { status, wrap } : { status };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { status: { ok: false, detail: `The sandbox does not work: ${reason}` } };
    }
  };

  /** What failed is tried again after a while: a machine that was short of something must not ask about everything for ever. */
  const ready = async (refresh = false): Promise<Built> => {
    if (refresh || performance.now() > staleAt) built = undefined;
    if (!built) {
      staleAt = Number.POSITIVE_INFINITY;
      built = build();
      const { status } = await built;
      if (!status.ok) {
        staleAt = performance.now() + retryAfter;
        note(`sandbox: ${status.detail}`);
      }
    }
    return built;
  };

  const wrap: WrapStart = async (start) => {
    const { status, wrap: found } = await ready();
    if (!found)
      throw new AppError(
        'unavailable',
        `Nothing was started: ${status.detail}`,
        status.remedy === undefined ? {} : { hint: status.remedy },
      );
    return found(start);
  };
  const opened = new Set<ConfinedFiles>();
  const autorun = createAutorunFiles({
    kept: createKeptStates(path.join(folder, 'before')),
    committed: createCommitted(wrap, path.join(folder, 'branches')),
  });

  return {
    status: async (refresh) => (await ready(refresh)).status,
    wrap,
    files(confine) {
      const made = createConfinedFiles(confine, { wrap, program });
      const files: ConfinedFiles = {
        ...made,
        close: async () => {
          opened.delete(files);
          await made.close();
        },
      };
      opened.add(files);
      return files;
    },
    autorun,
    async close() {
      await Promise.all([...opened].map(async (files) => files.close()));
      await built?.catch(() => undefined);
      await groups?.close();
      filter?.close();
      filter = undefined;
    },
  };
}
