// @vitest-environment jsdom
import { act, cleanup, render, waitFor } from '@testing-library/react';
import { createElement, Profiler, type ReactNode } from 'react';
import { afterEach, expect, it, vi } from 'vitest';
import { showLive } from '../../renderer/connection/live.ts';
import { Thread } from '../../renderer/screens/thread/thread.tsx';
import { useApp } from '../../renderer/store/app.ts';
import { type ThreadView, useThreads } from '../../renderer/store/threads.ts';
import { keep, useUi } from '../../renderer/store/ui.ts';
import type { ThreadSummary } from '../../shared/domain/thread.ts';
import { call, openTurn, page, text, user } from './thread-items.ts';

/** How often each part of the screen was drawn: once for each time that anything in it was. */
const { drawn, counted } = vi.hoisted(() => {
  const counts = new Map<string, number>();
  const count = (id: string): void => void counts.set(id, (counts.get(id) ?? 0) + 1);
  return { drawn: counts, counted: count };
});
/** The real module, one of its components under a counter. */
async function under(id: string, name: string, real: () => Promise<object>): Promise<object> {
  const module = (await real()) as Record<string, (props: object) => ReactNode>;
  const Part = module[name] as (props: object) => ReactNode;
  return { ...module, [name]: (props: object) => createElement(Profiler, { id, onRender: counted }, createElement(Part, props)) };
}
vi.mock('../../renderer/connection/connection.ts', () => ({
  request: async (name: string) => {
    if (name !== 'thread.changes') return { paths: [], more: false };
    const diff = '--- a/greet.txt\n+++ b/greet.txt\n@@ -1 +1 @@\n-Helo\n+Hello\n';
    const detail = { diff: { text: diff, bytes: diff.length }, files: [{ path: 'greet.txt', kind: 'changed', added: 1, removed: 1 }] };
    return { items: page(call('p', 'apply_patch', { detail } as never)) };
  },
  followThread: () => () => undefined,
  loadOlder: vi.fn(),
}));
vi.mock('../../renderer/screens/thread/composer/composer.tsx', (real) => under('composer', 'Composer', real));
vi.mock('../../renderer/screens/thread/dock/dock.tsx', (real) => under('dock', 'Dock', real));
vi.mock('../../renderer/screens/thread/drawer.tsx', (real) => under('drawer', 'Drawer', real));
vi.mock('../../renderer/screens/thread/header.tsx', (real) => under('header', 'ThreadHeader', real));
vi.mock('../../renderer/parts/diff.tsx', (real) => under('diff', 'Diff', real));
vi.mock('../../renderer/screens/thread/transcript/transcript.tsx', (real) => under('transcript', 'Transcript', real));

// jsdom lays nothing out.
Element.prototype.scrollIntoView = () => {};
Element.prototype.scrollTo = () => {};
window.innerWidth = 1600;
vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }));
vi.stubGlobal(
  'ResizeObserver',
  class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  },
);
vi.stubGlobal(
  'IntersectionObserver',
  class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  },
);

const summary = (id: string, more: Partial<ThreadSummary> = {}): ThreadSummary =>
  ({
    id,
    projectId: 'p',
    title: `Thread ${id}`,
    cwd: '/p',
    status: 'working',
    needs: 0,
    background: 0,
    createdAt: 1,
    updatedAt: 1,
    ...more,
  }) as ThreadSummary;
const view = (): ThreadView =>
  ({
    loadingOlder: false,
    state: {
      header: { ...summary('t'), provider: 'openai', model: 'gpt-5.5', profile: 'workspace', queue: [], commands: [], turn: openTurn() },
      items: page(user('u'), call('p', 'apply_patch'), text('a')),
      turns: [],
    },
  }) as unknown as ThreadView;
const parts = ['composer', 'dock', 'drawer', 'header', 'diff'];

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

it('draws nothing but the transcript for 200 pieces of an answer, nothing at all for what happens elsewhere, and no diff for another call', async () => {
  const project = { id: 'p', path: '/p', name: 'P', trusted: true, addedAt: 1 };
  useApp.setState({
    ready: true,
    app: { ...useApp.getState().app, projects: [project], threads: { t: summary('t'), other: summary('other') } },
  });
  useUi.setState({ place: { screen: 'thread', threadId: 't' } });
  keep({ dock: { open: true, width: 420, tab: 'changes' }, drawer: { open: true, height: 200 } });
  useThreads.setState({ t: view() });
  const { findByText } = render(<Thread />);
  await findByText('greet.txt');
  await waitFor(() => expect(parts.filter((part) => !drawn.has(part))).toEqual([]));
  await act(async () => undefined);

  drawn.clear();
  vi.useFakeTimers();
  for (let n = 1; n <= 200; n += 1) {
    act(() => {
      showLive('t', { requestId: 'r', text: 'word '.repeat(n), reasoning: '' });
      vi.advanceTimersByTime(17);
    });
  }
  act(() => void vi.advanceTimersByTime(40));
  const { transcript, ...others } = Object.fromEntries(drawn);
  // Shown some thirty times a second, however often it comes.
  expect(transcript).toBeGreaterThan(50);
  expect(transcript).toBeLessThanOrEqual(202);
  expect(others).toEqual({});

  drawn.clear();
  for (let n = 1; n <= 200; n += 1) {
    act(() => {
      useApp.setState(({ app }) => ({
        app: { ...app, threads: { ...app.threads, other: summary('other', { updatedAt: n, title: `Title ${n}` }) } },
      }));
      useThreads.setState({ other: { ...view(), live: { requestId: 'x', text: 'word '.repeat(n), reasoning: '' } } });
      keep({ seen: { other: n } });
    });
  }
  expect(Object.fromEntries(drawn)).toEqual({});

  // Calls that change no file, and what they cost.
  drawn.clear();
  for (let n = 1; n <= 50; n += 1) {
    const { state } = useThreads.getState()['t'] ?? {};
    if (!state) throw new Error('no thread');
    const next = { ...state, header: { ...state.header, seq: n }, items: [...state.items, ...page(call(`s${n}`, 'shell'))] };
    act(() => useThreads.setState({ t: { loadingOlder: false, state: next } }));
  }
  expect(Object.fromEntries(drawn)).toEqual({ transcript: 50 });
});
