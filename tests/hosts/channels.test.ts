import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMemoryPair } from '../../electron/host/channels/memory.ts';
import { createSocketChannel, dial, listen } from '../../electron/host/channels/socket.ts';
import { createStdioChannel } from '../../electron/host/channels/stdio.ts';
import { createPortChannel } from '../../shared/client/port-channel.ts';
import type { AppError } from '../../shared/errors.ts';
import type { Channel, Message } from '../../shared/wire.ts';
import { tempFolder } from '../support/temp.ts';

const ask = (id: number): Message => ({ kind: 'request', id, name: 'x', params: null });
const delta = (text: string): Message => ({
  kind: 'delta',
  delta: { type: 'text.streamed', data: { threadId: 't', requestId: 'r', part: 'text', text } },
});

/** Resolves with the first `count` messages. */
const receive = (channel: Channel, count: number): Promise<Message[]> =>
  new Promise((resolve) => {
    const got: Message[] = [];
    channel.onMessage((message) => {
      got.push(message);
      if (got.length === count) resolve(got);
    });
  });
const closed = (channel: Channel): Promise<void> => new Promise((resolve) => channel.onClose(resolve));

async function socketPair(): Promise<[Channel, Channel]> {
  const address = path.join(tempFolder('socket'), 's');
  const accepted = Promise.withResolvers<Channel>();
  const listener = await listen(address, accepted.resolve);
  onTestFinished(() => listener.close());
  const near = await dial(address);
  return [near, await accepted.promise];
}
function stdioPair(): [Channel, Channel] {
  const [there, back] = [new PassThrough(), new PassThrough()];
  return [createStdioChannel(back, there), createStdioChannel(there, back)];
}
function portPair(): [Channel, Channel] {
  const { port1, port2 } = new MessageChannel();
  return [createPortChannel(port1), createPortChannel(port2)];
}
/** As Electron's main process has it: an emitter whose listeners are given an event. */
function emitterPair(): [Channel, Channel] {
  const { port1, port2 } = new MessageChannel();
  const shape = (port: typeof port1) => ({
    postMessage: (value: unknown) => port.postMessage(value),
    close: () => port.close(),
    start: () => port.start(),
    on: (type: string, listener: (event: { data?: unknown }) => void) =>
      type === 'message' ? port.on('message', (data: unknown) => listener({ data })) : port.on('close', () => listener({})),
  });
  return [createPortChannel(shape(port1)), createPortChannel(shape(port2))];
}

describe.each([
  ['memory', () => Promise.resolve(createMemoryPair())],
  ['socket', socketPair],
  ['stdio', () => Promise.resolve(stdioPair())],
  ['MessagePort', () => Promise.resolve(portPair())],
  ['an emitting MessagePort', () => Promise.resolve(emitterPair())],
])('a channel over %s', (_name, pair) => {
  it('carries messages and bytes both ways, in order, and tells both ends of its close', async () => {
    const [near, far] = await pair();
    const ends = [closed(near), closed(far)];
    for (let id = 0; id < 50; id++) near.send(ask(id));
    far.send({ kind: 'chunk', channel: 3, bytes: Uint8Array.of(1, 2, 3) });
    const [there, back] = await Promise.all([receive(far, 50), receive(near, 1)]);
    expect(there.map((message) => (message.kind === 'request' ? message.id : -1))).toEqual(Array.from({ length: 50 }, (_, n) => n));
    expect(back[0]).toMatchObject({ kind: 'chunk', channel: 3 });
    expect([...(back[0] as Extract<Message, { kind: 'chunk' }>).bytes]).toEqual([1, 2, 3]);
    near.close();
    await Promise.all(ends);
    far.send(ask(99));
  });
});

describe('a channel over memory', () => {
  it('delivers nothing inside the call that sends, and what was sent before a close', async () => {
    const [near, far] = createMemoryPair();
    const got: Message[] = [];
    far.onMessage((message) => got.push(message));
    near.send(ask(1));
    near.close();
    expect(got).toEqual([]);
    await closed(far);
    expect(got).toEqual([ask(1)]);
  });
});

describe('a channel over a socket', () => {
  /** A server end whose client never reads. */
  async function deafClient(queueLimit: number): Promise<{ channel: Channel; fault: Promise<AppError>; socket: Socket }> {
    const address = path.join(tempFolder('socket'), 's');
    const fault = Promise.withResolvers<AppError>();
    const accepted = Promise.withResolvers<Channel>();
    const server = createServer((socket) => accepted.resolve(createSocketChannel(socket, { queueLimit, onFault: fault.resolve })));
    await new Promise<void>((resolve) => server.listen(address, resolve));
    onTestFinished(() => void server.close());
    const { createConnection } = await import('node:net');
    const socket = createConnection(address);
    socket.pause();
    onTestFinished(() => void socket.destroy());
    return { channel: await accepted.promise, fault: fault.promise, socket };
  }
  const big = 'x'.repeat(100_000);

  it('leaves deltas out while its peer does not read, but nothing else', async () => {
    const { channel, socket } = await deafClient(64 * 1024 * 1024);
    for (let n = 0; n < 200; n++) channel.send(delta(big));
    channel.send({ kind: 'reply', id: 1, value: 'still here' });
    const bytes: Buffer[] = [];
    await new Promise<void>((resolve) => {
      socket.on('data', (piece) => {
        bytes.push(piece);
        if (piece.includes('still here')) resolve();
      });
      socket.resume();
    });
    const total = Buffer.concat(bytes).length;
    expect(total).toBeGreaterThan(1_000_000);
    expect(total).toBeLessThan(5_000_000);
  });

  it('gives up a peer that does not read, and says why', async () => {
    const { channel, fault } = await deafClient(2_000_000);
    const over = closed(channel);
    for (let id = 0; id < 60; id++) channel.send({ kind: 'reply', id, value: big });
    expect(await fault).toMatchObject({ code: 'limited', message: expect.stringContaining('stopped reading') as string });
    await over;
  });

  it('tells a peer that sends no frames why it is refused', async () => {
    const address = path.join(tempFolder('socket'), 's');
    const listener = await listen(address, (channel) => channel.onMessage(() => undefined));
    onTestFinished(() => listener.close());
    const { createConnection } = await import('node:net');
    const socket = createConnection(address);
    socket.write('GET / HTTP/1.1\r\n\r\n');
    const answer = await new Promise<string>((resolve) => {
      let all = '';
      socket.on('data', (piece) => {
        all += String(piece);
      });
      socket.on('close', () => resolve(all));
    });
    expect(answer).toContain('"kind":"refusal"');
    expect(answer).toContain('is the most');
  });
});
