import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { protocol, type RequestName } from '../../shared/protocol.ts';
import { lastSaid, userTexts } from '../support/sent.ts';
import { type Started, start } from '../support/start.ts';
import { tempFolder } from '../support/temp.ts';

const ask = (app: Started, name: string, params: unknown, commandId?: string): Promise<unknown> =>
  app.runtime.request({ name, params, ...(commandId === undefined ? {} : { commandId }) });
const body = (text: string): { text: { text: string; bytes: number } } => ({ text: { text, bytes: text.length } });
/** The smallest picture that is one: 1 x 1 pixel. */
const png = (): Buffer => {
  const chunk = (type: string, data: Buffer): Buffer => {
    const out = Buffer.alloc(12 + data.length);
    out.writeUInt32BE(data.length);
    out.write(type, 4, 'latin1');
    data.copy(out, 8);
    return out;
  };
  const head = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.from([0, 255, 0, 0]))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};

it('takes only requests that there are, in the right form, and says what was wrong', async () => {
  const app = await start({});
  const seq = app.ports.log.seq();
  for (const name of [
    '',
    'thread',
    'thread.nothing',
    'turn.started',
    'text.streamed',
    'toString',
    'constructor',
    '__proto__',
    'x'.repeat(500),
  ])
    await expect(ask(app, name, {}), name).rejects.toMatchObject({ code: 'invalid' });
  const wrong: [string, unknown, RegExp][] = [
    ['thread.rename', {}, /threadId/],
    ['thread.rename', { threadId: 'x', title: '' }, /title/],
    ['thread.rename', { threadId: 5, title: 'x' }, /threadId/],
    ['turn.send', { threadId: 'x', input: 'hello' }, /input/],
    ['turn.send', { threadId: 'x', input: body('x'), mode: 'shout' }, /mode/],
    ['approval.answer', { threadId: 'x', itemId: 'y', answer: 'forever' }, /answer/],
    ['thread.page', undefined, /parameters/],
    ['thread.page', null, /parameters/],
    ['project.add', [], /parameters/],
  ];
  for (const [name, params, message] of wrong) {
    const refused = ask(app, name, params);
    await expect(refused, name).rejects.toMatchObject({ code: 'invalid' });
    await expect(refused, name).rejects.toThrow(message);
  }
  expect(app.ports.log.seq()).toBe(seq);
});

it('lets no client say what only the runtime may [POL-3]', async () => {
  const app = await start({});
  const own = (Object.keys(protocol) as RequestName[]).filter((name) => {
    const row = protocol[name] as { kind: string; from?: string };
    return row.kind === 'command' && row.from === 'runtime';
  });
  expect(own).toContain('turn.record');
  for (const name of own) await expect(ask(app, name, {}), name).rejects.toMatchObject({ code: 'denied' });
  await expect(ask(app, 'output.open', { threadId: 'x', id: 'y' })).rejects.toMatchObject({ code: 'invalid' });
});

it('bounds what a query may be asked for', async () => {
  const app = await start({ script: () => ({ text: 'answer' }) });
  const threadId = await app.thread();
  const client = app.client(threadId);
  for (let n = 0; n < 4; n += 1) {
    await app.send(threadId, `word ${n}`);
    await client.ended();
    await app.thread();
  }
  for (const limit of [-1, 0, 1.5, 1e12]) {
    const many = limit > 2;
    expect((await app.request('thread.page', { threadId, limit })).items).toHaveLength(many ? 8 : 1);
    expect((await app.request('thread.search', { text: 'word', limit })).hits).toHaveLength(many ? 4 : 1);
    expect((await app.request('thread.list', { limit })).threads).toHaveLength(many ? 5 : 1);
  }
  const itemId = client.state().items[0]?.item.id ?? '';
  expect(await app.request('item.read', { threadId, itemId, from: -3, length: 1e12 })).toEqual({ text: 'word 0', from: 0, bytes: 6 });
  expect(await app.request('item.read', { threadId, itemId, from: 5, length: -1 })).toEqual({ text: '', from: 5, bytes: 6 });
  expect(await app.request('item.read', { threadId, itemId, from: 99 })).toEqual({ text: '', from: 99, bytes: 6 });
});

