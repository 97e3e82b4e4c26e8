// Channels over a local socket: a Unix socket, or a named pipe on Windows.
import { createConnection, createServer, type Socket } from 'node:net';
import { AppError } from '../../../shared/errors.ts';
import type { Channel } from '../../../shared/wire.ts';
import { createStreamChannel } from './stream.ts';

interface SocketOptions {
  onFault?: (fault: AppError) => void;
  queueLimit?: number;
}

export function createSocketChannel(socket: Socket, options: SocketOptions = {}): Channel {
  // destroySoon lets what was written leave first; a peer that never reads must not keep the socket for ever.
  const destroy = (): void => {
    socket.destroySoon();
    setTimeout(() => socket.destroy(), 1_000).unref();
  };
  return createStreamChannel(socket, socket, { destroy, ...options });
}

/** Connects to an owner's address. Rejects with AppError `unavailable` when nobody listens there. */
export function dial(address: string, options: SocketOptions = {}): Promise<Channel> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(address);
    const failed = (cause: Error): void => reject(new AppError('unavailable', `Nobody answers at ${address}: ${cause.message}`, { cause }));
    socket.once('error', failed);
    socket.once('connect', () => {
      socket.off('error', failed);
      resolve(createSocketChannel(socket, options));
    });
  });
}

interface Listener {
  /** Takes no new connections from now on; those that are open stay. */
  close(): void;
}

/** Listens at the address; AppError `unavailable` when that is not possible. */
export function listen(address: string, onChannel: (channel: Channel) => void): Promise<Listener> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => onChannel(createSocketChannel(socket)));
    const failed = (cause: Error): void => reject(new AppError('unavailable', `Can't listen at ${address}: ${cause.message}`, { cause }));
    server.once('error', failed);
    server.listen(address, () => {
      server.off('error', failed);
      // A connection that fails while it is being accepted is that client's misfortune only.
      server.on('error', () => undefined);
      resolve({ close: () => void server.close() });
    });
  });
}
