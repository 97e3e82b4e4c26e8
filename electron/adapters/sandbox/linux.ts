import {
  closeSync,
  fstatSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readSync,
  realpathSync,
  rmSync,
  type Stats,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { CommandExit, ConfinedStart, WrappedStart } from '../../runtime/ports.ts';
import type { Programs } from './bubblewrap.ts';
import { gitPlaces } from './git.ts';
import { watchLeads } from './git-leads.ts';
import type { Group, Groups } from './groups.ts';
import { createHostSockets, enterable } from './host-sockets.ts';
import { arrange, type Mount, mountArguments } from './mounts.ts';
import { isBelow, type Place, placesOf } from './places.ts';
import type { Pass } from './proxy.ts';
import { createRepositories } from './repositories.ts';
import { seccompProgram } from './seccomp.ts';

/** Standard input, output and error. */
const firstDescriptor = 3;

/** The filter as a file without a name: every start opens it anew, to read it from its beginning. */
export function createFilter(): { open(): number; close(): void } {
  const program = seccompProgram(process.arch);
  if (!program) throw new AppError('unavailable', `There is no filter of system calls for ${process.arch}`);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'switchyard-filter-'));
  const file = path.join(folder, 'filter');
  writeFileSync(file, program, { mode: 0o600 });
  const fd = openSync(file, 'r');
  unlinkSync(file);
  rmSync(folder, { recursive: true });
  return { open: () => openSync(`/proc/self/fd/${fd}`, 'r'), close: () => closeSync(fd) };
}

type Repositories = ReturnType<typeof createRepositories>;

