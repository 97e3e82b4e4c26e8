import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { start } from '../support/start.ts';

const wires = ['responses', 'chat'] as const;

it.each(wires)('runs tools, streams text and ends, over %s [AGT-1] [AGT-2] [MODEL-3]', async (wire) => {
  const app = await start({
    wire,
    files: { 'a.txt': 'one\ntwo\n' },
    script: [
      { reasoning: 'thinking', calls: [{ name: 'shell', args: { command: 'cat a.txt; echo err >&2; exit 3' } }] },
      { calls: [{ name: 'apply_patch', args: { patch: '*** Begin Patch\n*** Update File: a.txt\n@@\n-two\n+zwei\n*** End Patch' } }] },
      { text: 'All done, really.', deltas: 4, usage: { input: 100, cached: 40, output: 10 } },
    ],
  });
  const threadId = await app.thread();
  const client = app.client(threadId);
  await app.send(threadId, 'Translate');
  const end = await client.ended();
  expect(end.data).toMatchObject({ status: 'done' });
  expect(readFileSync(path.join(app.repo.path, 'a.txt'), 'utf8')).toBe('one\nzwei\n');
  expect(client.text()).toContain('All done, really.');
  expect(app.model.violations).toEqual([]);
  const calls = client.state().items.flatMap(({ item }) => (item.type === 'call' ? [item] : []));
  expect(calls.map((call) => call.status)).toEqual(['done', 'done']);
  expect(calls[0]?.output?.text).toContain('exit code 3');
  const { items, turns } = await app.request('thread.page', { threadId });
  expect(items).toEqual(client.state().items);
  expect(turns).toEqual(client.state().turns);
  expect(client.state().header).toMatchObject({ title: 'Translate', status: 'idle', context: { tokens: 110 } });
});
