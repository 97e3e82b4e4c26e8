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
    if (taken.has(id) || busy()) return;
    taken.add(id);
    at.current = performance.now();
    ref.current?.focus({ preventScroll: true });
  }, [id]);
  return { ref, ready: () => performance.now() - at.current > guardMs };
}
