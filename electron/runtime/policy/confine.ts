import type { Confinement } from '../../../shared/domain/confinement.ts';
import type { Places, Profile } from '../../../shared/domain/profile.ts';
import type { GrantedSubject } from '../../../shared/domain/rule.ts';
import { quoted } from '../../../shared/policy/pattern.ts';
import { inside } from './inside.ts';
import { type PlacedRule, placed } from './resolve.ts';

/** A profile's path rules for a thread. Nothing in the data folder is anybody's but the program's, except a project that lies in it. */
export function pathRules(profile: Profile, places: Places): PlacedRule[] {
  const source = { kind: 'built-in' as const, where: 'built in' };
  const projects = [places.project, places.worktree].filter((root) => root !== places.data && inside(root, places.data));
  const rules = placed(profile, places);
  return [
    ...rules,
    // A profile without the sandbox may write everywhere else.
    ...projects.map((root): PlacedRule => ({ path: quoted(root), access: profile.sandbox ? 'read' : 'write', source })),
    { path: quoted(places.data), access: 'deny', source: { kind: 'built-in', where: "the program's own data folder" } },
  ];
}

/** What the sandbox is told: the profile, the granted hosts, and `writes`: paths that may be written beyond it. Pure. */
export function confinementOf(
  profile: Profile,
  places: Places,
  granted: readonly GrantedSubject[],
  writes: readonly string[] = [],
): Confinement {
  const { access, hosts } = profile.network;
  const more = granted.flatMap((subject) => (subject.kind === 'network' ? subject.hosts : []));
  return {
    paths: [
      ...pathRules(profile, places).map((rule) => ({ path: rule.path, access: rule.access })),
      ...writes.map((path) => ({ path: quoted(path), access: 'write' as const })),
    ],
    network: {
      access: access === 'off' && more.length > 0 ? 'list' : access,
      hosts: [...new Set([...(access === 'list' ? hosts.map(({ host }) => host) : []), ...more])],
    },
    environment: profile.environment.map(({ name }) => name),
    worktree: places.worktree,
  };
}