it('adds real folders only, under their real names, and each once [PRJ-1]', async () => {
  const app = await start({});
  const folder = path.join(app.home, 'project');
  mkdirSync(folder);
  writeFileSync(path.join(app.home, 'file'), '');
  symlinkSync(folder, path.join(app.home, 'link'));
  const { projectId } = await app.request('project.add', { path: folder });
  expect(await app.request('project.add', { path: path.join(app.home, 'link') })).toEqual({ projectId });
  expect(await app.request('project.add', { path: `${folder}/../project/` })).toEqual({ projectId });
  await expect(app.request('project.add', { path: path.join(app.home, 'nothing') })).rejects.toMatchObject({ code: 'missing' });
  await expect(app.request('project.add', { path: path.join(app.home, 'file') })).rejects.toMatchObject({ code: 'invalid' });
  await expect(app.request('project.add', { path: 'relative' })).rejects.toMatchObject({ code: 'invalid' });
  await expect(app.request('thread.start', { projectId, profile: 'all-powerful' })).rejects.toMatchObject({ code: 'invalid' });
  await expect(app.request('thread.start', { projectId, provider: 'nobody' })).rejects.toMatchObject({ code: 'invalid' });
  await expect(app.request('thread.start', { projectId: 'none' })).rejects.toMatchObject({ code: 'missing' });
});

it('takes no project that holds the home folder, and no thread outside of its project and its worktrees [SAFE-2]', async () => {
  const home = tempFolder('person');
  const app = await start({ adapt: (ports) => ({ ...ports, files: { ...ports.files, home: () => home } }) });
  const { projectId, repo } = app;
  for (const folder of ['/', home, `${home}/.`, path.dirname(home)])
    await expect(app.request('project.add', { path: folder }), folder).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('home folder'),
    });
  mkdirSync(path.join(home, 'web'));
  await app.request('project.add', { path: path.join(home, 'web') });

  const elsewhere = tempFolder('elsewhere');
  const linked = path.join(elsewhere, 'linked');
  const git = (...args: string[]): unknown => execFileSync('git', args, { cwd: repo.path, stdio: 'ignore' });
  git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--allow-empty', '-m', 'one');
  git('worktree', 'add', linked);
  mkdirSync(path.join(repo.path, 'sub'));
  mkdirSync(path.join(elsewhere, 'feigned'));
  writeFileSync(path.join(elsewhere, 'feigned/.git'), `gitdir: ${repo.path}/.git/worktrees/linked\n`);
  const into = (cwd: string): Promise<unknown> => app.request('thread.start', { projectId, cwd, model: 'm' });
  await into(repo.path);
  await into(path.join(repo.path, 'sub'));
  await into(linked);
  for (const cwd of [elsewhere, home, path.join(elsewhere, 'feigned')])
    await expect(into(cwd), cwd).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('neither in the project') });
});

it('answers a command that was answered before alike, whatever has become of the world [PRJ-5]', async () => {
  const app = await start({});
  const folder = path.join(app.home, 'project');
  await expect(app.request('project.add', { path: folder }, 'add-1')).rejects.toMatchObject({ code: 'missing' });
  mkdirSync(folder);
  // It never came as far as the log, so it may be tried again.
  const first = await app.request('project.add', { path: folder }, 'add-1');
  const { rmdirSync } = await import('node:fs');
  rmdirSync(folder);
  expect(await app.request('project.add', { path: folder }, 'add-1')).toEqual(first);
  const again = await app.restart();
  expect(await again.request('project.add', { path: folder }, 'add-1')).toEqual(first);
  const threadId = await again.thread();
  const [one, two] = await Promise.all([
    again.request('turn.send', { threadId, input: body('hello') }, 'send-1'),
    again.request('turn.send', { threadId, input: body('hello') }, 'send-1'),
  ]);
  expect(one).toEqual(two);
  expect(
    again
      .client(threadId)
      .state()
      .items.filter(({ item }) => item.type === 'user'),
  ).toHaveLength(1);
});

it.each(['responses', 'chat'] as const)(
  'keeps a long message whole and gives it to the model whole, over %s [AGT-1] [AGT-3]',
  async (wire) => {
    const app = await start({ wire, script: [{ text: 'read' }, { text: 'read again' }] });
    const long = `begin ${'äöü€ '.repeat(20_000)} end`;
    const threadId = await app.thread();
    const client = app.client(threadId);
    await app.send(threadId, long);
    await client.ended();
    expect(userTexts(app.model.requests[0])).toEqual([long]);
    const item = client.state().items.find((entry) => entry.item.type === 'user')?.item;
    const text = item?.type === 'user' ? item.input.text : undefined;
    expect(text?.whole?.kind).toBe('blob');
    expect(text?.text.length).toBeLessThan(33_000);
    expect(text?.bytes).toBe(Buffer.byteLength(long));
    // The whole of it, in parts.
    let read = '';
    for (let from = 0; from < Buffer.byteLength(long); from += 60_000)
      read += Buffer.from(
        (await app.request('item.read', { threadId, itemId: item?.id ?? '', from, length: 60_000 })).text,
        'utf8',
      ).toString('utf8');
    expect(read.replaceAll('\uFFFD', '').length).toBeGreaterThan(long.length - 10);
    const again = await app.restart();
    await again.send(threadId, 'and now?');
    await again.client(threadId).ended();
    await again.runtime.settled();
    expect(userTexts(app.model.requests[1])).toEqual([long, 'and now?']);
    expect(app.model.violations).toEqual([]);
  },
);

