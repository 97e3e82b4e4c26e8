import { answerKey, draft, useUi } from '../store/ui.ts';
import { useThread } from './thread-context.ts';

/** A half-written answer to an item: kept with the drafts, for its row may be scrolled away or the window closed. */
export function useAnswer(itemId: string): readonly [string, (text: string) => void] {
  const { threadId } = useThread();
  const key = answerKey(threadId, itemId);
  const text = useUi((ui) => ui.drafts[key]?.text ?? '');
  return [text, (next) => draft(key, { text: next })];
}