/** What may not be looked at is as good as not there: a command could not either. */
const statOf = (place: string): Stats | undefined => {
  try {
    return lstatSync(place, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
};
const exists = (place: string): boolean => statOf(place) !== undefined;
const realOr = (place: string): string => {
  try {
    return realpathSync.native(place);
  } catch {
    return place;
  }
};

function ownMounts({ tmp, varTmp }: Group, network: 'off' | 'list' | 'on'): Mount[] {
  const mounts: Mount[] = [
    { path: '/proc', own: 'proc' },
    { path: '/dev', own: 'dev' },
    { path: '/dev/shm', own: 'memory' },
    { path: '/tmp', own: 'private', source: tmp },
    { path: '/run', own: 'empty' },
  ];
  if (exists('/var/tmp') && realOr('/var/tmp') === '/var/tmp') mounts.push({ path: '/var/tmp', own: 'private', source: varTmp });
  if (exists('/var/run') && realOr('/var/run') === '/var/run') mounts.push({ path: '/var/run', own: 'empty' });
  const resolver = realOr('/etc/resolv.conf');
  if (network === 'on' && resolver.startsWith('/run/')) mounts.push({ path: resolver, access: 'read', folder: false });
  return mounts;
}

/** Files and folders of this confinement as they are now. */
function plan(
  { confine, reads = [] }: ConfinedStart,
  group: Group,
  repositories: Repositories,
  hostSockets: readonly string[],
): { mounts: Mount[]; unwatched: string[] } {
  const places = placesOf(confine);
  const worktree = realOr(confine.worktree);
  const own = ownMounts(group, confine.network.access);
  for (const { path: taken } of own) places.delete(taken);
  const writable = [...places.values()].flatMap((place) => (place.access === 'write' && place.folder ? [place.path] : []));
  const roots = writable.filter((root) => !writable.some((other) => isBelow(root, other)));
  const git = gitPlaces(
    roots.flatMap((root) => repositories.below(root)),
    writable,
    worktree,
  );
  // A rule that hides a place stands; one that opens it does not open git's own.
  const hidden = (place: string): boolean => {
    const access = places.get(place)?.access ?? (place === '/' ? 'deny' : undefined);
    return access === undefined ? hidden(path.posix.dirname(place)) : access === 'deny';
  };
  for (const open of git.open) if (!places.has(open) && !hidden(open)) places.set(open, { path: open, access: 'write', folder: true });
  for (const { path: place, folder } of git.read) if (!hidden(place)) places.set(place, { path: place, access: 'read', folder });
  for (const place of reads.map(realOr)) {
    const found = statOf(place);
    if (found && !places.has(place)) places.set(place, { path: place, access: 'read', folder: found.isDirectory() });
  }
  const pins: Mount[] = git.pins.flatMap((pin) => (places.has(pin.path) ? [] : [{ ...pin, own: 'pin' as const }]));
  const aside: Mount[] = [
    ...git.scratch.map((place) => ({ path: place, own: 'scratch' as const })),
    ...git.copies.map((place) => ({ path: place, own: 'copy' as const })),
  ];
  const enters = enterable();
  const sockets = hostSockets.map(realOr).flatMap((socket): Place[] => {
    return enters(path.posix.dirname(socket)) ? [{ path: socket, access: 'deny', folder: false }] : [];
  });
  return { mounts: arrange([...places.values(), ...pins, ...aside, ...sockets, ...own]), unwatched: git.unwatched };
}

/**
 * Where bubblewrap says how a command ended, a file without a name. It says so of none that it could not begin, and closes the file for
 * what it starts: no command can say it in its stead (--json-status-fd; bubblewrap.c, report_child_exit_status).
 */
function openStatus(folder: string): number {
  const file = path.join(folder, `status-${process.pid}`);
  const fd = openSync(file, 'w+', 0o600);
  unlinkSync(file);
  return fd;
}
function saysEnd(status: number): boolean {
  const bytes = Buffer.alloc(Math.min(fstatSync(status).size, 4096));
  return bytes.toString('latin1', 0, readSync(status, bytes, 0, bytes.length, 0)).includes('"exit-code"');
}

/** What programs must know to get along in there. */
function environmentOf(env: Readonly<Record<string, string>>): Record<string, string> {
  const { TMP: _tmp, TEMP: _temp, ...rest } = env;
  const cache = '/tmp/.cache';
  return {
    ...rest,
    TMPDIR: '/tmp',
    // These cannot work without writing there, and homes are read-only.
    npm_config_cache: `${cache}/npm`,
    PIP_CACHE_DIR: `${cache}/pip`,
    GOCACHE: `${cache}/go-build`,
    // Git's housekeeping runs after the command, where it would be killed.
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: 'gc.auto',
    GIT_CONFIG_VALUE_0: '0',
    GIT_CONFIG_KEY_1: 'maintenance.auto',
    GIT_CONFIG_VALUE_1: 'false',
  };
}

/** As the programs of developers look for a proxy. What the commands of a thread serve each other does not go through it. */
function proxyVariables(url: string): Record<string, string> {
  const env: Record<string, string> = { NODE_USE_ENV_PROXY: '1' };
  for (const name of ['http_proxy', 'https_proxy', 'all_proxy']) {
    env[name] = url;
    env[name.toUpperCase()] = url;
  }
  for (const name of ['no_proxy', 'NO_PROXY']) env[name] = 'localhost,127.0.0.1,::1';
  return env;
}

export interface LinuxOptions {
  programs: Programs;
  groups: Groups;
  filter: { open(): number };
  /** For files of our own, which no command sees. */
  folder: string;
}

/** Starts through bubblewrap. */
export function createLinuxWrap({ programs, groups, filter, folder }: LinuxOptions): (start: ConfinedStart) => Promise<WrappedStart> {
  const repositories = createRepositories();
  const hostSockets = createHostSockets();
  return async (start) => {
    const { confine } = start;
    const { access, hosts } = confine.network;
    const group = await groups.enter(confine.group, access === 'list');
    let pass: Pass | undefined;
    let status: number | undefined;
    let leads: (() => void) | undefined;
    const open: number[] = [];
    const started = (): void => {
      for (const fd of open.splice(0)) closeSync(fd);
    };
    const close = (): Pick<CommandExit, 'hosts'> => {
      if (status !== undefined) closeSync(status);
      status = undefined;
      leads?.();
      const tally = pass?.end() ?? [];
      group.leave();
      return tally.length > 0 ? { hosts: tally } : {};
    };
    try {
      const host = access === 'on';
      if (access === 'list') pass = (await group.proxy()).admit(hosts);
      status = openStatus(folder);
      open.push(filter.open());
      const joined = host ? undefined : group.network;
      // By our numbers for them, and not handed over: no command is to have them.
      const namespace = (name: string, fd: number): string => `--${name}=/proc/${process.pid}/fd/${fd}`;
      const namespaces = joined ? [namespace('user', joined.user), namespace('net', joined.net)] : [];
      const planned = plan(start, group, repositories, hostSockets());
      leads = watchLeads(planned.unwatched);
      const mounts = mountArguments(planned.mounts, firstDescriptor + 2);
      open.push(...mounts.descriptors);
      const args = [
        '--unshare-user',
        '--unshare-ipc',
        '--unshare-pid',
        '--unshare-uts',
        '--unshare-cgroup-try',
        ...(host || joined ? [] : ['--unshare-net']),
        ...(programs.disablesUserNamespaces ? ['--disable-userns'] : []),
        '--die-with-parent',
        '--new-session',
        '--cap-drop',
        'ALL',
        '--hostname',
        'sandbox',
        '--seccomp',
        String(firstDescriptor + 1),
        '--json-status-fd',
        String(firstDescriptor),
        ...mounts.args,
        '--chdir',
        realOr(start.cwd),
        '--',
        start.file,
        ...start.args,
      ];
      const env = { ...environmentOf(start.env), ...(pass ? proxyVariables(pass.url) : {}) };
      const began = (): boolean => status !== undefined && saysEnd(status);
      const wrapped = { env, descriptors: [status, ...open], started, began, ended: close };
      return joined
        ? { ...wrapped, file: programs.nsenter, args: ['--preserve-credentials', ...namespaces, '--', programs.bubblewrap, ...args] }
        : { ...wrapped, file: programs.bubblewrap, args };
    } catch (error) {
      started();
      close();
      throw error;
    }
  };
}
