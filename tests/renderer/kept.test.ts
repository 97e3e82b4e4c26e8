// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepWindow, restoreWindow } from '../../renderer/connection/kept.ts';
import { draft, forgetThread, keep, keptDefaults, useUi } from '../../renderer/store/ui.ts';

type Client = Parameters<typeof keepWindow>[0];
const scratch = new Map<string, string>();
const written: string[] = [];
const client: Client = {
  request: (async (name: string, params: { key: string; value: string | null; prefix: string }) => {
    if (name === 'scratch.read') return { entries: Object.fromEntries([...scratch].filter(([key]) => key.startsWith(params.prefix))) };
    written.push(params.key);
    if (params.value === null) scratch.delete(params.key);
    else scratch.set(params.key, params.value);
    return null;
  }) as unknown as Client['request'],
};

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
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
  keepWindow(client);
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
  expect(written.toSorted()).toEqual(['window/draft/a', 'window/seen/a']);
  expect([...scratch.keys()].toSorted()).toEqual(['window/kept/density', 'window/seen/b']);
});
