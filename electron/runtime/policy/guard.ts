import type { ApprovalAnswer, Subject } from '../../../shared/domain/item.ts';
import type { Profile, RuleSource } from '../../../shared/domain/profile.ts';
import { answersFor, type GrantedSubject } from '../../../shared/domain/rule.ts';
import { runsByItself } from '../../../shared/policy/autorun.ts';
import { hostCovers } from '../../../shared/policy/hosts.ts';
import { hasGlob, unquoted } from '../../../shared/policy/pattern.ts';
import { judgeCommand } from './commands.ts';
import { inside } from './inside.ts';
import { accessTo, type PlacedRule } from './resolve.ts';

export interface Verdict {
  decision: 'allow' | 'ask' | 'refuse';
  /** What decided, for people, and where it stands. */
  rule: string;
  source?: RuleSource;
  /** The answers that a person may give, when it asks; absent: all that suit the subject. */
  answers?: ApprovalAnswer[];
}

/** What the organisation leaves to people, beyond what it wrote into the profile. Absent: everything. */
export interface Bounds {
  /** How long a yes may hold. */
  answers?: readonly ApprovalAnswer[];
  /** What no answer may open. */
  refuses?(subject: Subject): { rule: string; source?: RuleSource } | undefined;
  /** The policy for which no command may run where there is no sandbox. Absent: they are asked about one by one. */
  sandboxRequired?: { key: string; source: RuleSource };
}

/** What a judgement depends on. */
export interface Standing {
  profile: Profile;
  /** The profile's path rules with the thread's places in them. */
  rules: readonly PlacedRule[];
  /** False where no sandbox is to be had: then only a person stands between a command and the machine. */
  sandboxed: boolean;
  /** What was answered for the rest of the thread, and for the project. */
  grants: readonly GrantedSubject[];
  always: readonly GrantedSubject[];
  bounds: Bounds;
  /** Real paths of the project and the thread's folder. */
  roots: readonly string[];
}

/** Exactly this subject, or fewer of the same files or hosts. A yes to a command in the sandbox is none to the same without one. */
function covers(grant: GrantedSubject, subject: Subject, confined: boolean): boolean {
  if (grant.kind === 'command')
    return (
      subject.kind === 'command' &&
      grant.command === subject.command &&
      grant.cwd === subject.cwd &&
      (confined || grant.unconfined === true)
    );
  if (grant.kind === 'read') return subject.kind === 'read' && grant.path === subject.path;
  if (grant.kind === 'network')
    return subject.kind === 'network' && subject.hosts.every((host) => grant.hosts.some((wide) => hostCovers(wide, host)));
  return subject.kind === 'write' && subject.paths.every((path) => grant.paths.includes(path));
}

type Judged = Omit<Verdict, 'answers'>;
const allow = (rule: string, source?: RuleSource): Judged => ({ decision: 'allow', rule, ...(source ? { source } : {}) });
const ask = (rule: string, source?: RuleSource): Judged => ({ decision: 'ask', rule, ...(source ? { source } : {}) });
const refuse = (rule: string, source?: RuleSource): Judged => ({ decision: 'refuse', rule, ...(source ? { source } : {}) });

const isPolicy = (source: RuleSource | undefined): boolean => source?.kind === 'policy';

function judgeLine(command: string, { profile, sandboxed, bounds }: Standing): Judged {
  const { decision, rule, understood } = judgeCommand(command, profile.commands);
  const words = rule ? `${rule.prefix.join(' ')}${rule.reason ? ` (${rule.reason})` : ''}` : '';
  if (decision === 'forbid') return refuse(`profile ${profile.name} forbids ${words}`, rule?.source);
  if (!profile.sandbox) {
    if (decision !== 'ask') return allow(`profile ${profile.name}: commands run as your own`, rule?.source);
  } else if (!sandboxed) {
    if (bounds.sandboxRequired)
      return refuse(
        `there is no sandbox, and without it no command may run (${bounds.sandboxRequired.key})`,
        bounds.sandboxRequired.source,
      );
    return ask(`profile ${profile.name}: without a sandbox every command asks`);
  }
  if (decision !== 'ask') return allow(decision === 'allow' ? `profile ${profile.name} allows ${words}` : 'in the sandbox', rule?.source);
  return understood
    ? ask(`profile ${profile.name} asks about ${words}`, rule?.source)
    : ask(`profile ${profile.name} has rules for commands, and this line could not be taken apart`, rule?.source);
}

function judgeOutside(command: string, standing: Standing): Judged {
  const line = judgeLine(command, standing);
  if (line.decision === 'refuse' || !standing.profile.sandbox) return line;
  return ask('leaving the sandbox always asks');
}

