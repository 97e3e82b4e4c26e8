// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { attachHost } from '../../renderer/connection/host.ts';
import { noticeOf, watchNotices, wordsFor } from '../../renderer/screens/notices.ts';
import { useApp } from '../../renderer/store/app.ts';
import { keep, useUi } from '../../renderer/store/ui.ts';
import type { ThreadStatus, ThreadSummary } from '../../shared/domain/thread.ts';
import { emptyApp } from '../../shared/state/app.ts';

const thread = (id: string, status: ThreadStatus, needs = 0): ThreadSummary => ({
  id,
  projectId: 'p',
  title: `Title of ${id}`,
  cwd: '/p',
  status,
  needs,
  background: 0,
  createdAt: 1,
  updatedAt: 1,
  pinned: false,
  archived: false,
  place: null,
});
const projects = [{ id: 'p', path: '/p', name: 'shop', trusted: true, addedAt: 1 }];
const show = (...threads: ThreadSummary[]): void =>
  useApp.setState({ app: { ...emptyApp, projects, threads: Object.fromEntries(threads.map((each) => [each.id, each])) } });

interface Said {
  name: string;
  params: unknown;
}
let said: Said[] = [];
let stop = (): void => undefined;

beforeEach(() => {
  vi.useFakeTimers();
  said = [];
  vi.spyOn(document, 'hasFocus').mockReturnValue(false);
  const port = {
    close: () => undefined,
    start: () => undefined,
    addEventListener: () => undefined,
    postMessage: (each: Said) => said.push(each),
  };
  attachHost({ port: port as unknown as MessagePort, abilities: ['showNotification', 'setBadge'] }, () => undefined);
  show(thread('a', 'working'), thread('b', 'working'), thread('c', 'working'));
  stop = watchNotices();
});
afterEach(() => {
  stop();
  keep({ notices: true });
  useUi.setState({ place: { screen: 'home' } });
  vi.useRealTimers();
  vi.restoreAllMocks();
});
const told = (): unknown[] => said.filter(({ name }) => name === 'showNotification').map(({ params }) => params);
const badges = (): unknown[] => said.filter(({ name }) => name === 'setBadge').map(({ params }) => (params as { count: number }).count);

describe('notices', () => {
  it('tell once of a thread that needs somebody, with its project and nothing of what it says', () => {
    show(thread('a', 'waiting', 1), thread('b', 'working'), thread('c', 'working'));
    vi.runAllTimers();
    expect(told()).toEqual([{ title: 'Needs you: Title of a', body: 'shop', threadId: 'a' }]);
    show(thread('a', 'waiting', 1), thread('b', 'working'), thread('c', 'working'));
    vi.runAllTimers();
    expect(told()).toHaveLength(1);
    expect(badges()).toEqual([0, 1]);
  });

  it('are gathered for a second; what was answered in between is left out', () => {
    show(thread('a', 'waiting', 1), thread('b', 'waiting', 1), thread('c', 'waiting', 1));
    vi.runAllTimers();
    expect(told()).toEqual([{ title: '3 threads need you', body: 'shop' }]);
    show(thread('a', 'waiting', 2), thread('b', 'failed'), thread('c', 'working'));
    show(thread('a', 'working'), thread('b', 'failed'), thread('c', 'idle'));
    vi.runAllTimers();
    expect(told().at(-1)).toEqual({ title: '1 thread failed, 1 finished', body: 'shop' });
  });

  it('say nothing of the thread that somebody looks at, nor when they are off', () => {
    vi.spyOn(document, 'hasFocus').mockReturnValue(true);
    useUi.setState({ place: { screen: 'thread', threadId: 'a' } });
    show(thread('a', 'idle'), thread('b', 'working'), thread('c', 'interrupted'));
    keep({ notices: false });
    show(thread('a', 'idle'), thread('b', 'idle'), thread('c', 'interrupted'));
    vi.runAllTimers();
    expect(told()).toEqual([]);
  });

  it('know what is news', () => {
    const news = (before: ThreadStatus, now: ThreadStatus) => noticeOf(thread('a', before), thread('a', now));
    expect([news('working', 'waiting'), news('working', 'failed'), news('working', 'idle')]).toEqual(['needs', 'failed', 'finished']);
    expect([
      news('working', 'interrupted'),
      news('idle', 'idle'),
      news('failed', 'failed'),
      noticeOf(undefined, thread('a', 'failed')),
    ]).toEqual([undefined, undefined, undefined, undefined]);
    const long = wordsFor([{ notice: 'needs', thread: { ...thread('a', 'waiting'), title: `\u202e${'x'.repeat(300)}` } }], () => 'shop');
    expect(long?.title).toMatch(/^Needs you: ⟨U\+202E⟩x+$/);
    expect(long?.title).toHaveLength(200);
  });
});
