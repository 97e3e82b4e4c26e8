import { describe, expect, it } from 'vitest';
import { createChunkSender } from '../../electron/host/chunks.ts';
import type { OutputSource } from '../../electron/runtime/runtime.ts';
import { createChunkReceiver } from '../../shared/client/chunk-receiver.ts';
import { creditWindow, type Message } from '../../shared/wire.ts';

/** An output that a test lets grow. */
function growing() {
  let bytes: Uint8Array = new Uint8Array();
  let ended = false;
  const watchers = new Set<() => void>();
  const wake = (): void => watchers.forEach((watcher) => watcher());
  const source: OutputSource = {
    read: (from, length) => ({ bytes: bytes.subarray(from, from + length), total: bytes.length }),
    watch: (callback) => {
      watchers.add(callback);
      return () => void watchers.delete(callback);
    },
    ended: () => ended,
  };
  return {
    source,
    watchers,
    add: (more: Uint8Array) => {
      bytes = Buffer.concat([bytes, more]);
      wake();
    },
    end: () => {
      ended = true;
      wake();
    },
  };
}

const pattern = (length: number): Uint8Array => Uint8Array.from({ length }, (_, n) => n % 251);
const idle = async (): Promise<void> => {
  for (let n = 0; n < 5; n++) await new Promise((resolve) => setImmediate(resolve));
};

describe('a chunk channel', () => {
  it('sends no more than it has credit for', async () => {
    const output = growing();
    output.add(pattern(creditWindow * 3));
    let sent = 0;
    const sender = createChunkSender({
      channel: 1,
      source: output.source,
      from: 0,
      send: (message) => (sent += message.kind === 'chunk' ? message.bytes.length : 0),
      onEnd: () => undefined,
    });
    await idle();
    expect(sent).toBe(creditWindow);
    sender.credit(1000);
    await idle();
    expect(sent).toBe(creditWindow + 1000);
    // A receiver can't open the window wider than it is.
    sender.credit(creditWindow * 10);
    await idle();
    expect(sent).toBe(2 * creditWindow + 1000);
    sender.close();
    expect(output.watchers.size).toBe(0);
  });

  it('carries every byte of a growing output to a slow receiver, then ends', async () => {
    const output = growing();
    const whole = pattern(1_500_000);
    const got: Uint8Array[] = [];
    let underWay = 0;
    let most = 0;
    const finished = Promise.withResolvers<void>();
    const receiver = createChunkReceiver({
      channel: 1,
      send: (message: Message) => {
        if (message.kind === 'credit') sender.credit(message.bytes);
      },
      onBytes: async (bytes) => {
        await new Promise((resolve) => setImmediate(resolve));
        underWay -= bytes.length;
        got.push(bytes);
      },
      onEnd: finished.resolve,
    });
    const sender = createChunkSender({
      channel: 1,
      source: output.source,
      from: 500_000,
      send: (message) => {
        if (message.kind === 'chunk') {
          underWay += message.bytes.length;
          most = Math.max(most, underWay);
          receiver.chunk(message.bytes);
        } else if (message.kind === 'end') receiver.end();
      },
      onEnd: () => undefined,
    });
    for (let at = 0; at < whole.length; at += 300_000) {
      output.add(whole.subarray(at, at + 300_000));
      await idle();
    }
    output.end();
    await finished.promise;
    expect(Buffer.concat(got).equals(whole.subarray(500_000))).toBe(true);
    expect(most).toBeLessThanOrEqual(creditWindow + creditWindow / 4);
    expect(output.watchers.size).toBe(0);
  });

  it('is ended by a receiver that wants no more, and when the output is gone', async () => {
    const output = growing();
    const messages: Message[] = [];
    const receiver = createChunkReceiver({
      channel: 4,
      send: (message) => messages.push(message),
      onBytes: () => undefined,
      onEnd: () => messages.push({ kind: 'end', channel: -1 }),
    });
    receiver.close();
    receiver.chunk(pattern(10));
    receiver.end();
    await idle();
    expect(messages).toEqual([{ kind: 'end', channel: 4 }]);

    const gone: Message[] = [];
    const ended = Promise.withResolvers<void>();
    const source: OutputSource = {
      ...output.source,
      read: () => {
        throw new Error('deleted');
      },
    };
    createChunkSender({ channel: 5, source, from: 0, send: (message) => gone.push(message), onEnd: ended.resolve });
    await ended.promise;
    expect(gone).toEqual([{ kind: 'end', channel: 5 }]);
  });
});
