import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createSocketClock } from '../../electron/adapters/system/socket-clock.ts';
import type { CallItem } from '../../shared/domain/item.ts';
import { manualClock } from '../support/manual-clock.ts';
import { processesWith } from '../support/processes.ts';
import { lastSaid, userTexts } from '../support/sent.ts';
import { type Client, type Started, start } from '../support/start.ts';

const wires = ['responses', 'chat'] as const;
const calls = (client: Client): CallItem[] => client.state().items.flatMap(({ item }) => (item.type === 'call' ? [item] : []));
const fine = (app: Started): void => {
  expect(app.model.violations).toEqual([]);
  expect(app.notes).toEqual([]);
};

it.each(wires)('stops in the middle of a text and keeps what had streamed, over %s [AGT-4] [AGT-1]', async (wire) => {
  const app = await start({
    wire,
    script: [
      { reasoning: 'First a thought', text: 'A long answer that never comes to its end.', deltas: 10, fault: 'hang-after' },
      { text: 'Goes on.' },
    ],
  });
  const threadId = await app.thread();
  const client = app.client(threadId);
  await app.send(threadId, 'tell me');
  await client.until(() => client.text().includes('A long'));
  await app.request('turn.interrupt', { threadId });
  expect((await client.ended()).data).toMatchObject({ status: 'interrupted' });
  const text = client.state().items.find(({ item }) => item.type === 'text')?.item;
  expect(text).toMatchObject({ interrupted: true });
  expect(text?.type === 'text' && text.body.text).toMatch(/^A long answer/);
  // Every request has its line in the account, also one that nobody saw the end of.
  expect(client.events.filter((event) => event.type === 'usage.recorded')).toHaveLength(1);
  expect(client.state().header.turn).toBeUndefined();

  await app.send(threadId, 'continue');
  expect((await client.ended()).data.status).toBe('done');
  const [partial, said] = lastSaid(app.model.requests[1], 2);
  expect(partial?.text).toMatch(/^A long answer[^]*\[interrupted here\]$/);
  expect(said).toEqual({ by: 'user', text: 'continue' });
  fine(app);
});

it.each(wires)('stops a command with all it started and keeps what it had printed, over %s [AGT-4]', async (wire) => {
  const mark = `sleep 1${process.pid % 1000}.0${wire.length}`;
  const app = await start({
    wire,
    script: [
      {
        calls: [
          { name: 'shell', args: { command: `echo printed before; (${mark}) & ${mark}` } },
          { name: 'shell', args: { command: 'touch never' } },
        ],
      },
      { text: 'I see.' },
    ],
  });
  const threadId = await app.thread();
  const client = app.client(threadId);
  await app.send(threadId, 'run it');
  await client.until(() => client.state().header.turn?.calls.length === 2);
  const [first, second] = calls(client);
  const output = app.runtime.output(threadId, first?.id ?? '');
  while (true) {
    // The file is made when the command starts.
    try {
      if (output.read(0, 100).total > 0 && processesWith(mark).length > 1) break;
    } catch {
      // Not yet.
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  await app.request('turn.interrupt', { threadId });
  expect((await client.ended()).data.status).toBe('interrupted');
  expect(processesWith(mark)).toEqual([]);
  expect(calls(client)).toMatchObject([{ status: 'interrupted' }, { status: 'interrupted' }]);
  expect(calls(client)[0]?.output?.text).toMatch(/^printed before\n\[interrupted/);
  expect(calls(client)[1]?.output?.text).toMatch(/^\[interrupted/);
  expect(existsSync(path.join(app.repo.path, 'never'))).toBe(false);

  await app.send(threadId, 'continue');
  expect((await client.ended()).data.status).toBe('done');
  expect(lastSaid(app.model.requests[1], 3)).toMatchObject([
    { by: 'result', text: expect.stringContaining('printed before') as string },
    { by: 'result', text: expect.stringContaining('[interrupted') as string },
    { by: 'user', text: 'continue' },
  ]);
  expect(second?.status).toBe('open');
  fine(app);
});

it('stops while it waits to try again [AGT-4] [AGT-6]', async () => {
  const held = manualClock();
  const clock = await createSocketClock(held.path);
  const app = await start({
    clock,
    script: [{ fault: { kind: 'status', status: 429, headers: { 'retry-after': '60' } } }, { text: 'Good.' }],
  });
  const threadId = await app.thread();
  const client = app.client(threadId);
  await app.send(threadId, 'hello');
  await client.next('request.retried');
  await app.request('turn.interrupt', { threadId });
  expect((await client.ended()).data.status).toBe('interrupted');
  await app.send(threadId, 'continue');
  expect((await client.ended()).data.status).toBe('done');
  expect(userTexts(app.model.requests[1])).toEqual(['hello', 'continue']);
  // One request failed, the next was never sent, the third answered.
  expect(client.events.filter((event) => event.type === 'usage.recorded')).toHaveLength(2);
  fine(app);
  await app.runtime.close();
  clock.close();
  await held.close();
});

it('stops while it waits for an approval: the call did not run, the question is withdrawn [AGT-4] [SAFE-4]', async () => {
  const app = await start({
    script: [
      {
        calls: [
          { name: 'shell', args: { command: 'touch made' } },
          { name: 'read_file', args: { path: 'README.md' } },
        ],
      },
      { text: 'Fine.' },
    ],
  });
  const threadId = await app.thread({ profile: 'workspace' });
  const client = app.client(threadId);
  await app.send(threadId, 'make it');
  const { item } = (await client.next('approval.opened')).data;
  await app.runtime.settled();
  await app.request('turn.interrupt', { threadId });
  expect((await client.ended()).data.status).toBe('interrupted');
  expect(client.state().items.find((entry) => entry.item.id === item.id)?.item).toMatchObject({ status: 'withdrawn' });
  await expect(app.request('approval.answer', { threadId, itemId: item.id, answer: 'once' })).rejects.toMatchObject({ code: 'conflict' });
  expect(calls(client).map((call) => [call.status, call.output?.text])).toEqual([
    ['interrupted', '[interrupted: it did not run]'],
    ['interrupted', '[interrupted: it did not run]'],
  ]);
  expect(existsSync(path.join(app.repo.path, 'made'))).toBe(false);
  expect(client.state().header).toMatchObject({ status: 'interrupted', needs: 0 });
  await app.send(threadId, 'continue');
  expect((await client.ended()).data.status).toBe('done');
  fine(app);
});

it('stops at any moment: an interrupt on a resting thread does nothing, two at once are one [AGT-4]', async () => {
  const app = await start({ script: [{ text: 'x'.repeat(4000), deltas: 300, fault: 'slow' }, { text: 'ok' }] });
  const threadId = await app.thread();
  const client = app.client(threadId);
  await app.request('turn.interrupt', { threadId });
  expect(client.events).toEqual([]);
  // Before the loop has so much as looked at the thread.
  const sent = app.send(threadId, 'hello');
  await Promise.all([sent, app.request('turn.interrupt', { threadId }), app.request('turn.interrupt', { threadId })]);
  expect((await client.ended()).data.status).toBe('interrupted');
  expect(client.events.filter((event) => event.type === 'turn.stopping')).toHaveLength(1);
  expect(client.events.filter((event) => event.type === 'turn.ended')).toHaveLength(1);
  fine(app);
});
