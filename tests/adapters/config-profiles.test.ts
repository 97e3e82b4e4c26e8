import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { createConfig } from '../../electron/adapters/config/config.ts';
import type { Settings } from '../../electron/runtime/ports.ts';
import { builtInProfiles } from '../../shared/domain/built-in-profiles.ts';
import type { Places } from '../../shared/domain/profile.ts';
import { AppError } from '../../shared/errors.ts';
import { judgeCommand } from '../../shared/policy/judge.ts';
import { accessTo, placed } from '../../shared/policy/paths.ts';
import { tempFolder } from '../support/temp.ts';

let home = '';
let project = '';
beforeEach(() => {
  home = tempFolder('home');
  project = tempFolder('project');
  fs.mkdirSync(path.join(project, '.switchyard'));
});
const userFile = (): string => path.join(home, 'config.toml');
const projectFile = (): string => path.join(project, '.switchyard', 'config.toml');
const read = (user: string, own = ''): Settings => {
  fs.writeFileSync(userFile(), user);
  fs.writeFileSync(projectFile(), own);
  return createConfig({ home }).settings({ path: project, trusted: true });
};
const refusal = (user: string, own = ''): AppError => {
  try {
    read(user, own);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('was accepted');
};
const profileOf = (settings: Settings, name: string) => {
  const profile = settings.profiles[name];
  if (!profile) throw new Error(`there is no ${name}`);
  return profile;
};
const access = (settings: Settings, name: string, file: string): string => {
  const places: Places = { project: '/p', worktree: '/p', tmp: '/tmp', home: '/home/me', data: '/home/me/.data' };
  return accessTo(file, placed(profileOf(settings, name), places)).access;
};

describe('a profile of the user', () => {
  it('has rules for paths, commands, hosts and names, each with its line [SAFE-1]', () => {
    const settings = read(`profile = "careful"
[profiles.careful]
about = "For the work."
network = ["registry.npmjs.org", "*.example.com:443"]
environment = ["JAVA_HOME"]
[profiles.careful.filesystem]
":project/secrets" = "deny"
"~/notes/**" = "write"
":project/**/.env" = "deny"
[[profiles.careful.commands]]
prefix = ["git", "push"]
decision = "ask"
reason = "People push."
examples = ["git push origin", "git -C x push"]
not_examples = ["git pull"]
[[profiles.careful.commands]]
prefix = ["npm", "test"]
decision = "allow"
examples = ["npm test -- x"]
not_examples = ["npm install", "/x/npm test"]
`);
    const file = userFile();
    expect(settings).toMatchObject({ profile: 'careful', warnings: [] });
    const careful = profileOf(settings, 'careful');
    expect(careful).toMatchObject({ name: 'careful', about: 'For the work.', sandbox: true });
    expect(careful.paths.slice(-3)).toEqual([
      { path: ':project/secrets', access: 'deny', source: { kind: 'user', where: file, line: 7 } },
      { path: ':home/notes', access: 'write', source: { kind: 'user', where: file, line: 8 } },
      { path: ':project/**/.env', access: 'deny', source: { kind: 'user', where: file, line: 9 } },
    ]);
    expect(careful.commands.map(({ prefix, decision, source }) => [prefix.join(' '), decision, source.line])).toEqual([
      ['git push', 'ask', 10],
      ['npm test', 'allow', 16],
    ]);
    expect(careful.commands[0]?.reason).toBe('People push.');
    expect(careful.network).toMatchObject({
      access: 'list',
      source: { line: 4 },
      hosts: [{ host: 'registry.npmjs.org' }, { host: '*.example.com:443' }],
    });
    expect(careful.environment).toEqual([{ name: 'JAVA_HOME', source: { kind: 'user', where: file, line: 5 } }]);
    expect(
      ['/p/x', '/p/secrets/x', '/p/a/b/.env', '/home/me/notes/x', '/home/me/.ssh/id', '/etc/hosts'].map((at) =>
        access(settings, 'careful', at),
      ),
    ).toEqual(['write', 'deny', 'deny', 'write', 'deny', 'read']);
  });

  it('may be written as the guide shows it [SAFE-1]', () => {
    const guide = fs.readFileSync(path.resolve('docs/guide.md'), 'utf8');
    const [, example = ''] = /```toml\n(profile = "careful"[\s\S]*?)```/.exec(guide) ?? [];
    const settings = read(example);
    expect(settings).toMatchObject({ profile: 'careful', warnings: [] });
    expect(profileOf(settings, 'careful').commands).toHaveLength(1);
    expect(access(settings, 'careful', '/p/a/.env')).toBe('deny');
  });

  it('extends others, written before or after it [SAFE-1]', () => {
    const settings = read(`[profiles.a]
extends = "b"
network = ["a.com"]
filesystem = { ":worktree/x" = "write", "~/.npmrc" = "read" }
[profiles.b]
extends = "read-only"
network = ["b.com"]
filesystem = { ":worktree/x" = "deny" }
[profiles.c]
extends = "a"
network = "off"
[profiles.d]
extends = "a"
network = "on"
`);
    expect(profileOf(settings, 'a').network.hosts.map(({ host }) => host)).toEqual(['b.com', 'a.com']);
    expect(profileOf(settings, 'c').network).toMatchObject({ access: 'off', hosts: [] });
    expect(profileOf(settings, 'd').network).toMatchObject({ access: 'on', hosts: [] });
    expect(access(settings, 'b', '/p/x/y')).toBe('deny');
    expect(access(settings, 'a', '/p/x/y')).toBe('write');
    expect(access(settings, 'a', '/p/y')).toBe('read');
    // What is built in may be given by its very name, and only so.
    expect(access(settings, 'a', '/home/me/.npmrc')).toBe('read');
    expect(access(settings, 'b', '/home/me/.npmrc')).toBe('deny');
  });

  it('may be a built-in one with more command rules, hosts and names [SAFE-1]', () => {
    const settings = read(`[profiles.workspace]
network = ["a.com"]
environment = ["GOPATH"]
[[profiles.workspace.commands]]
prefix = ["git", "push"]
decision = "forbid"
[profiles.mine]
`);
    for (const name of ['workspace', 'mine']) {
      expect(profileOf(settings, name).network.access).toBe('list');
      expect(judgeCommand('git push', profileOf(settings, name).commands).decision).toBe('forbid');
      expect(profileOf(settings, name).paths).toEqual(builtInProfiles().workspace.paths);
    }
    expect(profileOf(settings, 'read-only')).toEqual(builtInProfiles()['read-only']);
  });

  it('does not outlive the reading of its file [SAFE-1]', () => {
    read('[profiles.workspace]\nnetwork = ["a.com"]\n');
    expect(profileOf(read(''), 'workspace')).toEqual(builtInProfiles().workspace);
  });

  const rule = (rest: string): string => `[[profiles.x.commands]]\n${rest}`;
  const bad: [text: string, line: number, key: string, words: string][] = [
    ['profiles = 1', 1, 'profiles', 'must be tables'],
    ['[profiles]\nx = 1', 2, 'profiles.x', 'must be a table'],
    ['[profiles."a b"]', 1, 'profiles."a b"', 'letters, digits'],
    ['[profiles.full-access]\nnetwork = "off"', 1, 'profiles.full-access', 'is built in and cannot be changed'],
    ['[profiles.x]\nextend = "workspace"', 2, 'profiles.x.extend', 'Did you mean extends?'],
    ['[profiles.x]\nextends = "full-access"', 2, 'profiles.x.extends', 'cannot be "full-access"'],
    ['[profiles.x]\nextends = "workspce"', 2, 'profiles.x.extends', 'there is no "workspce". Did you mean "workspace"?'],
    ['[profiles.x]\nextends = "constructor"', 2, 'profiles.x.extends', 'there is no "constructor"'],
    ['[profiles.x]\nextends = "x"', 2, 'profiles.x.extends', 'goes round in a circle: x → x'],
    ['[profiles.x]\nextends = "y"\n[profiles.y]\nextends = "z"\n[profiles.z]\nextends = "y"', 6, 'profiles.z.extends', 'x → y → z → y'],
    ['[profiles.x]\nextends = 1', 2, 'profiles.x.extends', 'must be text'],
    ['[profiles.x]\nabout = ""', 2, 'profiles.x.about', 'must be text'],
    ['[profiles.x]\nfilesystem = ["/a"]', 2, 'profiles.x.filesystem', 'must be a table of paths'],
    ['[profiles.x.filesystem]\n"/a" = "reed"', 2, 'profiles.x.filesystem."/a"', 'must be one of "read", "write", "deny"'],
    ['[profiles.x.filesystem]\n"a" = "read"', 2, 'profiles.x.filesystem.a', 'must begin with'],
    ['[profiles.x.filesystem]\n":data" = "read"', 2, 'profiles.x.filesystem.":data"', 'must begin with'],
    ['[profiles.x.filesystem]\n":projects" = "read"', 2, 'profiles.x.filesystem.":projects"', 'must begin with'],
    ['[profiles.x.filesystem]\n"~you" = "read"', 2, 'profiles.x.filesystem."~you"', 'must begin with'],
    ['[profiles.x.filesystem]\n":project/../x" = "deny"', 2, 'profiles.x.filesystem.":project/../x"', 'holds'],
    ['[profiles.x.filesystem]\n"/a/*/b" = "write"', 2, 'profiles.x.filesystem."/a/*/b"', 'has a pattern'],
    ['[profiles.x.filesystem]\n"/a\\\\" = "deny"', 2, 'profiles.x.filesystem."/a\\\\"', 'holds'],
    ['[profiles.x]\nnetwork = "some"', 2, 'profiles.x.network', 'must be "off", "on" or a list of hosts'],
    ['[profiles.x]\nnetwork = [\n"a.com",\n"http://b.com"]', 4, 'profiles.x.network.3'.replace('3', '1'), 'must be a host'],
    ['[profiles.x]\nnetwork = [1]', 2, 'profiles.x.network', 'must be a list of texts'],
    ['[profiles.x]\nenvironment = ["A=B"]', 2, 'profiles.x.environment.0', 'must be the name of an environment variable'],
    ['[profiles.x]\nenvironment = "A"', 2, 'profiles.x.environment', 'must be a list of texts'],
    ['[profiles.x]\ncommands = 1', 2, 'profiles.x.commands', 'must be a list of tables'],
    [rule('decision = "ask"'), 1, 'profiles.x.commands.0.prefix', 'is missing'],
    [rule('prefix = []\ndecision = "ask"'), 2, 'profiles.x.commands.0.prefix', 'each word by itself'],
    [rule('prefix = ["git push"]\ndecision = "ask"'), 2, 'profiles.x.commands.0.prefix', 'each word by itself'],
    [rule('prefix = ["git"]'), 1, 'profiles.x.commands.0.decision', 'is missing'],
    [rule('prefix = ["git"]\ndecision = "deny"'), 3, 'profiles.x.commands.0.decision', 'must be one of "allow", "ask", "forbid"'],
    [rule('prefix = ["git"]\ndecision = "ask"\nexample = []'), 4, 'profiles.x.commands.0.example', 'Did you mean examples?'],
    [
      rule('prefix = ["git"]\ndecision = "ask"\nexamples = ["ls", "git"]'),
      4,
      'profiles.x.commands.0.examples.0',
      'does not fit this rule: "ls"',
    ],
    [rule('prefix = ["git"]\ndecision = "ask"\nexamples = ["git $("]'), 4, 'profiles.x.commands.0.examples.0', 'does not fit'],
    [rule('prefix = ["git"]\ndecision = "allow"\nexamples = ["env git"]'), 4, 'profiles.x.commands.0.examples.0', 'does not fit'],
    [rule('prefix = ["git"]\ndecision = "ask"\nnot_examples = ["env git"]'), 4, 'profiles.x.commands.0.not_examples.0', 'fits this rule'],
    ['[profiles.workspace]\nextends = "read-only"', 2, 'profiles.workspace.extends', 'is built in'],
    ['[profiles.workspace]\nnetwork = "on"', 2, 'profiles.workspace.network', 'cannot be "on"'],
    ['[profiles.read-only.filesystem]\n":worktree" = "write"', 1, 'profiles.read-only.filesystem', 'is built in'],
    ['profile = "mine"', 1, 'profile', 'there is no "mine"'],
  ];
  it.each(bad)('%j is refused in line %i, for %s [SAFE-1]', (text, line, key, words) => {
    const error = refusal(text);
    expect(error.message.startsWith(`${userFile()}:${line}: ${key}`), error.message).toBe(true);
    expect(error.message).toContain(words);
    expect(error.data).toEqual({ file: userFile(), line, key });
  });

  it('every file of its keys in disorder is read or refused with an AppError [SAFE-1]', () => {
    for (const value of [
      '1',
      '""',
      '[]',
      '{}',
      '[1]',
      '[[]]',
      '[{}]',
      '{a={}}',
      'true',
      '1979-05-27',
      '{"/"="read"}',
      '[{prefix=1}]',
      '["a"]',
    ])
      for (const key of ['extends', 'about', 'filesystem', 'network', 'environment', 'commands'])
        for (const name of ['x', 'workspace', 'full-access', '__proto__', 'constructor']) {
          const text = `[profiles.${name}]\n${key} = ${value}\n`;
          for (const [user, own] of [
            [text, ''],
            ['', text],
          ] as [string, string][]) {
            let thrown: unknown;
            try {
              read(user, own);
            } catch (error) {
              thrown = error;
            }
            expect(thrown === undefined || thrown instanceof AppError, `${text}: ${String(thrown)}`).toBe(true);
          }
        }
  });
});

describe("a project's own file", () => {
  it('tightens profiles that there are [SAFE-1]', () => {
    const settings = read(
      '[profiles.mine]\nnetwork = ["*.a.com", "b.com:443"]\nenvironment = ["A", "B"]\n[profiles.open]\nnetwork = "on"\n',
      `[profiles.mine]
network = ["x.a.com", "b.com"]
environment = ["B"]
filesystem = { ":project/secrets" = "deny", ":worktree/vendor" = "read", "/etc/**/key" = "deny" }
[[profiles.mine.commands]]
prefix = ["git", "push"]
decision = "forbid"
[profiles.open]
network = ["c.com"]
[profiles.workspace]
filesystem = { ":project" = "read" }
`,
    );
    expect(settings.warnings).toEqual([]);
    const mine = profileOf(settings, 'mine');
    expect(mine.network.hosts.map(({ host }) => host)).toEqual(['x.a.com', 'b.com:443']);
    expect(mine.environment.map(({ name }) => name)).toEqual(['B']);
    expect(judgeCommand('git push', mine.commands)).toMatchObject({
      decision: 'forbid',
      rule: { source: { kind: 'project', where: projectFile(), line: 5 } },
    });
    expect(['/p/a', '/p/secrets/x', '/p/vendor/x', '/etc/a/key'].map((at) => access(settings, 'mine', at))).toEqual([
      'write',
      'deny',
      'read',
      'deny',
    ]);
    // The worktree is the project's folder here.
    expect(access(settings, 'workspace', '/p/a')).toBe('read');
    expect(profileOf(settings, 'open').network).toMatchObject({ access: 'list', hosts: [{ host: 'c.com' }] });
  });

  const wider: [text: string, line: number, words: string][] = [
    ['[profiles.workspace.filesystem]\n"/etc" = "write"', 2, '"/etc" = "write"'],
    ['[profiles.workspace.filesystem]\n":project" = "write"', 2, '":project" = "write"'],
    ['[profiles.workspace.filesystem]\n"~/.ssh" = "read"', 2, 'outside of the project'],
    ['[profiles.workspace.filesystem]\n":project/*/x" = "read"', 2, 'a pattern'],
    ['[profiles.workspace]\nnetwork = "on"', 2, 'network, which is "off",'],
    ['[profiles.workspace]\nnetwork = ["a.com"]', 2, 'network, which is "off",'],
    ['[profiles.mine]\nnetwork = "on"', 2, 'network, which is a list,'],
    ['[profiles.mine]\nnetwork = [\n"a.com",\n"evil.com"]', 4, 'host "evil.com"'],
    ['[profiles.mine]\nenvironment = ["TOKEN"]', 2, 'environment name TOKEN'],
    ['[[profiles.workspace.commands]]\nprefix = ["curl"]\ndecision = "allow"', 1, 'the rule that allows "curl"'],
    ['[profiles.workspace]\nextends = "mine"', 1, 'extends and about'],
    ['[profiles.new]\nnetwork = "on"', 1, 'tighten profiles that there are'],
  ];
  it.each(wider)('cannot widen them: %j, line %i [SAFE-1]', (text, line, words) => {
    const user = '[profiles.mine]\nnetwork = ["a.com"]\nenvironment = ["A"]\n';
    const settings = read(user, text);
    expect(settings.warnings).toEqual([{ file: projectFile(), line, message: expect.stringContaining(words) }]);
    expect(settings.warnings[0]?.message).toMatch(/left out/);
    const before = read(user);
    expect(settings.profiles['new']).toBeUndefined();
    for (const name of ['workspace', 'mine']) {
      const [now, then] = [profileOf(settings, name), profileOf(before, name)];
      expect(now.paths).toEqual(then.paths);
      expect(now.commands).toEqual(then.commands);
      expect(now.environment.every(({ name: each }) => then.environment.some((old) => old.name === each))).toBe(true);
      expect(now.network.access).toBe(then.network.access);
      expect(now.network.hosts.every(({ host }) => then.network.hosts.some((old) => old.host === host))).toBe(true);
    }
  });

  it('chooses among them no wider one [SAFE-1]', () => {
    const user = '[profiles.read-only]\nnetwork = ["a.com"]\n[profiles.mine]\n';
    const chosen = (usual: string, own: string): string => read(`profile = "${usual}"\n${user}`, `profile = "${own}"\n`).profile;
    expect(chosen('workspace', 'read-only')).toBe('workspace');
    expect(chosen('workspace', 'mine')).toBe('workspace');
    expect(chosen('mine', 'read-only')).toBe('mine');
    expect(chosen('full-access', 'mine')).toBe('mine');
    expect(chosen('full-access', 'read-only')).toBe('read-only');
    expect(refusal('', 'profile = "mine"').message).toContain(`${projectFile()}:1: profile must be the name of a profile`);
  });

  it('is malformed: refused with its own name [SAFE-1]', () => {
    expect(refusal('', '[profiles.workspace]\nnetwork = 1').message).toContain(`${projectFile()}:2: profiles.workspace.network must be`);
  });
});
