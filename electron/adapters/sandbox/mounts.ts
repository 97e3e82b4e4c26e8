import { closeSync, constants, openSync, readlinkSync } from 'node:fs';
import { isBelow, type Place } from './places.ts';

// What is mounted where. Mounts go from shallow to deep, so that the deepest rule decides, as it does in shared/policy/paths.ts.

/**
 * Besides the places of rules: the system's own; pins, which are writable like what is around them but can be neither moved nor replaced;
 * a scratch folder and copies of files in it, in which changes are lost with the command.
 */
export type Mount =
  | (Place & { own?: undefined })
  | { path: string; own: 'pin'; folder: boolean }
  | { path: string; own: 'private'; source: string }
  | { path: string; own: 'empty' }
  | { path: string; own: 'scratch' }
  | { path: string; own: 'copy' }
  | { path: string; own: 'proc' }
  | { path: string; own: 'dev' }
  | { path: string; own: 'memory' };

/** Where nothing of a profile's may be mounted: the command has its own. */
const covered: readonly string[] = ['/proc', '/dev'];

type Kind = 'read' | 'write' | 'deny' | 'own';
const kindOf = (mount: Mount | undefined): Kind => {
  if (mount === undefined) return 'deny';
  if (mount.own === undefined) return mount.access;
  if (mount.own === 'pin') return 'write';
  return 'own';
};

const names = (place: string): string[] => place.split('/').filter(Boolean);
/** Folders before what is in them. */
export function shallowFirst(a: { path: string }, b: { path: string }): number {
  const [one, other] = [names(a.path), names(b.path)];
  for (let at = 0; at < one.length && at < other.length; at++)
    if (one[at] !== other[at]) return (one[at] ?? '') < (other[at] ?? '') ? -1 : 1;
  return one.length - other.length;
}

/** Leaves out what changes nothing, and pins the folders on the way to what is protected: moving them would move it out of the way. */
export function arrange(mounts: readonly Mount[]): Mount[] {
  const all = new Map<string, Mount>();
  for (const mount of mounts) all.set(mount.path, mount);
  const kept: Mount[] = [];
  const stack: Mount[] = [];
  for (const mount of [...all.values()].sort(shallowFirst)) {
    if (covered.some((place) => isBelow(mount.path, place)) && mount.own !== 'memory') continue;
    while (stack.length > 0 && !isBelow(mount.path, stack.at(-1)?.path ?? '')) stack.pop();
    const around = kindOf(stack.at(-1));
    const kind = kindOf(mount);
    if (mount.own === 'pin' ? around !== 'write' : mount.own === undefined && kind === around) continue;
    // Nothing is there to be hidden.
    if (kind === 'deny' && around === 'own') continue;
    if ((mount.own === 'pin' || (mount.own === undefined && mount.access !== 'write')) && around === 'write') {
      const root = stack.at(-1)?.path ?? '/';
      const between = names(mount.path).slice(names(root).length, -1);
      for (const [index] of between.entries()) {
        const pin = `${root === '/' ? '' : root}/${between.slice(0, index + 1).join('/')}`;
        kept.push({ path: pin, own: 'pin', folder: true });
        stack.push({ path: pin, own: 'pin', folder: true });
      }
    }
    kept.push(mount);
    stack.push(mount);
  }
  return kept;
}

/** Not among Node's constants: a handle on a place that neither reads nor writes it. The same on every architecture that is supported. */
const handleOnly = 0x200000;

/** A handle on exactly this place, whatever becomes of its name. Undefined: it is gone, or a link stands there now. */
function held(place: string): number | undefined {
  let fd: number;
  try {
    fd = openSync(place, handleOnly | constants.O_NOFOLLOW);
  } catch {
    return undefined;
  }
  if (readlinkSync(`/proc/self/fd/${fd}`) === place) return fd;
  closeSync(fd);
  return undefined;
}

export interface MountArguments {
  args: string[];
  /** To be handed over, in this order, beginning with number `first`. */
  descriptors: number[];
}

/**
 * Bubblewrap's arguments. A place in a folder that other commands may be writing to at this moment is given by a handle and not by its
 * name: the name could have become a link meanwhile.
 */
export function mountArguments(mounts: readonly Mount[], first: number): MountArguments {
  const args: string[] = [];
  const sealed: string[] = [];
  const descriptors: number[] = [];
  const stack: Mount[] = [];
  if (mounts[0]?.path !== '/') sealed.push('/');
  for (const mount of mounts) {
    while (stack.length > 0 && !isBelow(mount.path, stack.at(-1)?.path ?? '')) stack.pop();
    const unsteady = stack.some((around) => kindOf(around) === 'write');
    stack.push(mount);
    const bind = (how: 'bind' | 'ro-bind'): void => {
      if (!unsteady) return void args.push(`--${how}`, mount.path, mount.path);
      const fd = held(mount.path);
      if (fd === undefined) return;
      args.push(`--${how}-fd`, String(first + descriptors.length), mount.path);
      descriptors.push(fd);
    };
    if (mount.own === 'pin') bind('bind');
    else if (mount.own === 'private') args.push('--bind', mount.source, mount.path);
    else if (mount.own === 'proc') {
      args.push('--proc', mount.path);
      // The kernel's settings in it belong to root, also to one without any privilege: a core_pattern is a program that the machine runs.
      if (process.getuid?.() === 0) sealed.push(mount.path);
    } else if (mount.own === 'dev') args.push('--dev', mount.path);
    else if (mount.own === 'memory') args.push('--perms', '1777', '--tmpfs', mount.path);
    else if (mount.own === 'scratch') args.push('--tmpfs', mount.path);
    else if (mount.own === 'copy') {
      const fd = openSync(mount.path, constants.O_RDONLY | constants.O_NOFOLLOW);
      args.push('--perms', '0644', '--file', String(first + descriptors.length), mount.path);
      descriptors.push(fd);
    } else if (mount.own === 'empty') {
      args.push('--tmpfs', mount.path);
      sealed.push(mount.path);
    } else if (mount.access === 'write') bind('bind');
    else if (mount.access === 'read') bind('ro-bind');
    else if (mount.folder) {
      const within = mounts.some((other) => isBelow(other.path, mount.path));
      args.push('--perms', within ? '0111' : '0000', '--tmpfs', mount.path);
      sealed.push(mount.path);
    } else {
      // A device where devices are off: it can be neither read nor written.
      args.push('--ro-bind', '/dev/null', mount.path);
    }
  }
  for (const place of sealed.reverse()) args.push('--remount-ro', place);
  return { args, descriptors };
}
