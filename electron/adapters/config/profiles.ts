// [profiles.NAME] of a config.toml: each checked by itself, then put together.

import { builtInProfiles } from '../../../shared/domain/built-in-profiles.ts';
import type { CommandDecision, CommandRule, HostRule, PathAccess, PathRule, Profile, RuleSource } from '../../../shared/domain/profile.ts';
import { profiles as builtInNames } from '../../../shared/domain/profile.ts';
import { nearest } from '../../../shared/nearest.ts';
import { extended, type ProfileChange } from '../../../shared/policy/compose.ts';
import { readHost } from '../../../shared/policy/hosts.ts';
import { judgeCommand } from '../../../shared/policy/judge.ts';
import { hasGlob } from '../../../shared/policy/pattern.ts';
import type { Problem } from './check.ts';
import { providerName } from './keys.ts';
import type { KeyPath } from './locate.ts';
import { clip, found, isTable, list, type Table, written } from './words.ts';

interface Place {
  file: string;
  kind: 'user' | 'project';
  lineOf(path: KeyPath): number;
  wrong(path: KeyPath, message: string): void;
}

const keys = ['extends', 'about', 'filesystem', 'network', 'environment', 'commands'];
const commandKeys = ['prefix', 'decision', 'reason', 'examples', 'not_examples'];
const accesses: readonly PathAccess[] = ['read', 'write', 'deny'];
const decisions: readonly CommandDecision[] = ['allow', 'ask', 'forbid'];
const isBuiltIn = (name: string): boolean => (builtInNames as readonly string[]).includes(name);

/** A misspelt key would leave out a rule and nobody would notice: it is wrong here, not only warned about. */
export function checkProfiles(value: unknown, place: Place): ProfileChange[] {
  if (!isTable(value)) {
    place.wrong(['profiles'], `profiles must be tables with headers like [profiles.NAME]; found ${found(value)}.`);
    return [];
  }
  return Object.entries(value).flatMap(([name, table]) => {
    const path = ['profiles', name];
    const say = (message: string): [] => {
      place.wrong(path, `${written(path)}${message}`);
      return [];
    };
    if (!isTable(table)) return say(` must be a table; found ${found(table)}.`);
    if (!providerName.test(name)) return say(': the name of a profile is made of letters, digits, ".", "_" and "-".');
    if (name === 'full-access') return say(' is built in and cannot be changed: without the sandbox no rule would hold.');
    return [checkProfile(name, table, place)];
  });
}

