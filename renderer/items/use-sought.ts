import { useEffect } from 'react';
import { useUi } from '../store/ui.ts';

/** Unfolds an item when find in thread goes to it and the words also stand in what is folded. */
export function useSought(itemId: string, folded: string, unfold: () => void): void {
  const match = useUi(({ find }) => (find?.match?.itemId === itemId ? find.match : undefined));
  useEffect(() => {
    const words = useUi.getState().find?.text ?? '';
    if (match && words !== '' && folded.toLowerCase().includes(words.toLowerCase())) unfold();
    // Only when it is gone to: a person may fold it again.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [match]);
}
