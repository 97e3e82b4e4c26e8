import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { marker } from './environment.ts';
import type { Processes, Target } from './processes.ts';

const run = promisify(execFile);

/** One process as a listing program shows it. */
export interface Row {
  pid: number;
  parent: number;
  group: number;
  dead: boolean;
  /** Epoch milliseconds, to the second. */
  bornAt: number;
  /** The command line, with the environment behind it where it may be read. */
  text: string;
}

const line = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/;

/** macOS, and other systems without /proc. */
export async function readPs(): Promise<Row[]> {
  const columns = 'pid=,ppid=,pgid=,state=,lstart=,command=';
  const args = process.platform === 'linux' ? ['axwwe', '-o', columns] : ['-axwwE', '-o', columns];
  const { stdout } = await run('ps', args, { env: { PATH: process.env.PATH, LC_ALL: 'C' }, maxBuffer: 2 ** 28 });
  return stdout.split('\n').flatMap((text) => {
    const [, pid, parent, group, state = '', born = '', rest = ''] = line.exec(text) ?? [];
    if (pid === undefined) return [];
    return [
      { pid: Number(pid), parent: Number(parent), group: Number(group), dead: state.startsWith('Z'), bornAt: Date.parse(born), text: rest },
    ];
  });
}

/** Windows knows neither groups nor sessions, and shows nobody's environment: only who started whom. */
export async function readWindows(): Promise<Row[]> {
  const query =
    'Get-CimInstance Win32_Process -Property ProcessId,ParentProcessId,CreationDate | Where-Object CreationDate | ' +
    'ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId) $(([DateTimeOffset]$_.CreationDate).ToUnixTimeMilliseconds())" }';
  const powershell = path.win32.join(process.env.SystemRoot ?? 'C:\\Windows', 'System32', 'WindowsPowerShell', 'v1.0', 'powershell.exe');
  const { stdout } = await run(powershell, ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', query], {
    windowsHide: true,
    maxBuffer: 2 ** 28,
  });
  return stdout.split(/\r?\n/).flatMap((text) => {
    const [pid = 0, parent = 0, bornAt = 0] = text.split(' ').map(Number);
    return pid > 0 ? [{ pid, parent, group: pid, dead: false, bornAt, text: '' }] : [];
  });
}

/** Listings show seconds; our own note of a start is taken a moment after it. */
const slack = 2_000;

function belongingTo(target: Target, rows: readonly Row[]): Row[] {
  const mark = new RegExp(`(?:^|\\s)${marker}=${target.homeId}:([A-Za-z0-9_-]+)(?:\\s|$)`);
  const byPid = new Map(rows.map((row) => [row.pid, row]));
  const leaders = new Map<number, number>();
  for (const { pid, birth } of target.leaders) {
    const bornAt = Number(birth);
    const now = byPid.get(pid);
    // The number may have been given to somebody else since.
    if (!now || Math.abs(now.bornAt - bornAt) <= slack) leaders.set(pid, bornAt);
  }
  const child = (row: Row, bornAt: number | undefined): boolean => bornAt !== undefined && row.bornAt >= bornAt - slack;
  const found = new Map<number, Row>();
  const belongs = (row: Row): boolean => {
    if (target.known.get(row.pid) === String(row.bornAt)) return true;
    if (child(row, leaders.get(row.group)) || child(row, leaders.get(row.parent))) return true;
    if (child(row, found.get(row.parent)?.bornAt)) return true;
    const id = mark.exec(row.text)?.[1];
    return id !== undefined && target.wants(id);
  };
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const row of rows) if (!row.dead && !found.has(row.pid) && belongs(row)) found.set(row.pid, row);
  }
  return [...found.values()];
}

/** Processes from a listing of all. A listing costs a process of its own, hence only where /proc is missing. */
export function createTableProcesses(read: () => Promise<Row[]> = process.platform === 'win32' ? readWindows : readPs): Processes {
  return {
    birth: () => String(Date.now()),
    async find(target) {
      const rows = await read();
      const parents = new Map(rows.map(({ pid, parent }) => [pid, parent]));
      const own = new Set<number>();
      for (let pid: number | undefined = process.pid; pid && !own.has(pid); pid = parents.get(pid)) own.add(pid);
      const found = belongingTo(
        target,
        rows.filter(({ pid }) => !own.has(pid)),
      );
      for (const { pid, bornAt } of found) target.known.set(pid, String(bornAt));
      return found.map(({ pid }) => pid);
    },
  };
}
