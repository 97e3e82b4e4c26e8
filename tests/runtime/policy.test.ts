// The organisation's policy against the real runtime: its file in a temporary folder, read by the real reader.
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPolicyFile } from '../../electron/adapters/config/policy.ts';
import { testPlace } from '../../electron/adapters/config/policy-place.ts';
import type { CallItem } from '../../shared/domain/item.ts';
import type { PolicyState } from '../../shared/domain/policy.ts';
import type { Snapshot } from '../../shared/wire.ts';
import type { Step } from '../support/fake-model.ts';
import { type Client, type Started, type StartOptions, start } from '../support/start.ts';
import { tempFolder } from '../support/temp.ts';

const shell = (command: string, more: object = {}): Step => ({ calls: [{ name: 'shell', args: { command, ...more } }] });
const calls = (client: Client): CallItem[] => client.state().items.flatMap(({ item }) => (item.type === 'call' ? [item] : []));

interface Governed {
  app: Started;
  file: string;
  /** Puts another policy in place; undefined takes the file away. */
  govern(text: string | undefined): void;
  shown(): PolicyState | undefined;
}

async function governed(text: string | undefined, options: StartOptions = {}): Promise<Governed> {
  const file = path.join(tempFolder('policy'), 'policy.toml');
  const govern = (next: string | undefined): void => {
    if (next === undefined) rmSync(file);
    else writeFileSync(file, next, { mode: 0o644 });
  };
  if (text !== undefined) govern(text);
  const app = await start({ ...options, adapt: (ports) => ({ ...ports, policy: createPolicyFile(testPlace(file)) }) });
  const shown = (): PolicyState | undefined => {
    const { first, stop } = app.runtime.subscribe('app', undefined, () => undefined);
    stop();
    const { snapshot } = first as { snapshot: Snapshot };
    return 'app' in snapshot ? snapshot.app.policy : undefined;
  };
  return { app, file, govern, shown };
}

/** What asks where there is no sandbox; with the network closed no command runs there. */
const made: Step = { calls: [{ name: 'apply_patch', args: { patch: '*** Begin Patch\n*** Add File: made\n+x\n*** End Patch' } }] };
const strict = `[profiles]
widest = "workspace"
[models]
allowed = ["gpt-5.5"]
[network]
access = "off"
[approvals]
answers = ["once"]
[projects]
trust = "never"
[providers]
allowed = ["fake"]
`;

