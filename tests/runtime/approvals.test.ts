import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { ApprovalItem, CallItem } from '../../shared/domain/item.ts';
import type { Step } from '../support/fake-model.ts';
import { lastSaid } from '../support/sent.ts';
import { type Client, type Started, start } from '../support/start.ts';
import { tempFolder } from '../support/temp.ts';

const wires = ['responses', 'chat'] as const;
const shell = (command: string, more: object = {}): Step => ({ calls: [{ name: 'shell', args: { command, ...more } }] });
const calls = (client: Client): CallItem[] => client.state().items.flatMap(({ item }) => (item.type === 'call' ? [item] : []));
const asked = async (client: Client): Promise<ApprovalItem> => (await client.next('approval.opened')).data.item;
const fine = (app: Started): void => {
  expect(app.model.violations).toEqual([]);
  expect(app.notes).toEqual([]);
};
const patch = (text: string): Step => ({ calls: [{ name: 'apply_patch', args: { patch: `*** Begin Patch\n${text}\n*** End Patch` } }] });

it.each(wires)('asks before a command, with the exact words, and runs it once answered, over %s [SAFE-4] [SAFE-2]', async (wire) => {
  const app = await start({ wire, script: [shell('touch made; echo out'), shell('touch made; echo out'), { text: 'done' }] });
  const threadId = await app.thread({ profile: 'workspace' });
  const client = app.client(threadId);
  await app.send(threadId, 'go');
  const first = await asked(client);
  expect(first).toMatchObject({ status: 'open', subject: { kind: 'command', command: 'touch made; echo out', cwd: app.repo.path } });
  expect(first.rule).toContain('workspace');
  expect(client.state().header).toMatchObject({ status: 'waiting', needs: 1 });
  expect(existsSync(path.join(app.repo.path, 'made'))).toBe(false);
  await app.request('approval.answer', { threadId, itemId: first.id, answer: 'once' });
  // Once is once: the same again asks again.
  const second = await asked(client);
  expect(existsSync(path.join(app.repo.path, 'made'))).toBe(true);
  await app.request('approval.answer', { threadId, itemId: second.id, answer: 'no', note: 'enough of that' });
  expect((await client.ended()).data.status).toBe('done');
  expect(calls(client).map((call) => call.status)).toEqual(['done', 'refused']);
  expect(lastSaid(app.model.requests[2], 1)[0]?.text).toContain('enough of that');
  expect(client.state().header).toMatchObject({ status: 'idle', needs: 0, grants: [] });
  await expect(app.request('approval.answer', { threadId, itemId: first.id, answer: 'once' })).rejects.toMatchObject({ code: 'conflict' });
  fine(app);
});

it('keeps "this thread" to exactly what was granted: another folder, another spelling, another thread ask [SAFE-4]', async () => {
  const script = [
    shell('touch a'),
    shell('touch a'),
    shell('touch  a'),
    shell('touch a', { workdir: 'sub' }),
    { text: 'done' },
    shell('touch a'),
  ];
  const app = await start({ files: { 'sub/x': '' }, script });
  const threadId = await app.thread({ profile: 'workspace' });
  const client = app.client(threadId);
  await app.send(threadId, 'go');
  await app.request('approval.answer', { threadId, itemId: (await asked(client)).id, answer: 'thread' });
  const spelling = await asked(client);
  expect(app.model.requests).toHaveLength(3);
  expect(spelling.subject).toMatchObject({ command: 'touch  a' });
  await app.request('approval.answer', { threadId, itemId: spelling.id, answer: 'no' });
  const folder = await asked(client);
  expect(folder.subject).toMatchObject({ command: 'touch a', cwd: path.join(app.repo.path, 'sub') });
  await app.request('approval.answer', { threadId, itemId: folder.id, answer: 'once' });
  expect((await client.ended()).data.status).toBe('done');
  expect(client.state().header.grants).toEqual([
    { profile: 'workspace', subject: { unconfined: true, kind: 'command', command: 'touch a', cwd: app.repo.path } },
  ]);

  const other = await app.thread({ profile: 'workspace' });
  const otherClient = app.client(other);
  await app.send(other, 'go');
  expect((await asked(otherClient)).subject).toMatchObject({ command: 'touch a' });
  fine(app);
});

