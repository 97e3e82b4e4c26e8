// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { request } from '../../renderer/connection/connection.ts';
import { Approval } from '../../renderer/items/approvals/asks.tsx';
import { ThreadContext } from '../../renderer/items/thread-context.ts';
import { approval } from './thread-items.ts';

vi.mock('../../renderer/connection/connection.ts', () => ({ request: vi.fn(() => Promise.resolve(null)) }));
const asked = vi.mocked(request);
const place = { threadId: 't', projectId: 'p', approvalKeys: { approve: 'Mod+Alt+Enter', refuse: 'Mod+Alt+Backspace', visit: '' } };

let count = 0;
const Screen = ({ ids }: { ids: string[] }) => (
  <ThreadContext value={place}>
    {ids.map((id) => (
      <Approval key={id} item={approval(id, 'c')} />
    ))}
    <textarea data-composer aria-label="Message" />
  </ThreadContext>
);
const box = (): HTMLElement => screen.getByRole('textbox', { name: 'Message' });
const card = (): HTMLElement => screen.getByRole('region', { name: /^Needs you/ });
const later = (): void => void vi.advanceTimersByTime(500);

beforeEach(() => {
  asked.mockClear();
  count += 1;
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

describe('the approval card', () => {
  it('leaves the focus in a composer that is empty, and says which shortcuts answer', () => {
    const { rerender } = render(<Screen ids={[]} />);
    box().focus();
    rerender(<Screen ids={[`a${count}`]} />);
    expect(document.activeElement).toBe(box());
    expect(card().textContent).toContain('Ctrl+Alt+Enter allows it, Ctrl+Alt+Backspace refuses');
  });

  it('takes the focus when nothing else has it, and allows by Enter after a while', () => {
    render(<Screen ids={[`a${count}`]} />);
    expect(document.activeElement).toBe(card());
    fireEvent.keyDown(card(), { key: 'Enter' });
    expect(asked).not.toHaveBeenCalled();
    later();
    fireEvent.keyDown(card(), { key: 'ArrowLeft' });
    fireEvent.keyDown(card(), { key: 'Enter' });
    expect(asked).not.toHaveBeenCalled();
    later();
    fireEvent.keyDown(card(), { key: 'Enter' });
    expect(asked.mock.calls).toEqual([['approval.answer', { threadId: 't', itemId: `a${count}`, answer: 'once' }]]);
  });

  it('sends what is typed to the composer', () => {
    render(<Screen ids={[`a${count}`]} />);
    later();
    expect(fireEvent.keyDown(card(), { key: 'n' })).toBe(true);
    expect(document.activeElement).toBe(box());
    act(() => card().focus());
    fireEvent.keyDown(card(), { key: 'Enter' });
    expect(asked).not.toHaveBeenCalled();
  });

  it('hands the focus on to the next card when nothing was pressed in between', async () => {
    const { rerender } = render(<Screen ids={[`a${count}`]} />);
    later();
    fireEvent.keyDown(card(), { key: 'Enter' });
    rerender(<Screen ids={[]} />);
    box().focus();
    rerender(<Screen ids={[`b${count}`]} />);
    expect(document.activeElement).toBe(card());
    later();
    fireEvent.keyDown(card(), { key: 'Escape' });
    rerender(<Screen ids={[]} />);
    box().focus();
    fireEvent.keyDown(box(), { key: 'n' });
    rerender(<Screen ids={[`c${count}`]} />);
    await waitFor(() => expect(document.activeElement).toBe(box()));
  });
});
