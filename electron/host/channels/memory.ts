// Two ends in one process. Messages are handed over as they are: whoever sends one must not change it afterwards.
import type { Channel, Message } from '../../../shared/wire.ts';

interface End {
  channel: Channel;
  deliver(message: Message): void;
  ended(): void;
}

/** A connected pair. What is sent arrives in order, never inside the sender's own call. */
export function createMemoryPair(): [Channel, Channel] {
  let open = true;
  const close = (): void => {
    if (!open) return;
    open = false;
    // What was sent before the close still arrives before it.
    first.ended();
    second.ended();
  };
  const createEnd = (peer: () => End): End => {
    let inbox: Message[] = [];
    let scheduled = false;
    let over = false;
    let onMessage: ((message: Message) => void) | undefined;
    let onClose: (() => void) | undefined;

    const flush = (): void => {
      scheduled = false;
      if (!onMessage) return;
      while (inbox.length > 0) {
        const batch = inbox;
        inbox = [];
        for (const message of batch) onMessage(message);
      }
      if (over && onClose) {
        const told = onClose;
        onClose = undefined;
        told();
      }
    };
    const schedule = (): void => {
      if (scheduled) return;
      scheduled = true;
      queueMicrotask(flush);
    };
    return {
      deliver: (message) => {
        inbox.push(message);
        schedule();
      },
      ended: () => {
        over = true;
        schedule();
      },
      channel: {
        send: (message) => {
          if (open) peer().deliver(message);
        },
        onMessage: (listener) => {
          onMessage = listener;
          if (inbox.length > 0) schedule();
        },
        onClose: (listener) => {
          onClose = listener;
          if (over) schedule();
        },
        close,
      },
    };
  };
  const first: End = createEnd(() => second);
  const second: End = createEnd(() => first);
  return [first.channel, second.channel];
}
