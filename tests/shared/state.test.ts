import { expect, it } from 'vitest';
import { addTokens, noTokens, priceOf } from '../../shared/domain/money.ts';
import { AppError, errorCodes, fromErrorData, toErrorData } from '../../shared/errors.ts';
import { audienceOf, isRequestName, type LoggedEvent, protocol } from '../../shared/protocol.ts';
import { emptyApp, reduceApp } from '../../shared/state/app.ts';
import { reduceHeader } from '../../shared/state/header.ts';
import { reduceItem } from '../../shared/state/item.ts';
import { summaryOf } from '../../shared/state/summary.ts';
import { reduceThread } from '../../shared/state/thread.ts';
import { upcast } from '../../shared/state/upcast.ts';

let seq = 0;
const event = (stream: string, type: string, data: unknown): LoggedEvent =>
  ({ seq: (seq += 1), stream, type, at: 1000 + seq, data }) as LoggedEvent;
const started = (id = 't1'): LoggedEvent =>
  event(id, 'thread.started', { thread: { id, projectId: 'p1', title: 'T', cwd: '/a', provider: 'x', model: 'm', profile: 'workspace' } });
const unknown = ['goal.met', 'toString', 'constructor', '__proto__', 'hasOwnProperty', 'turn.send', 'text.streamed'];

it('takes no notice of unknown events, of requests and of deltas, and gives back the very same state', () => {
  const header = reduceHeader(undefined, started());
  const app = reduceApp(emptyApp, started());
  const state = header && { header, items: [], turns: [] };
  for (const type of unknown) {
    const odd = event('t1', type, { itemId: 'x', turnId: 'y' });
    expect(reduceHeader(header, odd), type).toBe(header);
    expect(reduceApp(app, odd), type).toBe(app);
    expect(state && reduceThread(state, odd), type).toBe(state);
    expect(upcast(odd), type).toEqual(odd);
    expect(audienceOf(type), type).toBeUndefined();
  }
  expect(unknown.filter((name) => isRequestName(name))).toEqual(['turn.send']);
});

it('knows what every event of the table does, and changes nothing for the events of another thread', () => {
  const header = reduceHeader(undefined, started('t1'));
  const data = {
    turnId: 'x',
    itemId: 'x',
    item: { id: 'x', type: 'call', call: 'x', status: 'open' },
    usage: { tokens: noTokens, requestId: 'r', turnId: 'x' },
    row: { id: 'q' },
  };
  for (const [type, row] of Object.entries(protocol)) {
    if (row.kind !== 'event') continue;
    const full = { ...data, thread: { id: 't2' }, project: { id: 'p' }, plan: { steps: [] } };
    expect(() => reduceApp(emptyApp, event('t2', type, full)), type).not.toThrow();
    const after = type === 'thread.started' ? header : reduceHeader(header, event('t2', type, full));
    expect(after, type).toBe(header);
  }
});

it('gives the state as it was before an event to whoever still holds it', () => {
  const header = reduceHeader(undefined, started());
  const before = structuredClone(header);
  const run = [
    event('t1', 'turn.started', { turnId: 'u1' }),
    event('t1', 'queue.added', { row: { id: 'q1', input: { text: { text: 'x', bytes: 1 } }, at: 1 } }),
    event('t1', 'background.started', { id: 'c1', command: 'x', startedAt: 1 }),
    event('t1', 'turn.ended', { turnId: 'u1', status: 'done' }),
  ];
  expect(run.reduce(reduceHeader, header)).toMatchObject({ queue: [{ id: 'q1' }], background: 1, lastTurn: { id: 'u1', status: 'done' } });
  expect(header).toEqual(before);
  expect(header && summaryOf(header)).not.toHaveProperty('queue');
});

it('moves a project before another, to the end, and nowhere when it is not there', () => {
  const add = (id: string): LoggedEvent =>
    event('app', 'project.added', { project: { id, path: `/${id}`, name: id, trusted: false, addedAt: 1 } });
  const app = [add('a'), add('b'), add('c')].reduce(reduceApp, emptyApp);
  const order = (data: object): string =>
    reduceApp(app, event('app', 'project.moved', data))
      .projects.map(({ id }) => id)
      .join('');
  expect(order({ projectId: 'c', before: 'a' })).toBe('cab');
  expect(order({ projectId: 'a' })).toBe('bca');
  expect(order({ projectId: 'a', before: 'gone' })).toBe('bca');
  expect(order({ projectId: 'gone', before: 'a' })).toBe('abc');
});

it('charges cached input at its own rate [COST-1]', () => {
  const price = { input: 125, cached: 12.5, output: 750 };
  expect(priceOf({ input: 1_000_000, cached: 0, output: 0, reasoning: 0 }, price)).toBe(125);
  expect(priceOf({ input: 1_000_000, cached: 1_000_000, output: 0, reasoning: 0 }, price)).toBe(12.5);
  // Reasoning is a part of the output and is not paid for twice.
  expect(priceOf({ input: 0, cached: 0, output: 1_000_000, reasoning: 900_000 }, price)).toBe(750);
  expect(addTokens({ input: 1, cached: 2, output: 3, reasoning: 4 }, { input: 10, cached: 20, output: 30, reasoning: 40 })).toEqual({
    input: 11,
    cached: 22,
    output: 33,
    reasoning: 44,
  });
});

it('carries an error over a wire and back, and calls what is none a defect', () => {
  const error = new AppError('unavailable', 'Later.', { hint: 'Wait.', data: { a: 1 }, retryAt: 5, cause: new Error('inner') });
  const data = toErrorData(error);
  expect(data).toEqual({ code: 'unavailable', message: 'Later.', hint: 'Wait.', data: { a: 1 }, retryAt: 5 });
  expect(toErrorData(fromErrorData(JSON.parse(JSON.stringify(data)) as typeof data))).toEqual(data);
  expect(toErrorData(new TypeError('x is undefined'))).toEqual({ code: 'broken', message: 'x is undefined' });
  expect(toErrorData('words')).toEqual({ code: 'broken', message: 'words' });
  expect(Object.keys(errorCodes)).toHaveLength(8);
});

it('changes an item once, by the event that is meant for its kind', () => {
  const call = {
    type: 'call',
    id: 'x',
    turnId: 'u',
    at: 1,
    callId: 'c',
    tool: 'shell',
    args: { text: '', bytes: 0 },
    title: 'x',
    status: 'open',
  } as const;
  const finished = event('t1', 'call.finished', { itemId: 'x', status: 'done', output: { text: 'out', bytes: 3 } });
  expect(reduceItem(call, finished)).toEqual({ ...call, status: 'done', output: { text: 'out', bytes: 3 }, endedAt: finished.at });
  expect(reduceItem(call, event('t1', 'approval.closed', { itemId: 'x', status: 'granted' }))).toBe(call);
});
