// A channel over a WebSocket, for both of its ends. Text frames carry a message as JSON; binary frames carry a chunk: its channel in
// four bytes (big-endian), then its bytes as they are.
import { AppError, toErrorData } from '../errors.ts';
import type { Channel, Chunk, Message } from '../wire.ts';
import { readMessage } from './messages.ts';

/** With this many bytes waiting for a peer that doesn't read, deltas are left out: the finished item will say the same. */
const deltaLimit = 1024 * 1024;
/** With this many, the peer is given up. */
const queueLimit = 64 * 1024 * 1024;

/** The browser's WebSocket, and every other of the same make. */
export interface WebSocketLike {
  binaryType: string;
  readonly bufferedAmount: number;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close' | 'error', listener: () => void): void;
}

/** Takes an open socket. */
export function createWebChannel(socket: WebSocketLike): Channel {
  let open = true;
  let onMessage: ((message: Message) => void) | undefined;
  let onClose: (() => void) | undefined;
  const early: Message[] = [];

  const closed = (): void => {
    if (!open) return;
    open = false;
    onClose?.();
  };
  const give = (message: Message): void => {
    if (open) socket.send(encode(message));
  };
  const refuse = (fault: AppError): void => {
    give({ kind: 'refusal', error: toErrorData(fault) });
    socket.close();
    closed();
  };
  socket.binaryType = 'arraybuffer';
  socket.addEventListener('message', ({ data }) => {
    if (!open) return;
    let message: Message;
    try {
      message = decode(data);
    } catch (thrown) {
      refuse(thrown instanceof AppError ? thrown : new AppError('broken', 'A message could not be read.', { cause: thrown }));
      return;
    }
    if (onMessage) onMessage(message);
    else early.push(message);
  });
  socket.addEventListener('close', closed);
  // A close follows every error.
  socket.addEventListener('error', () => undefined);

  return {
    send: (message) => {
      if (!open) return;
      const waiting = socket.bufferedAmount;
      if (message.kind === 'delta' && waiting > deltaLimit) return;
      if (waiting > queueLimit) refuse(new AppError('limited', `The other end stopped reading: ${waiting} bytes wait for it.`));
      else give(message);
    },
    onMessage: (listener) => {
      onMessage = listener;
      for (const message of early.splice(0)) listener(message);
    },
    onClose: (listener) => {
      onClose = listener;
      if (!open) void Promise.resolve().then(listener);
    },
    close: () => {
      if (!open) return;
      socket.close();
      closed();
    },
  };
}

function encode(message: Message): string | Uint8Array<ArrayBuffer> {
  if (message.kind !== 'chunk') return JSON.stringify(message);
  const frame = new Uint8Array(4 + message.bytes.length);
  new DataView(frame.buffer).setUint32(0, message.channel);
  frame.set(message.bytes, 4);
  return frame;
}

function decode(data: unknown): Message {
  if (typeof data === 'string') {
    let value: unknown;
    try {
      value = JSON.parse(data);
    } catch (cause) {
      throw new AppError('invalid', 'A frame arrived that is not JSON.', { cause });
    }
    const message = readMessage(value);
    if (message.kind === 'chunk') throw new AppError('invalid', 'A chunk arrived as JSON.');
    return message;
  }
  if (!(data instanceof ArrayBuffer) || data.byteLength < 4) throw new AppError('invalid', 'A chunk arrived without its channel.');
  return { kind: 'chunk', channel: new DataView(data).getUint32(0), bytes: new Uint8Array(data, 4) } satisfies Chunk;
}
