// A channel over bytes that can be read and written: what socket and stdio have in common.
import type { Readable, Writable } from 'node:stream';
import { AppError, toErrorData } from '../../../shared/errors.ts';
import type { Channel, Message } from '../../../shared/wire.ts';
import { createFrameParser, encodeFrame } from './framing.ts';

/** With this many bytes waiting for a peer that doesn't read, deltas are left out: the finished item will say the same. */
const deltaLimit = 1024 * 1024;
/** With this many, the peer is given up. */
const queueLimit = 64 * 1024 * 1024;

interface StreamOptions {
  /** Ends the streams for good; called once. */
  destroy(): void;
  /** Why this end closed the channel, when it was the other end's fault. */
  onFault?: (fault: AppError) => void;
  queueLimit?: number;
}

export function createStreamChannel(input: Readable, output: Writable, options: StreamOptions): Channel {
  const limit = options.queueLimit ?? queueLimit;
  let open = true;
  let corked = false;
  let onMessage: ((message: Message) => void) | undefined;
  let onClose: (() => void) | undefined;
  const early: Message[] = [];

  const closed = (): void => {
    if (!open) return;
    open = false;
    // Nobody listens any more, but an error without a listener would end the program.
    options.destroy();
    onClose?.();
  };
  const refuse = (fault: AppError): void => {
    if (!open) return;
    options.onFault?.(fault);
    // Best effort: a peer that doesn't read won't see it.
    output.write(encodeFrame({ kind: 'refusal', error: toErrorData(fault) }));
    output.end();
    closed();
  };
  const uncork = (): void => {
    corked = false;
    output.uncork();
  };
  const send = (message: Message): void => {
    if (!open) return;
    const waiting = output.writableLength;
    if (message.kind === 'delta' && waiting > deltaLimit) return;
    if (waiting > limit) {
      refuse(new AppError('limited', `The other end stopped reading: ${waiting} bytes wait for it.`));
      return;
    }
    if (!corked) {
      // Everything said in one go leaves in one write.
      corked = true;
      output.cork();
      process.nextTick(uncork);
    }
    output.write(encodeFrame(message));
  };

  const parse = createFrameParser((message) => {
    if (!open) return;
    if (onMessage) onMessage(message);
    else early.push(message);
  });
  input.on('data', (piece: Uint8Array) => {
    if (!open) return;
    try {
      parse(piece);
    } catch (thrown) {
      refuse(thrown instanceof AppError ? thrown : new AppError('broken', 'A message could not be dealt with.', { cause: thrown }));
    }
  });
  for (const stream of new Set([input, output])) {
    stream.on('error', closed);
    stream.on('close', closed);
  }
  input.on('end', closed);

  return {
    send,
    onMessage: (listener) => {
      onMessage = listener;
      for (const message of early.splice(0)) listener(message);
    },
    onClose: (listener) => {
      onClose = listener;
      if (!open) queueMicrotask(listener);
    },
    close: () => {
      if (!open) return;
      output.end();
      closed();
    },
  };
}
