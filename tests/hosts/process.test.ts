import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createStdioChannel } from '../../electron/host/channels/stdio.ts';
import { connect } from '../../electron/host/connect.ts';
import { type Message, wireVersion } from '../../shared/wire.ts';
import { cli } from '../support/command-line.ts';
import { fakeModel } from '../support/fake-model.ts';
import { tempFolder } from '../support/temp.ts';

const entry = path.resolve(import.meta.dirname, '../../electron/host/process.ts');

/** The runtime process as the desktop starts it, and the answers of its channel. */
function startProcess(home: string) {
  const child = spawn(process.execPath, [entry], { env: { ...process.env, SWITCHYARD_HOME: home }, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  onTestFinished(() => void child.kill('SIGKILL'));
  const channel = createStdioChannel(child.stdout, child.stdin);
  const got: Message[] = [];
  const waiting = new Set<() => void>();
  channel.onMessage((message) => {
    got.push(message);
    for (const look of waiting) look();
  });
  const next = (kind: Message['kind']): Promise<Message> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = got.find((message) => message.kind === kind);
        if (!found) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  channel.send({ kind: 'hello', version: wireVersion, token: 'parent', client: 'window', abilities: [], keys: {} });
  return { channel, next, ended };
}

describe('the runtime process', () => {
  it('serves its parent over standard input and output and others over the socket, and ends with its parent', async () => {
    const home = tempFolder('home');
    const { channel, next, ended } = startProcess(home);
    await next('welcome');
    const other = await connect({ home, client: 'test', keys: {} });
    expect(other.owner()).toBe(false);
    channel.send({ kind: 'request', id: 1, name: 'project.add', params: { path: home } });
    expect(await next('reply')).toMatchObject({ value: { projectId: expect.any(String) as string } });
    channel.close();
    // It stays for whoever is attached.
    expect((await other.request('thread.list', {})).threads).toEqual([]);
    await other.close();
    expect(await ended).toBe(0);
  });

  it('passes everything on when a daemon owns the folder', async () => {
    const home = tempFolder('home');
    const daemon = cli(['daemon'], { home });
    await daemon.says('The daemon runs');
    const { channel, next, ended } = startProcess(home);
    await next('welcome');
    channel.send({ kind: 'request', id: 1, name: 'project.add', params: { path: home } });
    expect(await next('reply')).toMatchObject({ value: { projectId: expect.any(String) as string } });
    daemon.child.kill('SIGKILL');
    expect(await ended).toBe(0);
  });
});

describe('the output of a running command', () => {
  it('reaches an attached client live, and goes on where it was under the next owner', async () => {
    const home = tempFolder('home');
    const folder = tempFolder('project');
    const command = 'printf one; while [ ! -e go ]; do sleep 0.01; done; printf two; while [ ! -e stop ]; do sleep 0.01; done';
    const model = await fakeModel({ script: [{ calls: [{ name: 'shell', args: { command } }] }, { text: 'done' }] });
    onTestFinished(() => model.close());
    const daemon = cli(['daemon'], { home });
    await daemon.says('The daemon runs');
    const client = await connect({ home, client: 'test', keys: { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'x' } });
    onTestFinished(() => client.close({ now: true }));
    const { projectId } = await client.request('project.add', { path: folder });
    const { threadId } = await client.request('thread.start', { projectId, profile: 'full-access' });
    const call = Promise.withResolvers<string>();
    client.subscribe(threadId, {
      onSnapshot: () => undefined,
      onEvent: (event) => {
        if (event.type === 'item.added' && event.data.item.type === 'call') call.resolve(event.data.item.id);
      },
    });
    await client.request('turn.send', { threadId, input: { text: { text: 'go', bytes: 2 } } });
    const id = await call.promise;
    const ended = Promise.withResolvers<void>();
    let text = '';
    let wake = (): void => undefined;
    await client.openOutput(
      { threadId, id },
      (bytes) => {
        text += Buffer.from(bytes).toString();
        wake();
      },
      ended.resolve,
    );
    const shows = (wanted: string): Promise<void> =>
      new Promise((resolve) => {
        wake = () => {
          if (text === wanted) resolve();
        };
        wake();
      });
    await shows('one');
    writeFileSync(path.join(folder, 'go'), '');
    await shows('onetwo');
    // The next owner kills the command; what it printed is told to the end, and not twice.
    daemon.child.kill('SIGKILL');
    await ended.promise;
    expect(text).toBe('onetwo');
    await expect(
      client.openOutput(
        { threadId, id: 'item_none' },
        () => undefined,
        () => undefined,
      ),
    ).rejects.toMatchObject({ code: 'missing' });
  });
});
