import { describe, expect, it, onTestFinished } from 'vitest';
import { createMemoryPair } from '../../electron/host/channels/memory.ts';
import { listen } from '../../electron/host/channels/socket.ts';
import { takeOwnership } from '../../electron/host/lock.ts';
import { createRelay } from '../../electron/host/relay.ts';
import { helloFrom } from '../../shared/client/messages.ts';
import type { Channel, Message } from '../../shared/wire.ts';
import { tempFolder } from '../support/temp.ts';

/** An owner that only listens, in a data folder of its own. */
async function fakeOwner(home: string) {
  const ownership = await takeOwnership(home, { program: '1', role: 'window' });
  if (!ownership) throw new Error('owned');
  const heard: Message[] = [];
  const come = Promise.withResolvers<Channel>();
  const gone = Promise.withResolvers<void>();
  const listener = await listen(ownership.note.address, (channel) => {
    channel.onMessage((message) => {
      heard.push(message);
      come.resolve(channel);
    });
    channel.onClose(gone.resolve);
  });
  ownership.publish();
  onTestFinished(() => {
    listener.close();
    ownership.release();
  });
  return { heard, token: ownership.note.token, come: come.promise, gone: gone.promise };
}

function page(home: string, keys: () => Promise<Record<string, string>> = async () => ({ OPENAI_API_KEY: 'sk-of-the-host' })) {
  const [near, far] = createMemoryPair();
  const said: Message[] = [];
  const closed = Promise.withResolvers<void>();
  near.onMessage((message) => said.push(message));
  near.onClose(closed.resolve);
  const relay = createRelay(far, { home, keys });
  onTestFinished(relay.close);
  return { near, said, closed: closed.promise, relay };
}
const hello = helloFrom({ token: 'from the page', client: 'page', keys: { OTHER: 'x' } });

describe('the relay', () => {
  it('puts the folder’s token and the keys of this environment into the hello, and passes everything else as it is', async () => {
    const home = tempFolder('home');
    const owner = await fakeOwner(home);
    const { near, said } = page(home);
    const bytes = Uint8Array.from([1, 2, 3]);
    near.send(hello);
    near.send({ kind: 'request', id: 1, name: 'x', params: { deep: [1] } });
    near.send({ kind: 'chunk', channel: 7, bytes });
    const channel = await owner.come;
    await expect.poll(() => owner.heard.length).toBe(3);
    expect(owner.heard).toEqual([
      { ...hello, token: owner.token, keys: { OTHER: 'x', OPENAI_API_KEY: 'sk-of-the-host' } },
      { kind: 'request', id: 1, name: 'x', params: { deep: [1] } },
      { kind: 'chunk', channel: 7, bytes },
    ]);
    channel.send({ kind: 'reply', id: 1, value: null });
    await expect.poll(() => said).toEqual([{ kind: 'reply', id: 1, value: null }]);
  });

  it('lets the window talk before there is an owner', async () => {
    const home = tempFolder('home');
    const { near } = page(home);
    near.send(hello);
    near.send({ kind: 'unsubscribe', stream: 'app' });
    const owner = await fakeOwner(home);
    await expect.poll(() => owner.heard.map(({ kind }) => kind)).toEqual(['hello', 'unsubscribe']);
  });

  it('ends on both sides when one ends', async () => {
    const home = tempFolder('home');
    const owner = await fakeOwner(home);
    const first = page(home);
    first.near.send(hello);
    (await owner.come).close();
    await first.closed;
    const second = page(home);
    second.near.send(hello);
    await expect.poll(() => owner.heard.length).toBe(2);
    second.near.close();
    await owner.gone;
  });

  it('refuses what can not be put into a frame, and too much before there is an owner', async () => {
    const home = tempFolder('home');
    const many = page(home);
    for (let n = 0; n < 1001; n += 1) many.near.send({ kind: 'unsubscribe', stream: 'app' });
    await many.closed;
    expect(many.said).toEqual([{ kind: 'refusal', error: expect.objectContaining({ code: 'limited' }) }]);
    await fakeOwner(home);
    const wrong = page(home);
    wrong.near.send({ kind: 'chunk', channel: -1, bytes: 'text' } as unknown as Message);
    await wrong.closed;
    expect(wrong.said).toEqual([{ kind: 'refusal', error: expect.objectContaining({ code: 'invalid' }) }]);
  });
});
