import { describe, expect, it } from 'vitest';
import { createMemoryPair } from '../../electron/host/channels/memory.ts';
import { createClient } from '../../shared/client/client.ts';
import { AppError } from '../../shared/errors.ts';
import { appStream } from '../../shared/protocol.ts';
import { emptyApp } from '../../shared/state/app.ts';
import type { Channel, Message } from '../../shared/wire.ts';

const welcome: Message = { kind: 'welcome', version: 1, program: 'test', abilities: [] };
/** An owner that welcomes everybody and hands everything else to `hear`. */
function owner(hear: (message: Message, far: Channel) => void): { near: Channel; far: Channel } {
  const [near, far] = createMemoryPair();
  far.onClose(() => undefined);
  far.onMessage((message) => (message.kind === 'hello' ? far.send(welcome) : hear(message, far)));
  return { near, far };
}
const snapshot = (id: number, seq: number): Message => ({
  kind: 'reply',
  id,
  value: { snapshot: { stream: 'app', seq, app: emptyApp } },
});

describe('a client whose owner went away', () => {
  it('says that the next one is there only once its streams have been told', async () => {
    const happened: string[] = [];
    const asked = Promise.withResolvers<() => void>();
    const first = owner((message, far) => message.kind === 'subscribe' && far.send(snapshot(message.id, 1)));
    const second = owner((message, far) => {
      if (message.kind === 'subscribe') asked.resolve(() => far.send(snapshot(message.id, 2)));
    });
    const links = [first, second];
    const client = await createClient({
      client: 'test',
      keys: {},
      open: async () => ({ channel: links.shift()?.near ?? second.near, token: '', owner: false }),
      deadline: 5000,
      later: () => () => undefined,
      newId: () => 'id',
    });
    client.onOwnerChange(() => happened.push('reached'), 'reached');
    const told = new Promise<void>((resolve) => client.onOwnerChange(resolve)).then(() => happened.push('told'));
    await client.subscribe(appStream, { onSnapshot: ({ seq }) => happened.push(`snapshot ${seq}`), onEvent: () => undefined }).ready;
    first.far.close();
    const answer = await asked.promise;
    expect(happened).toEqual(['snapshot 1', 'reached']);
    answer();
    await told;
    expect(happened).toEqual(['snapshot 1', 'reached', 'snapshot 2', 'told']);
    client.end();
  });
});

describe('a client that reaches nobody', () => {
  const attempts = async (longestWait: number | undefined, refusal: AppError): Promise<number[]> => {
    const waits: number[] = [];
    let left = 20;
    const made = createClient({
      client: 'test',
      keys: {},
      open: async () => {
        left -= 1;
        throw left > 0 && refusal.code === 'unavailable' ? refusal : new AppError('denied', 'No.');
      },
      deadline: Number.MAX_SAFE_INTEGER,
      ...(longestWait === undefined ? {} : { longestWait }),
      later: (ms, callback) => {
        waits.push(ms);
        queueMicrotask(callback);
        return () => undefined;
      },
      newId: () => 'id',
    });
    await expect(made).rejects.toMatchObject({ code: 'denied' });
    return waits;
  };

  it('waits ever longer, up to what the caller gives', async () => {
    const gone = new AppError('unavailable', 'Gone.');
    const short = Math.max(...(await attempts(undefined, gone)));
    const long = Math.max(...(await attempts(5000, gone)));
    // With jitter: from half to one and a half.
    expect([short >= 100, short <= 300, long >= 2500, long <= 7500]).toEqual([true, true, true, true]);
  });

  it('gives up at once when it is refused', async () => {
    expect(await attempts(5000, new AppError('denied', 'No.'))).toEqual([]);
  });
});
