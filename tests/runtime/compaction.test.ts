import { expect, it } from 'vitest';
import type { CompactionItem } from '../../shared/domain/item.ts';
import type { SentRequest, Step } from '../support/fake-model.ts';
import { conversation, userTexts } from '../support/sent.ts';
import { type Client, type Started, start } from '../support/start.ts';

const wires = ['responses', 'chat'] as const;
// The model is unlisted: 128,000 tokens of context, of which some 100,000 are used before room is made.
const model = 'small-model';
const task = `Keep every word of this: ${Array.from({ length: 300 }, (_, n) => `rule ${n}`).join(', ')}. The end.`;
const compactions = (client: Client): CompactionItem[] =>
  client.state().items.flatMap(({ item }) => (item.type === 'compaction' ? [item] : []));
const isCompaction = (request: SentRequest): boolean => userTexts(request).at(-1)?.startsWith('Write a summary') ?? false;
const sizeOf = (request: SentRequest): number => conversation(request).reduce((sum, { text }) => sum + text.length, 0);
const fine = (app: Started): void => {
  expect(app.model.violations).toEqual([]);
  expect(app.notes).toEqual([]);
};
const read = (n: number): Step => ({
  calls: [{ name: 'shell', args: { command: `echo step ${n}; head -c 15000 /dev/zero | tr '\\0' x` } }],
});

it.each(wires)(
  'makes room before the context is full, by a summary of the model, and goes on, over %s [AGT-5]',
  async (wire) => {
    let works = 0;
    const app = await start({
      wire,
      script: (request): Step => {
        if (isCompaction(request)) return { text: 'Summary: steps were made, the answer is 42.', deltas: 8 };
        works += 1;
        return works <= 30 ? read(works) : { text: 'done' };
      },
    });
    const threadId = await app.thread({ model });
    const client = app.client(threadId);
    await app.send(threadId, task);
    expect((await client.ended()).data.status).toBe('done');
    const [item] = compactions(client);
    expect(compactions(client)).toHaveLength(1);
    expect(item).toMatchObject({ way: 'model' });
    expect(item?.failed).toBeUndefined();
    expect(item?.tokensAfter).toBeLessThan((item?.tokensBefore ?? 0) / 10);
    expect(item?.summary.text).toContain('the answer is 42');
    expect(item?.summary.text).toContain(task);
    expect(item?.said?.text).toBe(task);
    // No request was near the window, and the summary was made of everything.
    const at = app.model.requests.findIndex(isCompaction);
    for (const request of app.model.requests) expect(sizeOf(request)).toBeLessThan(128_000 * 3.5);
    expect(userTexts(app.model.requests[at])[0]).toBe(task);
    expect(conversation(app.model.requests[at] as SentRequest).filter(({ by }) => by === 'result').length).toBe(at);
    // What follows stands on the summary alone.
    expect(userTexts(app.model.requests[at + 1])).toEqual([item?.summary.text]);
    // It is no answer: it did not stream as one.
    expect(client.text()).not.toContain('Summary:');
    const usage = client.events.filter((event) => event.type === 'usage.recorded');
    expect(usage).toHaveLength(app.model.requests.length);
    fine(app);

    // The same after a restart, in the next turn.
    const again = await app.restart();
    const next = again.client(threadId);
    await again.send(threadId, 'And now?');
    expect((await next.ended()).data.status).toBe('done');
    const texts = userTexts(app.model.requests.at(-1));
    expect(texts[0]).toBe(item?.summary.text);
    expect(texts.at(-1)).toBe('And now?');
    fine(again);
  },
  30_000,
);

it('makes room by what the provider counts, where the guess is too low [AGT-5]', async () => {
  let works = 0;
  const app = await start({
    script: (request): Step => {
      if (isCompaction(request)) return { text: 'Short summary.' };
      works += 1;
      return works === 1 ? { ...read(1), usage: { input: 110_000, output: 10 } } : { text: 'done', usage: { input: 500, output: 10 } };
    },
  });
  const threadId = await app.thread({ model });
  const client = app.client(threadId);
  await app.send(threadId, task);
  expect((await client.ended()).data.status).toBe('done');
  expect(compactions(client)).toMatchObject([{ way: 'model' }]);
  expect(compactions(client)[0]?.tokensBefore).toBeGreaterThan(110_000);
  // Once is enough.
  await app.send(threadId, 'more');
  expect((await client.ended()).data.status).toBe('done');
  expect(compactions(client)).toHaveLength(1);
  fine(app);
});

it('does not compact before every request for a provider that counts wrongly [AGT-5]', async () => {
  let works = 0;
  const app = await start({
    script: (request): Step => {
      if (isCompaction(request)) return { text: 'Short summary.' };
      works += 1;
      return { ...(works <= 10 ? read(works) : { text: 'done' }), usage: { input: 340_000, output: 10 } };
    },
  });
  const threadId = await app.thread({ model });
  const client = app.client(threadId);
  await app.send(threadId, task);
  expect((await client.ended()).data.status).toBe('done');
  expect(compactions(client).length).toBeLessThan(4);
  fine(app);
});