function checkProfile(name: string, table: Table, { file, kind, lineOf, wrong }: Place): ProfileChange {
  const at = (...rest: (string | number)[]): KeyPath => ['profiles', name, ...rest];
  const say = (path: KeyPath, rest: string): void => wrong(path, `${written(path)} ${rest}`);
  const sourceOf = (path: KeyPath): RuleSource => ({ kind, where: file, line: lineOf(path) });

  const known = (path: KeyPath, value: Table, names: readonly string[]): void => {
    for (const key of Object.keys(value)) {
      const near = nearest(key, names);
      if (!names.includes(key))
        say([...path, key], `is no setting of a profile. ${near ? `Did you mean ${near}?` : `Known: ${names.join(', ')}.`}`);
    }
  };
  const text = (path: KeyPath, value: unknown): string | undefined => {
    if (value === undefined || (typeof value === 'string' && /\S/.test(value) && !/[\r\n\0]/.test(value))) return value;
    say(path, `must be text on one line that is not empty; found ${found(value)}.`);
    return undefined;
  };
  const texts = (path: KeyPath, value: unknown): string[] | undefined => {
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((each) => typeof each === 'string')) return value;
    say(path, `must be a list of texts; found ${found(value)}.`);
    return undefined;
  };

  const paths = (value: unknown): PathRule[] => {
    if (value === undefined) return [];
    if (!isTable(value)) {
      say(at('filesystem'), `must be a table of paths, for example ":project/secrets" = "deny"; found ${found(value)}.`);
      return [];
    }
    return Object.entries(value).flatMap(([written, access]): PathRule[] => {
      const key = at('filesystem', written);
      const path = written
        .replace(/^~(?=\/|$)/, ':home')
        .replace(/^(?=[A-Za-z]:\/)/, '/')
        .replace(/(?:\/\*\*)+\/?$|(?<=.)\/+$/, '');
      if (!accesses.includes(access as PathAccess)) say(key, `must be one of ${list(accesses)}; found ${found(access)}.`);
      else if (!/^(?:\/|:(?:project|worktree|tmp|home)(?:\/|$))/.test(path) && !(path === '' && written.startsWith('/')))
        say(key, 'must begin with "/", "~/", ":project", ":worktree", ":tmp" or ":home".');
      else if (/(?:^|\/)\.\.?(?:\/|$)|[\r\n\0]|(?<!\\)(?:\\\\)*\\$/.test(path)) say(key, 'holds ".", ".." or what no path can hold.');
      else if (access === 'write' && hasGlob(path)) say(key, 'has a pattern: what may be written to must be named in full.');
      else return [{ path: path === '' ? '/' : path, access: access as PathAccess, source: sourceOf(key) }];
      return [];
    });
  };

  const network = (value: unknown): Profile['network'] | undefined => {
    const source = sourceOf(at('network'));
    if (value === undefined) return undefined;
    if (value === 'off' || value === 'on') return { access: value, source, hosts: [] };
    const hosts = Array.isArray(value) ? texts(at('network'), value) : undefined;
    if (!Array.isArray(value)) say(at('network'), `must be "off", "on" or a list of hosts; found ${found(value)}.`);
    const rules = (hosts ?? []).map((host, n): HostRule => ({ host, source: sourceOf(at('network', n)) }));
    for (const [n, { host }] of rules.entries())
      if (!readHost(host)) say(at('network', n), `must be a host, "*.host" or "host:port"; found ${found(host)}.`);
    return { access: 'list', source, hosts: rules };
  };

  const environment = (value: unknown): Profile['environment'] | undefined =>
    texts(at('environment'), value)?.map((each, n) => {
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(each))
        say(at('environment', n), `must be the name of an environment variable; found ${found(each)}.`);
      return { name: each, source: sourceOf(at('environment', n)) };
    });

  const command = (value: unknown, path: KeyPath): CommandRule[] => {
    if (!isTable(value)) {
      say(path, `must be a table with the header [[profiles.${name}.commands]]; found ${found(value)}.`);
      return [];
    }
    known(path, value, commandKeys);
    const prefix = texts([...path, 'prefix'], value['prefix']);
    const { decision } = value;
    const reason = text([...path, 'reason'], value['reason']);
    if (value['prefix'] === undefined) say([...path, 'prefix'], 'is missing; for example ["git", "push"].');
    else if (prefix && (prefix.length === 0 || prefix.some((word) => word === '' || /\s/.test(word))))
      say(
        [...path, 'prefix'],
        `must hold each word by itself, for example ["git", "push"]; found ${list(prefix.map(clip)) || 'an empty list'}.`,
      );
    else if (!decisions.includes(decision as CommandDecision))
      say(
        [...path, 'decision'],
        decision === undefined
          ? `is missing; it must be one of ${list(decisions)}.`
          : `must be one of ${list(decisions)}; found ${found(decision)}.`,
      );
    else if (prefix) {
      const rule: CommandRule = {
        prefix,
        decision: decision as CommandDecision,
        ...(reason === undefined ? {} : { reason }),
        source: sourceOf(path),
      };
      for (const [key, meant] of [
        ['examples', true],
        ['not_examples', false],
      ] as const)
        for (const [n, line] of (texts([...path, key], value[key]) ?? []).entries()) {
          const verdict = judgeCommand(line, [rule]);
          if ((verdict.rule !== undefined && verdict.decision === rule.decision) !== meant || !verdict.understood)
            say([...path, key, n], `${meant ? 'does not fit' : 'fits'} this rule: ${JSON.stringify(clip(line))}.`);
        }
      return [rule];
    }
    return [];
  };

  known(at(), table, keys);
  const parent = text(at('extends'), table['extends']);
  const builtIn = isBuiltIn(name);
  // Whoever chooses a built-in profile relies on what its name says of files and of the network.
  if (kind === 'user' && builtIn) {
    for (const key of ['extends', 'about', 'filesystem'])
      if (table[key] !== undefined)
        say(at(key), `cannot be set: ${name} is built in. Make a profile of your own with extends = ${JSON.stringify(name)}.`);
    if (table['network'] === 'on') say(at('network'), `cannot be "on": ${name} is built in. List hosts, or make a profile of your own.`);
  }
  if (table['commands'] !== undefined && !Array.isArray(table['commands']))
    say(at('commands'), `must be a list of tables with headers like [[profiles.${name}.commands]]; found ${found(table['commands'])}.`);
  const about = text(at('about'), table['about']);
  const [net, names] = [network(table['network']), environment(table['environment'])];
  return {
    name,
    ...(parent === undefined ? {} : { extends: parent }),
    ...(about === undefined ? {} : { about }),
    paths: paths(table['filesystem']),
    commands: Array.isArray(table['commands']) ? table['commands'].flatMap((each, n) => command(each, at('commands', n))) : [],
    ...(net ? { network: net } : {}),
    ...(names ? { environment: names } : {}),
    source: sourceOf(at()),
  };
}

/** The built-in profiles and the user's own, each with all that it extends put into it. Without a prototype, as names come from files. */
export function composeProfiles(
  changes: readonly ProfileChange[],
  lineOf: (path: KeyPath) => number,
): { profiles: Record<string, Profile>; problems: Problem[] } {
  const problems: Problem[] = [];
  const profiles = Object.assign(Object.create(null) as Record<string, Profile>, builtInProfiles());
  const own = changes.filter(({ name }) => !isBuiltIn(name));
  for (const change of changes) {
    const built = isBuiltIn(change.name) ? profiles[change.name] : undefined;
    if (built) profiles[change.name] = extended(built, change);
  }
  const wrong = (name: string, message: string): void => {
    const path = ['profiles', name, 'extends'];
    problems.push({ line: lineOf(path), key: written(path), message: `${written(path)} ${message}` });
  };
  const make = (change: ProfileChange, below: readonly string[]): Profile | undefined => {
    const done = profiles[change.name];
    if (done) return done;
    const wanted = change.extends ?? 'workspace';
    const known = [...builtInNames.filter((name) => name !== 'full-access'), ...own.map(({ name }) => name)];
    const parent = own.find(({ name }) => name === wanted);
    if (wanted === 'full-access') wrong(change.name, 'cannot be "full-access": without the sandbox no rule would hold.');
    else if ([...below, change.name].includes(wanted))
      wrong(change.name, `goes round in a circle: ${[...below, change.name, wanted].join(' → ')}.`);
    else if (!known.includes(wanted)) {
      const near = nearest(wanted, known);
      wrong(
        change.name,
        `must be the name of a profile; there is no ${JSON.stringify(wanted)}. ${near ? `Did you mean ${JSON.stringify(near)}?` : `Known: ${known.join(', ')}.`}`,
      );
    } else {
      const base = parent ? make(parent, [...below, change.name]) : profiles[wanted];
      if (base) return (profiles[change.name] = extended(base, change));
    }
    return undefined;
  };
  for (const change of own) if (!problems.some(({ key }) => key === written(['profiles', change.name, 'extends']))) make(change, []);
  return { profiles, problems };
}
