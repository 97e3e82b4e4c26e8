import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Connection, connect, findOwner } from '../../electron/host/connect.ts';
import { findHome, makeHome } from '../../electron/host/home.ts';
import { addressOf, takeOwnership } from '../../electron/host/lock.ts';
import { checkNode } from '../../electron/host/program.ts';
import { appStream, type LoggedEvent } from '../../shared/protocol.ts';
import type { Snapshot } from '../../shared/wire.ts';
import { cli } from '../support/command-line.ts';
import { tempFolder } from '../support/temp.ts';

async function client(home: string, options: { deadline?: number; onStaying?(why: string): void } = {}): Promise<Connection> {
  const connection = await connect({ home, client: 'test', keys: {}, ...options });
  onTestFinished(() => connection.close({ now: true }));
  return connection;
}
/** Follows the app's stream and lets a test wait for an event. */
function follow(connection: Connection) {
  const events: LoggedEvent[] = [];
  const snapshots: Snapshot[] = [];
  const waiting = new Set<() => void>();
  const { ready } = connection.subscribe(appStream, {
    onSnapshot: (snapshot) => snapshots.push(snapshot),
    onEvent: (event) => {
      events.push(event);
      for (const look of waiting) look();
    },
  });
  const added = (path: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!events.some((event) => event.type === 'project.added' && event.data.project.path === path)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  return { events, snapshots, ready, added };
}
const daemon = async (home: string) => {
  const process = cli(['daemon', 'run'], { home });
  await process.says('The daemon runs');
  return process;
};

describe('the data folder', () => {
  it('is where the platform keeps such things, unless it is named', () => {
    expect(findHome({ SWITCHYARD_HOME: '/a/b/../c' }, 'linux')).toBe('/a/c');
    expect(findHome({ XDG_DATA_HOME: '/data' }, 'linux')).toBe('/data/switchyard');
    expect(findHome({ XDG_DATA_HOME: 'relative' }, 'linux')).toMatch(/\.local\/share\/switchyard$/);
    expect(findHome({}, 'darwin')).toMatch(/Library\/Application Support\/Switchyard$/);
    expect(findHome({ APPDATA: '/roaming' }, 'win32')).toMatch(/^\/roaming.Switchyard$/);
  });

  it('is refused with a sentence when it is no folder', () => {
    const file = path.join(tempFolder(), 'file');
    expect(() => makeHome(path.join(process.execPath, 'x'))).toThrow(expect.objectContaining({ code: 'denied' }));
    makeHome(file);
    expect(statSync(file).mode & 0o777).toBe(0o700);
  });

  it('is made with every folder above it, for this user alone', () => {
    const above = path.join(tempFolder(), 'one');
    makeHome(path.join(above, 'two', 'three'));
    for (const folder of [above, path.join(above, 'two')]) expect(statSync(folder).mode & 0o777).toBe(0o700);
    makeHome(path.join(above, 'two', 'three'));
  });

  it.runIf(process.platform === 'linux')('is refused at once below a folder that no folder can be made in', async () => {
    for (const home of ['/proc/nope', '/proc/nope/below/it']) {
      const process = cli(['threads', 'list'], { home });
      expect(await process.ended).toBe(2);
      expect(process.err()).toMatch(new RegExp(`The data folder ${home} can not be used: .*SWITCHYARD_HOME`, 's'));
    }
  });

  it('is refused on an old Node', () => {
    expect(() => checkNode({ node: '20.9.0', napi: '9' })).toThrow(/needs Node 24.*20\.9\.0.*Node-API 9/);
    expect(() => checkNode()).not.toThrow();
  });

  it('has an address that fits into a socket, however long its own path is', () => {
    const home = path.join(tempFolder(), 'x'.repeat(120));
    makeHome(home);
    expect(addressOf(home).length).toBeLessThanOrEqual(100);
    expect(statSync(path.dirname(addressOf(home))).mode & 0o777).toBe(0o700);
    expect(addressOf('/short')).toBe('/short/owner.sock');
  });
});

describe('the lock file', () => {
  it.each([
    ['text', (file: string) => writeFileSync(file, 'no database\n'.repeat(1000)), 'is not a lock file', 'remove this file'],
    ['a folder', (file: string) => mkdirSync(file), 'can not be opened', 'that you may write'],
  ])('that is %s is named, with what to do', async (_what, make, message, hint) => {
    const home = tempFolder('home');
    const file = path.join(home, 'owner.lock');
    make(file);
    const process = cli(['threads', 'list'], { home });
    expect(await process.ended).toBe(2);
    for (const text of [file, message, hint]) expect(process.err()).toContain(text);
  });
});

describe('ownership', () => {
  it('belongs to one, is written down for others, and leaves nothing behind', async () => {
    const home = tempFolder('home');
    const first = await client(home);
    expect(first.owner()).toBe(true);
    expect(await takeOwnership(home, { program: 'x', role: 'shell' })).toBeUndefined();
    const note = JSON.parse(readFileSync(path.join(home, 'owner.json'), 'utf8')) as { pid: number };
    expect(note.pid).toBe(process.pid);
    for (const file of ['owner.json', 'owner.sock']) expect(statSync(path.join(home, file)).mode & 0o777).toBe(0o600);
    const second = await client(home);
    expect(second.owner()).toBe(false);
    await second.close();
    await first.close();
    expect(existsSync(path.join(home, 'owner.json'))).toBe(false);
    expect(existsSync(path.join(home, 'owner.sock'))).toBe(false);
    const again = await takeOwnership(home, { program: 'x', role: 'shell' });
    again?.release();
    expect(again).toBeDefined();
  });

  it('stays with its owner until nobody is attached any more, and says so once', async () => {
    const home = tempFolder('home');
    const reasons: string[] = [];
    const staying = Promise.withResolvers<void>();
    const owner = await client(home, {
      onStaying: (why) => {
        reasons.push(why);
        staying.resolve();
      },
    });
    const other = await client(home);
    const closed = owner.close();
    await staying.promise;
    expect((await other.request('project.add', { path: home })).projectId).toBeTruthy();
    await other.close();
    await closed;
    expect(reasons).toHaveLength(1);
  });

  it('passes to an attached client when the owner is killed; nothing is asked twice or missed', async () => {
    const home = tempFolder('home');
    const folders = [tempFolder('a'), tempFolder('b'), tempFolder('c')] as const;
    const killed = await daemon(home);
    const mine = await client(home);
    expect(mine.owner()).toBe(false);
    expect(await findOwner(home)).toMatchObject({ pid: killed.pid, role: 'daemon' });
    const followed = follow(mine);
    await followed.ready;
    const first = await mine.request('project.add', { path: folders[0] }, { commandId: 'command_once' });
    await followed.added(folders[0]);

    const changed = new Promise<void>((resolve) => mine.onOwnerChange(resolve));
    killed.child.kill('SIGKILL');
    const second = mine.request('project.add', { path: folders[1] });
    await changed;
    expect(mine.owner()).toBe(true);
    await second;
    expect(await mine.request('project.add', { path: folders[2] }, { commandId: 'command_once' })).toEqual(first);
    await followed.added(folders[1]);
    expect(followed.snapshots).toHaveLength(1);
    const seqs = followed.events.map(({ seq }) => seq);
    expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b));
    expect(followed.events.filter(({ type }) => type === 'project.added')).toHaveLength(2);
  });

  it('passes to exactly one of several that lost their owner', async () => {
    const home = tempFolder('home');
    const killed = await daemon(home);
    const clients = await Promise.all([client(home), client(home)]);
    const other = cli(['daemon', 'status'], { home });
    await other.ended;
    expect(other.out()).toContain(`process ${killed.pid}`);
    const changed = clients.map((each) => new Promise<void>((resolve) => each.onOwnerChange(resolve)));
    killed.child.kill('SIGKILL');
    await Promise.all(changed);
    expect(clients.filter((each) => each.owner())).toHaveLength(1);
    const projects = await Promise.all(clients.map((each) => each.request('project.add', { path: home })));
    expect(projects[0]).toEqual(projects[1]);
  });

  it('is not waited for longer than the deadline', async () => {
    const home = tempFolder('home');
    const silent = await takeOwnership(home, { program: 'x', role: 'shell' });
    onTestFinished(() => silent?.release());
    await expect(connect({ home, client: 'test', keys: {}, deadline: 200 })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('is in use') as string,
    });
  });
});

describe('switchyard daemon', () => {
  it('runs in the background, tells its state, refuses a second one, and stops', async () => {
    const home = tempFolder('home');
    const none = cli(['daemon', 'status'], { home });
    expect(await none.ended).toBe(1);
    const started = cli(['daemon', '--detach'], { home });
    expect(await started.ended, started.err()).toBe(0);
    const pid = Number(/process (\d+)/.exec(started.err())?.[1]);
    onTestFinished(() => {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has stopped, as it should.
      }
    });
    const status = cli(['daemon', 'status', '--json'], { home });
    expect(await status.ended).toBe(0);
    expect(JSON.parse(status.out())).toMatchObject({ pid, role: 'daemon', working: [] });
    const second = cli(['daemon'], { home });
    expect(await second.ended).toBe(2);
    expect(second.err()).toContain('has an owner already');
    const stop = cli(['daemon', 'stop'], { home });
    expect(await stop.ended).toBe(0);
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(await findOwner(home)).toBeUndefined();
  });
});
