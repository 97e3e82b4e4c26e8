// @vitest-environment jsdom
import { afterEach, expect, it, vi } from 'vitest';
import { createMemoryPair } from '../../electron/host/channels/memory.ts';
import { connect, followThread } from '../../renderer/connection/connection.ts';
import { useThreads } from '../../renderer/store/threads.ts';
import type { LoggedEvent } from '../../shared/protocol.ts';
import { emptyApp } from '../../shared/state/app.ts';
import type { LiveAnswer } from '../../shared/state/live.ts';
import type { Channel, Message } from '../../shared/wire.ts';

const links: (() => Promise<Channel>)[] = [];
vi.mock('../../renderer/connection/link.ts', () => ({
  longestWait: () => 1,
  openLink: async () => ({ channel: await links[0]?.(), token: '', owner: false }),
}));

/** An owner with one thread, whose answer is streaming. */
const owner = { live: undefined as LiveAnswer | undefined, seq: 5, since: [] as LoggedEvent[], asked: [] as Message[] };
let far: Channel;
const say = (message: Message): void => far.send(message);
links.push(async () => {
  const [near, other] = createMemoryPair();
  far = other;
  far.onClose(() => undefined);
  far.onMessage((message) => {
    if (message.kind === 'hello') return say({ kind: 'welcome', version: 1, program: 'test', abilities: [] });
    owner.asked.push(message);
    if (message.kind === 'request') return say({ kind: 'reply', id: message.id, value: { entries: {} } });
    if (message.kind !== 'subscribe') return;
    const { id, stream, after } = message;
    const { seq, since, live } = owner;
    const page = { items: [], turns: [] };
    const header = { id: stream, queue: [], seq } as object;
    const state = stream === 'app' ? { snapshot: { stream, seq, app: emptyApp } } : { snapshot: { stream, seq, header, page } };
    const first = after === undefined ? state : { since: stream === 'app' ? [] : since, seq };
    say({ kind: 'reply', id, value: { ...first, ...(live && stream !== 'app' ? { live } : {}) } });
  });
  return near;
});
const piece = (text: string, at: number, part: 'text' | 'reasoning' = 'text', requestId = 'r1'): void =>
  say({ kind: 'delta', delta: { type: 'text.streamed', data: { threadId: 't', requestId, part, text, at } } });
const event = (type: string): LoggedEvent =>
  ({ seq: (owner.seq += 1), at: 0, stream: 't', type, data: { turnId: 't1', status: 'interrupted' } }) as unknown as LoggedEvent;
const live = (): LiveAnswer | undefined => useThreads.getState()['t']?.live;
const asksOfThread = (): number => owner.asked.filter((message) => message.kind === 'subscribe' && message.stream === 't').length;

let leave = (): void => undefined;
afterEach(() => leave());

it('shows all that has streamed when it joins, and nothing twice, nothing void and no hole after that [PRJ-5]', async () => {
  void connect();
  owner.live = { requestId: 'r1', reasoning: 'I think. ', text: 'Once upon ' };
  leave = followThread('t');
  const shown: (string | undefined)[] = [];
  useThreads.subscribe((threads) => shown.push(threads['t']?.live?.text));
  await vi.waitFor(() => expect(live()).toEqual(owner.live));
  expect(shown.filter((text) => text !== undefined && text !== 'Once upon ')).toEqual([]);
  piece('a time ', 10);
  // A piece that it has already, as one that was on its way when it joined.
  piece('upon a ', 5);
  piece('time', 12);
  await vi.waitFor(() => expect(live()).toEqual({ ...owner.live, text: 'Once upon a time' }));

  // A piece is left out: it asks for what has streamed.
  owner.live = { ...owner.live, text: 'Once upon a time there was a' };
  const asks = asksOfThread();
  piece(' a', 26);
  await vi.waitFor(() => expect(live()).toEqual(owner.live));
  expect(asksOfThread()).toBe(asks + 1);

  // The link is lost, and more streams meanwhile.
  owner.live = { ...owner.live, text: 'Once upon a time there was a princess' };
  far.close();
  await vi.waitFor(() => expect(live()).toEqual(owner.live));

  // The attempt failed: what streamed of it is void, and stays so after the next reconnection.
  say({ kind: 'event', event: event('request.retried') });
  owner.live = undefined;
  await vi.waitFor(() => expect(live()).toBeUndefined());
  far.close();
  await vi.waitFor(() => expect(asksOfThread()).toBe(asks + 3));
  piece('Anew', 0, 'text', 'r2');
  await vi.waitFor(() => expect(live()).toEqual({ requestId: 'r2', reasoning: '', text: 'Anew' }));

  // While it was away the answer broke off and another one began.
  owner.since = [event('turn.ended')];
  owner.live = { requestId: 'r3', reasoning: 'Hm', text: '' };
  far.close();
  await vi.waitFor(() => expect(live()).toEqual(owner.live));
  expect(shown.filter((text) => text !== undefined && !'Once upon a time there was a princess'.startsWith(text))).toEqual(['Anew']);
});
