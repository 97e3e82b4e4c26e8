import { useEffect } from 'react';
import { useApp } from '../../store/app.ts';
import { keep, useUi } from '../../store/ui.ts';

function markSeen(threadId: string, updatedAt: number): void {
  const { seen } = useUi.getState().kept;
  if ((seen[threadId] ?? 0) >= updatedAt) return;
  keep({ seen: { ...seen, [threadId]: updatedAt } });
}

/** What happens in the thread that is open counts as seen while the window is in front. */
export function useSeen(): void {
  const threadId = useUi(({ place }) => (place.screen === 'thread' ? place.threadId : undefined));
  const updatedAt = useApp(({ app }) => (threadId === undefined ? undefined : app.threads[threadId]?.updatedAt));
  useEffect(() => {
    if (threadId === undefined || updatedAt === undefined) return undefined;
    const look = (): void => {
      if (!document.hidden && document.hasFocus()) markSeen(threadId, updatedAt);
    };
    look();
    window.addEventListener('focus', look);
    document.addEventListener('visibilitychange', look);
    return () => {
      window.removeEventListener('focus', look);
      document.removeEventListener('visibilitychange', look);
    };
  }, [threadId, updatedAt]);
}
