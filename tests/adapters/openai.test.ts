import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { createCallIds, createOutbox } from '../../electron/adapters/openai/answer.ts';
import { chatWire } from '../../electron/adapters/openai/chat.ts';
import { createFaults } from '../../electron/adapters/openai/faults.ts';
import { createOpenAi, type OpenAiOptions } from '../../electron/adapters/openai/openai.ts';
import { responsesWire } from '../../electron/adapters/openai/responses.ts';
import { createSse } from '../../electron/adapters/openai/sse.ts';
import type { ModelEvent, ModelItem, ModelRequest, ModelStream } from '../../electron/runtime/ports.ts';
import type { Model, Provider } from '../../shared/domain/model.ts';
import { type FakeModel, type FakeModelOptions, type Fault, fakeModel, type Step } from '../support/fake-model.ts';
import { makeFrames } from '../support/fake-model-frames.ts';

type WireName = Provider['wire'];
type End = Extract<ModelEvent, { type: 'end' }>;

const wires: WireName[] = ['responses', 'chat'];
const start = Date.UTC(2030, 0, 1);
const idleMs = 30_000;
const apiKey = 'sk-test-0123456789';

const closers: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Time stands still until a test moves it. */
function heldClock(): { now: () => number; after: OpenAiOptions['after']; advance(ms: number): void; timers(): number } {
  let now = start;
  const timers = new Set<{ at: number; callback: () => void }>();
  return {
    now: () => now,
    after(ms, callback) {
      const timer = { at: now + ms, callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    advance(ms) {
      now += ms;
      for (const timer of [...timers].filter(({ at }) => at <= now)) {
        timers.delete(timer);
        timer.callback();
      }
    },
    timers: () => timers.size,
  };
}

const model: Model = {
  id: 'gpt-5.5',
  name: 'GPT-5.5',
  contextWindow: 400_000,
  maxOutput: 128_000,
  inputs: ['text', 'image'],
  efforts: ['low', 'medium', 'high'],
  defaultEffort: 'medium',
};
const plainModel: Model = { ...model, id: 'local', inputs: ['text'], efforts: [] };
const shell = {
  name: 'shell',
  description: 'Runs a command.',
  parameters: { type: 'object', properties: { command: { type: 'string' } } },
};
const hello: ModelItem = { type: 'user', text: 'hello', images: [] };

function requestOf(more: Partial<ModelRequest> = {}): ModelRequest {
  return { model, instructions: 'Be brief.', input: [hello], tools: [shell], cacheKey: 'thread-1', idleTimeoutMs: idleMs, ...more };
}

function adapter(
  wire: WireName,
  baseUrl: string,
  more: Partial<Provider> = {},
): { stream: ModelStream; clock: ReturnType<typeof heldClock> } {
  const clock = heldClock();
  const provider: Provider = { id: 'acme', kind: 'openai', wire, headers: {}, idleTimeoutMs: idleMs, ...more };
  return { stream: createOpenAi({ provider, apiKey, baseUrl, now: clock.now, after: clock.after }), clock };
}

async function serve(script: FakeModelOptions['script'], more: Partial<FakeModelOptions> = {}): Promise<FakeModel> {
  const server = await fakeModel({ script, ...more });
  closers.push(() => server.close());
  return server;
}

interface Outcome {
  text: string;
  reasoning: string;
  events: ModelEvent[];
  end: End;
}
async function collect(events: AsyncIterable<ModelEvent>): Promise<Outcome> {
  const all: ModelEvent[] = [];
  for await (const event of events) all.push(event);
  const end = all.at(-1);
  if (end?.type !== 'end') throw new Error('the last event is not the end');
  expect(all.filter(({ type }) => type === 'end')).toHaveLength(1);
  const joined = (type: 'text' | 'reasoning'): string => all.map((event) => (event.type === type ? event.text : '')).join('');
  return { text: joined('text'), reasoning: joined('reasoning'), events: all, end };
}

const run = (stream: ModelStream, request: Partial<ModelRequest> = {}, signal = new AbortController().signal): Promise<Outcome> =>
  collect(stream(requestOf(request), signal));

/** A server that answers every request with these bytes, each piece by itself. */
async function raw(
  pieces: (string | Uint8Array)[],
  headers: Record<string, string> = { 'content-type': 'text/event-stream' },
): Promise<string> {
  const server = http.createServer((incoming, response) => {
    const answer = async (): Promise<void> => {
      response.writeHead(200, headers);
      for (const piece of pieces) {
        response.write(piece);
        await new Promise(setImmediate);
      }
      response.end();
    };
    incoming.resume().on('end', () => void answer());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
}
const chunks = (...all: object[]): string => all.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join('');
const choice = (delta: object, finish: string | null = null): object => ({ choices: [{ index: 0, delta, finish_reason: finish }] });

describe.each(wires)('%s', (wire) => {
  test('streams reasoning and text, and ends with the items, the calls and the tokens', async () => {
    const usage = { input: 1200, cached: 1000, output: 80, reasoning: 30 };
    const calls = [
      { name: 'shell', args: { command: 'printf "grüße 🎉"' } },
      { name: 'shell', args: '' },
    ];
    const server = await serve([{ reasoning: 'Let me look at that.', text: 'I look at the tests first. 🎉', calls, usage }]);
    const { text, reasoning, end } = await run(adapter(wire, server.url).stream);
    expect(text).toBe('I look at the tests first. 🎉');
    expect(reasoning).toBe('Let me look at that.');
    const opaque = {
      provider: 'acme',
      model: 'gpt-5.5',
      data: { type: 'reasoning', id: 'rs_0', summary: [{ type: 'summary_text', text: reasoning }], encrypted_content: 'sealed-0' },
    };
    expect(end).toEqual({
      type: 'end',
      stop: 'tools',
      items: [
        { type: 'reasoning', summary: 'Let me look at that.', ...(wire === 'responses' ? { opaque } : {}) },
        { type: 'text', text },
        { type: 'call', callId: 'call_0_0', tool: 'shell', args: '{"command":"printf \\"grüße 🎉\\""}' },
        { type: 'call', callId: 'call_0_1', tool: 'shell', args: '{}' },
      ],
      tokens: usage,
    });
    expect(server.violations).toEqual([]);
  });

  test('ends with `stop` when there are no calls, and serves the next request over the same connection', async () => {
    const server = await serve([{ text: 'one' }, { text: 'two' }, { text: '' }]);
    const { stream, clock } = adapter(wire, server.url);
    expect((await run(stream)).end).toMatchObject({ stop: 'stop', items: [{ type: 'text', text: 'one' }] });
    expect((await run(stream)).end).toMatchObject({ stop: 'stop', items: [{ type: 'text', text: 'two' }] });
    expect((await run(stream)).end).toMatchObject({ stop: 'stop', items: [] });
    expect(await server.connections()).toBe(1);
    expect(clock.timers()).toBe(0);
  });

  test('joins the deltas that arrive together', async () => {
    const server = await serve([{ deltas: 20_000 }]);
    const { text, events, end } = await run(adapter(wire, server.url).stream);
    expect(end.stop).toBe('stop');
    expect(end.items).toEqual([{ type: 'text', text }]);
    expect(text.endsWith('word19999 ')).toBe(true);
    expect(events.length).toBeLessThan(2000);
  });

  test('keeps a text that reached its greatest length, and no call of that answer', async () => {
    const server = await serve([{ reasoning: 'Hm.', text: 'half of', calls: [{ name: 'shell', args: { command: 'rm' } }], end: 'length' }]);
    const { end } = await run(adapter(wire, server.url).stream);
    expect(end.stop).toBe('length');
    expect(end.items.map(({ type }) => type)).toEqual(['reasoning', 'text']);
    expect(end.tokens).toBeDefined();
  });

  test('carries a big answer', async () => {
    const server = await serve([{ fault: 'huge' }]);
    const { text, end } = await run(adapter(wire, server.url).stream);
    expect(text).toHaveLength(5_600_000);
    expect(end.stop).toBe('stop');
  });

  test('reads an answer that trickles in', async () => {
    const server = await serve([{ text: 'slowly but surely', calls: [{ name: 'shell', args: { command: 'ls' } }], fault: 'slow' }]);
    const { text, end } = await run(adapter(wire, server.url).stream);
    expect(text).toBe('slowly but surely');
    expect(end.stop).toBe('tools');
  });

  const call = [{ name: 'shell', args: { command: 'echo a long enough command' } }];
  const passing: [string, Step, RegExp][] = [
    ['reset', { fault: 'reset' }, /connection to acme failed.*ECONNRESET/],
    ['cut in the text', { text: 'a text that is cut', fault: 'cut-in-text' }, /acme was cut off/],
    ['cut in a call', { text: 'so', calls: call, fault: 'cut-in-call' }, /acme was cut off/],
    ['end without completion', { text: 'so', calls: call, fault: 'end-without-completion' }, /acme was cut off/],
    ['a malformed line, whatever follows', { text: 'a text with a gap', fault: 'malformed-line' }, /not JSON/],
    ['garbage', { fault: 'garbage' }, /something that is not an answer/],
    ['an error event', { text: 'so', fault: 'error-event' }, /acme reported an error: The server had an error/],
    ['a failed response', { text: 'so', fault: 'failed-event' }, /acme reported an error: The server had an error/],
    [
      'a rate limit within the stream',
      { fault: { kind: 'failed-event', code: 'rate_limit_exceeded', message: 'Slow down.' } },
      /Slow down/,
    ],
    ['500', { fault: { kind: 'status', status: 500, message: 'Oh no.' } }, /^acme answered 500: Oh no\.$/],
    ['503', { fault: { kind: 'status', status: 503 } }, /503/],
    ['408', { fault: { kind: 'status', status: 408 } }, /408/],
    ['409', { fault: { kind: 'status', status: 409 } }, /409/],
    ['429 without a time', { fault: { kind: 'status', status: 429, code: 'rate_limit_exceeded', message: 'Slow down.' } }, /Slow down/],
  ];
  test.each(passing)('%s may be tried again, and never yields a call', async (_name, step, message) => {
    const server = await serve([step, { text: 'recovered' }]);
    const { stream, clock } = adapter(wire, server.url);
    const { end } = await run(stream);
    expect(end.stop).toBe('error');
    expect(end.error).toMatchObject({ code: 'unavailable', message: expect.stringMatching(message) });
    expect(end.error).not.toHaveProperty('retryAt');
    expect(end.items.filter(({ type }) => type === 'call')).toEqual([]);
    expect((await run(stream)).text).toBe('recovered');
    expect(clock.timers()).toBe(0);
  });

  test('passes on what was streamed before a fault', async () => {
    const server = await serve([{ text: 'what was said before', fault: 'cut-in-text' }]);
    expect((await run(adapter(wire, server.url).stream)).text).toMatch(/^what was/);
  });

  const times: [string, Partial<Extract<Fault, object>>, number][] = [
    ['Retry-After in seconds', { headers: { 'retry-after': '7' } }, start + 7000],
    ['Retry-After as a date', { headers: { 'retry-after': new Date(start + 90_000).toUTCString() } }, start + 90_000],
    ['a date that is over', { headers: { 'retry-after': new Date(start - 90_000).toUTCString() } }, start],
    ['retry-after-ms', { headers: { 'retry-after-ms': '250', 'retry-after': '1' } }, start + 250],
    ['what the message says', { message: 'Rate limit reached. Please try again in 1.5s.' }, start + 1500],
  ];
  test.each(times)('429 tells when to try again: %s', async (_name, fault, retryAt) => {
    const server = await serve([{ fault: { kind: 'status', status: 429, ...fault } }]);
    expect((await run(adapter(wire, server.url).stream)).end.error).toMatchObject({ code: 'unavailable', retryAt });
  });

  const lasting: [string, Fault, object][] = [
    [
      'a used-up quota',
      { kind: 'status', status: 429, code: 'insufficient_quota', headers: { 'retry-after': '1' } },
      { code: 'limited', hint: expect.stringContaining('billing') },
    ],
    ['a context that is too long', 'context-too-long', { code: 'limited', data: { reason: 'context' } }],
    [
      'a context that is too long, in other words',
      { kind: 'status', status: 400, message: "This model's maximum context length is 8192 tokens." },
      { code: 'limited', data: { reason: 'context' } },
    ],
    [
      'a context that is too long, told within the stream',
      { kind: 'failed-event', code: 'context_length_exceeded', message: 'Your input exceeds the context window.' },
      { code: 'limited', data: { reason: 'context' } },
    ],
    ['a refused prompt', { kind: 'failed-event', code: 'invalid_prompt', message: 'No.' }, { code: 'invalid' }],
    [
      '400',
      { kind: 'status', status: 400, message: 'Unknown parameter.' },
      { code: 'invalid', message: 'acme answered 400: Unknown parameter.' },
    ],
    ['401', { kind: 'status', status: 401 }, { code: 'denied', hint: expect.stringContaining('switchyard keys set OPENAI_API_KEY') }],
    ['403', { kind: 'status', status: 403 }, { code: 'denied', hint: expect.stringContaining('OPENAI_API_KEY') }],
    [
      '403 for a missing scope',
      { kind: 'status', status: 403, message: 'Missing scopes: model.request.' },
      { code: 'denied', hint: expect.stringContaining('may not do this') },
    ],
    [
      '404',
      { kind: 'status', status: 404, code: 'model_not_found' },
      { code: 'invalid', hint: expect.stringMatching(/--model.*config\.toml/) },
    ],
  ];
  test.each(lasting)('%s does not get better by itself', async (_name, fault, error) => {
    const server = await serve([{ text: 'so', fault }]);
    const { end } = await run(adapter(wire, server.url).stream);
    expect(end.stop).toBe('error');
    expect(end.error).toMatchObject(error);
  });

  test('a content filter ends the answer for good', async () => {
    const server = await serve([{ text: 'so', end: 'filter' }]);
    expect((await run(adapter(wire, server.url).stream)).end).toMatchObject({ stop: 'error', error: { code: 'denied' } });
  });

  test('an error message is bounded, and never holds the key', async () => {
    const message = `The key ${apiKey} is wrong. ${'x'.repeat(2000)}`;
    const server = await serve([{ fault: { kind: 'status', status: 401, message } }]);
    const { end } = await run(adapter(wire, server.url).stream);
    expect(JSON.stringify(end)).not.toContain(apiKey);
    expect(end.error?.message.length).toBeLessThanOrEqual(500);
  });

  test('nobody there', async () => {
    const server = await fakeModel({ script: [] });
    await server.close();
    const { end } = await run(adapter(wire, server.url).stream);
    expect(end).toMatchObject({ stop: 'error', error: { code: 'unavailable', message: expect.stringContaining('ECONNREFUSED') } });
  });

  test('an address that is none', async () => {
    const { end } = await run(adapter(wire, 'not a url').stream);
    expect(end).toMatchObject({ stop: 'error', error: { code: 'invalid', hint: expect.stringContaining('base_url') } });
  });

  test('silence before the headers ends the request', async () => {
    const server = await serve([{ fault: 'hang-before' }]);
    const { stream, clock } = adapter(wire, server.url);
    const outcome = run(stream);
    await server.request(0);
    clock.advance(idleMs - 1);
    clock.advance(1);
    expect((await outcome).end).toMatchObject({ stop: 'error', error: { code: 'unavailable', message: 'acme gave no answer for 30 s' } });
  });

  test('silence between bytes ends the request; what was said restarts the count', async () => {
    const server = await serve([{ text: 'said before the silence', fault: 'hang-after' }]);
    const { stream, clock } = adapter(wire, server.url);
    const events = stream(requestOf(), new AbortController().signal)[Symbol.asyncIterator]();
    const first = events.next();
    await server.request(0);
    clock.advance(idleMs - 1);
    expect((await first).value).toMatchObject({ type: 'text' });
    // The time that we take ourselves is no silence of the server's.
    clock.advance(10 * idleMs);
    let next = events.next();
    clock.advance(idleMs - 1);
    const settled = await Promise.race([next.then(() => true), new Promise<boolean>((resolve) => setImmediate(resolve, false))]);
    // More of the text may have come in a read of its own.
    if (settled) next = events.next();
    clock.advance(idleMs);
    expect((await next).value).toMatchObject({ type: 'end', stop: 'error', error: { code: 'unavailable' } });
    expect(clock.timers()).toBe(0);
  });

  test('an abort before the request sends nothing', async () => {
    const server = await serve([{ text: 'so' }]);
    expect((await run(adapter(wire, server.url).stream, {}, AbortSignal.abort())).end).toEqual({ type: 'end', stop: 'aborted', items: [] });
    expect(server.requests).toEqual([]);
  });

  test('an abort before the headers', async () => {
    const server = await serve([{ fault: 'hang-before' }]);
    const abort = new AbortController();
    const outcome = run(adapter(wire, server.url).stream, {}, abort.signal);
    await server.request(0);
    abort.abort();
    expect((await outcome).end).toEqual({ type: 'end', stop: 'aborted', items: [] });
  });

  test('an abort within the text, and its connection is closed', async () => {
    const server = await serve([{ text: 'said before the abort', fault: 'hang-after' }]);
    const abort = new AbortController();
    const { stream, clock } = adapter(wire, server.url);
    const events: ModelEvent[] = [];
    for await (const event of stream(requestOf(), abort.signal)) {
      events.push(event);
      abort.abort();
    }
    expect(events.at(-1)).toMatchObject({ type: 'end', stop: 'aborted' });
    expect(clock.timers()).toBe(0);
  });

  test('leaving the iteration ends the request', async () => {
    const server = await serve([{ text: 'said before', fault: 'hang-after' }]);
    const { stream, clock } = adapter(wire, server.url);
    // oxlint-disable-next-line no-unreachable-loop -- that is the point
    for await (const event of stream(requestOf(), new AbortController().signal)) {
      expect(event.type).toBe('text');
      break;
    }
    expect(clock.timers()).toBe(0);
  });

  test('carries a whole conversation back, and the real API would take it', async () => {
    const png = 'iVBORw0KGgo=';
    const first: Step = {
      reasoning: 'Hm.',
      text: 'Two at once.',
      calls: [0, 1].map((n) => ({ name: 'shell', args: { command: `echo ${n}` } })),
    };
    const server = await serve([first, { reasoning: 'Now I know.', text: 'Done.' }, { text: 'Bye.' }]);
    const { stream } = adapter(wire, server.url);
    const input: ModelItem[] = [{ type: 'user', text: 'look', images: [{ mime: 'image/png', base64: png }] }];
    for (const next of [hello, undefined]) {
      const { end } = await run(stream, { input });
      for (const item of end.items) {
        if (item.type !== 'reasoning') input.push(item);
        else if (item.opaque) input.push({ type: 'reasoning', opaque: item.opaque });
      }
      for (const item of end.items)
        if (item.type === 'call') {
          const images = item.callId === 'call_0_1' ? [{ mime: 'image/png', base64: png }] : [];
          input.push({ type: 'result', callId: item.callId, output: `output of ${item.callId}`, images });
        }
      if (next !== undefined && end.stop !== 'tools') input.push(next);
    }
    input.push(hello);
    expect((await run(stream, { input })).end).toMatchObject({ stop: 'stop', items: [{ type: 'text', text: 'Bye.' }] });
    expect(server.violations).toEqual([]);
    const image = `data:image/png;base64,${png}`;
    expect(server.requests[2]?.body[wire === 'chat' ? 'messages' : 'input']).toEqual(
      wire === 'chat' ? chatConversation(image) : conversation(image),
    );
  });

  test('leaves images out for a model that reads text only', async () => {
    const server = await serve([{ text: 'ok' }]);
    const input: ModelItem[] = [
      { type: 'user', text: 'look', images: [{ mime: 'image/png', base64: 'AAAA' }] },
      { type: 'call', callId: 'c1', tool: 'view_image', args: '{}' },
      { type: 'result', callId: 'c1', output: 'seen', images: [{ mime: 'image/png', base64: 'AAAA' }] },
    ];
    expect((await run(adapter(wire, server.url).stream, { input, model: plainModel })).end.stop).toBe('stop');
    const sent = JSON.stringify(server.requests[0]?.body);
    expect(sent).not.toContain('base64');
    expect(sent).toContain('an image was left out');
  });

  test('sends the key and the headers of the provider, and no made-up key', async () => {
    const server = await serve([{ text: 'a' }, { text: 'b' }], { key: apiKey });
    const { stream } = adapter(wire, server.url, { headers: { 'X-Team': 'blue' } });
    expect((await run(stream)).end.stop).toBe('stop');
    expect(server.requests[0]?.headers).toMatchObject({ authorization: `Bearer ${apiKey}`, 'x-team': 'blue' });

    const provider: Provider = { id: 'local', kind: 'openai-compatible', wire, baseUrl: server.url, headers: {}, idleTimeoutMs: idleMs };
    const { end } = await run(createOpenAi({ provider, now: () => start, after: () => () => {} }));
    expect(server.requests[1]?.headers).not.toHaveProperty('authorization');
    expect(end.error).toMatchObject({ code: 'denied', hint: expect.stringContaining('api_key_env') });
  });

  test('what is meant for OpenAI is not sent to others', async () => {
    const names = { OPENAI_CUSTOM_HEADERS: 'X-Secret: 1', OPENAI_ORG_ID: 'org-1', OPENAI_PROJECT_ID: 'proj-1', OPENAI_API_KEY: 'sk-other' };
    Object.assign(process.env, names);
    closers.push(() => {
      for (const name of Object.keys(names)) delete process.env[name];
    });
    const server = await serve([{ text: 'a' }]);
    await run(adapter(wire, server.url, { kind: 'openai-compatible' }).stream);
    const { headers } = server.requests[0]!;
    expect(Object.keys(headers).filter((name) => /x-secret|organization|project/.test(name))).toEqual([]);
    expect(headers.authorization).toBe(`Bearer ${apiKey}`);
  });

  const twice = (id: string): Step => ({
    calls: [
      { name: 'shell', args: {}, id },
      { name: 'shell', args: {}, id },
    ],
  });
  test('ids of calls are never there twice, in the answer or in the conversation', async () => {
    const server = await serve([twice('dup'), twice('')]);
    const input: ModelItem[] = [
      hello,
      { type: 'call', callId: 'dup', tool: 'shell', args: '{}' },
      { type: 'result', callId: 'dup', output: 'ok', images: [] },
    ];
    const { stream } = adapter(wire, server.url);
    const idsOf = ({ end }: Outcome): string[] => end.items.flatMap((item) => (item.type === 'call' ? [item.callId] : []));
    const ids = idsOf(await run(stream, { input }));
    expect(new Set([...ids, 'dup']).size).toBe(3);
    const made = idsOf(await run(stream, { input }));
    expect(made).toHaveLength(2);
    expect(made.every((id) => id !== '')).toBe(true);
  });

  test('any cut of the bytes yields the same answer', () => {
    const step: Step = {
      reasoning: 'Größe 🎉 wägen',
      text: 'Übergrößen: 漢字 🎉🎊 and plain words',
      calls: [{ name: 'shell', args: { command: 'echo "ünï 🎉"' } }],
    };
    const text = makeFrames(wire, step, { n: 1, model: 'gpt-5.5', bytes: 100, sealed: true })
      .map((frame) => frame.text)
      .join('');
    const forms = [text, text.replaceAll('\n', '\r\n'), `\uFEFF: ping\n\n${text}`].map((form) => Buffer.from(form));
    const expected = decode(wire, [forms[0]!]);
    expect(expected.items).toHaveLength(3);
    fc.assert(
      fc.property(fc.constantFrom(...forms), fc.array(fc.nat(), { maxLength: 60 }), (bytes, cuts) => {
        const places = [0, ...cuts.map((cut) => cut % bytes.length).sort((a, b) => a - b), bytes.length];
        const pieces = places.slice(1).map((to, index) => bytes.subarray(places[index], to));
        expect(decode(wire, pieces)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
    expect(
      decode(
        wire,
        [...forms[1]!].map((byte) => Buffer.from([byte])),
      ),
    ).toEqual(expected);
  });

  test('a socket that delivers three bytes at a time', async () => {
    const text = makeFrames(wire, { text: 'Größe 🎉', calls: call }, { n: 1, model: 'gpt-5.5', bytes: 1, sealed: false })
      .map((frame) => frame.text)
      .join('');
    const bytes = Buffer.from(text);
    const url = await raw(Array.from({ length: Math.ceil(bytes.length / 3) }, (_, index) => bytes.subarray(index * 3, index * 3 + 3)));
    const outcome = await run(adapter(wire, url).stream);
    expect(outcome.text).toBe('Größe 🎉');
    expect(outcome.end.stop).toBe('tools');
  });

  test.each([
    ['JSON with an error', '{"error":{"message":"Loading the model","code":503}}', 'application/json', /Loading the model/],
    ['JSON that is no stream', '{"choices":[]}', 'application/json', /not an answer/],
    ['words without a type', 'Service is starting\n', 'text/plain', /Service is starting/],
    ['nothing', '', 'text/event-stream', /cut off/],
    ['numbers', 'data: 5\n\n', 'text/event-stream', /not JSON/],
  ])('a 200 that holds %s', async (_name, body, type, message) => {
    const url = await raw([body], { 'content-type': type });
    const { end } = await run(adapter(wire, url).stream);
    expect(end.error).toMatchObject({ code: 'unavailable', message: expect.stringMatching(message) });
  });
});

/** The same path as over a socket, without one. */
function decode(wire: WireName, pieces: Uint8Array[]): { text: string; items: unknown; tokens: unknown; ending: unknown } {
  const provider: Provider = { id: 'acme', kind: 'openai', wire, headers: {}, idleTimeoutMs: idleMs };
  const faults = createFaults({ provider, modelId: 'gpt-5.5', now: () => start, secrets: [] });
  const out = createOutbox();
  const context = { providerId: 'acme', modelId: 'gpt-5.5', out, callIds: createCallIds([]), faults };
  const reader = (wire === 'chat' ? chatWire : responsesWire).read(context);
  const sse = createSse(reader.take, (line) => {
    throw faults.stray(line);
  });
  const decoder = new StringDecoder('utf8');
  const events: ModelEvent[] = [];
  for (const piece of pieces) {
    sse.push(decoder.write(piece));
    events.push(...out.empty());
  }
  sse.end();
  const text = events.map((event) => (event.type === 'end' ? '' : `${event.type === 'text' ? '' : '~'}${event.text}`)).join('');
  return { text: text.replaceAll('~', ''), items: reader.items(), tokens: reader.tokens(), ending: reader.ending() };
}

test('the Responses API is asked to store nothing and to seal reasoning', async () => {
  const server = await serve([{ text: 'a' }, { text: 'b' }]);
  const { stream } = adapter('responses', server.url);
  await run(stream, { effort: 'high' });
  await run(stream, { model: plainModel, tools: [], effort: 'high' });
  expect(server.requests[0]?.path).toBe('/v1/responses');
  expect(server.requests[0]?.body).toEqual({
    model: 'gpt-5.5',
    instructions: 'Be brief.',
    input: [{ type: 'message', role: 'user', content: 'hello' }],
    tools: [{ type: 'function', strict: false, ...shell }],
    parallel_tool_calls: true,
    reasoning: { effort: 'high', summary: 'auto' },
    include: ['reasoning.encrypted_content'],
    prompt_cache_key: 'thread-1',
    store: false,
    stream: true,
  });
  expect(Object.keys(server.requests[1]!.body).filter((key) => /reasoning|include|^tools/.test(key))).toEqual([]);
});

test('Chat Completions: other servers are sent only what they are sure to know', async () => {
  const server = await serve([{ text: 'a' }, { text: 'b' }]);
  await run(adapter('chat', server.url, { kind: 'openai-compatible' }).stream, { model: plainModel });
  await run(adapter('chat', server.url).stream);
  expect(server.requests[0]?.path).toBe('/v1/chat/completions');
  const sent = {
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'hello' },
    ],
    tools: [{ type: 'function', function: shell }],
    stream: true,
    stream_options: { include_usage: true },
  };
  expect(server.requests[0]?.body).toEqual({ model: 'local', ...sent });
  const own = { store: false, prompt_cache_key: 'thread-1', parallel_tool_calls: true };
  expect(server.requests[1]?.body).toEqual({ model: 'gpt-5.5', ...sent, ...own, reasoning_effort: 'medium' });
});

describe('servers that speak Chat Completions their own way', () => {
  const chat = async (body: string): Promise<Outcome> => run(adapter('chat', await raw([body]), { kind: 'openai-compatible' }).stream);

  test('no [DONE], no usage, no ids', async () => {
    const call = { tool_calls: [{ index: 0, function: { name: 'shell', arguments: '{"command":"ls"}' } }] };
    const { end } = await chat(chunks(choice({ content: 'Hm.' }), choice(call), choice({}, 'stop')));
    expect(end).toMatchObject({ stop: 'tools', items: [{ type: 'text' }, { type: 'call', callId: 'call_1_0', args: '{"command":"ls"}' }] });
    expect(end.tokens).toBeUndefined();
  });

  test('calls without an index, or all with the same', async () => {
    const piece = (id: string, args: string, index?: number): object =>
      choice({ tool_calls: [{ ...(index === undefined ? {} : { index }), id, function: { name: 'shell', arguments: args } }] });
    for (const index of [undefined, 0]) {
      const { end } = await chat(
        chunks(piece('a', '{"n":', index), piece('a', '1}', index), piece('b', '{"n":2}', index), choice({}, 'tool_calls')),
      );
      expect(end.items).toMatchObject([
        { callId: 'a', args: '{"n":1}' },
        { callId: 'b', args: '{"n":2}' },
      ]);
    }
  });

  test('an error in place of a chunk, and one as the reason to finish', async () => {
    expect((await chat(chunks({ error: { message: 'out of memory', code: 500 } }))).end.error).toMatchObject({ code: 'unavailable' });
    const refused = { choices: [{ index: 0, delta: {}, finish_reason: 'error', error: { code: 'overloaded', message: 'busy' } }] };
    expect((await chat(chunks(refused))).end.error).toMatchObject({ code: 'unavailable', message: 'acme reported an error: busy' });
  });

  test('[DONE] without a reason to finish is a cut answer', async () => {
    const { end } = await chat(`${chunks(choice({ content: 'Hm.' }))}data: [DONE]\n\n`);
    expect(end).toMatchObject({ stop: 'error', error: { code: 'unavailable' } });
  });
});

function conversation(image: string): object[] {
  const sealed = (n: number, text: string): object => ({
    type: 'reasoning',
    id: `rs_${n}`,
    summary: [{ type: 'summary_text', text }],
    encrypted_content: `sealed-${n}`,
  });
  const call = (n: number): object => ({
    type: 'function_call',
    call_id: `call_0_${n}`,
    name: 'shell',
    arguments: `{"command":"echo ${n}"}`,
  });
  const picture = { type: 'input_image', detail: 'auto', image_url: image };
  return [
    { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'look' }, picture] },
    sealed(0, 'Hm.'),
    { type: 'message', role: 'assistant', content: 'Two at once.' },
    call(0),
    call(1),
    { type: 'function_call_output', call_id: 'call_0_0', output: 'output of call_0_0' },
    { type: 'function_call_output', call_id: 'call_0_1', output: [{ type: 'input_text', text: 'output of call_0_1' }, picture] },
    sealed(1, 'Now I know.'),
    { type: 'message', role: 'assistant', content: 'Done.' },
    { type: 'message', role: 'user', content: 'hello' },
  ];
}

function chatConversation(image: string): object[] {
  const call = (n: number): object => ({
    id: `call_0_${n}`,
    type: 'function',
    function: { name: 'shell', arguments: `{"command":"echo ${n}"}` },
  });
  const picture = { type: 'image_url', image_url: { url: image } };
  return [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: [{ type: 'text', text: 'look' }, picture] },
    { role: 'assistant', content: 'Two at once.', tool_calls: [call(0), call(1)] },
    { role: 'tool', tool_call_id: 'call_0_0', content: 'output of call_0_0' },
    { role: 'tool', tool_call_id: 'call_0_1', content: 'output of call_0_1' },
    { role: 'user', content: [picture] },
    { role: 'assistant', content: 'Done.' },
    { role: 'user', content: 'hello' },
  ];
}
