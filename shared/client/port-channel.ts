// A channel over a MessagePort: the web's, Node's and Electron's are told apart by what they have, not by where they come from.
import { AppError, toErrorData } from '../errors.ts';
import type { Channel, Message } from '../wire.ts';
import { readMessage } from './messages.ts';

interface BasicPort {
  postMessage(value: unknown): void;
  close(): void;
  start?(): void;
}
/** The web's port, and Node's, which has both ways. */
export interface EventTargetPort extends BasicPort {
  addEventListener(type: string, listener: (event: { data?: unknown }) => void): void;
}
/** The port of Electron's main process. */
export interface EmitterPort extends BasicPort {
  on(type: string, listener: (event: { data?: unknown }) => void): unknown;
}

export function createPortChannel(port: EventTargetPort | EmitterPort): Channel {
  let open = true;
  let onMessage: ((message: Message) => void) | undefined;
  let onClose: (() => void) | undefined;
  const early: Message[] = [];

  const closed = (): void => {
    if (!open) return;
    open = false;
    onClose?.();
  };
  const receive = (event: { data?: unknown }): void => {
    if (!open) return;
    let message: Message;
    try {
      message = readMessage(event.data);
    } catch (thrown) {
      const fault = thrown instanceof AppError ? thrown : new AppError('broken', 'A message could not be read.', { cause: thrown });
      port.postMessage({ kind: 'refusal', error: toErrorData(fault) });
      port.close();
      closed();
      return;
    }
    if (onMessage) onMessage(message);
    else early.push(message);
  };
  const listen = (type: string, listener: (event: { data?: unknown }) => void): void => {
    if ('addEventListener' in port) port.addEventListener(type, listener);
    else port.on(type, listener);
  };
  listen('message', receive);
  listen('close', closed);
  port.start?.();

  return {
    send: (message) => {
      if (open) port.postMessage(message);
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
      port.close();
      closed();
    },
  };
}
