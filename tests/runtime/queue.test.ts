import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { LoggedEvent } from '../../shared/protocol.ts';
import { conversation, lastSaid, userTexts } from '../support/sent.ts';
import { type Started, start } from '../support/start.ts';

const wires = ['responses', 'chat'] as const;
const waitFor = (name: string): { name: string; args: object } => ({
  name: 'shell',
  args: { command: `echo started; until [ -e ${name} ]; do sleep 0.02; done; echo over` },
});
const touch = (app: Started, name: string): void => writeFileSync(path.join(app.repo.path, name), '');
const body = (text: string): { text: { text: string; bytes: number } } => ({ text: { text, bytes: text.length } });

it.each(wires)('sends what waits when the turn is done, in the order that the user gave it, over %s [AGT-4] [PRJ-5]', async (wire) => {
  const app = await start({ wire, script: [{ calls: [waitFor('go')] }, { text: 'one' }, { text: 'two' }, { text: 'three' }] });
  const threadId = await app.thread();
  const client = app.client(threadId);
  await app.send(threadId, 'first');
  await client.until(() => client.state().header.turn?.calls.length === 1);
  for (const text of ['second', 'third', 'fourth']) await app.send(threadId, text);
  const [second, third, fourth] = client.state().header.queue.map((row) => row.id);
  await app.request('queue.edit', { threadId, queueId: third ?? '', input: body('third, edited') });
  await app.request('queue.move', { threadId, queueId: fourth ?? '', before: second ?? '' });
  await app.request('queue.remove', { threadId, queueId: second ?? '' });
  await expect(app.request('queue.remove', { threadId, queueId: second ?? '' })).rejects.toMatchObject({ code: 'missing' });
  await expect(app.request('queue.edit', { threadId, queueId: third ?? '', input: body(' ') })).rejects.toMatchObject({ code: 'invalid' });
  await app.request('queue.move', { threadId, queueId: fourth ?? '', before: fourth ?? '' });
  expect(client.state().header.queue.map((row) => row.input.text.text)).toEqual(['fourth', 'third, edited']);
  touch(app, 'go');
  for (let n = 0; n < 3; n += 1) expect((await client.ended()).data.status).toBe('done');
  expect(userTexts(app.model.requests[3])).toEqual(['first', 'fourth', 'third, edited']);
  expect(client.state().header.queue).toEqual([]);
  expect(app.model.violations).toEqual([]);
  expect(app.notes).toEqual([]);
});

it('lets the queue rest after an interrupt and after a failure, also over a restart, until it is told to go on [AGT-4] [PRJ-5]', async () => {
  const app = await start({
    script: [{ calls: [waitFor('never')] }, { fault: { kind: 'status', status: 400, message: 'no' } }, { text: 'fine' }, { text: 'again' }],
  });
  const threadId = await app.thread();
  let client = app.client(threadId);
  await app.send(threadId, 'first');
  await client.until(() => client.state().header.turn?.calls.length === 1);
  for (const text of ['second', 'third', 'fourth']) await app.send(threadId, text);
  await app.request('turn.interrupt', { threadId });
  expect((await client.ended()).data.status).toBe('interrupted');
  await app.runtime.settled();
  expect(client.state().header.queue).toHaveLength(3);

  const again = await app.restart();
  client = again.client(threadId);
  expect(client.state().header.queue.map((row) => row.input.text.text)).toEqual(['second', 'third', 'fourth']);
  expect(await again.request('queue.next', { threadId })).toHaveProperty('turnId');
  expect((await client.ended()).data.status).toBe('failed');
  await again.runtime.settled();
  expect(client.state().header).toMatchObject({ status: 'failed', lastTurn: { error: { code: 'invalid' } } });
  expect(client.state().header.queue).toHaveLength(2);
  await again.request('queue.next', { threadId });
  for (let n = 0; n < 2; n += 1) expect((await client.ended()).data.status).toBe('done');
  expect(await again.request('queue.next', { threadId })).toBeNull();
  expect(app.model.violations).toEqual([]);
  expect([...app.notes, ...again.notes]).toEqual([]);
});

it('holds no more than a hundred waiting messages', async () => {
  const app = await start({ script: [{ calls: [waitFor('never')] }] });
  const threadId = await app.thread();
  await app.send(threadId, 'first');
  for (let n = 0; n < 100; n += 1) await app.send(threadId, `message ${n}`);
  await expect(app.send(threadId, 'one more')).rejects.toMatchObject({ code: 'limited' });
});

