// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import type { JSX } from 'react';
import { afterEach, expect, it, vi } from 'vitest';
import { Crash } from '../../renderer/screens/crash.tsx';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

function Broken(): JSX.Element {
  throw new Error('no such glyph');
}

it('a part that can’t be drawn says so, leaves the rest alone, and is tried again at another place', () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const page = (place: number, part: JSX.Element): JSX.Element => (
    <>
      <p>The sidebar</p>
      <Crash place={place}>{part}</Crash>
    </>
  );
  const { rerender } = render(page(1, <Broken />));
  expect(screen.getByText('The sidebar')).toBeTruthy();
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('This part of the window broke');
  expect(screen.getByText(/no such glyph/)).toBeTruthy();
  rerender(page(2, <p>Whole</p>));
  expect(screen.getByText('Whole')).toBeTruthy();
  expect(screen.queryByRole('alert')).toBeNull();
});
