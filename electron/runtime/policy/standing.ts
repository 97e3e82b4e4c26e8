import type { Confinement } from '../../../shared/domain/confinement.ts';
import type { PolicyState } from '../../../shared/domain/policy.ts';
import type { Places, Profile } from '../../../shared/domain/profile.ts';
import type { GrantedSubject, Rule } from '../../../shared/domain/rule.ts';
import type { Grant } from '../../../shared/domain/thread.ts';
import { boundProfile, boundsOf, grantsAllowed } from './bounds.ts';
import { confinementOf, pathRules } from './confine.ts';
import { changesNothing, guard, type Standing } from './guard.ts';

/** What a judgement is made of, as it is in the log and in the files at this moment. */
export interface Given {
  /** As it is written: the policy's bounds are put on it here. */
  profile: Profile;
  places: Places;
  policy: PolicyState;
  /** Whether there is a sandbox on this machine. */
  sandbox: boolean;
  /** The thread's answers, and the rules of its project. */
  grants: readonly Grant[];
  rules: readonly Rule[];
}

/**
 * Does an answer count under this profile? Only under the one in which it was given: what it opens was weighed against that. Older answers
 * don't say which that was; they open nothing where a profile lets nothing be changed.
 */
function holdsUnder(profile: Profile, { profile: given, subject }: { profile?: string; subject: GrantedSubject }): boolean {
  if (given !== undefined) return given === profile.name;
  return (subject.kind !== 'network' && subject.kind !== 'write') || !changesNothing(profile);
}

/** The one place where what holds is put together: for turns, for `permissions explain` and for the `sandbox` command. Pure. */
export function standingFor({ profile: written, places, policy, sandbox, grants, rules }: Given): Standing {
  const profile = boundProfile(written, policy);
  const counting = (answer: 'thread' | 'always', given: readonly (Grant | Rule)[]): GrantedSubject[] =>
    grantsAllowed(
      policy,
      answer,
      given.filter((each) => holdsUnder(profile, each)).map(({ subject }) => subject),
    );
  return {
    profile,
    rules: pathRules(profile, places),
    sandboxed: sandbox && profile.sandbox,
    grants: counting('thread', grants),
    always: counting('always', rules),
    bounds: boundsOf(policy),
    roots: [places.project, places.worktree],
  };
}

/**
 * What the sandbox is told: the profile, hosts that were granted and are not refused by now, and for one call `more`. Files that were
 * granted are opened to what changes them one by one, never to commands: `writes`, for the tools alone.
 */
export function confinementFor(
  standing: Standing,
  places: Places,
  { more = [], writes = [] }: { more?: readonly GrantedSubject[]; writes?: readonly string[] } = {},
): Confinement {
  const granted = [...standing.grants, ...standing.always].filter(
    (subject) => subject.kind === 'network' && guard(subject, standing).decision === 'allow',
  );
  return confinementOf(standing.profile, places, [...granted, ...more], writes);
}
