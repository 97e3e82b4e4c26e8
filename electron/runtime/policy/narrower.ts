import type { Confinement } from '../../../shared/domain/confinement.ts';
import type { PathAccess } from '../../../shared/domain/profile.ts';
import { accessTo, type PlacedRule } from '../../../shared/policy/access.ts';
import { hostCovers } from '../../../shared/policy/hosts.ts';
import { hasGlob, unquoted } from '../../../shared/policy/pattern.ts';

const width: Record<PathAccess, number> = { deny: 0, read: 1, write: 2 };

/** Does `now` leave less than `before` did? Where globs make it hard to tell: yes. Pure. */
export function isNarrower(now: Confinement, before: Confinement): boolean {
  const widths = ['off', 'list', 'on'];
  if (widths.indexOf(now.network.access) < widths.indexOf(before.network.access)) return true;
  const listed = before.network.access === 'list' && now.network.access === 'list' ? before.network.hosts : [];
  if (!listed.every((host) => now.network.hosts.some((wide) => hostCovers(wide, host)))) return true;
  const placed = ({ paths }: Confinement): PlacedRule[] =>
    paths.map((rule) => ({ ...rule, source: { kind: 'built-in' as const, where: '' } }));
  const [here, there] = [placed(now), placed(before)];
  // Access only changes where a rule attaches.
  return [...here, ...there].some((rule) => {
    if (!hasGlob(rule.path)) {
      const file = unquoted(rule.path);
      return width[accessTo(file, here).access] < width[accessTo(file, there).access];
    }
    const same = (each: PlacedRule): boolean => each.path === rule.path && each.access === rule.access;
    return !(here.some(same) && there.some(same)) && (rule.access === 'write') === there.includes(rule);
  });
}
