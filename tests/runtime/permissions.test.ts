import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { PermissionExplained } from '../../shared/protocol/permission.ts';
import type { Result } from '../../shared/protocol.ts';
import { type Started, start } from '../support/start.ts';
import { tempFolder, tempRepo } from '../support/temp.ts';

const config = `profile = "careful"
[profiles.careful]
network = ["registry.npmjs.org", "*.example.com:8443"]
environment = ["JAVA_HOME"]
[profiles.careful.filesystem]
":project/secrets" = "deny"
[[profiles.careful.commands]]
prefix = ["git", "push"]
decision = "ask"
reason = "People push."
[[profiles.careful.commands]]
prefix = ["rm", "-rf"]
decision = "forbid"
`;

async function world(sandbox = true): Promise<Started & { file: string }> {
  const home = tempFolder('home');
  const file = path.join(home, 'config.toml');
  writeFileSync(file, config);
  const repo = tempRepo({
    'a.ts': 'a',
    'secrets/key': 'k',
    '.switchyard/config.toml': '[profiles.careful.filesystem]\n":project/vendor" = "read"\n',
  });
  const adapt: Parameters<typeof start>[0] = {
    home,
    repo,
    adapt: (ports) => ({ ...ports, sandbox: { ...ports.sandbox, status: async () => ({ ok: sandbox, detail: 'for this test' }) } }),
  };
  return { ...(await start(adapt)), file };
}

const said = ({ verdicts }: PermissionExplained): string[] => verdicts.map(({ does, decision }) => `${does} ${decision}`);

it('a path, a command or a domain is explained with the rule that decides and its line [SAFE-1]', async () => {
  const { request, projectId, file, repo, home } = await world();
  const source = (line: number) => ({ kind: 'user', where: file, line });
  const ask = (asked: object): Promise<PermissionExplained> => request('permission.explain', { projectId, ...asked });

  const secret = await ask({ path: 'secrets/key' });
  expect(secret).toMatchObject({
    profile: 'careful',
    sandbox: true,
    subject: { kind: 'path', text: path.join(repo.path, 'secrets/key') },
    path: { access: 'deny', rule: { path: path.join(repo.path, 'secrets'), source: source(6) } },
  });
  expect(said(secret)).toEqual(['read refuse', 'write refuse']);
  expect(said(await ask({ path: 'a.ts' }))).toEqual(['read allow', 'write allow']);
  expect(said(await ask({ path: 'a.ts', profile: 'read-only' }))).toEqual(['read allow', 'write refuse']);
  expect(said(await ask({ path: '~/.ssh/id_rsa' }))).toEqual(['read refuse', 'write refuse']);
  expect(said(await ask({ path: '/etc/hosts' }))).toEqual(['read allow', 'write ask']);
  expect(said(await ask({ path: path.join(home, 'config.toml') }))).toEqual(['read refuse', 'write refuse']);
  expect((await ask({ path: 'not/there/yet' })).subject.text).toBe(path.join(repo.path, 'not/there/yet'));

  const push = await ask({ command: 'ls && git -C x push' });
  expect(push.command).toEqual({ understood: true, rule: { prefix: ['git', 'push'], reason: 'People push.', source: source(7) } });
  expect(push.verdicts[0]).toMatchObject({ does: 'run', decision: 'ask', source: source(7) });
  expect(said(await ask({ command: 'rm -fr x' }))).toEqual(['run refuse', 'outside refuse']);
  expect(said(await ask({ command: 'ls' }))).toEqual(['run allow', 'outside ask']);
  expect((await ask({ command: '$x push' })).command).toEqual({ understood: false });
  expect(said(await ask({ command: '$x push', profile: 'workspace' }))).toEqual(['run allow', 'outside ask']);
  expect(said(await ask({ command: 'git push', profile: 'full-access' }))).toEqual(['run allow', 'outside allow']);

  expect(said(await ask({ domain: 'registry.npmjs.org' }))).toEqual(['reach allow']);
  expect(said(await ask({ domain: 'example.com:8443' }))).toEqual(['reach ask']);
  expect(said(await ask({ domain: 'A.Example.COM.:8443' }))).toEqual(['reach allow']);
  expect(said(await ask({ domain: 'registry.npmjs.org', profile: 'workspace' }))).toEqual(['reach ask']);
});

