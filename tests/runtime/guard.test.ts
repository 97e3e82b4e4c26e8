import { expect, it } from 'vitest';
import { confinementOf, pathRules } from '../../electron/runtime/policy/confine.ts';
import { guard, type Standing } from '../../electron/runtime/policy/guard.ts';
import { inside } from '../../electron/runtime/policy/inside.ts';
import { confinementFor, standingFor } from '../../electron/runtime/policy/standing.ts';
import { builtInProfiles } from '../../shared/domain/built-in-profiles.ts';
import type { Subject } from '../../shared/domain/item.ts';
import { noPolicy, type PolicyState } from '../../shared/domain/policy.ts';
import type { Places, Profile, RuleSource } from '../../shared/domain/profile.ts';
import { answersFor, type GrantedSubject, grantOf, type Rule } from '../../shared/domain/rule.ts';
import { runsByItself } from '../../shared/policy/autorun.ts';

const places: Places = {
  project: '/home/me/web',
  worktree: '/home/me/web',
  tmp: '/tmp',
  home: '/home/me',
  data: '/home/me/.local/share/switchyard',
};
const user: RuleSource = { kind: 'user', where: 'config.toml', line: 4 };
const profileOf = (name: string, more: Partial<Profile> = {}): Profile => {
  const found = builtInProfiles()[name as 'workspace'];
  return { ...found, ...more };
};
const standing = (profile: string | Profile, more: Partial<Standing> = {}, at = places): Standing => {
  const used = typeof profile === 'string' ? profileOf(profile) : profile;
  return {
    profile: used,
    rules: pathRules(used, at),
    sandboxed: used.sandbox,
    grants: [],
    always: [],
    bounds: {},
    roots: [at.project, at.worktree],
    ...more,
  };
};
const read = (path: string): Subject => ({ kind: 'read', path });
const write = (...paths: string[]): Subject => ({ kind: 'write', paths, diff: '' });
const run = (command: string, cwd = '/home/me/web'): Subject => ({ kind: 'command', command, cwd });
const out = (command: string): Subject => ({ kind: 'outside', command, cwd: '/home/me/web' });
const reach = (...hosts: string[]): Subject => ({ kind: 'network', hosts });
const own = '/home/me/.local/share/switchyard';

it.each([
  ['reading in the project', read('/home/me/web/a.ts'), 'workspace', 'allow', 'allow'],
  ['reading beside it', read('/home/me/web2/a.ts'), 'workspace', 'allow', 'ask'],
  ['reading above it', read('/home/me'), 'workspace', 'allow', 'ask'],
  ['reading a key', read('/home/me/.ssh/id_ed25519'), 'workspace', 'refuse', 'refuse'],
  ['writing in the project', write('/home/me/web/a.ts'), 'workspace', 'allow', 'ask'],
  ['writing, read-only', write('/home/me/web/a.ts'), 'read-only', 'refuse', 'refuse'],
  ['writing beside it', write('/home/me/web2/a.ts'), 'workspace', 'ask', 'ask'],
  ['writing in the project and beside it', write('/home/me/web/a.ts', '/etc/hosts'), 'workspace', 'ask', 'ask'],
  ['writing a key', write('/home/me/.ssh/authorized_keys'), 'workspace', 'refuse', 'refuse'],
  ['writing instructions', write('/home/me/web/AGENTS.md'), 'workspace', 'ask', 'ask'],
  ['writing a workflow', write('/home/me/web/.github/workflows/ci.yml'), 'workspace', 'ask', 'ask'],
  ['writing a hook', write('/home/me/web/sub/.git/hooks/pre-commit'), 'workspace', 'ask', 'ask'],
  ['a command', run('ls'), 'workspace', 'allow', 'ask'],
  ['a command, read-only', run('ls'), 'read-only', 'allow', 'ask'],
  ['a command, full access', run('rm -rf /'), 'full-access', 'allow', 'allow'],
  ['a command outside', out('ls'), 'workspace', 'ask', 'ask'],
  ['a command outside, full access', out('ls'), 'full-access', 'allow', 'allow'],
  ['a host', reach('example.com'), 'workspace', 'ask', 'ask'],
  ['a host, full access', reach('example.com'), 'full-access', 'allow', 'allow'],
  ['files that run by themselves', { kind: 'autorun', paths: ['/home/me/web/.envrc'], diff: '' }, 'workspace', 'ask', 'ask'],
  ['writing anywhere, full access', write('/etc/hosts'), 'full-access', 'allow', 'allow'],
  ['reading a key file of the program', read(`${own}/keys.key`), 'workspace', 'refuse', 'refuse'],
  ['reading it, full access', read(`${own}/keys.key`), 'full-access', 'refuse', 'refuse'],
  ['writing the log, full access', write('/home/me/web/a.ts', `${own}/switchyard.db`), 'full-access', 'refuse', 'refuse'],
] as [string, Subject, string, string, string][])('judges %s [SAFE-1] [SAFE-2]', (_, subject, profile, sandboxed, without) => {
  const verdict = guard(subject, standing(profile));
  expect(verdict.decision, verdict.rule).toBe(sandboxed);
  expect(guard(subject, standing(profile, { sandboxed: false })).decision).toBe(without);
});

