// A profile's rules for the places of one thread.

import type { PathRule, Places, Profile } from '../domain/profile.ts';
import { accessTo, type PlacedRule, slashed } from './access.ts';
import { capped } from './ceiling.ts';
import { hasGlob, plainPath, quoted, unquoted } from './pattern.ts';

export { accessTo, type PlacedRule } from './access.ts';

function fill(path: string, places: Places): string {
  const [, name, below] = /^:([a-z]+)(.*)$/s.exec(path) ?? [];
  const place = name !== undefined && Object.hasOwn(places, name) ? places[name as keyof Places] : undefined;
  const whole = place === undefined ? path : `${quoted(plainPath(slashed(place)))}${below ?? ''}`;
  return plainPath(whole.replace(/(\/\*\*)+\/?$/, ''));
}

/**
 * A profile's rules with real places in them, no wider than its bounds. A project may only tighten: its rule to read counts only where
 * there is access without the project's rules, and no rule to write holds for the same path then; its rules to write never count.
 */
export function placed({ paths, bounds = [] }: Pick<Profile, 'paths' | 'bounds'>, places: Places): PlacedRule[] {
  const filled = (set: PathRule[]): PlacedRule[] => set.map((rule) => ({ ...rule, path: fill(rule.path, places) }));
  return bounds.reduce((rules, bound) => capped(rules, filled(bound)), tightened(filled(paths)));
}

function tightened(rules: PlacedRule[]): PlacedRule[] {
  const others = rules.filter(({ source }) => source.kind !== 'project');
  const kept = rules.filter((rule) => {
    if (rule.source.kind !== 'project' || rule.access === 'deny') return true;
    return rule.access === 'read' && !hasGlob(rule.path) && accessTo(unquoted(rule.path), others).access !== 'deny';
  });
  const narrowed = new Set(kept.flatMap(({ path, access, source }) => (source.kind === 'project' && access === 'read' ? [path] : [])));
  return kept.filter(({ path, access }) => access !== 'write' || !narrowed.has(path));
}
