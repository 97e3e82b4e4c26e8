import { expect, it } from 'vitest';
import type { CallItem } from '../../shared/domain/item.ts';
import type { SentRequest, Step } from '../support/fake-model.ts';
import { processesWith } from '../support/processes.ts';
import { conversation, lastSaid } from '../support/sent.ts';
import { type Client, type Started, start } from '../support/start.ts';

const fine = (app: Started): void => {
  expect(app.model.violations).toEqual([]);
  expect(app.notes).toEqual([]);
};
const calls = (client: Client): CallItem[] => client.state().items.flatMap(({ item }) => (item.type === 'call' ? [item] : []));
/** The id that the model was told for its background command. */
const idIn = (request: SentRequest): string => {
  const told = conversation(request).find(({ text }) => text.includes('Running in the background'))?.text ?? '';
  return /id (\S+?)\. /.exec(told)?.[1] ?? '';
};
const background = (command: string): Step => ({ calls: [{ name: 'shell', args: { command, background: true } }] });

it('runs a command behind the turn: read, written to, ended, and its end recorded [AGT-2]', async () => {
  const app = await start({
    script: (request): Step => {
      const id = request.n > 0 ? idIn(request) : '';
      const use = (name: string, args: object): Step => ({ calls: [{ name, args: { id, ...args } }] });
      const steps = [
        background('echo ready; while read -r line; do echo "got $line"; [ "$line" = end ] && exit 7; done'),
        use('shell_output', {}),
        use('shell_input', { text: 'hello\n' }),
        use('shell_output', { from: 6, wait_ms: 5000 }),
        use('shell_input', { text: 'end\n' }),
        { text: 'Started it.' },
        { text: 'Bye.' },
      ];
      return steps[request.n] ?? {};
    },
  });
  const threadId = await app.thread();
  const client = app.client(threadId);
  await app.send(threadId, 'serve');
  const { data } = await client.next('background.started');
  expect(data.command).toContain('read -r line');
  expect((await client.ended()).data.status).toBe('done');
  expect(lastSaid(app.model.requests[2], 1)[0]?.text).toContain('ready');
  expect(lastSaid(app.model.requests[4], 1)[0]?.text).toContain('got hello');
  const end = await client.next('background.ended');
  expect(end.data).toMatchObject({ id: data.id, exit: 7 });
  expect(end.data.output.text).toContain('got end');
  await app.runtime.settled();
  expect(client.state().header).toMatchObject({ background: 0, commands: [] });
  expect(app.runtime.busy()).toBe(false);
  const text = await app.request('item.read', { threadId, itemId: data.id });
  expect(text.text).toBe('ready\ngot hello\ngot end\n');
  fine(app);
});

it('stops it when told, and by its own thread only [AGT-2]', async () => {
  const mark = `sleep 2${process.pid % 1000}.1`;
  let id = '';
  const app = await start({
    script: (request): Step => {
      id ||= request.n > 0 ? idIn(request) : '';
      const steps = [
        background(`${mark} & ${mark}`),
        { text: 'Started.' },
        {
          calls: [
            { name: 'shell_stop', args: { id } },
            { name: 'shell_output', args: { id } },
          ],
        },
        { text: 'I can not.' },
        { calls: [{ name: 'shell_stop', args: { id } }] },
        { text: 'Stopped.' },
      ];
      return steps[request.n] ?? {};
    },
  });
  const threadId = await app.thread();
  const client = app.client(threadId);
  await app.send(threadId, 'start');
  await client.ended();
  expect(processesWith(mark).length).toBeGreaterThan(0);
  expect(client.state().header).toMatchObject({ background: 1 });
  await expect(app.request('thread.delete', { threadId })).rejects.toMatchObject({ code: 'conflict' });
  await expect(app.request('thread.archive', { threadId, archived: true })).rejects.toMatchObject({ code: 'conflict' });
  await expect(app.request('project.remove', { projectId: app.projectId })).rejects.toMatchObject({ code: 'conflict' });

  const other = await app.thread();
  const otherClient = app.client(other);
  await app.send(other, 'stop that of the other');
  await otherClient.ended();
  expect(calls(otherClient).map((call) => call.status)).toEqual(['failed', 'failed']);
  expect(processesWith(mark).length).toBeGreaterThan(0);

  await app.send(threadId, 'stop');
  await client.ended();
  await client.next('background.ended');
  expect(processesWith(mark)).toEqual([]);
  expect(client.state().header).toMatchObject({ background: 0 });
  fine(app);
});

it('ends with the program, and the log knows it [AGT-2] [AGT-7]', async () => {
  const mark = `sleep 3${process.pid % 1000}.2`;
  const app = await start({ script: [background(`echo on; ${mark}`), { text: 'Started.' }] });
  const threadId = await app.thread();
  const client = app.client(threadId);
  await app.send(threadId, 'start');
  await client.ended();
  expect(app.runtime.busy()).toBe(true);
  const again = await app.restart();
  expect(processesWith(mark)).toEqual([]);
  const { header } = again.client(threadId).state();
  expect(header).toMatchObject({ background: 0, commands: [], status: 'idle' });
  const end = again.ports.log.events(0, { stream: threadId }).find((event) => event.type === 'background.ended');
  expect(end?.data).toMatchObject({ output: { text: 'on' } });
  fine(app);
});

it('goes on when its turn is interrupted [AGT-2] [AGT-4]', async () => {
  const mark = `sleep 4${process.pid % 1000}.3`;
  const app = await start({ script: [background(mark), { fault: 'hang-before' }] });
  const threadId = await app.thread();
  const client = app.client(threadId);
  await app.send(threadId, 'start');
  await app.model.request(1);
  await app.request('turn.interrupt', { threadId });
  await client.ended();
  expect(client.state().header).toMatchObject({ status: 'interrupted', background: 1 });
  expect(processesWith(mark).length).toBeGreaterThan(0);
  fine(app);
});
