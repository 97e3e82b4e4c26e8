// Patterns of path rules. `*` stands for any characters of one name, `?` for one, `**` as a whole name for any number of folders, none
// too; a backslash takes the meaning from the character after it. Names that begin with a dot are like any other. Time is bounded by
// length of pattern times length of path, whatever they hold.

/** A rule for a folder holds for all below it, so that a trailing `/**` says nothing. Doubled and trailing slashes, `.` and `..` go. */
export function plainPath(path: string): string {
  const kept: string[] = [];
  for (const name of path.split('/')) {
    if (name === '..') kept.pop();
    else if (name !== '' && name !== '.') kept.push(name);
  }
  return `/${kept.join('/')}`;
}

/** A path as a pattern that fits it alone. */
export const quoted = (path: string): string => path.replace(/[*?\\]/g, '\\$&');
/** The path that a pattern without a glob fits. */
export const unquoted = (pattern: string): string => pattern.replace(/\\(.)/gs, '$1');
export const hasGlob = (pattern: string): boolean => /[*?]/.test(pattern.replace(/\\./gs, ''));

/** Does a name fit a pattern of one name? */
function nameFits(pattern: string, name: string): boolean {
  let p = 0;
  let n = 0;
  // Where to go on from when what comes after the latest `*` does not fit: it takes one more character.
  let star = -1;
  let taken = 0;
  while (n < name.length) {
    const sign = pattern[p];
    const literal = sign === '\\' ? pattern[p + 1] : sign;
    if (sign === '*') {
      star = p++;
      taken = n;
    } else if (sign === '?' || (literal !== undefined && literal === name[n])) {
      p += sign === '\\' ? 2 : 1;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++taken;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

const namesOf = (path: string): string[] => (path === '/' ? [] : path.slice(1).split('/'));

/** Does a pattern fit exactly this path? Both begin with `/`. */
export function fits(pattern: string, path: string): boolean {
  const signs = namesOf(pattern);
  const names = namesOf(path);
  let sign = 0;
  let at = 0;
  let star = -1;
  let taken = 0;
  while (at < names.length) {
    const current = signs[sign];
    if (current === '**') {
      star = sign++;
      taken = at;
    } else if (current !== undefined && nameFits(current, names[at] ?? '')) {
      sign++;
      at++;
    } else if (star >= 0) {
      sign = star + 1;
      at = ++taken;
    } else return false;
  }
  while (signs[sign] === '**') sign++;
  return sign === signs.length;
}