it.each(wires)(
  'shortens by rule when the model can not write the summary, over %s [AGT-5]',
  async (wire) => {
    let works = 0;
    const app = await start({
      wire,
      script: (request): Step => {
        if (isCompaction(request)) return { fault: { kind: 'status', status: 400, message: 'I do not summarise.' } };
        works += 1;
        return works <= 30 ? read(works) : { text: 'done' };
      },
    });
    const threadId = await app.thread({ model });
    const client = app.client(threadId);
    await app.send(threadId, task);
    expect((await client.ended()).data.status).toBe('done');
    const [item] = compactions(client);
    expect(item).toMatchObject({ way: 'short', failed: expect.stringContaining('do not summarise') as string });
    const at = app.model.requests.findIndex(isCompaction);
    const [text = ''] = userTexts(app.model.requests[at + 1]);
    // The newest work is there, shortened, and the task word for word though it is far back.
    expect(text.includes(task)).toBe(true);
    expect(text.includes(`step ${at}\n`)).toBe(true);
    fine(app);
  },
  30_000,
);

it.each(wires)('gets shorter each time the server says too long, and keeps the words of the user, over %s [AGT-5]', async (wire) => {
  const app = await start({
    wire,
    script: (request): Step => {
      if (request.n < 4) return read(request.n);
      return request.n < 8 ? { fault: 'context-too-long' } : { text: 'Just fits.' };
    },
  });
  const threadId = await app.thread({ model });
  const client = app.client(threadId);
  await app.send(threadId, task);
  expect((await client.ended()).data.status).toBe('done');
  const ways = compactions(client);
  expect(ways.length).toBe(4);
  const sizes = app.model.requests.slice(4).map(sizeOf);
  for (let n = 1; n < sizes.length; n += 1) expect(sizes[n]).toBeLessThan(sizes[n - 1] ?? 0);
  for (const request of app.model.requests) expect(userTexts(request).join()).toContain(task);
  fine(app);
});

it.each(wires)('ends only after several shorter tries, says so, and leaves the thread usable, over %s [AGT-5]', async (wire) => {
  let full = true;
  const app = await start({ wire, script: () => (full ? { fault: 'context-too-long' } : { text: 'fine' }) });
  const threadId = await app.thread({ model });
  const client = app.client(threadId);
  await app.send(threadId, task);
  expect((await client.ended()).data).toMatchObject({ status: 'failed', error: { code: 'limited' } });
  expect(client.state().header.lastTurn?.error?.hint).toBeTruthy();
  expect(app.model.requests.length).toBeGreaterThanOrEqual(4);
  full = false;
  await app.send(threadId, 'continue');
  expect((await client.ended()).data.status).toBe('done');
  expect(userTexts(app.model.requests.at(-1)).join()).toContain(task);
  fine(app);
});

it('keeps the words of the user through several summaries of one turn [AGT-5]', async () => {
  let works = 0;
  const app = await start({
    script: (request): Step => {
      if (isCompaction(request)) return { text: `Summary after ${works}.` };
      works += 1;
      return works <= 70 ? read(works) : { text: 'done' };
    },
  });
  const threadId = await app.thread({ model });
  const client = app.client(threadId);
  await app.send(threadId, task);
  expect((await client.ended()).data.status).toBe('done');
  expect(compactions(client).length).toBeGreaterThanOrEqual(2);
  for (const item of compactions(client)) expect(item.said?.text).toBe(task);
  expect(userTexts(app.model.requests.at(-1))[0]).toContain(task);
  fine(app);
}, 30_000);

it('loses no word that is said while a summary is written [AGT-5] [AGT-4]', async () => {
  let steered: Promise<unknown> | undefined;
  let works = 0;
  const app = await start({
    script: (request): Step => {
      if (isCompaction(request)) {
        steered = app.send(threadId, 'and mind the gap', 'steer');
        return { text: 'Summary of before.', delayMs: 60 };
      }
      works += 1;
      return works === 1
        ? { ...read(1), usage: { input: 110_000, output: 10 } }
        : { text: `ok ${works}`, usage: { input: 500, output: 10 } };
    },
  });
  const threadId = await app.thread({ model });
  const client = app.client(threadId);
  await app.send(threadId, task);
  expect((await client.ended()).data.status).toBe('done');
  await steered;
  const again = await app.restart();
  const next = again.client(threadId);
  await again.send(threadId, 'next');
  await next.ended();
  for (const request of app.model.requests.slice(2)) {
    expect(userTexts(request).join()).toContain('and mind the gap');
    expect(userTexts(request).join()).toContain(task);
  }
  fine(app);
});

it('stops in the middle of a summary and has not lost anything [AGT-5] [AGT-4]', async () => {
  let works = 0;
  const app = await start({
    script: (request): Step => {
      if (isCompaction(request) && works === 1) return { text: 'Half a summary that is never whole.', deltas: 8, fault: 'hang-after' };
      if (isCompaction(request)) return { text: 'A whole summary.' };
      works += 1;
      return works === 1
        ? { ...read(1), usage: { input: 110_000, output: 10 } }
        : { text: `ok ${works}`, usage: { input: 500, output: 10 } };
    },
  });
  const threadId = await app.thread({ model });
  const client = app.client(threadId);
  await app.send(threadId, task);
  await app.model.request(1);
  await app.request('turn.interrupt', { threadId });
  expect((await client.ended()).data.status).toBe('interrupted');
  expect(client.state().items.some(({ item }) => item.type === 'text')).toBe(false);
  expect(compactions(client)).toEqual([]);
  await app.send(threadId, 'continue');
  expect((await client.ended()).data.status).toBe('done');
  expect(userTexts(app.model.requests.at(-1)).join()).toContain(task);
  fine(app);
});
