import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

// Sockets of the host's programs that could be connected to by their path: whoever reads a folder may talk to them. docs: unix(7), proc(5).

/** A socket of the kernel's table: `name` is what its program called it when it was made. */
interface Bound {
  inode: string;
  name: string;
}

export function boundSockets(table: string): Bound[] {
  return table.split('\n').flatMap((line) => {
    // Abstract ones begin with an @, and are out of reach in a network of one's own.
    const [, inode, name] = /^[0-9a-f]+: (?:[0-9A-Fa-f]+ ){5}\s*(\d+) ([^@].*)$/.exec(line) ?? [];
    return inode === undefined || name === undefined ? [] : [{ inode, name: Buffer.from(name, 'latin1').toString() }];
  });
}

/** What we cannot look at, in others' folders, no command of ours can connect to. */
const isSocket = (file: string): boolean => {
  try {
    return lstatSync(file).isSocket();
  } catch {
    return false;
  }
};
const linkOf = (file: string): string => {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
};
const listed = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
};

/** The working folders of the programs that have these sockets open. What belongs to other users cannot be seen. */
function foldersOf(inodes: ReadonlySet<string>): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  for (const pid of listed('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    for (const fd of listed(`/proc/${pid}/fd`)) {
      const inode = /^socket:\[(\d+)\]$/.exec(linkOf(`/proc/${pid}/fd/${fd}`))?.[1];
      if (inode === undefined || !inodes.has(inode)) continue;
      found.set(inode, (found.get(inode) ?? new Set()).add(linkOf(`/proc/${pid}/cwd`)));
    }
  }
  return found;
}

/**
 * Says of folders whether a command of root's could enter them. Root sees into everybody's; in the sandbox it has no more than its own, and
 * neither a command nor bubblewrap, which would hide the socket, gets there.
 */
export function enterable(): (folder: string) => boolean {
  if (process.getuid?.() !== 0) return () => true;
  const groups = new Set(process.getgroups?.() ?? []);
  const known = new Map<string, boolean>();
  const enters = (folder: string): boolean => {
    const found = known.get(folder);
    if (found !== undefined) return found;
    const stat = lstatSync(folder, { throwIfNoEntry: false });
    const bit = stat?.uid === 0 ? 0o100 : stat && groups.has(stat.gid) ? 0o010 : 0o001;
    const answer = stat !== undefined && (stat.mode & bit) !== 0 && (folder === '/' || enters(path.posix.dirname(folder)));
    known.set(folder, answer);
    return answer;
  };
  return enters;
}

/** Looks for them at each call; where one lies that was made with a relative path is looked for once. */
export function createHostSockets(): () => string[] {
  let known = new Map<string, string[]>();
  return () => {
    const found = new Set<string>();
    const relative = new Map<string, string>();
    for (const { inode, name } of boundSockets(readFileSync('/proc/net/unix', 'latin1'))) {
      if (!name.startsWith('/')) relative.set(inode, name);
      else if (isSocket(name)) found.add(name);
    }
    const fresh = new Set([...relative.keys()].filter((inode) => !known.has(inode)));
    const folders = fresh.size > 0 ? foldersOf(fresh) : undefined;
    const now = new Map<string, string[]>();
    for (const [inode, name] of relative) {
      const places = known.get(inode) ?? [...(folders?.get(inode) ?? [])].map((folder) => path.posix.resolve('/', folder, name));
      now.set(inode, places);
      for (const place of places) if (isSocket(place)) found.add(place);
    }
    known = now;
    return [...found];
  };
}
