// Chunk channels: bytes outside the event queue, and never more under way than the receiver has given credit for.
import { creditWindow, type Message } from '../../shared/wire.ts';
import type { OutputSource } from '../runtime/runtime.ts';

type Send = (message: Message) => void;

/** The largest single chunk in bytes. */
const chunkSize = 64 * 1024;

export interface ChunkSender {
  credit(bytes: number): void;
  close(): void;
}

/** Sends a source's bytes from `from` on, as they come and as credit allows, then `end`. `onEnd` is called once, also after close(). */
export function createChunkSender(parts: { channel: number; source: OutputSource; from: number; send: Send; onEnd(): void }): ChunkSender {
  const { channel, source, send } = parts;
  let { from } = parts;
  let credit = creditWindow;
  let open = true;
  let scheduled = false;

  const finish = (): void => {
    if (!open) return;
    open = false;
    unwatch();
    parts.onEnd();
  };
  const pump = (): void => {
    scheduled = false;
    try {
      while (open && credit > 0) {
        // Asked before reading: what is written between the two must not be taken for the end.
        const ended = source.ended();
        const { bytes } = source.read(from, Math.min(credit, chunkSize));
        if (bytes.length === 0) {
          if (!ended) return;
          send({ kind: 'end', channel });
          finish();
          return;
        }
        from += bytes.length;
        credit -= bytes.length;
        send({ kind: 'chunk', channel, bytes });
      }
    } catch {
      // The output is gone, with its thread: there is nothing left to send.
      send({ kind: 'end', channel });
      finish();
    }
  };
  // Never inside the call that brought the news: a fast receiver and a large output would otherwise hold up everything else.
  const schedule = (): void => {
    if (scheduled || !open) return;
    scheduled = true;
    setImmediate(pump);
  };
  const unwatch = source.watch(schedule);
  schedule();
  return {
    credit: (bytes) => {
      credit = Math.min(credit + bytes, creditWindow);
      schedule();
    },
    close: finish,
  };
}
