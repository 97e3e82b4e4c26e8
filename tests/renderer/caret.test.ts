// @vitest-environment jsdom
import { fireEvent } from '@testing-library/react';
import { expect, it, onTestFinished, vi } from 'vitest';
import { restCaret } from '../../renderer/parts/caret.ts';

it('stills the caret once nobody has typed for ten seconds, and lets it blink again with the next key, click or focus', () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const still = (): boolean => document.documentElement.dataset['caret'] === 'still';
  restCaret();
  const box = document.body.appendChild(document.createElement('textarea'));
  for (const wake of [
    () => fireEvent.keyDown(box),
    () => fireEvent.input(box),
    () => fireEvent.pointerDown(box),
    () => fireEvent.focusIn(box),
  ]) {
    vi.advanceTimersByTime(10_000);
    expect(still()).toBe(true);
    wake();
    expect(still()).toBe(false);
    vi.advanceTimersByTime(9_000);
    wake();
    vi.advanceTimersByTime(9_000);
    expect(still()).toBe(false);
  }
  // Nothing ticks while nothing happens.
  vi.advanceTimersByTime(10_000);
  expect(vi.getTimerCount()).toBe(0);
});