it('grants a change of files by their paths, and asks for one path more [SAFE-4]', async () => {
  const app = await start({
    files: { 'a.txt': 'one\n', 'b.txt': 'one\n' },
    script: [
      patch('*** Update File: a.txt\n@@\n-one\n+two'),
      patch('*** Update File: a.txt\n@@\n-two\n+three'),
      patch('*** Update File: a.txt\n@@\n-three\n+four\n*** Update File: b.txt\n@@\n-one\n+two'),
      { text: 'done' },
    ],
  });
  const threadId = await app.thread({ profile: 'workspace' });
  const client = app.client(threadId);
  await app.send(threadId, 'go');
  const first = await asked(client);
  expect(first.subject).toMatchObject({ kind: 'write', paths: [path.join(app.repo.path, 'a.txt')] });
  expect(first.subject.kind === 'write' && first.subject.diff).toContain('+two');
  expect(readFileSync(path.join(app.repo.path, 'a.txt'), 'utf8')).toBe('one\n');
  await app.request('approval.answer', { threadId, itemId: first.id, answer: 'thread' });
  const second = await asked(client);
  expect(readFileSync(path.join(app.repo.path, 'a.txt'), 'utf8')).toBe('three\n');
  await app.request('approval.answer', { threadId, itemId: second.id, answer: 'no' });
  expect((await client.ended()).data.status).toBe('done');
  expect(readFileSync(path.join(app.repo.path, 'b.txt'), 'utf8')).toBe('one\n');
  fine(app);
});

it('asks again when the file has changed between the question and the answer [SAFE-4] [AGT-2]', async () => {
  const app = await start({
    files: { 'a.txt': 'one\ntwo\n' },
    script: [patch('*** Update File: a.txt\n@@\n-two\n+zwei'), { text: 'done' }],
  });
  const threadId = await app.thread({ profile: 'workspace' });
  const client = app.client(threadId);
  await app.send(threadId, 'go');
  const first = await asked(client);
  await app.runtime.settled();
  writeFileSync(path.join(app.repo.path, 'a.txt'), 'uno\ntwo\n');
  await app.request('approval.answer', { threadId, itemId: first.id, answer: 'once' });
  const second = await asked(client);
  expect(second.subject).not.toEqual(first.subject);
  await app.request('approval.answer', { threadId, itemId: second.id, answer: 'once' });
  await client.ended();
  expect(readFileSync(path.join(app.repo.path, 'a.txt'), 'utf8')).toBe('uno\nzwei\n');
  fine(app);
});

it.each(wires)(
  'asks for all calls of an answer at once, keeps that over restarts, and the answers in any order run the calls in theirs, over %s [SAFE-4] [AGT-7] [PRJ-5]',
  async (wire) => {
    const app = await start({
      wire,
      script: [
        {
          reasoning: 'hm',
          text: 'Two.',
          calls: [
            { name: 'shell', args: { command: 'echo one >> log' } },
            { name: 'shell', args: { command: 'echo two >> log' } },
          ],
        },
        { text: 'done' },
      ],
    });
    const threadId = await app.thread({ profile: 'workspace' });
    await app.send(threadId, 'go');
    await asked(app.client(threadId));
    await app.runtime.settled();

    const again = await app.restart();
    let client = again.client(threadId);
    const [one, two] = client.state().header.turn?.approvals ?? [];
    expect(client.state().header).toMatchObject({ status: 'waiting', needs: 2 });
    // Said while it waits: it goes along.
    await again.send(threadId, 'and be quick', 'steer');
    await again.request('approval.answer', { threadId, itemId: two?.id ?? '', answer: 'once' });
    await again.runtime.settled();
    expect(existsSync(path.join(app.repo.path, 'log'))).toBe(false);

    const third = await again.restart();
    client = third.client(threadId);
    await third.request('approval.answer', { threadId, itemId: one?.id ?? '', answer: 'once' });
    expect((await client.ended()).data.status).toBe('done');
    expect(readFileSync(path.join(app.repo.path, 'log'), 'utf8')).toBe('one\ntwo\n');
    expect(app.model.requests).toHaveLength(2);
    expect(lastSaid(app.model.requests[1], 3).map(({ by }) => by)).toEqual(['result', 'result', 'user']);
    expect(app.model.violations).toEqual([]);
    expect([...app.notes, ...again.notes, ...third.notes]).toEqual([]);
  },
);