it('asks before looking through a folder that holds what is denied, where nothing else keeps it shut', () => {
  const at = { ...places, project: '/home/me', worktree: '/home/me' };
  const home = standing('workspace', { sandboxed: false }, at);
  expect(guard(read('/home/me'), home).decision).toBe('ask');
  expect(guard(read('/home/me/notes.md'), home).decision).toBe('allow');
});

it.each(['workspace', 'read-only', 'full-access'])('lets a project inside the data folder be a project, under %s', (profile) => {
  const at = { ...places, project: `${own}/sample`, worktree: `${own}/sample` };
  const sample = standing(profile, {}, at);
  expect(guard(read(`${own}/sample/README.md`), sample).decision).toBe('allow');
  expect(guard(read(`${own}/owner.json`), sample).decision).toBe('refuse');
  expect(guard(write(`${own}/sample/a.js`), sample).decision).toBe(profile === 'read-only' ? 'refuse' : 'allow');
});

const grants: [GrantedSubject, Subject, Subject][] = [
  [{ kind: 'command', command: 'npm test', cwd: '/home/me/web' }, run('npm test'), run('npm  test')],
  [{ kind: 'command', command: 'npm test', cwd: '/home/me/web' }, run('npm test'), run('npm test', '/home/me/web/sub')],
  [{ kind: 'network', hosts: ['a.com', 'b.com'] }, reach('b.com'), reach('b.com', 'c.com')],
  [{ kind: 'write', paths: ['/x/a', '/x/b'] }, write('/x/a'), write('/x/a', '/x/c')],
  [{ kind: 'read', path: '/x/a' }, read('/x/a'), read('/x')],
];
it.each(grants)('keeps a grant to exactly what was granted: %j [SAFE-4]', (grant, same, other) => {
  const commands = [{ prefix: ['npm'], decision: 'ask' as const, source: user }];
  const profile = profileOf('workspace', { commands });
  for (const given of [{ grants: [grant] }, { always: [grant] }]) {
    const now = standing(profile, { ...given, sandboxed: grant.kind !== 'read' });
    expect(guard(same, now).decision).toBe('allow');
    expect(guard(other, now).decision).toBe('ask');
  }
});

