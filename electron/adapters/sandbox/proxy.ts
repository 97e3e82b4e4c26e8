import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { connect, type Server as NetServer, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { canonicalHost } from '../../../shared/policy/host-name.ts';
import { hostFits } from '../../../shared/policy/hosts.ts';
import type { CommandExit } from '../../runtime/ports.ts';
import { addressFor, type Resolve, systemResolve } from './addresses.ts';

/** What one command may reach, and its tally. */
export interface Pass {
  /** The proxy's address with the word that tells this command's requests from others': for HTTP_PROXY and the like. */
  url: string;
  end(): NonNullable<CommandExit['hosts']>;
}
export interface Proxy {
  admit(hosts: readonly string[]): Pass;
  close(): void;
}

interface Admitted {
  hosts: readonly string[];
  tally: Map<string, { host: string; allowed: boolean; count: number }>;
  sockets: Set<Socket>;
}
interface Target {
  host: string;
  port: number;
}

/** How long a connection may take to come about, in milliseconds. */
const patience = 30_000;
/** These are between two neighbours and go no further (RFC 9110, 7.6.1). */
const hopByHop = /^(connection|proxy-.*|keep-alive|te|trailer|transfer-encoding|upgrade)$/i;

function targetOf(authority: string, usual: number): Target | undefined {
  const [, name, digits] = /^(\[[^\]]+\]|[^:[\]]+)(?::(\d{1,5}))?$/.exec(authority) ?? [];
  const host = name === undefined ? undefined : canonicalHost(name);
  const port = digits === undefined ? usual : Number(digits);
  return host === undefined || port < 1 || port > 65_535 ? undefined : { host, port };
}

/** Serves on `entrance`, a listening socket inside of a sandbox's network: the only way out of it. HTTP requests and CONNECT (RFC 9110, 9.3.6). */
export function createProxy(entrance: NetServer, port: number, resolve: Resolve = systemResolve): Proxy {
  const admitted = new Map<string, Admitted>();

  const passOf = (message: IncomingMessage): Admitted | undefined => {
    const [, coded] = /^Basic (.+)$/i.exec(message.headers['proxy-authorization'] ?? '') ?? [];
    return admitted.get(
      Buffer.from(coded ?? '', 'base64')
        .toString()
        .split(':')[1] ?? '',
    );
  };

  /** Where to connect to; a status and words when that may not be. */
  const judge = async (one: Admitted, { host, port: wanted }: Target): Promise<{ address: string } | { status: number; words: string }> => {
    const shown = `${host.includes(':') ? `[${host}]` : host}${wanted === 443 || wanted === 80 ? '' : `:${wanted}`}`;
    const count = (allowed: boolean): void => {
      const key = `${shown} ${allowed}`;
      const row = one.tally.get(key) ?? { host: shown, allowed, count: 0 };
      row.count++;
      one.tally.set(key, row);
    };
    if (!one.hosts.some((rule) => hostFits(rule, host, wanted))) {
      count(false);
      return { status: 403, words: `${shown} is not among the hosts that this command may reach` };
    }
    try {
      const address = await addressFor(host, one.hosts, resolve);
      count(address !== undefined);
      return address === undefined
        ? { status: 403, words: `${shown} leads to this machine or its neighbours, which the list of hosts does not name` }
        : { address };
    } catch {
      count(true);
      return { status: 502, words: `${shown} was not found` };
    }
  };

  const track = (one: Admitted, socket: Socket): void => {
    one.sockets.add(socket);
    socket.once('close', () => one.sockets.delete(socket));
  };

  const forward = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refuse = (status: number, words: string): void => {
      incoming.resume();
      response.writeHead(status, { 'content-type': 'text/plain', ...(status === 407 ? { 'proxy-authenticate': 'Basic' } : {}) });
      response.end(`${words}\n`);
    };
    const one = passOf(incoming);
    if (!one) return refuse(407, 'This command may not use the network');
    const [, authority, rest] = /^http:\/\/(?:[^/?#@]*@)?([^/?#]+)(.*)$/is.exec(incoming.url ?? '') ?? [];
    const target = authority === undefined ? undefined : targetOf(authority, 80);
    if (!target) return refuse(400, 'Not a request for a proxy');
    const found = await judge(one, target);
    if ('status' in found) return refuse(found.status, found.words);
    track(one, incoming.socket);
    const headers: string[] = [];
    for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
      const name = incoming.rawHeaders[at] ?? '';
      if (!hopByHop.test(name) && name.toLowerCase() !== 'host') headers.push(name, incoming.rawHeaders[at + 1] ?? '');
    }
    headers.push('host', authority ?? '');
    const path = rest?.startsWith('/') ? rest : `/${rest ?? ''}`;
    const out = request({
      host: found.address,
      port: target.port,
      method: incoming.method ?? 'GET',
      path,
      headers,
      agent: false,
      setHost: false,
      timeout: patience,
    });
    out.on('timeout', () => void out.destroy(new Error('it does not answer')));
    out.on('response', (answer) => {
      const kept = Object.entries(answer.headers).filter(([name]) => !hopByHop.test(name));
      response.writeHead(answer.statusCode ?? 502, Object.fromEntries(kept));
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    out.on('error', () => (response.headersSent ? response.destroy() : refuse(502, `${target.host} does not answer`)));
    response.on('close', () => void out.destroy());
    incoming.pipe(out);
  };

  const tunnel = async (incoming: IncomingMessage, client: Duplex, head: Buffer): Promise<void> => {
    client.on('error', () => client.destroy());
    const refuse = (status: number, words: string): void => {
      const more = status === 407 ? 'Proxy-Authenticate: Basic\r\n' : '';
      client.end(`HTTP/1.1 ${status} ${words}\r\n${more}Content-Length: 0\r\nConnection: close\r\n\r\n`);
    };
    const one = passOf(incoming);
    if (!one) return refuse(407, 'This command may not use the network');
    const target = targetOf(incoming.url ?? '', 443);
    if (!target) return refuse(400, 'Not a host and a port');
    const found = await judge(one, target);
    if ('status' in found) return refuse(found.status, found.words);
    if (client.destroyed) return;
    const out = connect({ host: found.address, port: target.port });
    out.setTimeout(patience, () => void out.destroy(new Error('it does not answer')));
    track(one, out);
    out.once('connect', () => {
      out.setTimeout(0);
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      if (head.length > 0) out.write(head);
      out.pipe(client).pipe(out);
      client.once('close', () => out.destroy());
    });
    out.on('error', () => (out.connecting ? refuse(502, `${target.host} does not answer`) : client.destroy()));
    out.once('close', () => client.destroy());
  };

  const server: Server = createServer((incoming, response) => {
    forward(incoming, response).catch(() => response.destroy());
  });
  server.on('connect', (incoming, client: Duplex, head: Buffer) => {
    tunnel(incoming, client, head).catch(() => client.destroy());
  });
  server.on('clientError', (_, socket) => socket.destroy());
  server.listen(entrance);
  server.unref();

  return {
    admit(hosts) {
      const word = randomBytes(16).toString('hex');
      const one: Admitted = { hosts, tally: new Map(), sockets: new Set() };
      admitted.set(word, one);
      return {
        url: `http://command:${word}@127.0.0.1:${port}`,
        end() {
          admitted.delete(word);
          for (const socket of one.sockets) socket.destroy();
          return [...one.tally.values()];
        },
      };
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
