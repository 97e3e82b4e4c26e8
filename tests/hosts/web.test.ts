import http from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { connect } from '../../electron/host/connect.ts';
import { createWebHost, type WebHost } from '../../electron/host/web-host.ts';
import { createClient } from '../../shared/client/client.ts';
import { createWebChannel } from '../../shared/client/web-channel.ts';
import type { Message } from '../../shared/wire.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

interface Got {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
}

/** A plain request, with headers that no browser would let a page choose. */
function get(host: WebHost, path: string, headers: http.OutgoingHttpHeaders = {}, method = 'GET'): Promise<Got> {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port: host.port, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    request.on('error', reject);
    request.end();
  });
}

async function start(): Promise<{ host: WebHost; home: string }> {
  const home = tempFolder('home');
  const folder = tempFolder('page');
  writeFiles(folder, { 'index.html': '<!doctype html><title>Switchyard</title>', 'assets/a-1.js': '1' });
  const owner = await connect({ home, client: 'test', keys: {}, role: 'window' });
  onTestFinished(() => owner.close({ now: true }));
  const host = await createWebHost({ home, folder, port: 0, keys: async () => ({ OPENAI_API_KEY: 'sk-of-this-environment' }) });
  onTestFinished(() => host.close());
  return { host, home };
}
const tokenOf = (host: WebHost): string => new URL(host.url).searchParams.get('token') ?? '';
const cookieOf = ({ headers }: Got): string => (headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
const enter = async (host: WebHost): Promise<string> => cookieOf(await get(host, `/open?token=${tokenOf(host)}`));

/** Resolves with the status that the upgrade was refused with, or the open socket. */
function dial(host: WebHost, headers: Record<string, string>, path = '/connect'): Promise<number | WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${host.port}${path}`, { headers });
    onTestFinished(() => socket.terminate());
    socket.on('open', () => resolve(socket));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', reject);
  });
}
const own = (host: WebHost): string => `http://127.0.0.1:${host.port}`;

describe('the local web host', () => {
  it('listens on this machine only and prints an address with a token', async () => {
    const { host } = await start();
    expect(host.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/open\?token=[\w-]{43}$/);
  });

  it('turns the token into a cookie once, which no script and no other site can use', async () => {
    const { host } = await start();
    expect((await get(host, '/')).status).toBe(403);
    expect((await get(host, '/open?token=wrong')).status).toBe(403);
    expect((await get(host, `/open?token=${tokenOf(host)}`, {}, 'HEAD')).status).toBe(403);
    const first = await get(host, `/open?token=${tokenOf(host)}`);
    // A page that goes on by itself: a redirect after a click elsewhere would come without the cookie.
    expect([first.status, first.headers['refresh'], first.headers.location]).toEqual([200, '0;url=/', undefined]);
    expect(first.headers['content-security-policy']).toContain("default-src 'none'");
    expect([first.headers['referrer-policy'], first.headers['cache-control']]).toEqual(['no-referrer', 'no-store']);
    expect(first.text).not.toContain(tokenOf(host));
    expect(first.headers['set-cookie']?.[0]).toMatch(/^switchyard-[0-9a-f]{8}=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=\d+$/);
    expect((await get(host, `/open?token=${tokenOf(host)}`)).status).toBe(403);

    const page = await get(host, '/', { cookie: `other=1; ${cookieOf(first)}` });
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    expect((await get(host, '/assets/a-1.js', { cookie: cookieOf(first) })).text).toBe('1');
    expect((await get(host, '/', { cookie: `${cookieOf(first)}x` })).status).toBe(403);
    // The one who is in may use the printed address again.
    expect((await get(host, host.url.slice(own(host).length), { cookie: cookieOf(first) })).headers['refresh']).toBe('0;url=/');
  });

  it.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost.evil.example', '0.0.0.0', '[::1]'])(
    'turns away a name that only points here: Host %j',
    async (name) => {
      const { host } = await start();
      const cookie = await enter(host);
      expect((await get(host, '/', { cookie, host: name })).status).toBe(403);
      expect(await dial(host, { cookie, host: name, origin: `http://${name}` })).toBe(403);
    },
  );

  it('answers under localhost and behind a tunnel too', async () => {
    const { host } = await start();
    const cookie = await enter(host);
    for (const name of ['localhost', 'localhost:9000', `127.0.0.1:${host.port}`])
      expect((await get(host, '/', { cookie, host: name })).status).toBe(200);
  });

  it('only reads', async () => {
    const { host } = await start();
    const cookie = await enter(host);
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])
      expect((await get(host, '/', { cookie }, method)).status, method).toBe(405);
    expect((await get(host, '/', { cookie }, 'HEAD')).text).toBe('');
    expect((await get(host, '/../../package.json', { cookie })).status).toBe(404);
  });

  it('takes a WebSocket only from its own page and with the cookie', async () => {
    const { host } = await start();
    const cookie = await enter(host);
    expect(await dial(host, { cookie })).toBe(403);
    expect(await dial(host, { cookie, origin: 'http://evil.example' })).toBe(403);
    expect(await dial(host, { cookie, origin: 'null' })).toBe(403);
    expect(await dial(host, { cookie, origin: `http://127.0.0.1:${host.port + 1}` })).toBe(403);
    expect(await dial(host, { origin: own(host) })).toBe(403);
    expect(await dial(host, { cookie: 'switchyard-00000000=guess', origin: own(host) })).toBe(403);
    expect(await dial(host, { cookie, origin: own(host) }, '/elsewhere')).toBe(400);
    expect(await dial(host, { cookie, origin: own(host) })).toBeInstanceOf(WebSocket);
  });

  it('joins the page to the owner of the data folder, whose token and keys the page never sees [SH-1]', async () => {
    const { host, home } = await start();
    const socket = await dial(host, { cookie: await enter(host), origin: own(host) });
    if (!(socket instanceof WebSocket)) throw new Error('refused');
    const channel = createWebChannel(socket);
    const client = await createClient({
      client: 'page',
      keys: {},
      open: async () => ({ channel, token: '', owner: false }),
      deadline: 5_000,
      later: (ms, callback) => {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
      newId: () => 'id',
    });
    expect((await client.request('health.read', {})).home).toBe(home);
    client.end();
  });

  it.each([
    ['text that is no JSON', 'not json'],
    ['JSON that is no message', '[1,2]'],
    ['an unknown kind', '{"kind":"destroy"}'],
    ['a chunk as JSON', '{"kind":"chunk","channel":1,"bytes":{}}'],
    ['a short binary frame', Buffer.from([1, 2])],
    ['a request before the hello', '{"kind":"request","id":1,"name":"settings.read","params":{}}'],
    ['a hello with wrong fields', '{"kind":"hello","version":"x"}'],
  ])('refuses %s and closes', async (_what, frame) => {
    const { host } = await start();
    const socket = await dial(host, { cookie: await enter(host), origin: own(host) });
    if (!(socket instanceof WebSocket)) throw new Error('refused');
    const said: Message[] = [];
    socket.on('message', (data) => said.push(JSON.parse((data as Buffer).toString()) as Message));
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.send(frame);
    await closed;
    expect(said).toEqual([expect.objectContaining({ kind: 'refusal', error: expect.objectContaining({ code: 'invalid' }) })]);
    // The host is none the worse.
    expect((await get(host, '/')).status).toBe(403);
  });

  it('says so when the port is taken', async () => {
    const { host, home } = await start();
    const second = createWebHost({ home, port: host.port, keys: async () => ({}) });
    await expect(second).rejects.toMatchObject({ code: 'unavailable', hint: expect.stringContaining('--port') });
  });
});