it('never lets an answer open what a rule refuses, and says where the rule stands [SAFE-4] [POL-3]', () => {
  const policy: RuleSource = { kind: 'policy', where: '/etc/switchyard/policy.toml', line: 7 };
  const commands = [
    { prefix: ['git', 'push'], decision: 'forbid' as const, source: policy },
    { prefix: ['npm'], decision: 'ask' as const, source: policy },
    { prefix: ['make'], decision: 'ask' as const, source: user },
  ];
  const all: GrantedSubject[] = ['git push', 'npm test', 'make'].map((command) => ({ kind: 'command', command, cwd: '/home/me/web' }));
  const now = standing(profileOf('workspace', { commands }), { grants: all, always: all });
  expect(guard(run('git push'), now)).toMatchObject({ decision: 'refuse', source: policy });
  expect(guard(out('git push'), now)).toMatchObject({ decision: 'refuse', source: policy });
  // What the organisation asks about is asked each time.
  expect(guard(run('npm test'), now)).toMatchObject({ decision: 'ask', source: policy, answers: ['once', 'no'] });
  expect(guard(run('make'), now)).toMatchObject({ decision: 'allow' });
  expect(guard(run('make'), { ...now, bounds: { answers: ['once', 'no'] } })).toMatchObject({ decision: 'ask', answers: ['once', 'no'] });
  expect(guard(out('ls'), { ...now, bounds: { refuses: () => ({ rule: 'no', source: policy }) } }).decision).toBe('refuse');
  const none = { ...now, sandboxed: false, bounds: { sandboxRequired: { key: 'sandbox.required', source: policy } } };
  expect(guard(run('ls'), none)).toMatchObject({ decision: 'refuse', source: policy });
});

it('asks each time about leaving the sandbox and about what runs by itself [SAFE-4]', () => {
  expect(grantOf(out('ls'))).toBeUndefined();
  expect(answersFor(out('ls'))).toEqual(['once', 'no']);
  expect(answersFor({ kind: 'autorun', paths: [], diff: '' })).toEqual(['once', 'no']);
  expect(answersFor(reach('a.com'))).toEqual(['once', 'thread', 'always', 'no']);
});

it('tells the sandbox what the profile says and what was granted beyond it', () => {
  const hosts = [{ host: 'registry.npmjs.org', source: user }];
  const listed = profileOf('workspace', { network: { access: 'list', source: user, hosts }, environment: [{ name: 'CI', source: user }] });
  const files: GrantedSubject = { kind: 'write', paths: ['/home/me/web2/a*.txt'] };
  const granted: GrantedSubject[] = [{ kind: 'network', hosts: ['example.com'] }, files];
  const told = confinementOf(listed, places, granted, files.paths);
  expect(told).toMatchObject({
    network: { access: 'list', hosts: ['registry.npmjs.org', 'example.com'] },
    environment: ['CI'],
    worktree: '/home/me/web',
  });
  expect(told.paths).toContainEqual({ path: '/home/me/web', access: 'write' });
  expect(told.paths).toContainEqual({ path: own, access: 'deny' });
  // A name with a star in it is that name.
  const opened = { path: '/home/me/web2/a\\*.txt', access: 'write' };
  expect(told.paths).toContainEqual(opened);
  // A yes to a change of a file that was shown is none to every command.
  expect(confinementOf(listed, places, granted).paths).not.toContainEqual(opened);
  expect(confinementOf(profileOf('workspace'), places, [])).toMatchObject({ network: { access: 'off', hosts: [] } });
});

it('does not take a yes to a command in the sandbox for one without it, but the other way round [SAFE-4]', () => {
  const profile = profileOf('workspace', { commands: [{ prefix: ['npm'], decision: 'ask', source: user }] });
  const yes: GrantedSubject = { kind: 'command', command: 'npm publish', cwd: '/home/me/web' };
  const decided = (grant: GrantedSubject, sandboxed: boolean): string =>
    guard(run('npm publish'), standing(profile, { always: [grant], sandboxed })).decision;
  expect([decided(yes, true), decided(yes, false)]).toEqual(['allow', 'ask']);
  expect([decided({ ...yes, unconfined: true }, true), decided({ ...yes, unconfined: true }, false)]).toEqual(['allow', 'allow']);
});

