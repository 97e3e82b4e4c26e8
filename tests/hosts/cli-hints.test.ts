import { expect, it } from 'vitest';
import { hintFor } from '../../electron/cli/hints.ts';
import { atRest } from '../../electron/runtime/engine/decide/thread.ts';
import type { ThreadHeader } from '../../shared/domain/thread.ts';
import type { AppError } from '../../shared/errors.ts';
import { start } from '../support/start.ts';

it('the runtime says what to do in plain words; the command line words the command', async () => {
  const busy = (): void => atRest({ id: 'thread-1', title: 'Working', background: 1 } as ThreadHeader, 'archived');
  let error: unknown;
  try {
    busy();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ code: 'conflict', hint: 'Stop it first.' });
  expect(hintFor(error as AppError)).toBe('Stop it first: switchyard threads stop thread-1');

  const app = await start({});
  const missing = await app.request('thread.page', { threadId: 'thread-none' }).catch((thrown: unknown) => thrown);
  expect(missing).toMatchObject({ code: 'missing', hint: expect.not.stringContaining('switchyard') });
  expect(hintFor(missing as AppError)).toContain('switchyard threads list');
  expect(hintFor({ message: 'x', hint: 'Do y.' })).toBe('Do y.');
});