it.each(['responses', 'chat'] as const)(
  'shows images to a model that sees, and says to one that does not what was left out, over %s [AGT-3]',
  async (wire) => {
    const app = await start({ wire, script: [{ text: 'red' }, { text: 'I can not see' }, { text: 'nor now' }] });
    const { hash } = await app.request('blob.put', { base64: png().toString('base64') });
    const images = [{ mime: 'image/png', blob: hash, name: 'dot.png' }];
    const seeing = await app.thread();
    const client = app.client(seeing);
    await app.request('turn.send', { threadId: seeing, input: { ...body('what colour?'), images } });
    expect((await client.ended()).data.status).toBe('done');
    expect(JSON.stringify(app.model.requests[0]?.body)).toContain(`data:image/png;base64,${png().toString('base64')}`);

    const blind = await app.thread({ model: 'gpt-5.3-codex-spark' });
    const other = app.client(blind);
    await app.request('turn.send', { threadId: blind, input: { ...body('what colour?'), images } });
    expect((await other.ended()).data.status).toBe('done');
    expect(JSON.stringify(app.model.requests[1]?.body)).not.toContain('base64');
    expect(lastSaid(app.model.requests[1], 1)[0]?.text).toMatch(/what colour\?[^]*image/);
    // Nothing but an image.
    await app.request('turn.send', { threadId: blind, input: { ...body(''), images } });
    expect((await other.ended()).data.status).toBe('done');
    expect(userTexts(app.model.requests[2]).at(-1)).toMatch(/image/);

    await expect(
      app.request('turn.send', {
        threadId: seeing,
        input: { ...body('x'), images: [{ mime: 'image/png', blob: 'f'.repeat(64), name: 'gone.png' }] },
      }),
    ).rejects.toMatchObject({ code: 'missing' });
    await expect(app.request('turn.send', { threadId: seeing, input: body('  ') })).rejects.toMatchObject({ code: 'invalid' });
    await expect(app.request('blob.put', { base64: '' })).rejects.toMatchObject({ code: 'invalid' });
    expect(app.model.violations).toEqual([]);
    expect(app.notes).toEqual([]);
  },
);

it('sends a reconnecting client what it missed, or everything when that is too much or it has seen another log', async () => {
  const app = await start({ script: () => ({ text: 'answer' }) });
  const threadId = await app.thread();
  const client = app.client(threadId);
  await app.send(threadId, 'one');
  await client.ended();
  const seq = app.ports.log.seq();
  const seen = client.events.length;
  await app.send(threadId, 'two');
  await client.ended();
  const look = (stream: string, after: number): object => {
    const { first, stop } = app.runtime.subscribe(stream, after, () => undefined);
    stop();
    return first;
  };
  expect(look(threadId, seq)).toMatchObject({ since: client.events.slice(seen), seq: app.ports.log.seq() });
  expect(look('app', app.ports.log.seq())).toEqual({ since: [], seq: app.ports.log.seq() });
  expect(look(threadId, app.ports.log.seq() + 10)).toHaveProperty('snapshot.header.id', threadId);
  for (let n = 0; n < 501; n += 1) await app.request('thread.rename', { threadId, title: `title ${n}` });
  expect(look(threadId, seq)).toHaveProperty('snapshot.header.title', 'title 500');
  expect(look('app', seq)).toHaveProperty('snapshot.app');
});

it('keeps drafts outside of the log, over a restart too [PRJ-5]', async () => {
  const app = await start({});
  const seq = app.ports.log.seq();
  await app.request('scratch.write', { key: 'draft/1', value: 'half a sentence' });
  await app.request('scratch.write', { key: 'draft/2', value: 'x' });
  await app.request('scratch.write', { key: 'draft/2', value: null });
  await app.request('scratch.write', { key: 'pane/1', value: '{}' });
  expect(app.ports.log.seq()).toBe(seq);
  const again = await app.restart();
  expect(await again.request('scratch.read', { prefix: 'draft/' })).toEqual({ entries: { 'draft/1': 'half a sentence' } });
});

it('refuses requests while it closes', async () => {
  const app = await start({});
  const folder = app.request('project.add', { path: app.repo.path });
  const closed = app.runtime.close();
  await expect(folder).rejects.toMatchObject({ code: 'unavailable' });
  await closed;
  await expect(app.request('project.add', { path: app.repo.path })).rejects.toMatchObject({ code: 'unavailable' });
});