it('opens no more ports of a host than are listed or were granted [SAFE-4]', () => {
  const listing = (host: string): Profile =>
    profileOf('workspace', { network: { access: 'list', source: user, hosts: [{ host, source: user }] } });
  const decided = (host: string, asked: string): string => guard(reach(asked), standing(listing(host))).decision;
  expect(decided('github.com:443', 'github.com')).toBe('ask');
  expect(decided('github.com:443', 'github.com:443')).toBe('allow');
  expect(decided('github.com:443', 'github.com:22')).toBe('ask');
  expect(decided('github.com', 'github.com:22')).toBe('allow');
  expect(decided('*.github.com', 'api.github.com')).toBe('allow');
  const granted = standing('workspace', { grants: [{ kind: 'network', hosts: ['a.com', 'b.com:443'] }] });
  expect(['a.com:22', 'b.com', 'b.com:443'].map((host) => guard(reach(host), granted).decision)).toEqual(['allow', 'ask', 'allow']);
});

it('counts an answer only for the profile in which it was given [SAFE-4]', () => {
  const subject: GrantedSubject = { kind: 'network', hosts: ['evil.com'] };
  const rule: Rule = { id: 'r', projectId: 'p', subject, at: 0, threadId: 't' };
  const now = (name: string, profile?: string, policy: PolicyState = noPolicy): Standing =>
    standingFor({
      profile: profileOf(name),
      places,
      policy,
      sandbox: true,
      grants: [profile === undefined ? { subject } : { subject, profile }],
      rules: [profile === undefined ? rule : { ...rule, profile }],
    });
  const reached = (given: Standing): unknown => [guard(reach('evil.com'), given).decision, confinementFor(given, places).network.hosts];
  expect(reached(now('workspace', 'workspace'))).toEqual(['allow', ['evil.com']]);
  expect(reached(now('read-only', 'workspace'))).toEqual(['ask', []]);
  expect(reached(now('read-only', 'read-only'))).toEqual(['allow', ['evil.com']]);
  // Older ones don't say.
  expect(reached(now('workspace'))).toEqual(['allow', ['evil.com']]);
  expect(reached(now('read-only'))).toEqual(['ask', []]);
  const policy: PolicyState = { ...noPolicy, status: 'in force', values: { 'network.deny': ['evil.com'] } };
  expect(reached(now('workspace', 'workspace', policy))).toEqual(['refuse', []]);
});

it.each([
  ['/home/me/.cursor/worktrees/x', 'src/a.ts', 'allow'],
  ['/home/me/.claude/web', 'src/.claude/settings.json', 'ask'],
  ['/srv/node_modules/web', '.envrc', 'ask'],
  ['/srv/node_modules/web', '.github/workflows/ci.yml', 'ask'],
])('looks below the project, and not above it, for what runs by itself: %s %s [SAFE-5]', (root, file, decision) => {
  const at = { ...places, project: root, worktree: root };
  expect(guard(write(`${root}/${file}`), standing('workspace', {}, at)).decision).toBe(decision);
});

it('knows the files that other tools run by themselves', () => {
  const yes = [
    'AGENTS.md',
    'a/CLAUDE.md',
    '.envrc',
    '.vscode/tasks.json',
    '.github/workflows/x.yml',
    '.git',
    'a/.git/config',
    '.git/hooks/x',
  ];
  const no = [
    'README.md',
    'src/agents.ts',
    '.github/CODEOWNERS',
    '.git/index',
    '.git/objects/ab/c',
    'node_modules/x/.vscode/tasks.json',
    '',
  ];
  expect(yes.filter((path) => !runsByItself(path))).toEqual([]);
  expect(no.filter(runsByItself)).toEqual([]);
  expect(runsByItself('node_modules/x/.git/hooks/y')).toBe(true);
});

it('tells inside from beside', () => {
  expect(inside('/a/b', '/a')).toBe(true);
  expect(inside('/a', '/a')).toBe(true);
  expect(inside('/ab', '/a')).toBe(false);
  expect(inside('/a/..b', '/a')).toBe(true);
  expect(inside('/', '/a')).toBe(false);
});
