import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { InstructionsItem } from '../../shared/domain/item.ts';
import { conversation } from '../support/sent.ts';
import { type Client, type Started, start } from '../support/start.ts';
import { writeFiles } from '../support/temp.ts';

const shown = (client: Client): InstructionsItem[] =>
  client.state().items.flatMap(({ item }) => (item.type === 'instructions' ? [item] : []));
const system = (app: Started, n: number): string => {
  const request = app.model.requests[n];
  return request ? (conversation(request)[0]?.text ?? '') : '';
};
const answers = Array.from({ length: 8 }, (_, n) => ({ text: `answer ${n}` }));
const inner = async (app: Started, folder: string): Promise<string> =>
  (
    await app.request('thread.start', {
      projectId: app.projectId,
      provider: 'fake',
      profile: 'full-access',
      cwd: path.join(app.repo.path, folder),
    })
  ).threadId;

it.each(['responses', 'chat'] as const)(
  'tells the model the files from home and from the root down to the folder, nearer ones later, over %s [AGT-3] [PRJ-2]',
  async (wire) => {
    const files = { 'AGENTS.md': 'of the root', 'a/AGENTS.md': 'of a', 'a/b/AGENTS.md': 'of a/b', 'c/AGENTS.md': 'of c', 'a/b/x': '' };
    const app = await start({ wire, files, script: answers });
    writeFileSync(path.join(app.home, 'AGENTS.md'), 'of home');
    await app.request('project.trust', { projectId: app.projectId, trusted: true });
    const threadId = await inner(app, 'a/b');
    const client = app.client(threadId);
    await app.send(threadId, 'hello');
    await client.ended();
    const places = ['of home', 'of the root', 'of a\n', 'of a/b'].map((text) => system(app, 0).indexOf(text));
    expect(places.every((place) => place > 0)).toBe(true);
    expect([...places].sort((a, b) => a - b)).toEqual(places);
    expect(system(app, 0)).not.toContain('of c');
    const root = app.repo.path;
    expect(shown(client)[0]).toMatchObject({
      sources: [
        { path: path.join(app.home, 'AGENTS.md'), bytes: 7, cut: false },
        { path: path.join(root, 'AGENTS.md'), bytes: 11, cut: false },
        { path: path.join(root, 'a/AGENTS.md'), bytes: 4, cut: false },
        { path: path.join(root, 'a/b/AGENTS.md'), bytes: 6, cut: false },
      ],
      withheld: [],
    });
    expect(app.model.violations).toEqual([]);
    expect(app.notes).toEqual([]);
  },
);

it('names the files of an untrusted project and reads none of them [AGT-3] [PRJ-2]', async () => {
  const app = await start({ files: { 'AGENTS.md': 'do evil', 'a/AGENTS.md': 'do more evil' }, script: answers });
  mkdirSync(path.join(app.home, '.agents'));
  writeFileSync(path.join(app.home, '.agents', 'AGENTS.md'), 'my own');
  writeFileSync(path.join(app.home, 'AGENTS.md'), 'the second choice');
  const threadId = await inner(app, 'a');
  const client = app.client(threadId);
  await app.send(threadId, 'hello');
  await client.ended();
  expect(system(app, 0)).toContain('my own');
  expect(JSON.stringify(app.model.requests[0]?.body)).not.toContain('evil');
  expect(system(app, 0)).not.toContain('the second choice');
  expect(shown(client)).toMatchObject([{ withheld: [path.join(app.repo.path, 'AGENTS.md'), path.join(app.repo.path, 'a/AGENTS.md')] }]);
  // Once it is trusted they come along, and a new item says so.
  await app.request('project.trust', { projectId: app.projectId, trusted: true });
  await app.send(threadId, 'again');
  await client.ended();
  expect(system(app, 1)).toContain('do more evil');
  expect(shown(client)).toHaveLength(2);
  expect(shown(client)[1]).toMatchObject({ withheld: [] });
});

it('shows them once, and again when they have changed or gone [AGT-3]', async () => {
  const app = await start({ files: { 'AGENTS.md': 'first version' }, script: answers });
  await app.request('project.trust', { projectId: app.projectId, trusted: true });
  const threadId = await app.thread();
  const client = app.client(threadId);
  const say = async (): Promise<void> => {
    await app.send(threadId, 'hello');
    await client.ended();
  };
  await say();
  await say();
  expect(shown(client)).toHaveLength(1);
  expect(system(app, 1)).toContain('first version');
  writeFileSync(path.join(app.repo.path, 'AGENTS.md'), 'second version');
  await say();
  await say();
  expect(shown(client)).toHaveLength(2);
  expect(system(app, 3)).toContain('second version');
  expect(system(app, 3)).not.toContain('first version');
  rmSync(path.join(app.repo.path, 'AGENTS.md'));
  await say();
  await say();
  expect(shown(client)).toHaveLength(3);
  expect(shown(client)[2]).toMatchObject({ sources: [] });
  expect(system(app, 5)).not.toContain('version');
});

it('takes 32 KB of them at most, counted in bytes, and cuts no character in two [AGT-3]', async () => {
  const app = await start({ files: { x: '' }, script: answers });
  writeFileSync(path.join(app.home, 'AGENTS.md'), '€'.repeat(7000));
  writeFiles(app.repo.path, { 'AGENTS.md': `${'ä'.repeat(9000)}THE REST`, 'a/AGENTS.md': 'no room for this' });
  await app.request('project.trust', { projectId: app.projectId, trusted: true });
  const threadId = await inner(app, 'a');
  const client = app.client(threadId);
  await app.send(threadId, 'hello');
  await client.ended();
  expect(shown(client)[0]?.sources).toMatchObject([
    { bytes: 21_000, cut: false },
    { bytes: 32 * 1024 - 21_000, cut: true },
    { bytes: 0, cut: true },
  ]);
  expect(system(app, 0)).not.toContain('THE REST');
  expect(system(app, 0)).not.toContain('no room');
  expect(system(app, 0)).not.toContain('\uFFFD');
  expect(Buffer.byteLength(system(app, 0))).toBeLessThan(36 * 1024);
});

it('takes no harm from files that can not be read [AGT-3]', async () => {
  const app = await start({ files: { 'AGENTS.md/x': 'a folder', 'a/AGENTS.md': 'fine' }, script: answers });
  await app.request('project.trust', { projectId: app.projectId, trusted: true });
  const threadId = await inner(app, 'a');
  const client = app.client(threadId);
  await app.send(threadId, 'hello');
  expect((await client.ended()).data.status).toBe('done');
  expect(system(app, 0)).toContain('fine');
  expect(app.notes).toEqual([]);
});
