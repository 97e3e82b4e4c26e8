import type { KeyboardEvent } from 'react';

/** Moves the focus between the rows (`data-row`) of a list, and opens or closes one that can be; true when it did. */
export function stepRow(event: KeyboardEvent<HTMLElement>): boolean {
  const { key, target, currentTarget, altKey, ctrlKey, metaKey } = event;
  if (altKey || ctrlKey || metaKey || !(target instanceof HTMLElement) || target.dataset['row'] === undefined) return false;
  const rows = [...currentTarget.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.indexOf(target);
  const to: Record<string, HTMLElement | undefined> = { ArrowDown: rows[at + 1], ArrowUp: rows[at - 1], Home: rows[0], End: rows.at(-1) };
  if (key in to) {
    to[key]?.focus();
    return true;
  }
  const open = target.getAttribute('aria-expanded');
  if ((key === 'ArrowRight' && open === 'false') || (key === 'ArrowLeft' && open === 'true')) {
    target.click();
    return true;
  }
  return false;
}
