import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs';
import { marker } from './environment.ts';
import type { Leader, Processes, Target } from './processes.ts';

// Everything here is synchronous and on the path of every command: a file of /proc costs 4 to 12 microseconds this way.

interface Stat {
  pid: number;
  parent: number;
  session: number;
  /** Clock ticks since the machine started. */
  start: number;
  dead: boolean;
}

const space = Buffer.alloc(4096);

/** A small file of /proc, or undefined when it is gone. */
function small(file: string): string | undefined {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch {
    return undefined;
  }
  try {
    return space.toString('latin1', 0, readSync(fd, space, 0, space.length, 0));
  } catch {
    return undefined;
  } finally {
    closeSync(fd);
  }
}

/** proc_pid_stat(5). The name in parentheses may hold anything, so the fields are counted from its end. */
function statOf(pid: number): Stat | undefined {
  const text = small(`/proc/${pid}/stat`);
  if (text === undefined) return undefined;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  return {
    pid,
    parent: Number(fields[1]),
    session: Number(fields[3]),
    start: Number(fields[19]),
    // A first thread may end before the others: then it is a zombie in a process that lives.
    dead: state === 'X' || (state === 'Z' && Number(fields[17]) <= 1),
  };
}

const mark = Buffer.from(`${marker}=`);

/** The command that a process descends from, as its environment tells. Undefined also where that may not be read. */
function markedId(pid: number, homeId: string): string | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync(`/proc/${pid}/environ`);
  } catch {
    return undefined;
  }
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) {
    if (at > 0 && bytes[at - 1] !== 0) continue;
    const end = bytes.indexOf(0, at);
    const value = bytes.toString('latin1', at + mark.length, end < 0 ? bytes.length : end);
    if (value.startsWith(`${homeId}:`)) return value.slice(homeId.length + 1);
  }
  return undefined;
}

/** The command whose output file a process writes to: finds those that started with an empty environment, too. */
function writingId(pid: number, folder: string): string | undefined {
  for (const fd of [1, 2]) {
    try {
      const to = readlinkSync(`/proc/${pid}/fd/${fd}`).replace(/ \(deleted\)$/, '');
      if (to.startsWith(`${folder}/`) && to.endsWith('.log')) return to.slice(folder.length + 1, -'.log'.length);
    } catch {
      return undefined;
    }
  }
  return undefined;
}

/** Numbers are given out in turn, so for a short while all that is younger than a process lies between it and the last number given. */
const shortWhile = 500;

function candidates(target: Target): number[] {
  let from = 0;
  let to = Infinity;
  const [leader] = target.leaders;
  if (leader && target.command?.exited && performance.now() - target.command.startedAt < shortWhile) {
    const last = Number(small('/proc/loadavg')?.trimEnd().split(' ').at(-1));
    if (last === leader.pid) return [];
    if (last > leader.pid) [from, to] = [leader.pid, last];
  }
  const pids: number[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (pid >= from && pid <= to) pids.push(pid);
  }
  return pids;
}

function ancestors(): Set<number> {
  const own = new Set([process.pid]);
  for (let at = statOf(process.pid); at && at.parent > 0; at = statOf(at.parent)) own.add(at.parent);
  return own;
}

/** The boot's id goes into a birth, because ticks start again with every boot. */
export function createLinuxProcesses(): Processes {
  let bootId: string | undefined;
  const boot = (): string => (bootId ??= small('/proc/sys/kernel/random/boot_id')?.trim() ?? '');
  let own: Set<number> | undefined;

  const startOf = ({ birth }: Leader): number | undefined => {
    const [id, ticks] = birth.split(' ');
    return id === boot() ? Number(ticks) : undefined;
  };

  return {
    birth: (pid) => `${boot()} ${statOf(pid)?.start ?? ''}`,

    find(target) {
      own ??= ancestors();
      const sessions = new Map<number, { start: number; reused?: boolean }>();
      for (const leader of target.leaders) {
        const start = startOf(leader);
        if (start !== undefined) sessions.set(leader.pid, { start });
      }
      const oldest = target.command ? (sessions.values().next().value?.start ?? 0) : 0;
      const inSession = ({ session, start }: Stat): boolean => {
        const leader = sessions.get(session);
        if (!leader || start < leader.start) return false;
        // A number is given out again only when nobody is left in its session.
        leader.reused ??= (statOf(session)?.start ?? leader.start) !== leader.start;
        return !leader.reused;
      };
      const belongs = (stat: Stat): boolean => {
        if (target.known.get(stat.pid) === String(stat.start) || inSession(stat)) return true;
        const id = markedId(stat.pid, target.homeId) ?? writingId(stat.pid, target.folder);
        return id !== undefined && target.wants(id);
      };

      const found = new Set<number>();
      const take = ({ pid, start }: Stat): void => {
        found.add(pid);
        target.known.set(pid, String(start));
      };
      let others: Stat[] = [];
      for (const pid of candidates(target)) {
        if (own.has(pid)) continue;
        const stat = statOf(pid);
        if (!stat || stat.dead || stat.start < oldest) continue;
        if (belongs(stat)) take(stat);
        else others.push(stat);
      }
      // Children, and theirs, that no longer show any of this.
      for (let before = 0; found.size > before; ) {
        before = found.size;
        const children = others.filter(({ parent }) => found.has(parent));
        others = others.filter(({ parent }) => !found.has(parent));
        for (const child of children) take(child);
      }
      return [...found];
    },
  };
}
