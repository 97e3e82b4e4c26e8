// The window in a browser: its page over HTTP on 127.0.0.1, and a WebSocket at /connect that is relayed to the owner of the data folder.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createWebChannel } from '../../shared/client/web-channel.ts';
import { inForce } from '../../shared/domain/policy.ts';
import { AppError } from '../../shared/errors.ts';
import { policyError, webBound } from '../../shared/policy/bounds.ts';
import { createWebSockets } from '../adapters/ws/accept.ts';
import type { PolicyPort } from '../runtime/ports.ts';
import { createPage, type PageAnswer, plainAnswer } from './page.ts';
import { openPolicy } from './policy.ts';
import { createRelay } from './relay.ts';
import { type Access, createWebAccess, openPath } from './web-access.ts';

interface WebHostParts {
  home: string;
  /** 0 = any free one. */
  port: number;
  /** Provider keys of this environment, for what its windows ask. */
  keys(): Promise<Record<string, string>>;
  /** The folder with the built page; another one in tests. */
  folder?: string;
  policy?: PolicyPort;
}

export interface WebHost {
  /** With the token that works once. */
  url: string;
  port: number;
  close(): Promise<void>;
}

/** AppError `unavailable` when the port can't be had, `denied` where the organisation lets no window be served; then nobody is let in any more either. */
export async function createWebHost(parts: WebHostParts): Promise<WebHost> {
  const policy = parts.policy ?? openPolicy();
  const refusal = (): AppError | undefined => {
    const now = inForce(policy.current(), undefined);
    const bound = webBound(now);
    return bound && policyError(now, bound);
  };
  const denied = refusal();
  if (denied) throw denied;
  const page = createPage(parts.folder);
  const access = createWebAccess();
  const sockets = createWebSockets();

  const send = (request: IncomingMessage, response: ServerResponse, { status, headers, body }: PageAnswer): void => {
    // Not under the desktop's own scheme: there Chromium changes processes for it while the page loads, and now and then hangs.
    response.writeHead(status, { ...headers, 'cross-origin-opener-policy': 'same-origin', 'content-length': body.length });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const denied = refusal();
    if (denied) return send(request, response, plainAnswer(403, `${denied.message}\n`));
    const found = access.check(request);
    if (found.kind === 'refused') return send(request, response, plainAnswer(found.status, found.why));
    if (found.kind === 'allowed') return send(request, response, await page.answer(pathOf(request)));
    const { status, headers, body } = plainAnswer(200, 'Opening Switchyard …\n');
    // No redirect: after a click in another site's page it would still count as that site's, and SameSite=Strict would hold the
    // cookie back. This page leads on by itself. RFC 6265bis, "SameSite" and redirects.
    send(request, response, {
      status,
      headers: { ...headers, refresh: '0;url=/', ...(found.cookie ? { 'set-cookie': found.cookie } : {}) },
      body,
    });
  };
  const server = createServer({ requestTimeout: 30_000 }, (request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    stream.on('error', () => undefined);
    const denied = refusal();
    const found: Access = denied
      ? { kind: 'refused', status: 403, why: `${denied.message}\n` }
      : pathOf(request) === '/connect'
        ? access.checkSocket(request)
        : { kind: 'refused', status: 400, why: 'Connect at /connect.\n' };
    if (found.kind !== 'allowed') {
      const why = found.kind === 'refused' ? found : { status: 403, why: '' };
      stream.end(`HTTP/1.1 ${why.status} Refused\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n${why.why}`);
      return;
    }
    sockets.accept(request, stream, head, (socket) => {
      createRelay(createWebChannel(socket), { home: parts.home, keys: parts.keys });
    });
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new AppError('unavailable', `The port ${parts.port} can not be used: ${cause.message}`, {
          hint: 'Choose another one with --port.',
          cause,
        }),
      ),
    );
    server.listen(parts.port, '127.0.0.1', resolve);
  });
  server.on('error', () => undefined);
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  // Windows that are open are let go as well.
  const unwatch = policy.watch(() => {
    if (refusal()) for (const socket of open) socket.destroy();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${openPath}?token=${access.token}`,
    port,
    close: async () => {
      unwatch();
      sockets.close();
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

const pathOf = (request: IncomingMessage): string => URL.parse(request.url ?? '', 'http://127.0.0.1')?.pathname ?? '';