function judgeHosts(hosts: readonly string[], { profile, always, grants, sandboxed }: Standing): Judged {
  if (!profile.sandbox || profile.network.access === 'on') return allow(`profile ${profile.name}: the network is open`);
  const { source } = profile.network;
  const granted = (host: string): boolean =>
    [...grants, ...always].some((each) => covers(each, { kind: 'network', hosts: [host] }, sandboxed));
  const listed = profile.network.access === 'list' ? profile.network.hosts : [];
  // Without a port every port is meant, which an entry for one of them does not hold.
  const rest = hosts.filter((host) => !listed.some((rule) => hostCovers(rule.host, host)) && !granted(host));
  if (rest.length === 0) return allow(`profile ${profile.name} lists these hosts`, source);
  if (isPolicy(source)) return refuse(`the network is ${profile.network.access === 'off' ? 'off' : 'limited to listed hosts'}`, source);
  return ask(
    profile.network.access === 'off'
      ? `profile ${profile.name}: the network is off`
      : `profile ${profile.name} does not list ${rest.join(', ')}`,
    source,
  );
}

/** A path as the project it lies in knows it: the folders around a project make nothing in it run by itself, or not. */
export function belowRoot(path: string, roots: readonly string[]): string {
  const around = roots.filter((root) => inside(path, root)).sort((a, b) => b.length - a.length);
  return around[0] === undefined ? path : path.slice(around[0].length);
}

/** Whether the profile lets any file be changed but temporary ones. */
export const changesNothing = ({ paths }: Profile): boolean =>
  paths.every(({ path, access }) => access !== 'write' || path.startsWith(':tmp'));

function judgeWrite(paths: readonly string[], { profile, rules, sandboxed, roots }: Standing): Judged {
  const verdicts = paths.map((path) => ({ path, ...accessTo(path, rules) }));
  const denied = verdicts.find(({ access }) => access === 'deny');
  if (denied) return refuse(`profile ${profile.name} denies ${denied.path}`, denied.rule?.source);
  if (!profile.sandbox) return allow(`profile ${profile.name}: files may be changed`);
  if (changesNothing(profile)) return refuse(`profile ${profile.name}: no file may be changed`);
  const closed = verdicts.find(({ access }) => access === 'read');
  if (closed && isPolicy(closed.rule?.source)) return refuse(`${closed.path} may not be changed`, closed.rule?.source);
  if (closed) return ask(`profile ${profile.name}: ${closed.path} is outside of what may be changed`, closed.rule?.source);
  if (!sandboxed) return ask(`profile ${profile.name}: without a sandbox every change of a file asks`);
  const auto = paths.find((path) => runsByItself(belowRoot(path, roots)));
  if (auto !== undefined) return ask(`${auto} is run or obeyed by other tools: changing it asks`);
  return allow(`profile ${profile.name}: files here may be changed`, verdicts[0]?.rule?.source);
}

/** The part of a pattern before its first glob: where what it fits can lie. */
const beginning = (pattern: string): string => {
  const names = pattern.split('/');
  const glob = names.findIndex(hasGlob);
  return unquoted(glob < 0 ? pattern : names.slice(0, glob).join('/') || '/');
};

function judgeRead(path: string, { profile, rules, sandboxed, roots }: Standing): Judged {
  const { access, rule } = accessTo(path, rules);
  if (access === 'deny') return refuse(`profile ${profile.name} denies ${path}`, rule?.source);
  // With the sandbox what is denied below a folder can't be seen from it.
  if (!profile.sandbox || sandboxed) return allow(`profile ${profile.name}: may be read`, rule?.source);
  const holdsDenied = rules.some((each) => each.access === 'deny' && inside(beginning(each.path), path));
  if (!holdsDenied && roots.some((root) => inside(path, root))) return allow('reading inside the project');
  return ask(`profile ${profile.name}: without a sandbox reading outside the project asks`);
}

function judge(subject: Subject, standing: Standing): Judged {
  switch (subject.kind) {
    case 'command':
      return judgeLine(subject.command, standing);
    case 'outside':
      return judgeOutside(subject.command, standing);
    case 'network':
      return judgeHosts(subject.hosts, standing);
    case 'write':
      return judgeWrite(subject.paths, standing);
    case 'read':
      return judgeRead(subject.path, standing);
    default:
      return ask('files that other tools run by themselves are held back when a command changes them');
  }
}

/**
 * May this command run, this file be written or read, this host be reached? The one place that says so, for every tool and every shell.
 * What a rule refuses no answer opens; what the organisation asks about is asked each time.
 */
export function guard(subject: Subject, standing: Standing): Verdict {
  const refused = standing.bounds.refuses?.(subject);
  if (refused) return { decision: 'refuse', ...refused };
  const verdict = judge(subject, standing);
  if (verdict.decision !== 'ask') return verdict;
  const may = standing.bounds.answers;
  const once = isPolicy(verdict.source);
  const suit = answersFor(subject);
  const answers = suit.filter((answer) => answer === 'no' || ((answer === 'once' || !once) && (may === undefined || may.includes(answer))));
  if (answers.length === 1) return refuse(`${verdict.rule}, and nobody may say yes`, verdict.source);
  const given = (answer: ApprovalAnswer, grants: readonly GrantedSubject[]): boolean =>
    answers.includes(answer) && grants.some((grant) => covers(grant, subject, standing.sandboxed));
  if (given('thread', standing.grants)) return allow('granted for this thread', { kind: 'answer', where: 'your answer' });
  if (given('always', standing.always)) return allow('granted for this project', { kind: 'answer', where: 'your answer' });
  return answers.length === suit.length ? verdict : { ...verdict, answers };
}
