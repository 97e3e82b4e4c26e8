import path from 'node:path';

/** Is a path the folder itself or something below it? Both are absolute; links are not looked at. */
export function inside(file: string, root: string): boolean {
  const inner = path.relative(root, file);
  return inner === '' || (inner !== '..' && !inner.startsWith(`..${path.sep}`) && !path.isAbsolute(inner));
}
