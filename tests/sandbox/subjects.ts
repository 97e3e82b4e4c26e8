// What the probes are run against.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { createCommands } from '../../electron/adapters/commands/commands.ts';
import { createFiles } from '../../electron/adapters/files/files.ts';
import { openSandbox } from '../../electron/host/sandbox.ts';
import { heldOf, putBack } from '../../electron/runtime/agent/autorun.ts';
import { confinementOf } from '../../electron/runtime/policy/confine.ts';
import type { Ports } from '../../electron/runtime/ports.ts';
import { builtInProfiles } from '../../shared/domain/built-in-profiles.ts';
import type { Confinement } from '../../shared/domain/confinement.ts';
import { quoted as asPattern } from '../../shared/policy/pattern.ts';
import type { Probe, Range, Seen } from './probe.ts';
import { quoted, type World } from './world.ts';

export interface Subject {
  range(world: World, probe: Pick<Probe, 'profile' | 'hosts' | 'linked'>): Range & { close(): Promise<void> };
  close(): Promise<void>;
}
export type SubjectName = 'control' | 'ours' | 'peer';

let count = 0;

/** A command that hangs is ended after this many milliseconds. */
const longest = 20_000;

const folderOf = (world: World, { linked }: Pick<Probe, 'linked'>): string => (linked ? path.join(world.root, 'linked') : world.project);

export function confinement(world: World, probe: Pick<Probe, 'profile' | 'hosts' | 'linked'>): Confinement {
  const places = { project: world.project, worktree: folderOf(world, probe), tmp: '/tmp', home: world.home, data: world.data };
  const hosts = probe.hosts?.(world) ?? [];
  const built = confinementOf(
    builtInProfiles()[probe.profile ?? 'workspace'],
    places,
    hosts.length > 0 ? [{ kind: 'network', hosts }] : [],
  );
  // Homes are hidden, and the range, the programs and this repository may lie in one.
  const here = [world.root, path.resolve(import.meta.dirname, '../../node_modules'), path.dirname(path.dirname(process.execPath))];
  return {
    ...built,
    paths: [...built.paths, ...here.map((place) => ({ path: asPattern(place), access: 'read' as const }))],
    group: world.tag,
  };
}

export interface SubjectOptions {
  name: SubjectName;
  data: string;
  note(line: string): void;
}

/** `peer` is the command line of @anthropic-ai/sandbox-runtime, whose place SANDBOX_RUNTIME says. */
export function createSubject({ name, data, note }: SubjectOptions): Subject {
  const sandbox = openSandbox({ home: data, note });
  const commands = createCommands({
    folder: path.join(data, `outputs-${name}`),
    homeId: `probes-${name}-${process.pid}`,
    wrap: sandbox.wrap,
    mostBytes: 64 * 1024 * 1024,
  });
  const files = createFiles();

  return {
    range(world, probe) {
      const folder = folderOf(world, probe);
      const confine = name === 'ours' ? confinement(world, probe) : undefined;
      const inside = confine ? sandbox.files(confine) : undefined;
      // The secret is in our own environment: without a sandbox, and in one that hands it on, commands have it too.
      const env = { HOME: world.home, ...(name === 'ours' ? {} : { PROBE_SECRET: process.env['PROBE_SECRET'] ?? '' }) };

      const once = async (command: string, cwd: string, during: (() => Promise<void> | void) | undefined, limit: number): Promise<Seen> => {
        const id = `${world.tag}-${++count}`;
        const shown = name === 'peer' ? throughPeer(world, folder, probe, command) : command;
        const running = await commands.start({ id, command: shown, cwd, env, input: false, ...(confine ? { confine } : {}) });
        const stop = new AbortController();
        const late = setTimeout(limit, 'late', { signal: stop.signal }).catch(() => 'stopped');
        try {
          await during?.();
          const how = await Promise.race([running.exited, late]);
          // What a command leaves behind is looked at before it is tidied away, except where it would not end.
          const exit = typeof how === 'string' ? await running.stop().then(async () => running.exited) : how;
          const { bytes } = commands.output(id, { from: 0, length: 1 << 20 });
          world.later(async () => running.stop());
          return {
            output: Buffer.from(bytes).toString('latin1'),
            code: exit.code,
            ...(exit.flooded === undefined ? {} : { flooded: exit.flooded }),
          };
        } finally {
          stop.abort();
        }
      };

      return {
        async run(command, { cwd = folder, during, limit = longest } = {}) {
          if (!confine || !inside) return once(command, cwd, during, limit);
          const watch = await sandbox.autorun.watch(folder);
          const seen = await once(command, cwd, during, limit);
          // As the agent's loop does it: back to what was there before.
          const blobs = new Map<string, Uint8Array>();
          const putBlob = (bytes: Uint8Array): string => {
            const hash = files.hash(bytes);
            blobs.set(hash, bytes);
            return hash;
          };
          const log = { blob: (hash: string) => blobs.get(hash), putBlob };
          const ports = { sandbox, note, log, ids: { next: () => 'held' } } as unknown as Ports;
          await putBack(ports, heldOf(ports, 'call', await watch.changes()));
          watch.end();
          return seen;
        },
        async write(file, text) {
          const port = inside?.files ?? files;
          await port.replace([{ path: file, bytes: Buffer.from(text), mode: 0o644 }]).catch((error: unknown) => note(String(error)));
        },
        close: async () => inside?.close(),
      };
    },
    async close() {
      await commands.close();
      await sandbox.close();
    },
  };
}

/** The same rules, as far as it has words for them. */
function throughPeer(world: World, folder: string, probe: Pick<Probe, 'profile' | 'hosts'>, command: string): string {
  const { paths } = confinement(world, { ...probe, linked: folder !== world.project });
  // It has no /tmp of a command's own, and homes are read-only: programs are told of another place.
  const temporary = path.join(world.root, 'temporary');
  mkdirSync(temporary, { recursive: true });
  const line = `export TMPDIR=${quoted(temporary)} npm_config_cache=${quoted(temporary)}/npm; ${command}`;
  const plain = paths.filter(({ path: rule }) => !rule.startsWith(':') && rule !== '/tmp');
  const settings = {
    network: { allowedDomains: probe.hosts?.(world) ?? [], deniedDomains: [] },
    filesystem: {
      denyRead: plain.filter(({ access }) => access === 'deny').map(({ path: rule }) => rule.replace('/roo?', '/root')),
      allowRead: [world.home, world.root],
      allowWrite: [temporary, ...plain.filter(({ access }) => access === 'write').map(({ path: rule }) => rule)],
      denyWrite: [],
    },
  };
  const file = path.join(world.root, 'peer.json');
  writeFileSync(file, JSON.stringify(settings));
  const program = process.env['SANDBOX_RUNTIME'] ?? '';
  return [process.execPath, path.join(program, 'dist/cli.js'), '--settings', file, '-c', line].map(quoted).join(' ');
}
