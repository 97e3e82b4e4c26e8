// Where the organisation's file is, and whether only an administrator can have written it.
import { type BigIntStats, lstatSync } from 'node:fs';
import path from 'node:path';

export interface PolicyPlace {
  file: string;
  /** Who may own it and the folders above it: user ids. */
  owners: readonly number[];
  /** The last folder that is looked at on the way up; without it, all of them. */
  top?: string;
}

/** Never from the environment, which the user writes. */
export function policyPlace(platform: NodeJS.Platform = process.platform): PolicyPlace {
  const file =
    platform === 'win32'
      ? 'C:\\ProgramData\\Switchyard\\policy.toml'
      : platform === 'darwin'
        ? '/Library/Application Support/Switchyard/policy.toml'
        : '/etc/switchyard/policy.toml';
  return { file, owners: [0] };
}

/** For tests of what is not released: the user's own file, in a folder of its own. */
export function testPlace(file: string): PolicyPlace {
  const whole = path.resolve(file);
  return { file: whole, owners: [0, process.getuid?.() ?? 0], top: path.dirname(whole) };
}

export interface Looked {
  /** Another one whenever anything that matters here has changed; empty where there is no file. */
  stamp: string;
  bytes: number;
  /** Why the file is not to be believed. */
  problem?: string;
}

type Lstat = (path: string) => BigIntStats | undefined;
const lstat: Lstat = (each) => lstatSync(each, { bigint: true, throwIfNoEntry: false });

const codeOf = (thrown: unknown): string => (thrown as NodeJS.ErrnoException).code ?? 'unknown';

/** Looks at the file and at each folder above it, from the top down. Never throws. */
export function lookAt({ file, owners, top }: PolicyPlace, stat: Lstat = lstat): Looked {
  const places = [file];
  for (let at = file; at !== path.dirname(at) && at !== top; ) places.unshift((at = path.dirname(at)));
  const stamps: string[] = [];
  let bytes = 0;
  let problem: string | undefined;
  for (const place of places) {
    const what = place === file ? 'it' : `the folder ${place}`;
    let found: BigIntStats | undefined;
    try {
      found = stat(place);
    } catch (thrown) {
      // What can't be looked at may well be there.
      return { stamp: `${stamps.join(' ')} ${codeOf(thrown)}`, bytes: 0, problem: `${what} can't be looked at (${codeOf(thrown)})` };
    }
    if (!found) return { stamp: '', bytes: 0 };
    stamps.push(`${found.dev}.${found.ino}.${found.mode}.${found.uid}`);
    if (place === file) {
      stamps.push(`${found.size}.${found.mtimeNs}.${found.ctimeNs}`);
      bytes = Number(found.size);
    }
    problem ??= wrongWith(what, place === file, found, owners);
    // Below what is no folder there is nothing to look at.
    if (place !== file && !found.isDirectory()) break;
  }
  return { stamp: stamps.join(' '), bytes, ...(problem === undefined ? {} : { problem }) };
}

function wrongWith(what: string, isFile: boolean, stat: BigIntStats, owners: readonly number[]): string | undefined {
  if (stat.isSymbolicLink()) return `${what} is a link to another place`;
  if (isFile ? !stat.isFile() : !stat.isDirectory()) return `${what} is not a ${isFile ? 'file' : 'folder'}`;
  // There it is asked when the file is read.
  if (process.platform === 'win32') return undefined;
  if (!owners.includes(Number(stat.uid))) return `${what} belongs to user ${stat.uid} and not to root`;
  if ((Number(stat.mode) & 0o022) !== 0)
    return `${what} can be written by others than its owner (mode ${(Number(stat.mode) & 0o777).toString(8)})`;
  return undefined;
}
