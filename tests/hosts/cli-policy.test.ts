// An organisation's policy that forbids full access, the network and a model, met from every side: the command line as a process of its
// own, what stands in files, and messages straight to the owner's socket.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dial } from '../../electron/host/channels/socket.ts';
import { connect } from '../../electron/host/connect.ts';
import { readOwner } from '../../electron/host/lock.ts';
import type { ErrorData } from '../../shared/errors.ts';
import type { PolicyExplained } from '../../shared/protocol/policy.ts';
import { type Channel, type Message, wireVersion } from '../../shared/wire.ts';
import { setUp, shell, threadOf } from '../support/command-world.ts';
import { tempFolder } from '../support/temp.ts';

const text = `[profiles]
widest = "workspace"
[network]
access = "off"
[models]
allowed = ["gpt-5.5"]
[approvals]
answers = ["once"]
[web]
enabled = false
[sandbox]
outside = false
`;

async function world(script: Parameters<typeof setUp>[0] = [], content = text) {
  const made = await setUp(script);
  const file = path.join(tempFolder('policy'), 'policy.toml');
  writeFileSync(file, content, { mode: 0o644 });
  const env = { OPENAI_BASE_URL: made.model.url, OPENAI_API_KEY: 'test-key', SWITCHYARD_TEST_POLICY: file };
  const run = async (...args: string[]) => {
    const command = made.run(args, { env });
    const code = await command.ended;
    return { code, out: command.out(), err: command.err() };
  };
  return { ...made, file, env, run };
}

/** An older client: only what the first version of the protocol had, and none of its own checks. */
async function olderClient(home: string): Promise<(name: string, params: unknown) => Promise<{ value?: unknown; error?: ErrorData }>> {
  const note = readOwner(home);
  if (!note) throw new Error('nobody owns the folder');
  const channel: Channel = await dial(note.address);
  onTestFinished(() => channel.close());
  const waiting = new Map<number, (message: Extract<Message, { kind: 'reply' }>) => void>();
  const welcome = Promise.withResolvers<void>();
  channel.onMessage((message) => {
    if (message.kind === 'welcome') welcome.resolve();
    if (message.kind === 'reply') waiting.get(message.id)?.(message);
  });
  channel.send({ kind: 'hello', version: wireVersion, token: note.token, client: 'exec', abilities: [], keys: {} });
  await welcome.promise;
  let id = 0;
  return (name, params) => {
    const answer = Promise.withResolvers<Extract<Message, { kind: 'reply' }>>();
    waiting.set((id += 1), answer.resolve);
    channel.send({ kind: 'request', id, name, params, commandId: `older-${id}` });
    return answer.promise;
  };
}

