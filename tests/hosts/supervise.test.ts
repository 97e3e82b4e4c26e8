import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMemoryPair } from '../../electron/host/channels/memory.ts';
import { describeEnd, findNode, startChild } from '../../electron/host/child.ts';
import { connect, findOwner } from '../../electron/host/connect.ts';
import { type RuntimeProcess, supervise } from '../../electron/host/supervise.ts';
import type { RuntimeNews } from '../../shared/host-port.ts';
import { wireVersion } from '../../shared/wire.ts';
import { tempFolder } from '../support/temp.ts';

const program = path.resolve('electron/host/process.ts');

/** A process that only says welcome. */
function fakeProcess(): RuntimeProcess & { end(why: string): void; stopped: boolean } {
  const [near, far] = createMemoryPair();
  const over = Promise.withResolvers<string>();
  far.onMessage((message) => {
    if (message.kind === 'hello') far.send({ kind: 'welcome', version: wireVersion, program: '1', abilities: [] });
  });
  far.onClose(() => over.resolve('let go'));
  const made = {
    channel: near,
    token: 'parent',
    ended: over.promise,
    stopped: false,
    stop: () => {
      made.stopped = true;
      over.resolve('stopped');
    },
    end: over.resolve,
  };
  return made;
}
function newsOf() {
  const told: RuntimeNews[] = [];
  const waiting = new Set<() => void>();
  const onNews = (news: RuntimeNews): void => {
    told.push(news);
    for (const look of waiting) look();
  };
  /** Resolves once it has been said so often. */
  const says = (state: RuntimeNews['state'], times = 1): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (told.filter((news) => news.state === state).length >= times) resolve();
      };
      waiting.add(look);
      look();
    });
  return { told, onNews, says };
}

