import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { createCatalog } from '../../electron/adapters/catalog/catalog.ts';
import { createSocketClock } from '../../electron/adapters/system/socket-clock.ts';
import { priceOf } from '../../shared/domain/money.ts';
import type { FakeModelOptions, Fault, Step } from '../support/fake-model.ts';
import { manualClock } from '../support/manual-clock.ts';
import { type Client, type Started, start } from '../support/start.ts';

const wires = ['responses', 'chat'] as const;
const usage = { input: 1000, cached: 200, output: 50, reasoning: 10 };
const tokens = { input: 1000, cached: 200, output: 50, reasoning: 10 };

interface Held {
  app: Started;
  client: Client;
  threadId: string;
  /**
   * Lets time pass as far as the next try whenever one is waited for, and through the silences of the first `silences` requests
   * from `at`, until the turn has ended; answers how long it took, in milliseconds.
   */
  untilEnd(silent?: { at: number; times: number }): Promise<number>;
  close(): Promise<void>;
}

/** A thread whose clock moves only when something waits for it. */
async function hold(options: Partial<FakeModelOptions> & { wire: 'responses' | 'chat' }): Promise<Held> {
  const held = manualClock();
  const clock = await createSocketClock(held.path);
  const app = await start({ clock, idleTimeoutMs: 60_000, ...options });
  const threadId = await app.thread();
  const client = app.client(threadId);
  const began = held.now();
  return {
    app,
    client,
    threadId,
    async untilEnd({ at, times } = { at: 0, times: 0 }) {
      let over = false;
      const end = client.ended().then(() => (over = true));
      const retries = async (): Promise<void> => {
        while (!over) await client.next('request.retried').then(async ({ data }) => held.advance(Math.max(0, data.retryAt - held.now())));
      };
      const silences = async (): Promise<void> => {
        for (let n = 0; n < times; n += 1) {
          await app.model.request(at + n);
          await held.advance(60_000 * 2 ** n);
        }
      };
      void retries();
      void silences();
      await end;
      return held.now() - began;
    },
    async close() {
      await app.runtime.close();
      clock.close();
      await held.close();
    },
  };
}

/** Two commands that leave a trace, with a fault at one of the requests. */
const traced = (fault: Fault, at: number, times = 1): Step[] => {
  const steps: Step[] = [
    { text: 'First this.', deltas: 6, calls: [{ name: 'shell', args: { command: 'echo one >> trace' } }], usage },
    { text: 'Then that.', deltas: 6, calls: [{ name: 'shell', args: { command: 'echo two >> trace' } }], usage },
    { text: 'All done, and well.', deltas: 6, usage },
  ];
  return steps.flatMap((step, index) => (index === at ? [...Array.from({ length: times }, () => ({ ...step, fault })), step] : [step]));
};

const status = (code: number, headers?: Record<string, string>): Fault => ({
  kind: 'status',
  status: code,
  ...(headers ? { headers } : {}),
});
const noQuota: Fault = { kind: 'status', status: 429, code: 'insufficient_quota' };
const faults: [string, Fault, number][] = [
  ['429 with Retry-After', status(429, { 'retry-after': '7' }), 1],
  ['429 three times', status(429), 3],
  ['500', status(500), 1],
  ['503', status(503), 1],
  ['500 three times', status(500), 3],
  ['a reset', 'reset', 1],
  ['a cut in the text', 'cut-in-text', 1],
  ['a cut in a call', 'cut-in-call', 1],
  ['an end without completion', 'end-without-completion', 1],
  ['a malformed line', 'malformed-line', 1],
  ['garbage', 'garbage', 1],
  ['an error event', 'error-event', 1],
  ['a failed event', 'failed-event', 1],
  ['silence before the first byte', 'hang-before', 1],
  ['silence after the first byte', 'hang-after', 2],
];