it.each(wires)('steers a running command: the model reads it after the results, over %s [AGT-4]', async (wire) => {
  const app = await start({
    wire,
    script: [
      { text: 'Two things.', calls: [waitFor('go'), { name: 'shell', args: { command: 'echo second' } }] },
      { calls: [{ name: 'shell', args: { command: 'echo third' } }] },
      { text: 'done' },
      { text: 'later' },
    ],
  });
  const threadId = await app.thread();
  const client = app.client(threadId);
  await app.send(threadId, 'begin');
  await client.until(() => client.state().header.turn?.calls.length === 2);
  await app.send(threadId, 'rather this', 'steer');
  await app.send(threadId, 'and that', 'steer');
  touch(app, 'go');
  expect((await client.ended()).data.status).toBe('done');
  expect(lastSaid(app.model.requests[1], 4).map(({ by, text }) => [by, text.split('\n').at(-1)])).toEqual([
    ['result', 'over'],
    ['result', 'second'],
    ['user', 'rather this'],
    ['user', 'and that'],
  ]);
  // The log tells a later turn the same.
  await app.send(threadId, 'what now');
  await client.ended();
  expect(conversation(app.model.requests[3] ?? ({} as never)).slice(0, 10)).toEqual(
    conversation(app.model.requests[2] ?? ({} as never)).slice(0, 10),
  );
  expect(app.model.violations).toEqual([]);
  expect(app.notes).toEqual([]);
});

it.each(wires)('steers while an answer streams: it is heard after that answer, over %s [AGT-4]', async (wire) => {
  const app = await start({
    wire,
    script: [
      { text: 'I will think about it for a while. '.repeat(4), deltas: 60, fault: 'slow' },
      { text: 'Now that. '.repeat(8), deltas: 60, fault: 'slow', calls: [{ name: 'shell', args: { command: 'echo out' } }] },
      { text: 'done' },
    ],
  });
  const threadId = await app.thread();
  const client = app.client(threadId);
  await app.send(threadId, 'begin');
  await client.until(() => client.text() !== '');
  await app.send(threadId, 'steered into text', 'steer');
  await client.until(() => client.text().includes('Now'));
  await app.send(threadId, 'steered into a call', 'steer');
  expect((await client.ended()).data.status).toBe('done');
  expect(lastSaid(app.model.requests[1], 2)).toMatchObject([{ by: 'agent' }, { by: 'user', text: 'steered into text' }]);
  expect(lastSaid(app.model.requests[2], 3)).toMatchObject([
    { by: 'call' },
    { by: 'result', text: 'out' },
    { by: 'user', text: 'steered into a call' },
  ]);
  expect(client.state().items.filter(({ item }) => item.type === 'user' && item.steer)).toHaveLength(2);
  expect(app.model.violations).toEqual([]);
  expect(app.notes).toEqual([]);
});

it('starts what is sent in the very moment in which a turn ends [AGT-4]', async () => {
  const app = await start({ script: [{ fault: 'hang-before' }, { text: 'two' }, { text: 'three' }, { text: 'four' }] });
  const threadId = await app.thread();
  const client = app.client(threadId);
  const wanted = ['two', 'three', 'four'];
  app.runtime.subscribe(threadId, undefined, (push) => {
    // As near to the end as a client can be: inside the callback that tells of it.
    if (push.kind === 'event' && push.event.type === 'turn.ended' && wanted.length > 0) void app.send(threadId, wanted.shift() ?? '');
  });
  await app.send(threadId, 'one');
  await app.model.request(0);
  await app.request('turn.interrupt', { threadId });
  const ends: LoggedEvent[] = [];
  while (ends.length < 4) ends.push(await client.ended());
  expect(ends.map((event) => event.type === 'turn.ended' && event.data.status)).toEqual(['interrupted', 'done', 'done', 'done']);
  expect(app.notes).toEqual([]);
});

it('asks nothing more of the model when it closes: what waits is still there [PRJ-5]', async () => {
  const app = await start({ script: [{ calls: [waitFor('go')] }, { text: 'one' }] });
  const threadId = await app.thread();
  const client = app.client(threadId);
  await app.send(threadId, 'first');
  await client.until(() => client.state().header.turn?.calls.length === 1);
  await app.send(threadId, 'second');
  let closed: Promise<unknown> = Promise.resolve();
  app.runtime.subscribe(threadId, undefined, (push) => {
    if (push.kind === 'event' && push.event.type === 'turn.ended') closed = app.runtime.close();
  });
  touch(app, 'go');
  expect((await client.ended()).data.status).toBe('done');
  await closed;
  const again = await app.restart();
  const { header, items } = again.client(threadId).state();
  expect(header.turn).toBeUndefined();
  // It waits, or it began and was stopped: either way it is there, and nothing was asked of the model for it.
  const said = items.flatMap(({ item }) => (item.type === 'user' ? [item.input.text.text] : []));
  expect([...said, ...header.queue.map((row) => row.input.text.text)]).toEqual(['first', 'second']);
  expect(app.model.requests).toHaveLength(2);
});
