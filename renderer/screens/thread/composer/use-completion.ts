import { useState } from 'react';
import { fill, type Slot, slotAt } from './completion.ts';
import { type Option, useOptions } from './options.ts';
import type { Target } from './target.ts';

export interface Completion {
  options: readonly Option[];
  active: number;
  kind: Slot['kind'] | undefined;
  move(by: 1 | -1): void;
  dismiss(): void;
  /** The text with a choice in it. */
  filled(option: Option): { text: string; caret: number };
}

const placeOf = (slot: Slot | undefined): string => (slot ? `${slot.kind} ${slot.from}` : '');

/** What can be completed at the caret, and which of it is marked. */
export function useCompletion(target: Target, cwd: string | undefined, text: string, caret: number): Completion {
  const slot = slotAt(text, caret);
  const place = placeOf(slot);
  const [dismissed, setDismissed] = useState('');
  const [marked, setMarked] = useState({ for: '', at: 0 });
  // A list that was closed stays closed until something else is being completed.
  if (dismissed !== '' && dismissed !== place) setDismissed('');
  const found = useOptions(target, cwd, slot);
  const options = slot && dismissed !== place ? found : [];
  const query = `${place} ${slot?.query ?? ''}`;
  const active = marked.for === query ? Math.min(marked.at, Math.max(0, options.length - 1)) : 0;
  return {
    options,
    active,
    kind: slot?.kind,
    move: (by) => setMarked({ for: query, at: (active + by + options.length) % Math.max(1, options.length) }),
    dismiss: () => setDismissed(place),
    filled: (option) => (slot ? fill(text, slot, option.insert) : { text, caret }),
  };
}
