import { creditWindow, type Message } from '../wire.ts';

export interface ChunkReceiver {
  chunk(bytes: Uint8Array): void;
  end(): void;
  /** Wants no more. */
  close(): void;
}

/** Hands bytes over one after another and gives credit for what was consumed: a slow `onBytes` slows the sender. */
export function createChunkReceiver(parts: {
  channel: number;
  send(message: Message): void;
  onBytes(bytes: Uint8Array): void | Promise<void>;
  onEnd(): void;
}): ChunkReceiver {
  const { channel, send } = parts;
  let open = true;
  let owed = 0;
  let tail: Promise<void> = Promise.resolve();

  const consumed = (bytes: number): void => {
    owed += bytes;
    if (!open || owed < creditWindow / 4) return;
    send({ kind: 'credit', channel, bytes: owed });
    owed = 0;
  };
  return {
    chunk: (bytes) => {
      if (!open) return;
      tail = tail.then(async () => {
        if (!open) return;
        await parts.onBytes(bytes);
        consumed(bytes.length);
      });
    },
    end: () => {
      tail = tail.then(() => {
        if (!open) return;
        open = false;
        parts.onEnd();
      });
    },
    close: () => {
      if (!open) return;
      open = false;
      send({ kind: 'end', channel });
    },
  };
}
