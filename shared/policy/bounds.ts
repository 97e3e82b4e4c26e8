// What the organisation's policy leaves of what users, projects and agents ask for. Refusals are AppErrors `denied` that name the key,
// the file and its line.
import { builtInProfiles } from '../domain/built-in-profiles.ts';
import type { ApprovalAnswer, Subject } from '../domain/item.ts';
import { type PolicyKey, type PolicyState, policies, policySource } from '../domain/policy.ts';
import type { HostRule, PathRule, Profile, RuleSource } from '../domain/profile.ts';
import { AppError } from '../errors.ts';
import { readHost } from './hosts.ts';
import { plainPath } from './pattern.ts';

/** What refuses, and where it stands. */
export interface Bound {
  key: PolicyKey;
  message: string;
}

const choicesOf = (key: 'profiles.widest' | 'network.access'): readonly string[] => policies[key].choices;

export function policyError(policy: PolicyState, { key, message }: Bound): AppError {
  const [problem] = policy.problems;
  const why =
    policy.status === 'invalid' && policy.lines[key] === undefined
      ? `${message}: its policy can't be used (${policy.file}${problem && problem.line > 0 ? `:${problem.line}` : ''}), so permissions are at their tightest.`
      : `${message} (${key} in ${policySource(policy, key)}).`;
  return new AppError('denied', `Your organisation does not allow ${why}`, {
    hint: `See \`switchyard policy explain ${key}\`; who looks after this machine can change it.`,
    data: { reason: 'policy', policy: key, file: policy.file, line: policy.lines[key] ?? problem?.line ?? 0 },
  });
}

const refuse = (policy: PolicyState, bound: Bound | undefined): void => {
  if (bound) throw policyError(policy, bound);
};

/** What a command with the whole network would break. */
function closesNetwork({ values }: PolicyState): PolicyKey | undefined {
  if ((values['network.access'] ?? 'on') !== 'on') return 'network.access';
  if (values['network.hosts']) return 'network.hosts';
  return (values['network.deny'] ?? []).length > 0 ? 'network.deny' : undefined;
}

/** Why no command may run outside of the sandbox, whoever says so: it would read and reach what only the sandbox keeps shut. */
function closesOutside(policy: PolicyState): PolicyKey | undefined {
  if (policy.values['sandbox.outside'] === false) return 'sandbox.outside';
  return (policy.values['files.deny'] ?? []).length > 0 ? 'files.deny' : closesNetwork(policy);
}

/** Only the sandbox could hold these, and full-access has none. */
const needsSandbox = (policy: PolicyState): PolicyKey | undefined =>
  policy.values['sandbox.required'] ? 'sandbox.required' : closesOutside(policy);

export function profileBound(policy: PolicyState, profile: string): Bound | undefined {
  const { 'profiles.allowed': allowed, 'profiles.widest': widest = 'full-access' } = policy.values;
  const message = `the profile ${profile}`;
  if (allowed && !allowed.includes(profile)) return { key: 'profiles.allowed', message };
  const widths = choicesOf('profiles.widest');
  if (widths.indexOf(profile) > widths.indexOf(widest)) return { key: 'profiles.widest', message };
  const key = profile === 'full-access' ? needsSandbox(policy) : undefined;
  return key && { key, message: `${message}, which has no sandbox` };
}

/** `*` stands for any characters. */
function patternFits(pattern: string, text: string): boolean {
  const [first = '', ...rest] = pattern.toLowerCase().split('*');
  let at = text.toLowerCase();
  if (!at.startsWith(first)) return false;
  at = at.slice(first.length);
  const last = rest.pop();
  if (last === undefined) return at === '';
  for (const part of rest) {
    const found = at.indexOf(part);
    if (found < 0) return false;
    at = at.slice(found + part.length);
  }
  return at.endsWith(last);
}

