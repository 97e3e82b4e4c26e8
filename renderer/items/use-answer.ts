import { draft, useUi } from '../store/ui.ts';

const keyOf = (itemId: string): string => `answer:${itemId}`;

/** A half-written answer to an item: kept with the drafts, for its row may be scrolled away or the window closed. */
export function useAnswer(itemId: string): readonly [string, (text: string) => void] {
  const text = useUi((ui) => ui.drafts[keyOf(itemId)]?.text ?? '');
  return [text, (next) => draft(keyOf(itemId), { text: next })];
}

/** It was given: nothing of it is kept. */
export function dropAnswer(itemId: string): void {
  useUi.setState(({ drafts: { [keyOf(itemId)]: _given, ...drafts } }) => ({ drafts }));
}