for (const wire of wires) {
  it.each(faults)(
    `comes back from %s, over ${wire}: seen, paid for once each, no call lost or doubled [AGT-6] [COST-1]`,
    async (name, fault, times) => {
      const at = 1;
      const { app, client, threadId, untilEnd, close } = await hold({ wire, script: traced(fault, at, times) });
      await app.send(threadId, 'go');
      const took = await untilEnd(name.startsWith('silence') ? { at, times } : undefined);
      expect(client.state().header.lastTurn?.status).toBe('done');
      expect(readFileSync(path.join(app.repo.path, 'trace'), 'utf8')).toBe('one\ntwo\n');
      expect(app.model.violations).toEqual([]);
      expect(app.notes).toEqual([]);
      // Each failed attempt is in the log with its reason, and when the next one goes out.
      const retries = client.events.flatMap((event) => (event.type === 'request.retried' ? [event] : []));
      expect(retries.map(({ data }) => data.attempt)).toEqual(Array.from({ length: times }, (_, index) => index + 2));
      for (const { data, at: when } of retries) {
        expect(data.reason.code).toBe('unavailable');
        expect(data.reason.message).not.toBe('');
        expect(data.retryAt).toBeGreaterThan(when);
      }
      expect(took).toBeGreaterThanOrEqual(name.includes('Retry-After') ? 7000 : name.startsWith('silence') ? 60_000 : 300);
      // What was sent again is what was sent before.
      expect(app.model.requests).toHaveLength(3 + times);
      for (let n = 0; n < times; n += 1) expect(app.model.requests[at + n + 1]?.body).toEqual(app.model.requests[at]?.body);
      // One line in the account for each request, with the catalog's prices.
      const paid = client.events.flatMap((event) => (event.type === 'usage.recorded' ? [event.data.usage] : []));
      expect(new Set(paid.map((each) => each.requestId)).size).toBe(3 + times);
      const price = createCatalog({ file: path.resolve('resources/models.json') }).model('gpt-5.5').price;
      const whole = paid.filter((each) => each.reported && each.tokens.input > 0);
      expect(whole.length).toBeGreaterThanOrEqual(3);
      for (const each of whole) expect(each.credits).toBeCloseTo(priceOf(tokens, price ?? { input: 0, cached: 0, output: 0 }), 9);
      expect(priceOf(tokens, price ?? { input: 0, cached: 0, output: 0 })).toBeCloseTo((800 * 125 + 200 * 12.5 + 50 * 750) / 1e6, 9);
      const { header, turns } = client.state();
      expect(header.credits).toBeCloseTo(
        paid.reduce((sum, each) => sum + (each.credits ?? 0), 0),
        9,
      );
      expect(header.tokens.input).toBe(whole.length * 1000);
      expect(turns[0]).toMatchObject({ credits: header.credits, tokens: header.tokens });
      // The texts of attempts that failed are nowhere.
      expect(client.state().items.filter(({ item }) => item.type === 'text')).toHaveLength(3);
      await close();
    },
  );

  it.each([
    ['400', status(400), 'invalid'],
    ['401', status(401), 'denied'],
    ['404', status(404), 'invalid'],
    ['no quota', noQuota, 'limited'],
  ])(`fails at once at %s and says what to do, over ${wire} [AGT-6]`, async (_name, fault, code) => {
    const { app, client, threadId, untilEnd, close } = await hold({ wire, script: [{ fault }, { text: 'fine again' }] });
    await app.send(threadId, 'go');
    expect(await untilEnd()).toBe(0);
    const { lastTurn } = client.state().header;
    expect(lastTurn).toMatchObject({ status: 'failed', error: { code } });
    expect(lastTurn?.error?.hint ?? '').toMatch(code === 'invalid' ? /^/ : /\w/);
    expect(app.model.requests).toHaveLength(1);
    // The thread is none the worse for it.
    await app.send(threadId, 'again');
    await untilEnd();
    expect(client.state().header.lastTurn?.status).toBe('done');
    expect(app.model.violations).toEqual([]);
    expect(app.notes).toEqual([]);
    await close();
  });

  it(`gives up after a bounded number of tries and keeps what the last one said, over ${wire} [AGT-6]`, async () => {
    const { app, client, threadId, untilEnd, close } = await hold({
      wire,
      script: (request) => (request.n < 8 ? { text: 'Half of a sentence.', deltas: 8, fault: 'cut-in-text' } : { text: 'back' }),
    });
    await app.send(threadId, 'go');
    const took = await untilEnd();
    expect(app.model.requests).toHaveLength(8);
    expect(took).toBeLessThan(5 * 60_000);
    expect(client.state().header.lastTurn).toMatchObject({ status: 'failed', error: { code: 'unavailable' } });
    expect(client.state().items.at(-1)?.item).toMatchObject({ type: 'text', interrupted: true });
    await app.send(threadId, 'continue');
    await untilEnd();
    expect(client.state().header.lastTurn?.status).toBe('done');
    expect(app.model.violations).toEqual([]);
    await close();
  });
}

it('says that the account is used up rather than waiting for hours [AGT-6]', async () => {
  const { app, client, threadId, untilEnd, close } = await hold({
    wire: 'responses',
    script: [{ fault: status(429, { 'retry-after': '7200' }) }],
  });
  await app.send(threadId, 'go');
  expect(await untilEnd()).toBe(0);
  expect(client.state().header.lastTurn).toMatchObject({ status: 'failed' });
  expect(app.model.requests).toHaveLength(1);
  await close();
});

it.each(wires)('ends with a sentence at the greatest length of an answer, and "continue" goes on, over %s', async (wire) => {
  const app = await start({
    wire,
    script: [
      { reasoning: 'much', text: 'It goes on and', end: 'length' },
      { text: 'on.' },
      { reasoning: 'only', end: 'length' },
      { text: 'ok' },
    ],
  });
  const threadId = await app.thread();
  const client = app.client(threadId);
  for (const status of ['failed', 'done', 'failed', 'done']) {
    await app.send(threadId, 'continue');
    expect((await client.ended()).data.status).toBe(status);
  }
  expect(app.model.violations).toEqual([]);
  expect(app.notes).toEqual([]);
});