/** Scheme, host and port in lower case, and the path with a slash at its end. */
function address(url: string): { origin: string; path: string } | undefined {
  const [, scheme, authority, path = ''] = /^(https?):\/\/([^\s/@?#\\]+)(\/[^\s?#\\]*)?$/i.exec(url) ?? [];
  if (scheme === undefined || authority === undefined) return undefined;
  const plain = authority.toLowerCase().replace(scheme.toLowerCase() === 'https' ? /:443$/ : /:80$/, '');
  // Encoded dots and slashes would be read by the server as what they stand for.
  if (/%2e|%2f|%5c/i.test(path)) return undefined;
  return { origin: `${scheme.toLowerCase()}://${plain}`, path: `${plainPath(path).replace(/\/$/, '')}/` };
}

function addressFits(url: string, allowed: string): boolean {
  const asked = address(url);
  const rule = address(allowed);
  return asked !== undefined && rule !== undefined && asked.origin === rule.origin && asked.path.startsWith(rule.path);
}

/** What a request goes to. `baseUrl`: the address that it is really sent to; absent for what is built in. */
export interface Asked {
  provider: string;
  model?: string | undefined;
  baseUrl?: string | undefined;
}
export function modelBound(policy: PolicyState, { provider, model, baseUrl }: Asked): Bound | undefined {
  const { 'providers.allowed': providers, 'providers.base_urls': urls, 'models.allowed': models } = policy.values;
  if (providers && !providers.includes(provider)) return { key: 'providers.allowed', message: `the provider ${provider}` };
  if (urls && baseUrl !== undefined && !urls.some((url) => addressFits(baseUrl, url)))
    return { key: 'providers.base_urls', message: `the address ${baseUrl} of the provider ${provider}` };
  if (models && model !== undefined && !models.some((pattern) => patternFits(pattern, model)))
    return { key: 'models.allowed', message: `the model ${model}` };
  return undefined;
}

/** The answers to an approval that may be given; `no` always may. */
export function answersAllowed(policy: PolicyState): ApprovalAnswer[] {
  const allowed = policy.values['approvals.answers'];
  return [...(['once', 'thread', 'always'] as const).filter((answer) => !allowed || allowed.includes(answer)), 'no'];
}
/** May a command run outside of the sandbox when a person says so? */
export const outsideAllowed = (policy: PolicyState): boolean => closesOutside(policy) === undefined;
/** Why no command may run where there is no sandbox; otherwise they are asked about one by one. */
export const fallbackBound = (policy: PolicyState): PolicyKey | undefined =>
  policy.values['sandbox.required'] ? 'sandbox.required' : closesNetwork(policy);

/** What no answer may open. */
export function subjectBound(policy: PolicyState, subject: Subject): Bound | undefined {
  if (subject.kind === 'network') return hostsBound(policy, subject.hosts);
  const key = subject.kind === 'outside' ? closesOutside(policy) : undefined;
  return key && { key, message: 'a command outside of the sandbox' };
}

export function answerBound(policy: PolicyState, answer: ApprovalAnswer, subject?: Subject): Bound | undefined {
  if (answer === 'no') return undefined;
  const bound = subject && subjectBound(policy, subject);
  if (bound) return bound;
  return answersAllowed(policy).includes(answer) ? undefined : { key: 'approvals.answers', message: `the answer "${answer}"` };
}

/** What was answered for later, as far as such an answer may still be given. */
export function grantsAllowed<S extends { kind: string; hosts?: readonly string[] }>(
  policy: PolicyState,
  answer: 'once' | 'thread' | 'always',
  granted: readonly S[],
): S[] {
  if (!answersAllowed(policy).includes(answer)) return [];
  return granted.filter(({ hosts }) => hosts === undefined || !hostsBound(policy, hosts));
}

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
const slashed = (path: string): string => plainPath(path.replaceAll('\\', '/'));

/** `home`: the user's home folder. May this project be trusted by a person now? */
export function trustBound(policy: PolicyState, project: { path: string }, home: string): Bound | undefined {
  const { 'projects.trust': trust = 'ask', 'projects.paths': paths = [] } = policy.values;
  const message = `the project ${project.path} to be trusted`;
  if (policy.status === 'invalid' || trust === 'never') return { key: 'projects.trust', message };
  if (trust === 'ask') return undefined;
  const inPlace = paths.some((path) => isBelow(slashed(project.path), slashed(path.replace(/^~(?=\/|$)/, home))));
  return inPlace ? undefined : { key: 'projects.paths', message };
}
/** Whether a trusted project counts as one. A file that can't be used takes no trust away: a project's own settings only tighten. */
export function countsAsTrusted(policy: PolicyState, project: { path: string; trusted: boolean }, home: string): boolean {
  return project.trusted && !trustBound({ ...policy, status: 'in force' }, project, home);
}

export const webBound = ({ values }: PolicyState): Bound | undefined =>
  values['web.enabled'] === false ? { key: 'web.enabled', message: 'the window to be served to a browser' } : undefined;

// ---- profiles

const sourceOf = (policy: PolicyState, key: PolicyKey): RuleSource => {
  const line = policy.lines[key];
  return { kind: 'policy', where: policy.file, ...(line === undefined ? {} : { line }) };
};

/** Does the first host hold the second? */
function holds(wide: string, narrow: string): boolean {
  const a = readHost(wide);
  const b = readHost(narrow);
  if (!a || !b || (a.port !== undefined && a.port !== b.port)) return false;
  if (a.below) return b.name.endsWith(`.${a.name}`) || (b.below && b.name === a.name);
  return !b.below && a.name === b.name;
}
const meets = (a: string, b: string): boolean => {
  const [x, y] = [readHost(a), readHost(b)];
  const apart = x?.port !== undefined && y?.port !== undefined && x.port !== y.port;
  const bare = (host: NonNullable<typeof x>): string => (host.below ? `*.${host.name}` : host.name);
  return !x || !y || (!apart && (holds(bare(x), bare(y)) || holds(bare(y), bare(x))));
};

function boundNetwork(network: Profile['network'], policy: PolicyState): Profile['network'] {
  const { 'network.access': most = 'on', 'network.hosts': allowed, 'network.deny': denied = [] } = policy.values;
  let { access, hosts, source } = network;
  const widths = choicesOf('network.access');
  if (widths.indexOf(most) < widths.indexOf(access)) {
    access = most;
    source = sourceOf(policy, 'network.access');
  }
  const own = (list: readonly string[]): HostRule[] => list.map((host) => ({ host, source: sourceOf(policy, 'network.hosts') }));
  if (allowed) {
    hosts =
      network.access === 'on'
        ? own(allowed)
        : hosts.flatMap((rule) =>
            allowed.some((host) => holds(host, rule.host)) ? [rule] : own(allowed.filter((host) => holds(rule.host, host))),
          );
  }
  if (access === 'on' && (allowed || denied.length > 0)) {
    access = 'list';
    source = sourceOf(policy, allowed ? 'network.hosts' : 'network.deny');
  }
  return { access, source, hosts: hosts.filter(({ host }) => !denied.some((other) => meets(other, host))) };
}

/** May these hosts be allowed, by a person or a rule? */
export function hostsBound(policy: PolicyState, hosts: readonly string[]): Bound | undefined {
  const { 'network.access': most = 'on', 'network.hosts': allowed, 'network.deny': denied = [] } = policy.values;
  if (hosts.length > 0 && most === 'off') return { key: 'network.access', message: 'the network' };
  for (const host of hosts) {
    const message = `the host ${host}`;
    if (denied.some((other) => meets(other, host))) return { key: 'network.deny', message };
    if (allowed && !allowed.some((other) => holds(other, host))) return { key: 'network.hosts', message };
  }
  return undefined;
}

/** A path of the file as profiles write it. */
const filePath = (path: string): string =>
  /^[A-Za-z]:/.test(path) ? `/${path.replaceAll('\\', '/')}` : path.replace(/^~(?=\/|$)/, ':home');

/** A profile cut down to what the policy leaves; each bound names the file as its source. Cutting it down again changes nothing. */
export function boundProfile(profile: Profile, policy: PolicyState): Profile {
  if (policy.status === 'none') return profile;
  const { 'files.deny': denied = [], 'profiles.widest': widest = 'full-access', commands = [] } = policy.values;
  const deny = sourceOf(policy, 'files.deny');
  const bounds: PathRule[][] = [];
  if (denied.length > 0) {
    const rules = denied.map((path): PathRule => ({ path: filePath(path), access: 'deny', source: deny }));
    bounds.push([{ path: '/', access: 'write', source: deny }, ...rules]);
  }
  const source = sourceOf(policy, 'profiles.widest');
  const most = builtInProfiles()[widest];
  if (widest !== 'full-access') bounds.push(most.paths.map((rule) => ({ ...rule, source })));
  const own = commands.map((rule) => ({ ...rule, prefix: [...rule.prefix], source: sourceOf(policy, 'commands') }));
  return {
    ...profile,
    sandbox: profile.sandbox || widest !== 'full-access' || needsSandbox(policy) !== undefined,
    network: boundNetwork(profile.network, policy),
    commands: [...profile.commands.filter((rule) => rule.source.kind !== 'policy'), ...own],
    ...(bounds.length > 0 ? { bounds } : {}),
  };
}

export const checkProfileAllowed = (policy: PolicyState, profile: string): void => refuse(policy, profileBound(policy, profile));
export const checkModelAllowed = (policy: PolicyState, asked: Asked): void => refuse(policy, modelBound(policy, asked));
export const checkAnswerAllowed = (policy: PolicyState, answer: ApprovalAnswer, subject?: Subject): void =>
  refuse(policy, answerBound(policy, answer, subject));
export const checkTrustAllowed = (policy: PolicyState, project: { path: string }, home: string): void =>
  refuse(policy, trustBound(policy, project, home));
export const checkWebAllowed = (policy: PolicyState): void => refuse(policy, webBound(policy));
export const checkHostsAllowed = (policy: PolicyState, hosts: readonly string[]): void => refuse(policy, hostsBound(policy, hosts));
