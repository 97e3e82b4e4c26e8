import { expect, it } from 'vitest';
import { guard, inside } from '../../electron/runtime/policy/guard.ts';
import type { Subject } from '../../shared/domain/item.ts';
import { start } from '../support/start.ts';

const standing = { profile: 'workspace', grants: [], roots: ['/home/me/web'], own: '/home/me/.local/share/switchyard' };
const read = (path: string): Subject => ({ kind: 'read', path });
const write = (...paths: string[]): Subject => ({ kind: 'write', paths, diff: '' });
const run = (command: string, cwd = '/home/me/web'): Subject => ({ kind: 'command', command, cwd });

it.each([
  ['reading in the project', read('/home/me/web/a.ts'), 'workspace', 'allow'],
  ['reading beside it', read('/home/me/web2/a.ts'), 'workspace', 'ask'],
  ['reading above it', read('/home/me'), 'workspace', 'ask'],
  ['writing in the project', write('/home/me/web/a.ts'), 'workspace', 'ask'],
  ['writing, read-only', write('/home/me/web/a.ts'), 'read-only', 'refuse'],
  ['a command', run('ls'), 'workspace', 'ask'],
  ['a command, read-only', run('ls'), 'read-only', 'ask'],
  ['a command, full access', run('rm -rf /'), 'full-access', 'allow'],
  ['reading a key file', read('/home/me/.local/share/switchyard/keys.key'), 'workspace', 'refuse'],
  ['reading a key file, full access', read('/home/me/.local/share/switchyard/keys.key'), 'full-access', 'refuse'],
  ['writing the log', write('/home/me/web/a.ts', '/home/me/.local/share/switchyard/switchyard.db'), 'full-access', 'refuse'],
] as const)('judges %s', (_, subject, profile, decision) => {
  expect(guard(subject, { ...standing, profile }).decision).toBe(decision);
});

it('asks before looking through a folder that holds the data folder, and lets a project inside it be a project', () => {
  const home = { ...standing, roots: ['/home/me'] };
  expect(guard(read('/home/me'), home).decision).toBe('ask');
  expect(guard(read('/home/me/notes.md'), home).decision).toBe('allow');
  const sample = { ...standing, roots: [`${standing.own}/sample`] };
  expect(guard(read(`${standing.own}/sample/README.md`), sample).decision).toBe('allow');
  expect(guard(read(`${standing.own}/owner.json`), sample).decision).toBe('refuse');
});

it('keeps a grant to exactly what was granted', () => {
  const granted = { ...standing, grants: [{ subject: { kind: 'command' as const, command: 'npm test', cwd: '/home/me/web' } }] };
  expect(guard(run('npm test'), granted).decision).toBe('allow');
  expect(guard(run('npm  test'), granted).decision).toBe('ask');
  expect(guard(run('npm test', '/home/me/web/sub'), granted).decision).toBe('ask');
});

it('tells inside from beside', () => {
  expect(inside('/a/b', '/a')).toBe(true);
  expect(inside('/a', '/a')).toBe(true);
  expect(inside('/ab', '/a')).toBe(false);
  expect(inside('/a/..b', '/a')).toBe(true);
  expect(inside('/', '/a')).toBe(false);
});

it('starts the next message in the commit that ends the turn [AGT-4]', async () => {
  const app = await start({ script: [{ text: 'one', delayMs: 50 }, { text: 'two' }] });
  const threadId = await app.thread();
  const client = app.client(threadId);
  await app.send(threadId, 'first');
  await app.send(threadId, 'second');
  await client.ended();
  const types = client.events.map((event) => event.type);
  expect(types.slice(types.indexOf('turn.ended'), types.indexOf('turn.ended') + 3)).toEqual([
    'turn.ended',
    'queue.removed',
    'turn.started',
  ]);
  await client.ended();
});

it('goes on after an answer of nothing but reasoning, which is never sent back alone [AGT-6]', async () => {
  const app = await start({ script: [{ reasoning: 'hm' }, { text: 'better' }] });
  const threadId = await app.thread();
  const client = app.client(threadId);
  await app.send(threadId, 'first');
  expect((await client.ended()).data).toMatchObject({ status: 'failed', error: { hint: expect.stringContaining('continue') } });
  await app.send(threadId, 'continue');
  expect((await client.ended()).data.status).toBe('done');
  expect(app.model.violations).toEqual([]);
});

it.each(['responses', 'chat'] as const)('sends arguments that are no JSON back in a form that servers parse, over %s', async (wire) => {
  const app = await start({ wire, script: [{ calls: [{ name: 'shell', args: '{"command": ' }] }, { text: 'sorry' }] });
  const threadId = await app.thread();
  const client = app.client(threadId);
  await app.send(threadId, 'go');
  expect((await client.ended()).data.status).toBe('done');
  expect(JSON.stringify(app.model.requests[1]?.body)).toContain('malformed');
});
