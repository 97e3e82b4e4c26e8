import { expect, it } from 'vitest';
import { hintFor } from '../../electron/cli/hints.ts';
import { start } from '../support/start.ts';

it('the runtime says what to do in plain words; the command line words the command', async () => {
  const app = await start({ script: [{ calls: [{ name: 'shell', args: { command: 'echo asks > first' } }] }] });
  const threadId = await app.thread();
  await app.send(threadId, 'go on');
  const client = app.client(threadId);
  await client.until(() => client.state().header.status === 'waiting');
  const error = await app.request('thread.archive', { threadId, archived: true }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: 'conflict', hint: 'Stop it first.', data: { reason: 'busy', threadId } });
  expect(hintFor(error as Parameters<typeof hintFor>[0])).toBe(`Stop it first: switchyard threads stop ${threadId}`);
  const missing = await app.request('thread.page', { threadId: 'thread-none' }).catch((thrown: unknown) => thrown);
  expect(missing).toMatchObject({ code: 'missing', hint: expect.not.stringContaining('switchyard') });
  expect(hintFor(missing as Parameters<typeof hintFor>[0])).toContain('switchyard threads list');
  expect(hintFor({ message: 'x', hint: 'Do y.' })).toBe('Do y.');
});
