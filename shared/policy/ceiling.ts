// Two sets of path rules at once: what one of them denies, the other can't open.
import type { PathAccess } from '../domain/profile.ts';
import { accessTo, type PlacedRule } from './access.ts';
import { fits, hasGlob, unquoted } from './pattern.ts';

const width: Record<PathAccess, number> = { deny: 0, read: 1, write: 2 };
const namesOf = (path: string): string[] => path.split('/').filter(Boolean);
const below = (path: string, folder: string): boolean => folder === '/' || path.startsWith(`${folder}/`);

/** The folder above which a pattern has no glob. */
function rootOf(pattern: string): string {
  const names = namesOf(pattern);
  const first = names.findIndex(hasGlob);
  return unquoted(`/${names.slice(0, first < 0 ? names.length : first).join('/')}`);
}

/** Can a rule attach anywhere strictly below this folder? Says yes when in doubt. */
function reachesBelow(pattern: string, folder: string): boolean {
  if (!hasGlob(pattern)) return unquoted(pattern) !== folder && below(unquoted(pattern), folder);
  const names = namesOf(pattern);
  if (names.includes('**')) {
    const root = rootOf(pattern);
    return root === folder || below(root, folder) || below(folder, root);
  }
  // Without `**` a pattern fits paths of its own depth only.
  const depth = namesOf(folder).length;
  return names.length > depth && fits(`/${names.slice(0, depth).join('/')}`, folder);
}

/** A rule with a glob that opens what the other set denies somewhere becomes a denial: it can't be told where it would be deeper. */
function cappedGlob(rule: PlacedRule, other: readonly PlacedRule[]): PlacedRule {
  if (rule.access === 'deny') return rule;
  const root = rootOf(rule.path);
  const open = accessTo(root, other).access !== 'deny' && !other.some(({ access, path }) => access === 'deny' && reachesBelow(path, root));
  return open ? { ...rule, access: 'read' } : { ...rule, access: 'deny' };
}

/**
 * Rules that allow nothing that either set does not: exactly what both allow, and less only where a rule with a glob meets a denial of
 * the other set. Rules with a glob deny or read.
 */
export function capped(rules: readonly PlacedRule[], ceiling: readonly PlacedRule[]): PlacedRule[] {
  const exact = new Map<string, PlacedRule>();
  for (const rule of [...rules, ...ceiling]) {
    if (hasGlob(rule.path) || exact.has(rule.path)) continue;
    const path = unquoted(rule.path);
    const own = accessTo(path, rules);
    const most = accessTo(path, ceiling);
    const tighter = width[most.access] < width[own.access] ? most : own;
    exact.set(rule.path, { path: rule.path, access: tighter.access, source: (tighter.rule ?? rule).source });
  }
  return [
    ...exact.values(),
    ...rules.filter(({ path }) => hasGlob(path)).map((rule) => cappedGlob(rule, ceiling)),
    ...ceiling.filter(({ path }) => hasGlob(path)).map((rule) => cappedGlob(rule, rules)),
  ];
}
