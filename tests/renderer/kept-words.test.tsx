// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { request } from '../../renderer/connection/connection.ts';
import { Question } from '../../renderer/items/question.tsx';
import { Queue } from '../../renderer/screens/thread/composer/queue.tsx';
import { type ThreadView, useThreads } from '../../renderer/store/threads.ts';
import { draft, useUi } from '../../renderer/store/ui.ts';
import type { QuestionItem } from '../../shared/domain/item.ts';
import { body } from './thread-items.ts';

vi.mock('../../renderer/connection/connection.ts', () => ({ request: vi.fn(() => Promise.resolve(null)) }));
const asked = vi.mocked(request);

const waiting = (...ids: string[]): void => {
  const queue = ids.map((id) => ({ id, input: { text: body(`Message ${id}`) } }));
  useThreads.setState({
    t: { state: { header: { queue }, items: [], turns: [] } as unknown as NonNullable<ThreadView['state']>, loadingOlder: false },
  });
};

beforeEach(() => {
  asked.mockClear();
  useUi.setState({ drafts: {}, toasts: [] });
});
afterEach(cleanup);

describe('a waiting message that is being edited', () => {
  const edit = async (): Promise<void> => {
    fireEvent.click(screen.getByRole('button', { name: /^Waiting message 1/ }));
    fireEvent.change(await screen.findByRole('textbox'), { target: { value: 'Message a, better' } });
  };

  it('is put into the box when it was sent in the meantime', async () => {
    waiting('a');
    draft('t', { text: 'And this.' });
    render(<Queue threadId="t" resting={false} />);
    await edit();
    act(() => waiting());
    expect(useUi.getState().drafts['t']?.text).toBe('And this.\n\nMessage a, better');
    expect(useUi.getState().toasts.map(({ text }) => text)).toEqual(['That message was already sent; your edit is in the box.']);
    expect(asked).not.toHaveBeenCalled();
  });

  it('is saved when the person goes elsewhere', async () => {
    waiting('a');
    const { unmount } = render(<Queue threadId="t" resting={false} />);
    await edit();
    unmount();
    expect(asked.mock.calls).toEqual([
      ['queue.edit', { threadId: 't', queueId: 'a', input: { text: { text: 'Message a, better', bytes: 17 } } }],
    ]);
    expect(useUi.getState().drafts).toEqual({});
  });
});

it('a half-written answer outlives its row, and is dropped when it is given', async () => {
  const item: QuestionItem = { type: 'question', id: 'q', turnId: 't1', at: 1, call: 'c', question: 'Why?', choices: [], status: 'open' };
  const first = render(<Question item={item} />);
  fireEvent.change(screen.getByRole('textbox'), { target: { value: 'Because' } });
  first.unmount();
  render(<Question item={item} />);
  expect(screen.getByRole<HTMLTextAreaElement>('textbox').value).toBe('Because');
  fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Enter' });
  await vi.waitFor(() => expect(useUi.getState().drafts).toEqual({}));
});
