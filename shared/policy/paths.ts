// Which access a path has under a profile: the one place that says so. The sandbox's mounts, the guard, `permissions explain` and the
// window all follow it.

import type { PathAccess, PathRule, Places, Profile, RuleSource } from '../domain/profile.ts';
import { fits, hasGlob, plainPath, quoted, unquoted } from './pattern.ts';

/** A rule whose names stand for real places. `path` is absolute, without a trailing `/**`; characters that mean something in patterns are quoted with a backslash where a place holds them. */
export interface PlacedRule {
  path: string;
  access: PathAccess;
  source: RuleSource;
}

/** Windows' `C:\x` as `/C:/x`; anything else as it is. */
const slashed = (path: string): string => (/^[A-Za-z]:[\\/]/.test(path) ? `/${path.replaceAll('\\', '/')}` : path);

function fill(path: string, places: Places): string {
  const [, name, below] = /^:([a-z]+)(.*)$/s.exec(path) ?? [];
  const place = name !== undefined && Object.hasOwn(places, name) ? places[name as keyof Places] : undefined;
  const whole = place === undefined ? path : `${quoted(plainPath(slashed(place)))}${below ?? ''}`;
  return plainPath(whole.replace(/(\/\*\*)+\/?$/, ''));
}

/**
 * A profile's rules with real places in them. A project may only tighten: its rule to read counts only where there is access without the
 * project's rules, and its rules to write never do.
 */
export function placed({ paths }: Pick<Profile, 'paths'>, places: Places): PlacedRule[] {
  const rules = paths.map((rule: PathRule) => ({ ...rule, path: fill(rule.path, places) }));
  const others = rules.filter(({ source }) => source.kind !== 'project');
  return rules.filter((rule) => {
    if (rule.source.kind !== 'project' || rule.access === 'deny') return true;
    return rule.access === 'read' && !hasGlob(rule.path) && accessTo(unquoted(rule.path), others).access !== 'deny';
  });
}

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
