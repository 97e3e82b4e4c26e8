import { type RefObject, useEffect } from 'react';
import { type Pane, setPane, usePane } from './panes.ts';
import { focusComposer } from './shortcuts/window-actions.ts';

/** Menus and dialogs have their own Escape. */
const floating = '[role="menu"], [role="dialog"], [role="alertdialog"], [role="listbox"]';

/** A pane that lies over the thread goes away at Escape and at a click beside it, and the focus goes back to where it was. */
export function useOverPane(pane: Pane, box: RefObject<HTMLElement | null>): void {
  const over = usePane(pane) === 'over';
  useEffect(() => {
    if (!over) return undefined;
    const openedAt = performance.now();
    const before = document.activeElement;
    const back = (): void => {
      if (before instanceof HTMLElement && before.isConnected && before !== document.body) before.focus();
      else focusComposer();
    };
    const press = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing || document.querySelector(floating)) return;
      event.preventDefault();
      setPane(pane, false);
      back();
    };
    const click = (event: MouseEvent): void => {
      // The very click that opened it comes by here too; what floats above the pane is no part of the page below it.
      if (event.timeStamp <= openedAt || !(event.target instanceof Element) || !event.target.closest('#root')) return;
      if (box.current?.contains(event.target)) return;
      const lost = box.current?.contains(document.activeElement) || document.activeElement === document.body;
      setPane(pane, false);
      if (lost) back();
    };
    window.addEventListener('keydown', press);
    window.addEventListener('click', click);
    return () => {
      window.removeEventListener('keydown', press);
      window.removeEventListener('click', click);
    };
  }, [over, pane, box]);
}