describe('a policy [POL-3]', () => {
  it('refuses each way round it, naming itself, and nothing has happened', async () => {
    const { app, file } = await governed(strict, { script: [made] });
    const { projectId } = app;
    const threadId = await app.thread({ profile: 'workspace' });
    const seq = app.ports.log.seq();
    const ways: [string, string, object, string, number][] = [
      ['a profile', 'thread.start', { projectId, provider: 'fake', profile: 'full-access' }, 'profiles.widest', 2],
      ['a model', 'thread.start', { projectId, provider: 'fake', profile: 'workspace', model: 'gpt-4o' }, 'models.allowed', 4],
      [
        'commands that need no asking',
        'thread.start',
        { projectId, provider: 'fake', profile: 'workspace', allow: ['rm -rf .'] },
        'approvals.answers',
        8,
      ],
      ['a switch of the profile', 'thread.configure', { threadId, profile: 'full-access' }, 'profiles.widest', 2],
      ['a switch of the model', 'thread.configure', { threadId, model: 'gpt-4o' }, 'models.allowed', 4],
      ['trust', 'project.trust', { projectId, trusted: true }, 'projects.trust', 10],
      ['the usual profile', 'setting.write', { key: 'profile', value: 'full-access' }, 'profiles.widest', 2],
      ['the usual model', 'setting.write', { key: 'model', value: 'gpt-4o' }, 'models.allowed', 4],
      ['the usual provider', 'setting.write', { key: 'provider', value: 'openai' }, 'providers.allowed', 12],
    ];
    for (const [what, name, params, key, line] of ways) {
      const refused = app.runtime.request({ name, params });
      await expect(refused, what).rejects.toMatchObject({ code: 'denied', data: { policy: key, file, line } });
      await expect(refused, what).rejects.toThrow(`(${key} in ${file}:${line})`);
    }
    await expect(app.runtime.request({ name: 'policy.apply', params: { policy: { values: {} } } })).rejects.toMatchObject({
      code: 'denied',
    });
    expect(app.ports.log.seq()).toBe(seq);

    const client = app.client(threadId);
    await app.send(threadId, 'go');
    const { item } = (await client.next('approval.opened')).data;
    expect(item.answers).toEqual(['once', 'no']);
    for (const answer of ['thread', 'always'] as const)
      await expect(app.request('approval.answer', { threadId, itemId: item.id, answer })).rejects.toMatchObject({
        code: 'denied',
        data: { policy: 'approvals.answers' },
      });
    expect(client.state().header.grants).toEqual([]);
  });

  it('takes effect at once on a thread at work: its next tool is refused, its next turn too, and every window sees it [POL-2]', async () => {
    const script = [shell('touch first'), shell('touch second'), { text: 'done' }];
    const { app, govern, shown, file } = await governed(undefined, { script });
    expect(shown()).toBeUndefined();
    const threadId = await app.thread();
    const client = app.client(threadId);
    const seen: PolicyState[] = [];
    const { stop } = app.runtime.subscribe('app', undefined, (push) => {
      if (push.kind === 'event' && push.event.type === 'policy.applied') seen.push(push.event.data.policy);
    });
    const unlisten = app.runtime.subscribe(threadId, undefined, (push) => {
      if (push.kind === 'event' && push.event.type === 'call.finished' && seen.length === 0) govern('[profiles]\nwidest = "workspace"\n');
    });
    await app.send(threadId, 'go');
    await client.ended();
    expect(calls(client).map(({ status }) => status)).toEqual(['done', 'refused']);
    expect(calls(client)[1]?.output?.text).toContain(`does not allow the profile full-access (profiles.widest in ${file}:2)`);
    expect(seen).toHaveLength(1);
    expect(shown()).toEqual(seen[0]);
    await expect(app.send(threadId, 'again')).rejects.toMatchObject({ code: 'denied', data: { policy: 'profiles.widest' } });
    govern(undefined);
    await app.send(threadId, 'again');
    expect(shown()?.status).toBe('none');
    stop();
    unlisten.stop();
  });

  it('asks a model that it forbids meanwhile nothing more', async () => {
    const { app, govern } = await governed(undefined, { script: [shell('true'), { text: 'done' }] });
    const threadId = await app.thread({ model: 'gpt-5.5' });
    const client = app.client(threadId);
    const { stop } = app.runtime.subscribe(threadId, undefined, (push) => {
      if (push.kind === 'event' && push.event.type === 'call.finished') govern('[models]\nallowed = ["gpt-5.4*"]\n');
    });
    await app.send(threadId, 'go');
    const { data } = await client.ended();
    stop();
    expect(data).toMatchObject({ status: 'failed', error: { code: 'denied', data: { policy: 'models.allowed' } } });
    expect(app.model.requests).toHaveLength(1);
  });

  it('asks a provider only at the addresses that it names, whatever the environment says', async () => {
    const { app } = await governed('[providers]\nbase_urls = ["http://127.0.0.1:1/v1"]\n', { script: [{ text: 'x' }] });
    await expect(app.thread()).rejects.toMatchObject({ code: 'denied', data: { policy: 'providers.base_urls' } });
    const keys = { OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' };
    const params = { projectId: app.projectId, provider: 'fake', profile: 'read-only' };
    const { threadId } = (await app.runtime.request({ name: 'thread.start', params, keys })) as { threadId: string };
    await expect(app.send(threadId, 'go')).rejects.toMatchObject({ code: 'denied', data: { policy: 'providers.base_urls' } });
    expect(app.model.requests).toHaveLength(0);
  });

  it('outranks answers that were given before it', async () => {
    const { app, govern } = await governed(undefined, { script: [shell('touch a'), shell('touch a'), { text: 'done' }] });
    const threadId = await app.thread({ profile: 'workspace' });
    const client = app.client(threadId);
    await app.send(threadId, 'go');
    const first = (await client.next('approval.opened')).data.item;
    const { stop } = app.runtime.subscribe(threadId, undefined, (push) => {
      if (push.kind === 'event' && push.event.type === 'call.finished') govern('[approvals]\nanswers = ["once"]\n');
    });
    await app.request('approval.answer', { threadId, itemId: first.id, answer: 'thread' });
    const again = (await client.next('approval.opened')).data.item;
    expect(again).toMatchObject({ subject: first.subject, answers: ['once', 'no'] });
    stop();
  });

  it("loads nothing of a trusted project where none may be trusted, and its own default takes the user's place", async () => {
    const files = { 'AGENTS.md': 'Say moo.\n', '.switchyard/config.toml': 'profile = "read-only"\n' };
    const { app, govern } = await governed(undefined, { files, script: [{ text: 'one' }, { text: 'two' }] });
    await app.request('project.trust', { projectId: app.projectId, trusted: true });
    expect((await app.request('settings.read', { projectId: app.projectId })).profile).toBe('read-only');
    govern('[projects]\ntrust = "never"\n[profiles]\ndefault = "workspace"\n');
    expect((await app.request('settings.read', { projectId: app.projectId })).profile).toBe('workspace');
    const threadId = await app.thread({ profile: 'workspace' });
    const client = app.client(threadId);
    await app.send(threadId, 'go');
    await client.ended();
    expect(JSON.stringify(app.model.requests[0]?.body)).not.toContain('Say moo');
    await expect(app.request('setting.write', { key: 'profile', value: 'read-only' })).rejects.toMatchObject({
      data: { policy: 'profiles.default' },
    });
  });
});

describe('a policy that can not be used [POL-2]', () => {
  it('closes permissions, says where it is wrong, and leaves reading', async () => {
    const script = [{ calls: [{ name: 'read_file', args: { path: 'README.md' } }] }, { text: 'done' }];
    const { app, govern, shown, file } = await governed('[providers]\nallowed = ["fake"]\n', { script });
    govern('[profiles]\nwidest = "workspaces"\n');
    await expect(app.thread({ profile: 'workspace' })).rejects.toThrow(
      `Your organisation does not allow the profile workspace: its policy can't be used (${file}:2), so permissions are at their tightest.`,
    );
    expect(shown()).toMatchObject({ status: 'invalid', problems: [{ line: 2, key: 'profiles.widest' }] });
    const threadId = await app.thread({ profile: 'read-only' });
    const client = app.client(threadId);
    await app.send(threadId, 'go');
    await client.ended();
    expect(calls(client).map(({ status }) => status)).toEqual(['done']);

    const { warnings, profile } = await app.request('settings.read', {});
    expect(profile).toBe('read-only');
    expect(warnings[0]).toMatchObject({ file, line: 2 });
    const { checks } = await app.request('health.read', {});
    expect(checks.find(({ name }) => name === 'Policy')).toMatchObject({ status: 'fail' });
    expect(checks.find(({ name }) => name === 'Policy')?.detail).toContain(`${file}:2: profiles.widest must be one of`);

    // What of the policy before it can't be told any more holds on, over a restart as well.
    govern('[providers]\nallowed = ["fake"]\n');
    await app.request('policy.read', {});
    govern('=');
    await app.request('policy.read', {});
    expect(shown()?.values).toMatchObject({ 'providers.allowed': ['fake'], 'profiles.widest': 'read-only' });
    const later = await app.restart();
    await expect(later.request('setting.write', { key: 'provider', value: 'openai' })).rejects.toMatchObject({
      code: 'denied',
      data: { policy: 'providers.allowed' },
    });
  });
});

describe('policy.read [POL-2]', () => {
  it('tells each value, its source and what it took the place of', async () => {
    const { app, file } = await governed(strict);
    writeFileSync(path.join(app.home, 'config.toml'), 'profile = "full-access"\nmodel = "gpt-4o"\n');
    const { keys } = await app.request('policy.read', {});
    const of = (key: string) => keys.find((each) => each.key === key);
    const config = path.join(app.home, 'config.toml');
    expect(of('profiles.widest')).toMatchObject({
      value: 'workspace',
      source: `${file}:2`,
      overrode: { value: 'full-access', where: `${config}:1` },
    });
    expect(of('models.allowed')).toMatchObject({ overrode: { value: 'gpt-4o', where: `${config}:2` } });
    expect(of('network.access')).toMatchObject({ value: 'off', source: `${file}:6`, overrode: { value: ['full-access'] } });
    expect(of('web.enabled')).toEqual({ key: 'web.enabled', about: expect.any(String) as string, since: '0.1' });
    expect((await app.request('policy.read', { key: 'web.enabled' })).keys).toHaveLength(1);
    await expect(app.request('policy.read', { key: 'web.enable' })).rejects.toThrow(/There is no policy "web.enable"/);
    // A config.toml that is wrong does not hide the policy.
    writeFileSync(config, '=');
    expect((await app.request('policy.read', {})).policy.status).toBe('in force');
  });
});
