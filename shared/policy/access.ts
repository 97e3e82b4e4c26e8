// Which access a path has under a profile: the one place that says so. The sandbox's mounts, the guard, `permissions explain` and the
// window all follow it.
import type { PathAccess, RuleSource } from '../domain/profile.ts';
import { fits, hasGlob, plainPath } from './pattern.ts';

/** A rule whose names stand for real places. `path` is absolute, without a trailing `/**`; characters that mean something in patterns are quoted with a backslash where a place holds them. */
export interface PlacedRule {
  path: string;
  access: PathAccess;
  source: RuleSource;
}

/** Windows' `C:\x` as `/C:/x`; anything else as it is. */
export const slashed = (path: string): string => (/^[A-Za-z]:[\\/]/.test(path) ? `/${path.replaceAll('\\', '/')}` : path);

const strictness: Record<PathAccess, number> = { deny: 0, write: 1, read: 2 };

/** Of two rules for the same path: one without a glob, then deny over write over read, then the first. */
const before = (a: PlacedRule, b: PlacedRule): number =>
  Number(hasGlob(a.path)) - Number(hasGlob(b.path)) || strictness[a.access] - strictness[b.access];

/**
 * The access that a real, absolute path has. Of the path and the folders above it, the deepest that any rule fits decides; where none
 * fits anywhere, it is denied.
 */
export function accessTo(path: string, rules: readonly PlacedRule[]): { access: PathAccess; rule?: PlacedRule } {
  for (let at = plainPath(slashed(path)); ; at = at.slice(0, at.lastIndexOf('/')) || '/') {
    const [rule] = rules.filter((each) => fits(each.path, at)).sort(before);
    if (rule) return { access: rule.access, rule };
    if (at === '/') return { access: 'deny' };
  }
}
