import { type PolicyKey, type PolicyState, policies, policyKeys, policySource } from '../../../shared/domain/policy.ts';
import type { Project } from '../../../shared/domain/project.ts';
import type { Rule } from '../../../shared/domain/rule.ts';
import { AppError } from '../../../shared/errors.ts';
import { nearest } from '../../../shared/nearest.ts';
import { answersAllowed, boundProfile, countsAsTrusted, modelBound, profileBound } from '../../../shared/policy/bounds.ts';
import type { HealthCheck } from '../../../shared/protocol/app.ts';
import type { PolicyExplained } from '../../../shared/protocol/policy.ts';
import { addressOf } from '../policy/bounded-config.ts';
import type { Settings } from '../ports.ts';

/** What users and projects have chosen, before the policy. Without `settings` their files can't be read. */
export interface Chosen {
  settings: Settings | undefined;
  projects: readonly Project[];
  rules: readonly Rule[];
  home: string;
}

type Overrode = PolicyExplained['overrode'];

const profileChoice = (policy: PolicyState, settings: Settings, where: string): Overrode =>
  profileBound(policy, settings.profile) && { value: settings.profile, where };

/** Profiles that the policy cuts down, told by one of their parts. */
function cutDown(policy: PolicyState, settings: Settings, part: 'network' | 'commands' | 'bounds'): Overrode {
  const cut = Object.values(settings.profiles).filter(
    (profile) => JSON.stringify(boundProfile(profile, policy)[part]) !== JSON.stringify(profile[part]),
  );
  return cut.length > 0 ? { value: cut.map(({ name }) => name), where: 'profiles' } : undefined;
}

function overrode(key: PolicyKey, policy: PolicyState, { settings, projects, rules, home }: Chosen): Overrode {
  if (policy.values[key] === undefined) return undefined;
  if (key === 'projects.trust' || key === 'projects.paths') {
    const lost = projects.filter((project) => project.trusted && !countsAsTrusted(policy, project, home));
    return lost.length > 0 ? { value: lost.map(({ path }) => path), where: 'trusted projects' } : undefined;
  }
  if (key === 'approvals.answers')
    return rules.length > 0 && !answersAllowed(policy).includes('always')
      ? { value: `${rules.length} remembered`, where: 'answers of "always"' }
      : undefined;
  if (!settings) return undefined;
  const { provider, model, profile, origins = {}, providers } = settings;
  const where = (setting: keyof typeof origins): string => {
    const origin = origins[setting];
    return origin ? `${origin.file}:${origin.line}` : 'built in';
  };
  switch (key) {
    case 'profiles.default':
      return profile === policy.values[key] ? undefined : { value: profile, where: where('profile') };
    case 'profiles.allowed':
    case 'profiles.widest':
      return profileChoice(policy, settings, where('profile'));
    case 'providers.allowed':
      return modelBound(policy, { provider })?.key === key ? { value: provider, where: where('provider') } : undefined;
    case 'models.allowed': {
      const chosen = model ?? providers[provider]?.defaultModel;
      const refused = chosen !== undefined && modelBound(policy, { provider, model: chosen })?.key === key;
      return refused ? { value: chosen, where: where('model') } : undefined;
    }
    case 'providers.base_urls': {
      const bad = Object.values(providers).filter(
        (each) => modelBound(policy, { provider: each.id, baseUrl: addressOf(each, {}) })?.key === key,
      );
      return bad.length > 0 ? { value: bad.map(({ id }) => id), where: 'providers' } : undefined;
    }
    case 'network.access':
    case 'network.hosts':
    case 'network.deny':
      return cutDown(policy, settings, 'network');
    default:
      return undefined;
  }
}

/** Every policy, or one: its value, where it stands, and what it took the place of. AppError `missing` for a key that there is not. */
export function explainPolicy(policy: PolicyState, chosen: Chosen, key?: string): PolicyExplained[] {
  const keys = key === undefined ? policyKeys : policyKeys.filter((each) => each === key || each.startsWith(`${key}.`));
  if (keys.length === 0) {
    const near = nearest(key ?? '', policyKeys);
    throw new AppError('missing', `There is no policy "${key}".`, {
      hint: near ? `Did you mean ${near}?` : `There are: ${policyKeys.join(', ')}.`,
    });
  }
  return keys.map((each) => {
    const { about, since } = policies[each];
    const value = policy.values[each];
    const told = { key: each, about, since };
    if (value === undefined) return told;
    const instead = overrode(each, policy, chosen);
    return { ...told, value, source: policySource(policy, each), ...(instead ? { overrode: instead } : {}) };
  });
}

/** What is wrong or odd in the file, as `FILE:LINE: MESSAGE`, the first first. */
export function policyLines({ file, problems, warnings }: PolicyState): { file: string; line: number; message: string }[] {
  return [...problems, ...warnings].map(({ line, message }) => ({ file, line, message }));
}

export function policyHealth(policy: PolicyState): HealthCheck {
  const name = 'Policy';
  const { status, file, values } = policy;
  if (status === 'none') return { name, status: 'ok', detail: `Nothing is set by an organisation (there is no ${file}).` };
  const told = policyLines(policy).map(({ line, message }) => `${file}${line > 0 ? `:${line}` : ''}: ${message}`);
  if (status === 'invalid')
    return {
      name,
      status: 'fail',
      detail: `The organisation's policy can't be used, so permissions are at their tightest. ${told.join(' ')}`,
      remedy: 'Ask whoever looks after this machine to mend the file. It takes effect at once.',
    };
  const count = Object.keys(values).length;
  const detail = `${file} sets ${count} ${count === 1 ? 'policy' : 'policies'}.`;
  return told.length > 0 ? { name, status: 'warning', detail: `${detail} ${told.join(' ')}` } : { name, status: 'ok', detail };
}
