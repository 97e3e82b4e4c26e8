// A client's live command outputs. After a reconnection each goes on at the byte it had come to.
import { AppError } from '../errors.ts';
import type { Params } from '../protocol.ts';
import type { Message } from '../wire.ts';
import { type ChunkReceiver, createChunkReceiver } from './chunk-receiver.ts';

type Answer = { value: unknown } | { error: AppError };
export type OpenOutput = (
  params: Params<'output.open'>,
  onBytes: (bytes: Uint8Array) => void | Promise<void>,
  onEnd: () => void,
) => Promise<{ close(): void }>;

export interface ClientOutputs {
  open: OpenOutput;
  chunk(channel: number, bytes: Uint8Array): void;
  end(channel: number): void;
  /** The connection is gone: its channels mean nothing any more. */
  lost(): void;
  /** There is a new one. */
  reopen(): void;
  /** There will be none. */
  finish(): void;
}

export function createClientOutputs(parts: {
  send(message: Message): void;
  ask(params: Params<'output.open'>, settle: (answer: Answer) => void): void;
}): ClientOutputs {
  const channels = new Map<number, ChunkReceiver>();
  const open = new Map<object, { ask(): void; over(): void }>();

  const start: OpenOutput = (params, onBytes, onEnd) =>
    new Promise((resolve, reject) => {
      let from = params.from ?? 0;
      let receiver: ChunkReceiver | undefined;
      let first = true;
      const key = {};
      const over = (): void => {
        if (open.delete(key)) onEnd();
      };
      const close = (): void => {
        open.delete(key);
        receiver?.close();
      };
      const consume = async (bytes: Uint8Array): Promise<void> => {
        from += bytes.length;
        await onBytes(bytes);
      };
      // Within the reply's own turn: the first bytes come right behind it.
      const settle = (answer: Answer): void => {
        const wasFirst = first;
        first = false;
        if ('error' in answer) {
          if (!wasFirst) return over();
          open.delete(key);
          return reject(answer.error);
        }
        const { channel } = answer.value as { channel: number };
        const ended = (): void => {
          channels.delete(channel);
          over();
        };
        receiver = createChunkReceiver({ channel, send: parts.send, onBytes: consume, onEnd: ended });
        channels.set(channel, receiver);
        if (!open.has(key)) receiver.close();
        if (wasFirst) resolve({ close });
      };
      const ask = (): void => parts.ask({ ...params, from }, settle);
      const finish = (): void => {
        if (!first) return over();
        open.delete(key);
        reject(new AppError('unavailable', 'The connection was lost.'));
      };
      open.set(key, { ask, over: finish });
      ask();
    });

  return {
    open: start,
    chunk: (channel, bytes) => channels.get(channel)?.chunk(bytes),
    end: (channel) => channels.get(channel)?.end(),
    lost: () => channels.clear(),
    reopen: () => {
      for (const output of open.values()) output.ask();
    },
    finish: () => {
      channels.clear();
      for (const output of open.values()) output.over();
    },
  };
}