describe('a policy that forbids full access, the network and a model [POL-3]', () => {
  it('is not walked round by a flag, a setting or a project file', async () => {
    const { home, folder, file, model, run } = await world();
    const config = (content: string): void => writeFileSync(path.join(home, 'config.toml'), content);
    mkdirSync(path.join(folder, '.switchyard'));
    const ways: [what: string, prepare: () => void, args: string[], key: string, line: number][] = [
      ['the flag --profile', () => config(''), ['exec', '--profile', 'full-access', 'go'], 'profiles.widest', 2],
      ['the flag --model', () => config(''), ['exec', '--model', 'gpt-4o', 'go'], 'models.allowed', 6],
      ['profile in config.toml', () => config('profile = "full-access"\n'), ['exec', 'go'], 'profiles.widest', 2],
      ['model in config.toml', () => config('model = "gpt-4o"\n'), ['exec', 'go'], 'models.allowed', 6],
      [
        'model in a trusted project',
        () => {
          config('');
          writeFileSync(path.join(folder, '.switchyard', 'config.toml'), 'model = "gpt-4o"\n');
        },
        ['exec', '--trust', 'go'],
        'models.allowed',
        6,
      ],
      ['serve', () => config(''), ['serve'], 'web.enabled', 10],
    ];
    for (const [what, prepare, args, key, line] of ways) {
      prepare();
      const { code, out, err } = await run(...args);
      expect({ what, code, out }).toEqual({ what, code: 2, out: '' });
      expect(err, what).toContain(`${key} in ${file}:${line}`);
    }
    expect(model.requests).toHaveLength(0);
  });

  it('is not walked round by an answer, a message to the socket or an older client', async () => {
    const script = [shell('curl http://example.com', { outside: true, reason: 'x' }), { text: 'done' }];
    // So that a machine without a sandbox does not ask either.
    const { home, file, env, folder, model, run } = await world(script, `${text}required = true\n`);
    for (const [name, value] of Object.entries(env)) {
      const before = process.env[name];
      process.env[name] = value;
      onTestFinished(() => {
        if (before === undefined) delete process.env[name];
        else process.env[name] = before;
      });
    }
    // The owner is this process: what it serves is the same as a daemon's.
    const owner = await connect({ home, client: 'test', keys: { OPENAI_API_KEY: 'test-key', OPENAI_BASE_URL: model.url } });
    onTestFinished(() => owner.close({ now: true }));
    const { projectId } = await owner.request('project.add', { path: folder });
    const { threadId } = await owner.request('thread.start', { projectId, profile: 'workspace' });
    const send = await olderClient(home);
    const ways: [string, object, string][] = [
      ['thread.start', { projectId, profile: 'full-access' }, 'profiles.widest'],
      ['thread.start', { projectId, model: 'gpt-4o' }, 'models.allowed'],
      ['thread.start', { projectId, profile: 'workspace', allow: ['curl example.com'] }, 'approvals.answers'],
      ['thread.configure', { threadId, profile: 'full-access' }, 'profiles.widest'],
      ['thread.configure', { threadId, model: 'gpt-4o' }, 'models.allowed'],
      ['setting.write', { key: 'profile', value: 'full-access' }, 'profiles.widest'],
      ['setting.write', { key: 'model', value: 'gpt-4o' }, 'models.allowed'],
    ];
    for (const [name, params, key] of ways) {
      const { error } = await send(name, params);
      expect(error, `${name} ${JSON.stringify(params)}`).toMatchObject({ code: 'denied', data: { policy: key, file } });
      expect(error?.message).toContain(`${key} in ${file}:`);
    }
    expect((await send('policy.apply', { policy: { values: {} } })).error?.code).toBe('denied');

    const ended = Promise.withResolvers<void>();
    const calls: { status: string; text: string }[] = [];
    const { ready } = owner.subscribe(threadId, {
      onSnapshot: () => undefined,
      onEvent: (event) => {
        if (event.type === 'call.finished') calls.push({ status: event.data.status, text: event.data.output.text });
        if (event.type === 'turn.ended') ended.resolve();
      },
    });
    await ready;
    await owner.request('turn.send', { threadId, input: { text: { text: 'go', bytes: 2 } } });
    await ended.promise;
    // Nobody is asked what nobody may grant.
    expect(calls.map(({ status }) => status)).toEqual(['refused']);
    expect(calls[0]?.text).toMatch(/\(sandbox\.outside\)|there is no sandbox/);
    expect(calls[0]?.text).toContain(`${file}:1`);
    expect((await run('threads', 'answer', threadId, '--once')).err).toContain('Nothing is asked');
  });

  it('offers and takes no answer of "always" or for the thread', async () => {
    // With the network closed no command runs where there is no sandbox; a change of a file asks.
    const patch = '*** Begin Patch\n*** Add File: made\n+x\n*** End Patch';
    const { run, exec, env, file } = await world([{ calls: [{ name: 'apply_patch', args: { patch } }] }, { text: 'done' }]);
    const first = exec(['go'], { env });
    expect(await first.ended).toBe(3);
    const thread = threadOf(first);
    const { code, err } = await run('threads', 'answer', thread, '--thread');
    expect(code).toBe(2);
    expect(err).toContain(`the answer "thread" (approvals.answers in ${file}:8)`);
    expect((await run('threads', 'answer', thread, '--once')).code).toBe(0);
  });
});

describe('switchyard policy explain [POL-2]', () => {
  it('says what is in force, where it stands and what it took the place of', async () => {
    const { home, file, run } = await world();
    writeFileSync(path.join(home, 'config.toml'), '# mine\nprofile = "full-access"\n');
    const all = await run('policy', 'explain');
    expect(all.code).toBe(0);
    expect(all.out).toContain(
      `profiles.widest = "workspace"\n  ${file}:2\n  instead of "full-access" (${path.join(home, 'config.toml')}:2)\n`,
    );
    expect(all.out).not.toContain('providers.allowed');
    const one = await run('policy', 'explain', 'providers.allowed');
    expect(one.out).toContain('providers.allowed: not set by your organisation\n');
    const { status, keys } = JSON.parse((await run('policy', 'explain', 'web.enabled', '--json')).out) as {
      status: string;
      keys: PolicyExplained[];
    };
    expect(status).toBe('in force');
    expect(keys).toMatchObject([{ key: 'web.enabled', value: false, source: `${file}:10` }]);
    const wrong = await run('policy', 'explain', 'web.enable');
    expect(wrong).toMatchObject({ code: 2, out: '' });
    expect((await run('policy', 'explain', '--help')).out).toContain('[KEY]');
  });

  it('says where a file that can not be used is wrong, as every command does', async () => {
    const { file, run } = await world([], '[web]\nenabled = 1\n');
    const { code, err, out } = await run('policy', 'explain', 'profiles.widest');
    expect(code).toBe(0);
    expect(err).toContain(`${file}:2: web.enabled must be true or false; found the number 1.`);
    expect(err).toContain('at their tightest');
    expect(out).toContain('profiles.widest = "read-only"');
    const exec = await run('exec', '--profile', 'workspace', 'go');
    expect(exec.code).toBe(2);
    expect(exec.err).toContain(`${file}:2: web.enabled must be true or false`);
  });

  it('says so when there is none', async () => {
    const { run, home, folder } = await setUp([]);
    const command = run(['policy', 'explain'], { home, cwd: folder, env: { SWITCHYARD_TEST_POLICY: path.join(home, 'none.toml') } });
    expect(await command.ended).toBe(0);
    expect(command.err()).toContain('Your organisation sets nothing');
  });
});
