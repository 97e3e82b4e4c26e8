import { hasGlob } from '../../../shared/policy/pattern.ts';
import type { Place } from './places.ts';

// A profile for macOS' sandbox-exec(1), in the language of its own kernel extension: the last rule that fits decides, so places come
// from shallow to deep, as mounts do on Linux. It is tested as text only.

export interface SeatbeltOptions {
  /** Existing places of the rules, without links, from shallow to deep. */
  places: readonly Place[];
  /** Rules with a glob, in their order: they hold for what is made later, too. */
  globs: readonly { path: string; access: 'read' | 'deny' }[];
  /** Places that are written to like what is around them but whose entry itself stays: git's folders. */
  pins: readonly string[];
  /** The temporary folder of the command's thread. */
  tmp: string;
  /** `proxy` is the port of our way out on the loopback interface. */
  network: { access: 'off' | 'list' | 'on'; proxy?: number };
}

const text = (value: string): string => `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
const place = (path: string, folder: boolean): string => `(${folder ? 'subpath' : 'literal'} ${text(path)})`;

/** A glob as Seatbelt's regular expression; what is below a folder that fits is meant too. */
export function seatbeltPattern(glob: string): string {
  const parts = glob.split('/').filter(Boolean);
  const body = parts.map((part, at) => {
    if (part === '**') return at === parts.length - 1 ? '/.*' : '(/[^/]+)*';
    const name = part.replaceAll(/\\.|[*?]|[.+^${}()|[\]]/g, (sign) => {
      if (sign === '*') return '[^/]*';
      if (sign === '?') return '[^/]';
      return `\\${sign.startsWith('\\') ? sign.slice(1) : sign}`;
    });
    return `/${name}`;
  });
  return `(regex #"^${body.join('').replaceAll('"', '\\"')}(/.*)?$")`;
}

/** What programs need to start at all: libraries, clocks, their own terminal; no other program's services. */
const always = [
  '(version 1)',
  '(deny default)',
  '(allow process-fork)',
  '(allow process-exec)',
  '(allow signal (target same-sandbox))',
  '(allow process-info* (target same-sandbox))',
  '(allow sysctl-read)',
  '(allow file-ioctl (literal "/dev/null") (literal "/dev/zero") (literal "/dev/random") (literal "/dev/urandom") (literal "/dev/tty"))',
  '(allow file-read* file-write-data (literal "/dev/null") (literal "/dev/zero") (literal "/dev/random") (literal "/dev/urandom"))',
  '(allow file-read-metadata (literal "/") (literal "/var") (literal "/tmp") (literal "/etc") (literal "/private"))',
  '(allow ipc-posix-sem)',
  '(allow pseudo-tty)',
  '(allow mach-lookup (global-name "com.apple.system.opendirectoryd.libinfo") (global-name "com.apple.system.notification_center") (global-name "com.apple.logd"))',
];

function forPlace({ path, access, folder }: Place): string[] {
  const it = place(path, folder);
  if (access === 'deny') return [`(deny file-read* file-write* ${it})`];
  if (access === 'write') return [`(allow file-read* file-write* ${it})`];
  return [`(allow file-read* ${it})`, `(deny file-write* ${it})`];
}

/** The folders above a place: were they moved, it would lie elsewhere. */
function above(path: string, roots: readonly string[]): string[] {
  const found: string[] = [];
  for (let at = path.slice(0, path.lastIndexOf('/')); at !== ''; at = at.slice(0, at.lastIndexOf('/')))
    if (roots.some((root) => at.startsWith(`${root}/`))) found.push(at);
  return found;
}

/** The whole profile. */
export function seatbeltProfile({ places, globs, pins, tmp, network }: SeatbeltOptions): string {
  const roots = places.flatMap((each) => (each.access === 'write' && each.folder ? [each.path] : []));
  const kept = places.filter((each) => each.access !== 'write').map((each) => each.path);
  const still = new Set([...pins, ...[...kept, ...pins].flatMap((path) => above(path, roots))]);
  const local = '(local ip "localhost:*")';
  const lines = [
    ...always,
    // A rule without a glob beats one with, and comes after it.
    ...globs
      .filter(({ path }) => hasGlob(path))
      .map(({ path, access }) => `(${access === 'deny' ? 'deny file-read* file-write*' : 'allow file-read*'} ${seatbeltPattern(path)})`),
    ...places.flatMap(forPlace),
    `(allow file-read* file-write* ${place(tmp, true)})`,
    ...Array.from(still, (path) => `(deny file-write-unlink (literal ${text(path)}))`),
    // Servers of the command's own; without a network namespace it also reaches those of others, which the list therefore leaves out.
    ...(network.access === 'on'
      ? ['(allow network*)', '(allow system-socket)']
      : [`(allow network-bind ${local})`, `(allow network-inbound ${local})`]),
    ...(network.access === 'list' && network.proxy !== undefined
      ? [`(allow network-outbound (remote ip "localhost:${network.proxy}"))`]
      : []),
  ];
  return `${lines.join('\n')}\n`;
}
