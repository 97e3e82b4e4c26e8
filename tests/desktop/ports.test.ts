import { EventEmitter } from 'node:events';
import { ipcMain } from 'electron';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createAbilities, serveAbilities } from '../../electron/desktop/abilities.ts';
import { servePorts, type WindowPorts } from '../../electron/desktop/ports.ts';
import type { HostMessage } from '../../shared/host-port.ts';
import { asked, choices, type MessageChannelMain } from '../support/fake-electron.ts';

type Port = MessageChannelMain['port1'];
interface Contents extends EventEmitter {
  id: number;
  mainFrame: { url: string };
  got: { message: unknown; ports: [Port, Port] }[];
  postMessage(channel: string, message: unknown, ports: [Port, Port]): void;
}
const contents = (id: number, url = 'app://switchyard/'): Contents => {
  const got: Contents['got'] = [];
  const postMessage: Contents['postMessage'] = (_channel, message, ports) => void got.push({ message, ports });
  return Object.assign(new EventEmitter(), { id, mainFrame: { url }, got, postMessage });
};
function start() {
  const known = contents(1);
  const threads: string[] = [];
  const runtime: Port[] = [];
  let closed = 0;
  const abilities = createAbilities({ onThread: (threadId) => threads.push(threadId) });
  const ports: WindowPorts = servePorts({
    origin: 'app://switchyard',
    known: (asking) => (asking as unknown) === known,
    onRuntimePort: (port) => {
      runtime.push(port as unknown as Port);
      return () => {
        closed += 1;
      };
    },
    onHostPort: (port, asking) => serveAbilities(abilities, port, asking),
  });
  onTestFinished(() => {
    ports.close();
    for (const { ports } of known.got) for (const port of ports) port.close();
    asked.length = 0;
  });
  const connect = (sender = known, senderFrame: unknown = sender.mainFrame): void => void ipcMain.emit('connect', { sender, senderFrame });
  return { known, connect, ports, threads, runtime, closed: () => closed };
}
const hear = (port: Port): HostMessage[] => {
  const heard: HostMessage[] = [];
  port.on('message', ({ data }: { data: HostMessage }) => heard.push(data));
  port.start();
  return heard;
};

describe('the ports of a window', () => {
  it('are two, with a list of what the desktop can do', () => {
    const { known, connect, runtime } = start();
    connect();
    expect(known.got).toHaveLength(1);
    expect(known.got[0]?.message).toEqual({
      kind: 'switchyard.ports',
      token: '',
      abilities: expect.arrayContaining(['pickFolder', 'openExternal', 'copyText']),
    });
    expect(known.got[0]?.ports).toHaveLength(2);
    expect(runtime).toHaveLength(1);
  });

  it('go to our own page only', () => {
    const { known, connect, runtime } = start();
    connect(known, null);
    connect(known, { url: 'app://switchyard/' });
    connect(contents(2));
    for (const url of [
      'https://evil.example/',
      'app://other/',
      'app://switchyard.evil/',
      'about:blank',
      'data:text/html,x',
      'file:///x',
      '',
    ]) {
      const before = known.mainFrame;
      known.mainFrame = { url };
      connect();
      known.mainFrame = before;
    }
    expect([known.got.length, runtime.length]).toEqual([0, 0]);
  });

  it('of an earlier page are closed when the next asks, and when it goes away', async () => {
    const { known, connect, closed } = start();
    connect();
    connect();
    expect(closed()).toBe(1);
    known.got[1]?.ports[1].close();
    await expect.poll(closed).toBe(2);
    connect();
    known.emit('destroyed');
    expect(closed()).toBe(3);
    expect(known.listenerCount('destroyed')).toBe(0);
  });

  it('carry news to every window', async () => {
    const { known, connect, ports } = start();
    connect();
    const heard = hear(known.got[0]?.ports[1] as Port);
    ports.push({ kind: 'runtime', state: 'up' });
    await expect.poll(() => heard).toEqual([{ kind: 'runtime', state: 'up' }]);
  });
});

describe('what a window may ask of the desktop', () => {
  function ask() {
    const started = start();
    started.connect();
    const port = started.known.got[0]?.ports[1] as Port;
    const heard = hear(port);
    let id = 0;
    const request = async (name: string, params: unknown): Promise<HostMessage> => {
      id += 1;
      const own = id;
      port.postMessage({ kind: 'request', id: own, name, params });
      const find = (): HostMessage | undefined => heard.find((message) => message.kind === 'reply' && message.id === own);
      await expect.poll(find).toBeDefined();
      return find() as HostMessage;
    };
    return { ...started, port, heard, request };
  }

  it('is done', async () => {
    const { request } = ask();
    choices.folders.push(['/home/me/shop'], []);
    expect(await request('pickFolder', {})).toMatchObject({ value: { path: '/home/me/shop' } });
    expect(await request('pickFolder', { title: 'Which?' })).toMatchObject({ value: { path: null } });
    expect(await request('copyText', { text: 'x' })).toMatchObject({ value: null });
    expect(await request('openExternal', { url: 'https://example.com' })).toMatchObject({ value: null });
    expect(await request('setBadge', { count: 3 })).toMatchObject({ value: null });
    expect(await request('setTheme', { theme: 'dark' })).toMatchObject({ value: null });
    expect(asked).toEqual([
      ['writeText', 'x'],
      ['openExternal', 'https://example.com/'],
      ['setBadgeCount', 3],
    ]);
  });

  it('leads back to a thread when its notification is clicked', async () => {
    const { request, threads } = ask();
    expect(await request('showNotification', { title: 'a', body: 'b', threadId: 't1' })).toMatchObject({ value: { shown: true } });
    const [, , notification] = asked.find(([name]) => name === 'notification') ?? [];
    (notification as { emit(event: string): void }).emit('click');
    expect(threads).toEqual(['t1']);
  });

  it.each([
    ['openExternal', { url: 'file:///etc/passwd' }, 'denied'],
    ['openExternal', { url: 'javascript:alert(1)' }, 'denied'],
    ['openExternal', { url: 7 }, 'invalid'],
    ['openExternal', { url: `https://example.com/${'a'.repeat(5000)}` }, 'invalid'],
    ['openExternal', null, 'invalid'],
    ['setBadge', { count: -1 }, 'invalid'],
    ['setBadge', { count: 1.5 }, 'invalid'],
    ['setBadge', { count: '3' }, 'invalid'],
    ['setTheme', { theme: 'pink' }, 'invalid'],
    ['copyText', {}, 'invalid'],
    ['showNotification', { title: {}, body: [] }, 'invalid'],
    ['constructor', {}, 'invalid'],
    ['__proto__', {}, 'invalid'],
    ['runProgram', { path: '/bin/sh' }, 'invalid'],
  ])('is not %s %j', async (name, params, code) => {
    const { request } = ask();
    expect(await request(name, params)).toMatchObject({ error: { code } });
    expect(asked).toEqual([]);
  });

  it('is nothing at all when it is no request', async () => {
    const { port, heard, request } = ask();
    const wrong = [null, 7, 'text', [], {}, { kind: 'request' }, { kind: 'request', id: '1', name: 'copyText' }, { kind: 'reply', id: 1 }];
    for (const message of wrong) port.postMessage(message);
    await request('copyText', { text: 'still well' });
    expect(heard).toHaveLength(1);
  });
});
