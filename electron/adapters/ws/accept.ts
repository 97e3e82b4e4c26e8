// WebSockets on an HTTP server. Who may have one was decided before.
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

/** The largest message in bytes that a page may send: an image in base64 and room. */
const maxPayload = 64 * 1024 * 1024;
/** How often each socket is asked whether it is still there, in milliseconds. */
const heartbeat = 30_000;

export interface WebSockets {
  /** Makes a WebSocket of an upgrade; `head` is what came behind the request already. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, onSocket: (socket: WebSocket) => void): void;
  close(): void;
}

export function createWebSockets(): WebSockets {
  const server = new WebSocketServer({ noServer: true, clientTracking: false, maxPayload, perMessageDeflate: false });
  const open = new Set<WebSocket>();
  const silent = new WeakSet<WebSocket>();
  const timer = setInterval(() => {
    for (const socket of open) {
      if (silent.has(socket)) socket.terminate();
      silent.add(socket);
      socket.ping();
    }
  }, heartbeat);
  timer.unref();

  return {
    accept: (request, stream, head, onSocket) => {
      server.handleUpgrade(request, stream, head, (socket) => {
        open.add(socket);
        socket.on('pong', () => silent.delete(socket));
        socket.on('close', () => open.delete(socket));
        // A close follows every error.
        socket.on('error', () => undefined);
        onSocket(socket);
      });
    },
    close: () => {
      clearInterval(timer);
      for (const socket of open) socket.terminate();
      server.close();
    },
  };
}