it.each(wires)('asks a person and waits for the answer, also over a restart, over %s [AGT-2] [PRJ-5]', async (wire) => {
  const app = await start({
    wire,
    script: [
      {
        calls: [
          { name: 'ask_user', args: { question: 'Which?', choices: ['red', 'blue'] } },
          { name: 'ask_user', args: { question: 'Sure?' } },
        ],
      },
      { text: 'done' },
    ],
  });
  const threadId = await app.thread();
  const first = app.client(threadId);
  await app.send(threadId, 'go');
  const { item } = (await first.next('question.opened')).data;
  expect(item).toMatchObject({ question: 'Which?', choices: ['red', 'blue'], status: 'open' });
  await app.runtime.settled();
  const again = await app.restart();
  const client = again.client(threadId);
  expect(client.state().header).toMatchObject({ status: 'waiting', needs: 1, turn: { questions: [{ id: item.id }] } });
  await again.request('question.answer', { threadId, itemId: item.id, answer: 'blue' });
  const second = (await client.next('question.opened')).data.item;
  await expect(again.request('question.answer', { threadId, itemId: item.id, answer: 'red' })).rejects.toMatchObject({ code: 'conflict' });
  await again.request('question.answer', { threadId, itemId: second.id, answer: 'yes' });
  expect((await client.ended()).data.status).toBe('done');
  expect(lastSaid(app.model.requests[1], 2)).toEqual([
    { by: 'result', text: 'blue' },
    { by: 'result', text: 'yes' },
  ]);
  expect(app.model.violations).toEqual([]);
  expect([...app.notes, ...again.notes]).toEqual([]);
});

it('reads inside the project without asking, outside of it only with leave, also through a link [SAFE-1]', async () => {
  const outside = tempFolder('outside');
  writeFileSync(path.join(outside, 'secret'), 'the secret\n');
  const app = await start({
    files: { 'in.txt': 'inside\n' },
    script: [
      {
        calls: [
          { name: 'read_file', args: { path: 'in.txt' } },
          { name: 'read_file', args: { path: path.join(outside, 'secret') } },
        ],
      },
      {
        calls: [
          { name: 'read_file', args: { path: 'link/secret' } },
          { name: 'list_files', args: { path: '..' } },
        ],
      },
      { text: 'done' },
    ],
  });
  const { symlinkSync } = await import('node:fs');
  symlinkSync(outside, path.join(app.repo.path, 'link'));
  const threadId = await app.thread({ profile: 'workspace' });
  const client = app.client(threadId);
  await app.send(threadId, 'go');
  const first = await asked(client);
  expect(first.subject).toEqual({ kind: 'read', path: path.join(outside, 'secret') });
  expect(calls(client)[0]).toMatchObject({ status: 'open' });
  await app.request('approval.answer', { threadId, itemId: first.id, answer: 'no' });
  const second = await asked(client);
  expect(second.subject).toEqual({ kind: 'read', path: path.join(outside, 'secret') });
  await app.request('approval.answer', { threadId, itemId: second.id, answer: 'once' });
  const third = await asked(client);
  expect(third.subject).toEqual({ kind: 'read', path: path.dirname(app.repo.path) });
  await app.request('approval.answer', { threadId, itemId: third.id, answer: 'no' });
  expect((await client.ended()).data.status).toBe('done');
  expect(calls(client).map((call) => call.status)).toEqual(['done', 'refused', 'done', 'refused']);
  expect(JSON.stringify(app.model.requests[1]?.body)).not.toContain('the secret');
  fine(app);
});

