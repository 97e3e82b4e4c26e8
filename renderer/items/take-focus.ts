import { type RefObject, useEffect, useRef } from 'react';

/** A row may be scrolled away and come back: focus is taken once only. */
const taken = new Set<string>();
/** Keys pressed right after were meant for what had the focus before. */
const guardMs = 400;

/** Whether moving the focus would take words out of somebody's hands. */
function busy(): boolean {
  const active = document.activeElement;
  if (!active || active === document.body) return false;
  if (active instanceof HTMLTextAreaElement || active instanceof HTMLInputElement) return active.value !== '';
  if (active instanceof HTMLElement && active.isContentEditable) return (active.textContent ?? '').trim() !== '';
  return active.closest('[role="dialog"], [role="menu"], [data-approval]') !== null;
}

/** Gives the element the focus when it appears, unless the person is at something else. `ready`: keys may count. */
export function useTakeFocus<E extends HTMLElement>(id: string): { ref: RefObject<E | null>; ready: () => boolean } {
  const ref = useRef<E>(null);
  const at = useRef(0);
  useEffect(() => {
    if (taken.has(id)) return undefined;
    let frame = 0;
    let tries = 0;
    // A row of a long list is hidden until its height is known, and what is hidden takes no focus.
    const take = (): void => {
      tries += 1;
      if (busy()) return;
      ref.current?.focus({ preventScroll: true });
      if (document.activeElement === ref.current) {
        taken.add(id);
        at.current = performance.now();
      } else if (tries < 20) frame = requestAnimationFrame(take);
    };
    take();
    return () => cancelAnimationFrame(frame);
  }, [id]);
  return { ref, ready: () => performance.now() - at.current > guardMs };
}
