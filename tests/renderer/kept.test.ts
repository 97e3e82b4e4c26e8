// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepWindow, restoreWindow } from '../../renderer/connection/kept.ts';
import { answerKey, draft, dropAnswer, dropSent, forgetThread, keep, keepAnswers, keptDefaults, useUi } from '../../renderer/store/ui.ts';

type Client = Parameters<typeof keepWindow>[0];
const scratch = new Map<string, string>();
const written: string[] = [];
let stop = (): void => undefined;
/** Answers that wait, while the runtime is slow. */
let slow: (() => void)[] | undefined;
const client: Client = {
  request: (async (name: string, params: { key: string; value: string | null; prefix: string }) => {
    if (name === 'scratch.read') return { entries: Object.fromEntries([...scratch].filter(([key]) => key.startsWith(params.prefix))) };
    written.push(params.key);
    if (params.value === null) scratch.delete(params.key);
    else scratch.set(params.key, params.value);
    if (slow) await new Promise<void>((resolve) => slow?.push(resolve));
    return null;
  }) as unknown as Client['request'],
};

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  slow = undefined;
  stop();
  vi.useRealTimers();
  scratch.clear();
  written.length = 0;
});

it('takes over what an earlier version kept under one key, and drops that', async () => {
  scratch.set('window/kept', JSON.stringify({ theme: 'dark', fontSize: 15, seen: { a: 5 } }));
  scratch.set('window/kept/fontSize', '14');
  await restoreWindow(client);
  expect(useUi.getState().kept).toEqual({ ...keptDefaults, theme: 'dark', fontSize: 14, seen: { a: 5 } });
  expect(Object.fromEntries(scratch)).toEqual({ 'window/kept/theme': '"dark"', 'window/kept/fontSize': '14', 'window/seen/a': '5' });
});

it('writes only the fields and threads that changed, and forgets a deleted thread', async () => {
  await restoreWindow(client);
  stop = keepWindow(client);
  keep({ density: 'compact' });
  keep({ seen: { a: 7, b: 8 } });
  draft('a', { text: 'unsent' });
  vi.runAllTimers();
  expect(written.splice(0).toSorted()).toEqual(['window/draft/a', 'window/kept/density', 'window/seen/a', 'window/seen/b']);
  keep({ seen: { a: 7, b: 9 } });
  vi.runAllTimers();
  expect(written.splice(0)).toEqual(['window/seen/b']);
  forgetThread('a');
  vi.runAllTimers();
  await vi.waitFor(() => expect(written.toSorted()).toEqual(['window/draft/a', 'window/seen/a']));
  expect([...scratch.keys()].toSorted()).toEqual(['window/kept/density', 'window/seen/b']);
});

it('sends what is typed at once, one message under way, the newest words last', async () => {
  await restoreWindow(client);
  stop = keepWindow(client);
  slow = [];
  draft('t', { text: 'H' });
  expect(scratch.get('window/draft/t')).toContain('"H"');
  for (const text of ['Ha', 'Hal', 'Half']) draft('t', { text });
  expect(written).toEqual(['window/draft/t']);
  slow.shift()?.();
  await vi.waitFor(() => expect(scratch.get('window/draft/t')).toContain('"Half"'));
  expect(written.length).toBe(2);
  // The page is going away: nothing is waited for.
  draft('t', { text: 'Half a' });
  keep({ density: 'comfortable' });
  keep({ fontSize: 15 });
  window.dispatchEvent(new Event('pagehide'));
  expect(scratch.get('window/draft/t')).toContain('"Half a"');
  expect(scratch.get('window/kept/fontSize')).toBe('15');
});

it('shows what another window wrote or sent as soon as somebody turns to this one, but never instead of what is being typed here', async () => {
  scratch.set('window/draft/t', JSON.stringify({ text: 'Half', images: [], attachments: [] }));
  await restoreWindow(client);
  stop = keepWindow(client);
  const text = (key: string): string | undefined => useUi.getState().drafts[key]?.text;
  expect(text('t')).toBe('Half');
  scratch.set('window/draft/t', JSON.stringify({ text: 'Half a thought', images: [], attachments: [] }));
  window.dispatchEvent(new Event('focus'));
  await vi.waitFor(() => expect(text('t')).toBe('Half a thought'));
  scratch.delete('window/draft/t');
  useUi.setState({ place: { screen: 'thread', threadId: 't' } });
  await vi.waitFor(() => expect(text('t')).toBeUndefined());
  expect(written).toEqual(['window/place']);
  // Words that are on their way, and one draft that is being dropped.
  slow = [];
  draft('t', { text: 'Mine' });
  draft('t', { text: 'Mine, newer' });
  scratch.set('window/draft/t', JSON.stringify({ text: 'Theirs', images: [], attachments: [] }));
  window.dispatchEvent(new Event('focus'));
  await Promise.resolve();
  await Promise.resolve();
  expect(text('t')).toBe('Mine, newer');
});

it('drops half-written answers to what is not asked any more, and a message that was sent elsewhere', async () => {
  await restoreWindow(client);
  stop = keepWindow(client);
  for (const key of [answerKey('a', 'q1'), answerKey('a', 'q2'), answerKey('b', 'q3')]) draft(key, { text: 'Because' });
  dropAnswer('a', 'q1');
  expect(Object.keys(useUi.getState().drafts).toSorted()).toEqual(['answer:a/q2', 'answer:b/q3']);
  keepAnswers('a', new Set(['q9']));
  expect(Object.keys(useUi.getState().drafts)).toEqual(['answer:b/q3']);
  forgetThread('b');
  expect(useUi.getState().drafts).toEqual({});
  const input = (text: string) => ({ text: { text, bytes: text.length } });
  draft('a', { text: 'Mend it ' });
  dropSent('a', input('Mend'));
  expect(useUi.getState().drafts['a']?.text).toBe('Mend it ');
  dropSent('a', input('Mend it'));
  expect(useUi.getState().drafts['a']).toBeUndefined();
  vi.runAllTimers();
  await vi.waitFor(() => expect([...scratch.keys()]).toEqual([]));
});
