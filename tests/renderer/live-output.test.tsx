// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { request } from '../../renderer/connection/connection.ts';
import { most, trimmed } from '../../renderer/items/live-output.ts';
import { Output } from '../../renderer/items/output.tsx';
import { readAll } from '../../renderer/items/reading.ts';
import { TerminalText } from '../../renderer/parts/terminal-text.tsx';
import { useUi } from '../../renderer/store/ui.ts';

vi.mock('../../renderer/connection/connection.ts', () => ({ request: vi.fn(), openOutput: vi.fn() }));
afterEach(cleanup);

const lines = (from: number, to: number): string => Array.from({ length: to - from }, (_, at) => `line ${from + at}\n`).join('');

it('keeps the last lines of an output, whole, and counts those that went', () => {
  expect(trimmed({ text: 'a\nb', first: 0 })).toEqual({ text: 'a\nb', first: 0 });
  expect(trimmed({ text: lines(0, 5000), first: 10 })).toEqual({ text: lines(5000 - most.lines, 5000), first: 5010 - most.lines });
  expect(trimmed({ text: `${lines(0, 5000)}half`, first: 0 })).toEqual({
    text: `${lines(5001 - most.lines, 5000)}half`,
    first: 5001 - most.lines,
  });
  expect(trimmed({ text: 'x'.repeat(most.characters * 2), first: 0 }).text).toHaveLength(most.characters);
});

it('draws a line once while others come and go', () => {
  const { container, rerender } = render(<TerminalText text={'a\nb\nc'} first={0} />);
  const b = [...container.querySelectorAll('div > div > div')].find((each) => each.textContent === 'b');
  rerender(<TerminalText text={'b\nc\nd'} first={1} />);
  expect(b?.isConnected).toBe(true);
});

it('unfolds when find in thread goes to words in what is folded, and only then', () => {
  render(<Output itemId="i" body={{ text: lines(0, 40), bytes: 400 }} end={false} />);
  const find = (text: string, itemId: string): boolean => {
    act(() => useUi.setState({ find: { text, at: 0, match: { itemId, fromEnd: 0 } } }));
    return screen.queryByText('line 31') !== null;
  };
  expect([find('line 30', 'another'), find('line 15', 'i'), find('LINE 30', 'i')]).toEqual([false, false, true]);
  fireEvent.click(screen.getByRole('button', { name: 'Show less' }));
  // A person has folded it again.
  expect(screen.queryByText('line 31')).toBeNull();
  act(() => useUi.setState({ find: undefined }));
});

it('reads a long text to its end, over several requests', async () => {
  const bytes = new TextEncoder().encode('ä\n'.repeat(2_000_000));
  vi.mocked(request).mockImplementation(((_name: string, { from, length }: { from: number; length: number }) =>
    Promise.resolve({ text: new TextDecoder().decode(bytes.subarray(from, from + length)), from, bytes: bytes.length })) as never);
  expect((await readAll('t', 'i')) === new TextDecoder().decode(bytes)).toBe(true);
});
