// What files write about profiles, put together: a user's file adds to a profile, a project's file may only take away.

import { type HostRule, type NetworkAccess, type PathRule, type Profile, profiles, type RuleSource } from '../domain/profile.ts';
import { hostCovers } from './hosts.ts';
import { hasGlob } from './pattern.ts';

/** One `[profiles.NAME]`, checked by itself. */
export interface ProfileChange {
  name: string;
  extends?: string;
  about?: string;
  paths: PathRule[];
  commands: Profile['commands'];
  network?: Profile['network'];
  environment?: Profile['environment'];
  source: RuleSource;
}

/** A profile with more rules. A rule for the same path takes the old one's place; hosts and names are added; "off" and "on" stand alone. */
export function extended(base: Profile, { name, about, paths, commands, network, environment }: ProfileChange): Profile {
  const hosts = network?.access === 'list' ? [...(base.network.access === 'list' ? base.network.hosts : []), ...network.hosts] : [];
  return {
    name,
    about: about ?? (name === base.name ? base.about : `As ${base.name}, with changes.`),
    sandbox: base.sandbox,
    paths: [...base.paths.filter((old) => !paths.some(({ path }) => path === old.path)), ...paths],
    commands: [...base.commands, ...commands],
    network: network ? { ...network, hosts } : base.network,
    environment: [...base.environment, ...(environment ?? [])],
  };
}

/** What was left out since it would have widened a profile, and why. */
export interface LeftOut {
  source: RuleSource;
  message: string;
}

/**
 * A profile as a project's own file tightens it: paths denied or only read, commands asked about or forbidden, fewer hosts and names. Whether
 * a rule to read takes away or gives depends on real places, and is decided in `placed`.
 */
export function tightened(base: Profile, change: ProfileChange): { profile: Profile; left: LeftOut[] } {
  const left: LeftOut[] = [];
  const leave = (source: RuleSource, message: string): false => {
    left.push({ source, message: `${message} was left out: a project may only tighten a profile.` });
    return false;
  };
  if (!base.sandbox) {
    leave(change.source, `profiles.${base.name}`);
    return { profile: base, left };
  }
  const paths = change.paths.filter(({ path, access, source }) => {
    if (access === 'deny') return true;
    if (access === 'write') return leave(source, `${JSON.stringify(path)} = "write"`);
    if (hasGlob(path)) return leave(source, `${JSON.stringify(path)} = "read", a pattern that may fit what is denied,`);
    return /^:(?:worktree|project)(?:\/|$)/.test(path) || leave(source, `${JSON.stringify(path)} = "read", outside of the project,`);
  });
  const commands = change.commands.filter(
    ({ decision, prefix, source }) => decision !== 'allow' || leave(source, `the rule that allows ${JSON.stringify(prefix.join(' '))}`),
  );
  const kept = change.environment?.filter(
    ({ name, source }) => base.environment.some((each) => each.name === name) || leave(source, `environment name ${name}`),
  );
  return {
    left,
    profile: {
      ...base,
      paths: [...base.paths, ...paths],
      commands: [...base.commands, ...commands],
      network: change.network ? narrowed(base.network, change.network, leave) : base.network,
      environment: kept ? base.environment.filter(({ name }) => kept.some((each) => each.name === name)) : base.environment,
    },
  };
}

const reach: Record<NetworkAccess, number> = { off: 0, list: 1, on: 2 };

function narrowed(
  base: Profile['network'],
  wanted: Profile['network'],
  leave: (source: RuleSource, message: string) => false,
): Profile['network'] {
  if (reach[wanted.access] > reach[base.access]) {
    leave(wanted.source, `network, which is ${base.access === 'off' ? '"off"' : 'a list'},`);
    return base;
  }
  if (wanted.access !== 'list' || base.access === 'on') return wanted;
  // What both let through: the narrower of each pair.
  const hosts = wanted.hosts.flatMap((host): HostRule[] => {
    if (base.hosts.some((each) => hostCovers(each.host, host.host))) return [host];
    const narrower = base.hosts.filter((each) => hostCovers(host.host, each.host));
    if (narrower.length === 0) leave(host.source, `host ${JSON.stringify(host.host)}`);
    return narrower;
  });
  return { ...wanted, hosts };
}

/** Is the one no wider than the other, as far as that can be told without looking at files? Only built-in profiles are in an order. */
export function noWider(candidate: Profile, current: Profile): boolean {
  if (!candidate.sandbox) return false;
  if (candidate.name === current.name || !current.sandbox) return true;
  const width = (name: string): number => profiles.findIndex((each) => each === name);
  if (width(candidate.name) < 0 || width(candidate.name) > width(current.name)) return false;
  const strict = current.commands.filter(({ decision }) => decision !== 'allow');
  const has = (rule: Profile['commands'][number]): boolean =>
    candidate.commands.some(({ decision, prefix }) => decision === rule.decision && prefix.join('\0') === rule.prefix.join('\0'));
  return (
    (candidate.network.access === 'off' ||
      current.network.access === 'on' ||
      (reach[candidate.network.access] <= reach[current.network.access] &&
        candidate.network.hosts.every(({ host }) => current.network.hosts.some((each) => hostCovers(each.host, host))))) &&
    candidate.environment.every(({ name }) => current.environment.some((each) => each.name === name)) &&
    strict.every(has)
  );
}
