// @vitest-environment jsdom
import { act, cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Thread } from '../../renderer/screens/thread/thread.tsx';
import { type ThreadView, useThreads } from '../../renderer/store/threads.ts';
import { draft, useUi } from '../../renderer/store/ui.ts';
import { AppError } from '../../shared/errors.ts';

const { drawn, counted } = vi.hoisted(() => {
  const counts = new Map<string, number>();
  const count = (name: string) => (): null => {
    counts.set(name, (counts.get(name) ?? 0) + 1);
    return null;
  };
  return { drawn: counts, counted: count };
});
vi.mock('../../renderer/connection/connection.ts', () => ({ request: vi.fn(), followThread: () => () => undefined, loadOlder: vi.fn() }));
vi.mock('../../renderer/screens/thread/composer/composer.tsx', () => ({ Composer: counted('composer') }));
vi.mock('../../renderer/screens/thread/dock/dock.tsx', () => ({ Dock: counted('dock') }));
vi.mock('../../renderer/screens/thread/drawer.tsx', () => ({ Drawer: counted('drawer') }));
vi.mock('../../renderer/screens/thread/header.tsx', () => ({ ThreadHeader: counted('header') }));
vi.mock('../../renderer/screens/thread/find-bar.tsx', () => ({ FindBar: counted('find') }));
vi.mock('../../renderer/screens/thread/transcript/transcript.tsx', () => ({ Transcript: counted('transcript') }));

const state = { header: {}, items: [], turns: [] } as unknown as NonNullable<ThreadView['state']>;
const set = (view: ThreadView): void => act(() => useThreads.setState({ t: view }));

beforeEach(() => {
  drawn.clear();
  useUi.setState({ place: { screen: 'thread', threadId: 't' }, drafts: {} });
  useThreads.setState({ t: { state, loadingOlder: false } });
});
afterEach(cleanup);

it('draws nothing but the transcript again while an answer streams', () => {
  render(<Thread />);
  const before = new Map(drawn);
  for (const text of ['a', 'ab', 'abc']) set({ state, loadingOlder: false, live: { requestId: 'r', text, reasoning: '' } });
  expect(drawn.get('transcript')).toBe((before.get('transcript') ?? 0) + 3);
  for (const name of ['composer', 'dock', 'drawer', 'header', 'find']) expect([name, drawn.get(name)]).toEqual([name, before.get(name)]);
});

it('says that a thread is gone, and keeps what was written in it within reach', () => {
  render(<Thread />);
  draft('t', { text: 'Half a thought' });
  drawn.clear();
  set({ state, loadingOlder: false, error: new AppError('missing', 'This thread was deleted.') });
  expect(screen.getByRole('alert').textContent).toContain('This thread was deleted.');
  expect(screen.getByRole('button', { name: 'Copy the unsent message' })).toBeTruthy();
  expect(drawn.get('composer')).toBeUndefined();
});