it('without a sandbox every command is said to ask [SAFE-1]', async () => {
  const { request, projectId } = await world(false);
  expect(said(await request('permission.explain', { projectId, command: 'ls' }))).toEqual(['run ask', 'outside ask']);
});

it('a link is explained by what it leads to [SAFE-1]', async () => {
  const { request, projectId, repo } = await world();
  symlinkSync('/etc/shadow', path.join(repo.path, 'innocent'));
  expect((await request('permission.explain', { projectId, path: 'innocent' })).subject.text).toBe('/etc/shadow');
  expect(said(await request('permission.explain', { projectId, path: 'innocent' }))).toEqual(['read refuse', 'write refuse']);
});

it("a folder has what its project has; a thread has its own profile; a project's file counts once it is trusted [SAFE-1]", async () => {
  const { request, projectId, repo, thread, file } = await world();
  const vendor = path.join(repo.path, 'vendor');
  mkdirSync(vendor);
  expect(said(await request('permission.explain', { cwd: vendor, path: 'x' }))).toEqual(['read allow', 'write allow']);
  await request('project.trust', { projectId, trusted: true });
  const found = await request('permission.explain', { cwd: vendor, path: 'x' });
  expect(said(found)).toEqual(['read allow', 'write ask']);
  expect(found.path?.rule?.source).toEqual({ kind: 'project', where: path.join(repo.path, '.switchyard', 'config.toml'), line: 2 });
  const threadId = await thread({ profile: 'read-only' });
  expect(await request('permission.explain', { threadId, path: 'a.ts' })).toMatchObject({ profile: 'read-only' });
  // A folder that nobody has added is a project by itself.
  expect(said(await request('permission.explain', { cwd: realpathSync(os.tmpdir()), command: 'rm -rf x' }))).toEqual([
    'run refuse',
    'outside refuse',
  ]);

  const { profiles, grants, rules } = await request('profile.list', { threadId });
  expect(profiles.map(({ name, current }) => [name, current])).toEqual([
    ['read-only', true],
    ['workspace', false],
    ['full-access', false],
    ['careful', false],
  ]);
  expect(profiles[3]?.paths.find(({ path: each }) => each === ':project/secrets')?.source).toEqual({ kind: 'user', where: file, line: 6 });
  expect([grants, rules]).toEqual([[], []]);
});

it('tells what a command there keeps to as a thread has it: hosts of answers that hold, and the project around the folder [SAFE-1]', async () => {
  const { request, repo } = await world();
  mkdirSync(path.join(repo.path, 'sub'));
  const there = (profile?: string): Promise<Result<'permission.confinement'>> =>
    request('permission.confinement', { cwd: path.join(repo.path, 'sub'), ...(profile === undefined ? {} : { profile }) });
  expect((await there()).confine).toMatchObject({ worktree: repo.path, network: { hosts: ['registry.npmjs.org', '*.example.com:8443'] } });
  expect((await there('full-access')).confine).toBeUndefined();
  await expect(there('none')).rejects.toMatchObject({ code: 'invalid' });
});

it('asks about one thing, in a profile that there is [SAFE-1]', async () => {
  const { request, projectId } = await world();
  await expect(request('permission.explain', { projectId })).rejects.toMatchObject({ code: 'invalid' });
  await expect(request('permission.explain', { projectId, path: 'a', command: 'b' })).rejects.toMatchObject({ code: 'invalid' });
  await expect(request('permission.explain', { projectId, path: 'a', profile: 'carefull' })).rejects.toMatchObject({
    hint: 'Did you mean "careful"?',
  });
  await expect(request('permission.explain', { projectId, domain: 'http://x' })).rejects.toMatchObject({ code: 'invalid' });
  await expect(request('permission.explain', { threadId: 'no', path: 'a' })).rejects.toMatchObject({ code: 'missing' });
});

it('a thread may have a profile of config.toml, and no other name [SAFE-1]', async () => {
  const { thread } = await world();
  await expect(thread({ profile: 'careful' })).resolves.toBeTypeOf('string');
  await expect(thread({ profile: 'carefree' })).rejects.toMatchObject({ code: 'invalid' });
});
