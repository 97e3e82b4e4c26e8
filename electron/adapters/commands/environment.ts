import { realpathSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** The name under which every process that descends from a command carries `<home>:<command id>`. */
export const marker = 'SWITCHYARD_COMMAND';

const kept: ReadonlySet<string> = new Set(['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'TZ', 'TMPDIR', 'TMP', 'TEMP']);
/** Without these Windows programs do not find their libraries, their settings or each other. Names there are of any case. */
const windowsNames =
  'SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT OS NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE USERNAME USERPROFILE HOMEDRIVE HOMEPATH ' +
  'APPDATA LOCALAPPDATA PROGRAMDATA ALLUSERSPROFILE PUBLIC PSMODULEPATH PROGRAMFILES PROGRAMFILES(X86) PROGRAMW6432 ' +
  'COMMONPROGRAMFILES COMMONPROGRAMFILES(X86) COMMONPROGRAMW6432';
const keptOnWindows: ReadonlySet<string> = new Set([...kept, ...windowsNames.split(' ')]);

/** Nobody sits at a terminal: programs must neither page, colour nor ask for a password. */
const quiet = { TERM: 'dumb', NO_COLOR: '1', PAGER: 'cat', GIT_PAGER: 'cat', GIT_TERMINAL_PROMPT: '0' };

/** An allow-list, so that no provider's key and nothing else that is ours reaches a command. */
export function childEnvironment(
  ours: Readonly<Record<string, string | undefined>>,
  extra: Readonly<Record<string, string>> | undefined,
  mark: string,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  const windows = platform === 'win32';
  const env: Record<string, string> = {};
  for (const name in ours) {
    const keep = windows ? keptOnWindows.has(name.toUpperCase()) : kept.has(name) || name.startsWith('LC_');
    const value = ours[name];
    if (keep && value !== undefined) env[name] = value;
  }
  return Object.assign(env, quiet, extra, { [marker]: mark });
}

/**
 * PATH without what is not to be trusted: a program of a usual name that a command has put there would run in the place of the system's.
 * Relative entries, everybody's folders for temporary files, and these folders; also by the names of links to them.
 */
export function trustedPath(folders: string | undefined, distrust: readonly string[]): string {
  const real = (place: string): string => {
    try {
      return realpathSync.native(place);
    } catch {
      return path.resolve(place);
    }
  };
  const wrong = [...new Set([...distrust, os.tmpdir(), '/tmp', '/var/tmp', '/dev/shm'].flatMap((place) => [place, real(place)]))];
  const within = (place: string): boolean => wrong.some((root) => place === root || place.startsWith(`${root}${path.sep}`));
  return (folders ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder) && !within(path.normalize(folder)) && !within(real(folder)))
    .join(path.delimiter);
}

/** Opens everything that an account has: kept from commands whatever a profile says. An agent's socket signs and decrypts for whoever asks. */
const never: ReadonlySet<string> = new Set([
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_BEARER_TOKEN_BEDROCK',
  'SSH_AUTH_SOCK',
  'GPG_AGENT_INFO',
]);

/** What a profile keeps of our environment, without the keys of providers. */
export function keptVariables(
  ours: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
  secrets: readonly string[],
): Record<string, string> {
  const refused = new Set([...never, ...secrets].map((name) => name.toUpperCase()));
  const env: Record<string, string> = {};
  for (const name of names) {
    const value = ours[name];
    if (value !== undefined && !refused.has(name.toUpperCase()) && name !== marker) env[name] = value;
  }
  return env;
}
