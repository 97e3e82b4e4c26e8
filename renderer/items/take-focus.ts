import { type RefObject, useEffect, useRef } from 'react';

/** A row may be scrolled away and come back: focus is taken once only. */
const taken = new Set<string>();
/** Keys pressed right after were meant for what had the focus before. */
const guardMs = 400;

/** A card was just answered by a key, and nothing was pressed since: the next card may have the focus that the first one had. */
let handedOn = false;

export function handOn(): void {
  handedOn = true;
  const over = (): void => {
    handedOn = false;
    window.removeEventListener('keydown', over, true);
    window.removeEventListener('pointerdown', over, true);
  };
  window.addEventListener('keydown', over, true);
  window.addEventListener('pointerdown', over, true);
}

/** Whether moving the focus would take a place to write out of somebody's hands; an empty one too: words may be about to come. */
function busy(): boolean {
  const active = document.activeElement;
  if (!active || active === document.body) return false;
  if (active instanceof HTMLTextAreaElement && active.dataset['composer'] !== undefined && active.value === '' && handedOn) return false;
  if (active.matches('textarea, input, select') || (active instanceof HTMLElement && active.isContentEditable)) return true;
  return active.closest('[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"], [data-approval]') !== null;
}

export interface TakenFocus<E> {
  ref: RefObject<E | null>;
  /** Keys may count: it has had the focus for a while, and nothing was typed in that time. */
  ready: () => boolean;
  /** The while begins anew. */
  restart: () => void;
}

/** Gives the element the focus when it appears, unless the person is at something else. */
export function useTakeFocus<E extends HTMLElement>(id: string): TakenFocus<E> {
  const ref = useRef<E>(null);
  const at = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    if (taken.has(id)) return undefined;
    let frame = 0;
    let tries = 0;
    // A row of a long list is hidden until its height is known, and what is hidden takes no focus.
    const take = (): void => {
      tries += 1;
      if (busy()) return;
      ref.current?.focus({ preventScroll: true });
      if (document.activeElement === ref.current) taken.add(id);
      else if (tries < 20) frame = requestAnimationFrame(take);
    };
    take();
    return () => cancelAnimationFrame(frame);
  }, [id]);
  return {
    ref,
    ready: () => performance.now() - at.current > guardMs,
    restart: () => {
      at.current = performance.now();
    },
  };
}

/** A key that types something, or begins to: it belongs into the box for messages. */
export function types(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'getModifierState'>): boolean {
  const modified = (event.ctrlKey || event.metaKey || event.altKey) && !event.getModifierState('AltGraph');
  // One character, also of two code units; the names of other keys are longer ASCII words.
  return !modified && (/^.$/u.test(event.key) || event.key === 'Dead' || event.key === 'Process');
}

/** The focus goes to the box for messages while the key goes down, so that its character lands there. */
export function writeInComposer(): void {
  const box = document.querySelector<HTMLTextAreaElement>('textarea[data-composer]');
  if (!box) return;
  box.focus();
  box.setSelectionRange(box.value.length, box.value.length);
}
