import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryPair } from '../../electron/host/channels/memory.ts';
import { serve } from '../../electron/host/serve.ts';
import type { Runtime } from '../../electron/runtime/runtime.ts';
import { AppError } from '../../shared/errors.ts';
import { type Message, type Push, wireVersion } from '../../shared/wire.ts';

const token = 'secret';
const hello = (more: object = {}): Message => ({
  kind: 'hello',
  version: wireVersion,
  token,
  client: 'test',
  abilities: [],
  keys: { A: '1' },
  ...more,
});

/** A runtime that says what it is asked, and a connected client of it. */
function connected() {
  const asked: { name: string; keys?: Record<string, string> }[] = [];
  const listeners = new Map<string, (push: Push) => void>();
  const stopped: string[] = [];
  const notes: string[] = [];
  const runtime: Runtime = {
    request: async (request) => {
      asked.push(request);
      if (request.name === 'thread.page') throw new AppError('missing', 'no such thread', { hint: 'look again' });
      if (request.name === 'thread.list') throw new TypeError('a defect');
      return { echo: request.params };
    },
    subscribe: (stream, _after, listener) => {
      if (stream === 'none') throw new AppError('missing', 'no such stream');
      listeners.set(stream, listener);
      // Published while the answer is being made.
      listener(pushed(7));
      return { first: { since: [], seq: 6 }, stop: () => void stopped.push(stream) };
    },
    output: (_threadId, id) => {
      if (id === 'none') throw new AppError('missing', 'no such command');
      return {
        read: (from) => ({ bytes: Buffer.from('output').subarray(from), total: 6 }),
        watch: () => () => undefined,
        ended: () => true,
      };
    },
    redact: (text) => text,
    busy: () => false,
    running: () => ({ turns: 0, background: 0 }),
    stopBackground: () => Promise.resolve(),
    settled: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const [client, far] = createMemoryPair();
  const got: Message[] = [];
  const waiting = new Set<() => void>();
  client.onMessage((message) => {
    got.push(message);
    for (const look of waiting) look();
  });
  const closed = new Promise<void>((resolve) => client.onClose(resolve));
  serve(runtime, far, { token, program: '1.2.3', note: (line) => notes.push(line) });
  const next = (fits: (message: Message) => boolean): Promise<Message> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = got.find(fits);
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  const reply = (id: number): Promise<Message> => next((message) => message.kind === 'reply' && message.id === id);
  return { client, got, closed, asked, listeners, stopped, notes, next, reply };
}
const pushed = (seq: number): Push => ({
  kind: 'event',
  event: { seq, at: 0, stream: 'app', type: 'project.removed', data: { projectId: 'p' } },
});
const request = (id: number, name: string, params: unknown = {}): Message => ({ kind: 'request', id, name, params });

describe('a served connection', () => {
  it('welcomes, hands requests on with their keys, and passes answers and errors back', async () => {
    const { client, asked, reply, next, notes } = connected();
    client.send(hello());
    client.send(request(1, 'project.add', { path: '/x' }));
    client.send(request(2, 'thread.page', {}));
    client.send(request(3, 'thread.list', {}));
    client.send(request(4, 'no.such', {}));
    client.send(hello({ keys: { A: '2' } }));
    client.send(request(5, 'project.add', {}));
    expect(await next(({ kind }) => kind === 'welcome')).toMatchObject({ version: wireVersion, program: '1.2.3' });
    expect(await reply(1)).toMatchObject({ value: { echo: { path: '/x' } } });
    expect(await reply(2)).toMatchObject({ error: { code: 'missing', hint: 'look again' } });
    expect(await reply(3)).toMatchObject({ error: { code: 'broken' } });
    expect(notes.join()).toContain('a defect');
    expect(await reply(4)).toMatchObject({ error: { code: 'invalid' } });
    await reply(5);
    expect(asked.map(({ keys }) => keys?.['A'])).toEqual(['1', '1', '1', '2']);
  });

  it('answers a subscription before its events, and stops it at the end', async () => {
    const { client, got, reply, listeners, stopped, closed } = connected();
    client.send(hello());
    client.send({ kind: 'subscribe', id: 1, stream: 'app' });
    await reply(1);
    listeners.get('app')?.(pushed(8));
    client.send({ kind: 'subscribe', id: 2, stream: 'none' });
    expect(await reply(2)).toMatchObject({ error: { code: 'missing' } });
    expect(got.map((message) => (message.kind === 'event' ? message.event.seq : message.kind))).toEqual([
      'welcome',
      'reply',
      7,
      8,
      'reply',
    ]);
    client.send({ kind: 'subscribe', id: 3, stream: 'other' });
    await reply(3);
    client.send({ kind: 'unsubscribe', stream: 'other' });
    client.close();
    await closed;
    expect(stopped).toEqual(['other', 'app']);
  });

  it('streams an output after the reply that names its channel', async () => {
    const { client, got, reply, next } = connected();
    client.send(hello());
    client.send(request(1, 'output.open', { threadId: 't', id: 'c', from: 3 }));
    await next(({ kind }) => kind === 'end');
    expect(got.map(({ kind }) => kind)).toEqual(['welcome', 'reply', 'chunk', 'end']);
    expect(Buffer.from((got[2] as Extract<Message, { kind: 'chunk' }>).bytes).toString()).toBe('put');
    client.send(request(2, 'output.open', { threadId: 't', id: 'none' }));
    expect(await reply(2)).toMatchObject({ error: { code: 'missing' } });
    client.send(request(3, 'output.open', { threadId: 5 }));
    expect(await reply(3)).toMatchObject({ error: { code: 'invalid' } });
  });

  it.each([
    ['a wrong token', hello({ token: 'secreT' }), 'denied'],
    ['another version', hello({ version: wireVersion + 1 }), 'conflict'],
    ['no hello', request(1, 'thread.list'), 'invalid'],
    ['half a hello', { kind: 'hello', token } as unknown as Message, 'invalid'],
  ])('refuses %s and closes', async (_what, first, code) => {
    const { client, got, closed, asked } = connected();
    client.send(first);
    client.send(request(2, 'project.add'));
    await closed;
    expect(got).toEqual([{ kind: 'refusal', error: expect.objectContaining({ code }) as object }]);
    expect(asked).toEqual([]);
  });

  it('survives whatever is sent, and answers every request that has an id', async () => {
    const odd = fc.oneof(fc.jsonValue(), fc.constant(undefined), fc.constant(-1), fc.constant(NaN));
    const kind = fc.constantFrom(
      'hello',
      'request',
      'subscribe',
      'unsubscribe',
      'reply',
      'event',
      'delta',
      'chunk',
      'credit',
      'end',
      'welcome',
    );
    const fuzz = fc.record(
      {
        kind,
        id: fc.oneof(fc.nat(), odd),
        name: fc.oneof(fc.constantFrom('output.open', '__proto__', 'turn.record'), odd),
        params: odd,
        stream: odd,
        channel: odd,
        bytes: odd,
        after: odd,
        token: odd,
        keys: odd,
        error: odd,
      },
      { requiredKeys: ['kind'] },
    );
    const survived = fc.asyncProperty(fc.array(fuzz, { maxLength: 8 }), async (messages) => {
      const { client, got, closed } = connected();
      let over = false;
      void closed.then(() => (over = true));
      client.send(hello());
      for (const message of messages) client.send(message as unknown as Message);
      client.send(request(1_000_000, 'project.add'));
      for (let n = 0; n < 4; n++) await new Promise((resolve) => setImmediate(resolve));
      // Either it was refused with a reason, or it still answers.
      const answered = got.some((message) => message.kind === 'reply' && message.id === 1_000_000);
      client.close();
      return over ? got.at(-1)?.kind === 'refusal' : answered;
    });
    await expect(fc.assert(survived)).resolves.toBeUndefined();
  });
});