describe('the supervisor of the runtime process', () => {
  it('starts it again with longer and longer pauses, and says all of it', async () => {
    const { told, onNews, says } = newsOf();
    const made: ReturnType<typeof fakeProcess>[] = [];
    const start = (): RuntimeProcess => {
      const next = fakeProcess();
      made.push(next);
      return next;
    };
    const supervisor = supervise({ home: tempFolder('home'), start, onNews, firstPause: 1 });
    for (let n = 1; n <= 4; n += 1) {
      await says('up', n);
      made[n - 1]?.end('It broke.');
      await says('down', n);
    }
    await says('up', 5);
    expect(told.filter(({ state }) => state === 'down')).toEqual(
      [1, 2, 4, 8].map((inMs, n) => ({ kind: 'runtime', state: 'down', attempt: n + 1, inMs, reason: 'It broke.' })),
    );
    expect(supervisor.news()).toEqual({ kind: 'runtime', state: 'up' });
    await supervisor.close();
    expect(made).toHaveLength(5);
    expect(made.at(-1)?.stopped).toBe(false);
  });

  it('says why it can not be started, and goes on trying', async () => {
    const { told, onNews, says } = newsOf();
    const start = (): RuntimeProcess => {
      if (told.length < 4) throw new Error('No Node here.');
      return fakeProcess();
    };
    const supervisor = supervise({ home: tempFolder('home'), start, onNews, firstPause: 1 });
    await says('up');
    expect(told).toContainEqual({ kind: 'runtime', state: 'down', attempt: 1, inMs: 1, reason: 'No Node here.' });
    await supervisor.close();
  });

  it('does not wait out a pause when it is closed or asked to try now', async () => {
    const { onNews, says } = newsOf();
    let healthy = false;
    const start = (): RuntimeProcess => {
      if (!healthy) throw new Error('Not yet.');
      return fakeProcess();
    };
    const supervisor = supervise({ home: tempFolder('home'), start, onNews, firstPause: 25_000 });
    await says('down');
    healthy = true;
    supervisor.retry();
    await says('up');
    await supervisor.close();
    healthy = false;
    const other = supervise({ home: tempFolder('home'), start, onNews, firstPause: 25_000 });
    await says('down', 2);
    await other.close();
    expect(supervisor.news()).toEqual({ kind: 'runtime', state: 'up' });
  });

  it('rejects what is asked while nobody is there or when it goes away', async () => {
    const { onNews, says } = newsOf();
    const only = fakeProcess();
    const supervisor = supervise({ home: tempFolder('home'), start: () => only, onNews, firstPause: 25_000 });
    await expect(supervisor.request('settings.read', {})).rejects.toMatchObject({ code: 'unavailable' });
    await says('up');
    const asked = supervisor.request('settings.read', {});
    only.end('It broke.');
    await expect(asked).rejects.toMatchObject({ code: 'unavailable', message: 'It broke.' });
    await supervisor.close();
  });

  it('starts a real one, starts it again after kill -9, and lets it go', async () => {
    const home = tempFolder('home');
    const { told, onNews, says } = newsOf();
    const start = (): RuntimeProcess => startChild({ node: process.execPath, home, program });
    const supervisor = supervise({ home, start, onNews, firstPause: 10 });
    onTestFinished(() => supervisor.close({ now: true }));
    await says('up');
    expect(supervisor.own()).toBe(true);
    expect((await supervisor.request('health.read', {})).home).toBe(home);
    const first = await findOwner(home);
    process.kill(first?.pid ?? 0, 'SIGKILL');
    await says('up', 2);
    expect(told).toContainEqual(expect.objectContaining({ state: 'down', reason: 'The runtime was ended by SIGKILL.' }));
    const second = await findOwner(home);
    expect(second?.pid).not.toBe(first?.pid);
    expect(second?.role).toBe('window');
    await supervisor.close();
    expect(await findOwner(home)).toBeUndefined();
  });

  it('lets a process that is attached to keep going, and ends it when told', async () => {
    const home = tempFolder('home');
    const { onNews, says } = newsOf();
    const start = (): RuntimeProcess => startChild({ node: process.execPath, home, program });
    const first = supervise({ home, start, onNews });
    await says('up');
    const other = await connect({ home, client: 'other', keys: {} });
    let gone = false;
    const closing = first.close().then(() => {
      gone = true;
    });
    expect((await other.request('health.read', {})).home).toBe(home);
    expect(gone).toBe(false);
    await other.close();
    await closing;

    const second = supervise({ home, start, onNews });
    await says('up', 2);
    const again = await connect({ home, client: 'other', keys: {} });
    const { pid } = (await findOwner(home)) ?? {};
    await second.close({ now: true });
    // Whoever was attached becomes the owner.
    await expect.poll(async () => (await findOwner(home))?.pid).toBe(process.pid);
    expect(pid).not.toBe(process.pid);
    await again.close({ now: true });
  });

  it('watches another owner instead of starting one, and takes over when that ends', async () => {
    const home = tempFolder('home');
    const { told, onNews, says } = newsOf();
    const daemon = await connect({ home, client: 'daemon', keys: {}, role: 'daemon' });
    const made: RuntimeProcess[] = [];
    const start = (): RuntimeProcess => {
      const child = startChild({ node: process.execPath, home, program });
      made.push(child);
      return child;
    };
    const supervisor = supervise({ home, start, onNews, firstPause: 10 });
    onTestFinished(() => supervisor.close({ now: true }));
    await says('up');
    expect([made.length, supervisor.own()]).toEqual([0, false]);
    await daemon.close({ now: true });
    await says('up', 2);
    expect([made.length, supervisor.own()]).toEqual([1, true]);
    expect(told).toContainEqual(expect.objectContaining({ reason: 'The daemon that owned the data folder has ended.' }));
  });
});

describe('the child', () => {
  it('is run by the Node that is named, or the pinned one', () => {
    expect(findNode({ SWITCHYARD_NODE: '/opt/node' })).toBe('/opt/node');
  });

  it('ends with a sentence that says how, and its last words', () => {
    expect(describeEnd(null, 'SIGKILL', '')).toBe('The runtime was ended by SIGKILL.');
    expect(describeEnd(1, null, 'first\nThe disk is full.\n')).toBe('The runtime ended with code 1: The disk is full.');
  });

  it('says that its program could not be started', async () => {
    const child = startChild({ node: '/nowhere/node', home: tempFolder('home'), program });
    expect(await child.ended).toContain('could not be started');
  });
});
