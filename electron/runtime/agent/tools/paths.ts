import path from 'node:path';
import { AppError } from '../../../../shared/errors.ts';
import { distance } from '../../../../shared/nearest.ts';
import type { FilesPort } from '../../ports.ts';

/** An argument as an absolute path; `~` is the user's home. */
export function resolvePath(files: FilesPort, cwd: string, name: string): string {
  if (name.includes('\0')) throw new AppError('invalid', `A path can't contain a NUL character: ${JSON.stringify(name)}.`);
  if (name === '~' || name.startsWith('~/')) return path.resolve(files.home(), name.slice(2));
  return path.resolve(cwd, name);
}

/** Follows the links of the folders on the way to a path, but not a link at its end. Folders that do not exist stay as named. */
export async function withParentLinks(files: FilesPort, absolute: string): Promise<string> {
  const rest: string[] = [path.basename(absolute)];
  for (let folder = path.dirname(absolute); ; folder = path.dirname(folder)) {
    const real = await files.realpath(folder);
    if (real !== undefined) return path.join(real, ...rest);
    if (folder === path.dirname(folder)) return absolute;
    rest.unshift(path.basename(folder));
  }
}

/** Where a path really leads, so that the guard judges the place and not the name. A missing one is named below its real folder. */
export async function realPlace(files: FilesPort, absolute: string): Promise<string> {
  try {
    return (await files.realpath(absolute)) ?? (await withParentLinks(files, absolute));
  } catch {
    // What may not be looked at is judged by its name, and nothing is found there.
    return absolute;
  }
}

/** As people and the model write it: relative inside `cwd`, absolute elsewhere. */
export function displayPath(cwd: string, absolute: string): string {
  const relative = path.relative(cwd, absolute);
  if (relative === '') return '.';
  if (relative === '..' || relative.startsWith(`..${path.sep}`) || path.isAbsolute(relative)) return absolute;
  return relative.split(path.sep).join('/');
}

const stem = (name: string): string => name.replace(/\.[^.]*$/, '');

/** Names of a folder that `wanted` may have been meant to be, best first, at most three. */
export function similarNames(wanted: string, names: string[]): string[] {
  const target = wanted.toLowerCase();
  const scored = names.slice(0, 5000).flatMap((name) => {
    const lower = name.toLowerCase();
    const score = lower === target ? 0 : stem(lower) === stem(target) ? 1 : distance(target, lower);
    return score <= Math.max(2, Math.floor(target.length / 3)) ? [{ name, score }] : [];
  });
  return scored
    .sort((a, b) => a.score - b.score || (a.name < b.name ? -1 : 1))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** The error for a path that leads nowhere: it says how far it does lead, and what there is of a similar name. */
export async function missingPath(files: FilesPort, name: string, absolute: string): Promise<AppError> {
  let lost = absolute;
  let entries = await files.list(path.dirname(lost));
  while (entries === undefined && lost !== path.dirname(lost)) {
    lost = path.dirname(lost);
    entries = await files.list(path.dirname(lost));
  }
  const folder = path.dirname(lost);
  const similar = similarNames(
    path.basename(lost),
    (entries ?? []).map((entry) => (entry.kind === 'folder' ? `${entry.name}/` : entry.name)),
  );
  const where = lost === absolute ? '' : ` The folder ${lost} does not exist either.`;
  const hint = similar.length > 0 ? `In ${folder} there is: ${similar.join(', ')}.` : `Nothing in ${folder} has a similar name.`;
  return new AppError('missing', `${name} does not exist.${where}`, { hint });
}
