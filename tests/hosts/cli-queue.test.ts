import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { follow } from '../../electron/cli/follow.ts';
import type { Connection } from '../../electron/host/connect.ts';
import type { StreamListener } from '../../shared/client/client.ts';
import type { LoggedEvent } from '../../shared/protocol.ts';
import type { Snapshot } from '../../shared/wire.ts';
import { setUp, shell } from '../support/command-world.ts';

const waits = shell('while [ ! -e go ]; do sleep 0.01; done');

it('a message whose turn comes after one that is interrupted has its turn', async () => {
  const { exec } = await setUp([waits, { text: 'the second' }, { text: 'the third' }]);
  const first = exec(['--profile', 'full-access', 'one']);
  await first.says('$ while');
  const second = exec(['--last', 'two']);
  await second.says('waits until its turn has ended');
  const third = exec(['--last', 'three']);
  await third.says('waits until its turn has ended');
  first.child.kill('SIGINT');
  expect(await second.ended, second.err()).toBe(0);
  expect(await third.ended, third.err()).toBe(0);
  expect(await first.ended, first.err()).toBe(130);
  expect([second.out(), third.out()]).toEqual(['the second\n', 'the third\n']);
});

it('a message whose turn comes after one that fails has its turn', async () => {
  const fails = { fault: { kind: 'status' as const, status: 403, message: 'Not for you.' } };
  const { exec, folder } = await setUp([waits, fails, { text: 'the second' }]);
  const first = exec(['--profile', 'full-access', 'one']);
  await first.says('$ while');
  const second = exec(['--last', 'two']);
  await second.says('waits until its turn has ended');
  writeFileSync(path.join(folder, 'go'), '');
  expect(await second.ended, second.err()).toBe(0);
  expect(second.out()).toBe('the second\n');
  expect(await first.ended, first.err()).toBe(1);
});

/** A thread that is told as a whole, as after a long absence: what was queued is behind the old turn, or its own turn is over. */
function absence(): {
  client: Connection;
  tell(header: object, items?: object[]): void;
  event(type: string, data: object): void;
  asked: string[];
} {
  const asked: string[] = [];
  let listener: StreamListener | undefined;
  let seq = 0;
  const client = {
    request: (name: string) => {
      asked.push(name);
      return Promise.resolve(null);
    },
    subscribe: (_stream: string, given: StreamListener) => {
      listener = given;
      return { ready: Promise.resolve(), stop: () => undefined };
    },
    onOwnerChange: () => undefined,
    owner: () => false,
  } as unknown as Connection;
  const page = (items: object[]): object => ({ items: items.map((item) => ({ seq: (seq += 1), item })), turns: [] });
  return {
    client,
    asked,
    tell: (header, items = []) =>
      listener?.onSnapshot({ stream: 't', seq, header: { queue: [], ...header }, page: page(items) } as unknown as Snapshot),
    event: (type, data) => listener?.onEvent({ seq: (seq += 1), at: 0, stream: 't', type, data } as unknown as LoggedEvent),
  };
}

it('a message that still waits after an absence is not taken for the turn that it waited for', async () => {
  const { client, tell, event, asked } = absence();
  const begin = (): Promise<{ turnId: string; queueId: string }> => Promise.resolve({ turnId: 'old', queueId: 'ours' });
  const code = follow({ client, threadId: 't', json: true, lines: undefined, fresh: false, begin });
  await Promise.resolve();
  const said = { input: { text: { text: 'my words', bytes: 8 } } };
  event('queue.added', { row: { id: 'ours', ...said } });
  await new Promise((resolve) => setImmediate(resolve));
  tell({ queue: [{ id: 'ours', ...said }], lastTurn: { id: 'old', status: 'interrupted' } });
  expect(asked).toEqual(['queue.next']);
  const user = { id: 'i1', type: 'user', turnId: 'new', ...said };
  tell({ lastTurn: { id: 'new', status: 'done' } }, [user]);
  expect(await code).toBe(0);
});