it('changes no file under read-only, and says so to the model [SAFE-1] [POL-3]', async () => {
  const app = await start({
    files: { 'a.txt': 'one\n' },
    script: [patch('*** Update File: a.txt\n@@\n-one\n+two'), shell('echo hi'), { text: 'done' }],
  });
  const threadId = await app.thread({ profile: 'read-only' });
  const client = app.client(threadId);
  await app.send(threadId, 'go');
  const command = await asked(client);
  expect(lastSaid(app.model.requests[1], 1)[0]?.text).toContain('read-only');
  await app.request('approval.answer', { threadId, itemId: command.id, answer: 'no' });
  expect((await client.ended()).data.status).toBe('done');
  expect(readFileSync(path.join(app.repo.path, 'a.txt'), 'utf8')).toBe('one\n');
  expect(calls(client).map((call) => call.status)).toEqual(['refused', 'refused']);
  fine(app);
});

it.each(wires)('gives the model back what was wrong with a call, and goes on, over %s [AGT-2]', async (wire) => {
  const app = await start({
    wire,
    script: [
      { calls: [{ name: 'no_such_tool', args: {} }] },
      { calls: [{ name: 'shell', args: '{"command": "echo' }] },
      { calls: [{ name: 'shell', args: { workdir: '/' } }] },
      { calls: [{ name: 'shell', args: { command: 'echo hi', workdir: 'nowhere' } }] },
      { calls: [{ name: 'read_file', args: { path: 'READ.md' } }] },
      { calls: [{ name: 'shell output!', args: {} }] },
      {
        calls: [
          { name: 'shell_output', args: { id: 'nobody' } },
          { name: 'update_plan', args: { steps: 'x' } },
        ],
      },
      { text: 'done' },
    ],
  });
  const threadId = await app.thread();
  const client = app.client(threadId);
  await app.send(threadId, 'go');
  expect((await client.ended()).data.status).toBe('done');
  expect(calls(client).map((call) => call.status)).toEqual(Array.from({ length: 8 }, () => 'failed'));
  const told = (n: number): string => lastSaid(app.model.requests[n], 1)[0]?.text ?? '';
  expect(told(1)).toContain('no_such_tool');
  expect(told(1)).toContain('apply_patch');
  expect(told(2)).toContain('not valid JSON');
  expect(told(3)).toContain('"command"');
  expect(told(4)).toContain('nowhere');
  expect(told(5)).toContain('README.md');
  expect(told(7)).toContain('update_plan');
  fine(app);
});

it('lets an approved thread work in a folder of its own inside the project [SAFE-4]', async () => {
  const app = await start({ script: [shell('pwd'), { text: 'done' }] });
  mkdirSync(path.join(app.repo.path, 'inner'));
  const { threadId } = await app.request('thread.start', {
    projectId: app.projectId,
    provider: 'fake',
    profile: 'workspace',
    cwd: path.join(app.repo.path, 'inner'),
  });
  const client = app.client(threadId);
  await app.send(threadId, 'go');
  const item = await asked(client);
  expect(item.subject).toMatchObject({ cwd: path.join(app.repo.path, 'inner') });
  await app.request('approval.answer', { threadId, itemId: item.id, answer: 'once' });
  await client.ended();
  expect(lastSaid(app.model.requests[1], 1)[0]?.text).toBe(path.join(app.repo.path, 'inner'));
  fine(app);
});

it('finds the answers to more calls of one answer than a page of the log holds [SAFE-4]', async () => {
  const count = 210;
  const calls = Array.from({ length: count }, (_, n) => ({ name: 'shell', args: { command: `echo ${n}` } }));
  const app = await start({ script: [{ calls }, { text: 'done' }] });
  const threadId = await app.thread({ profile: 'workspace' });
  const client = app.client(threadId);
  await app.send(threadId, 'go');
  await client.until(() => client.state().header.turn?.approvals.length === count);
  for (const { id } of client.state().header.turn?.approvals ?? [])
    await app.request('approval.answer', { threadId, itemId: id, answer: 'no' });
  expect((await client.ended()).data.status).toBe('done');
  // Nothing was asked about twice.
  const approvals = client.events.filter(({ type }) => type === 'approval.opened');
  expect(approvals).toHaveLength(count);
});
