// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { type JSX, useRef } from 'react';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { useOverPane } from '../../renderer/screens/over-pane.ts';
import { setPane, usePane } from '../../renderer/screens/panes.ts';
import { useUi } from '../../renderer/store/ui.ts';

function Screen(): JSX.Element {
  const box = useRef<HTMLElement>(null);
  useOverPane('dock', box);
  const open = usePane('dock') === 'over';
  return (
    <div id="root">
      <button type="button" onClick={() => setPane('dock', true)}>
        Open
      </button>
      <p>Beside</p>
      {open && (
        <aside ref={box}>
          <button type="button">Within</button>
        </aside>
      )}
      <textarea data-composer aria-label="Message" />
    </div>
  );
}
const button = (name: string): HTMLElement => screen.getByRole('button', { name });
const within = (): HTMLElement | null => screen.queryByRole('button', { name: 'Within' });

beforeEach(() => {
  window.innerWidth = 1000;
  useUi.setState({ over: undefined });
});
afterEach(cleanup);

const opened = (): void => {
  render(<Screen />);
  button('Open').focus();
  fireEvent.click(button('Open'));
  // The click that opens it does not close it.
  expect(within()).not.toBeNull();
  act(() => within()?.focus());
};

it('a pane over the thread goes at Escape, and the focus goes back', () => {
  opened();
  fireEvent.keyDown(button('Within'), { key: 'Escape' });
  expect(within()).toBeNull();
  expect(document.activeElement).toBe(button('Open'));
});

it('a pane over the thread goes at a click beside it, not at one within', () => {
  opened();
  fireEvent.click(button('Within'));
  expect(within()).not.toBeNull();
  fireEvent.click(screen.getByText('Beside'));
  expect(within()).toBeNull();
  expect(document.activeElement).toBe(button('Open'));
});

it('an Escape that meant something else leaves it', () => {
  opened();
  const key = new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true });
  key.preventDefault();
  act(() => void button('Within').dispatchEvent(key));
  expect(within()).not.toBeNull();
});
