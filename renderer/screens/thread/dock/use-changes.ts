import { useEffect, useMemo, useRef, useState } from 'react';
import type { PageItem } from '../../../../shared/protocol/thread.ts';
import { request } from '../../../connection/connection.ts';
import { useThreads } from '../../../store/threads.ts';
import { wordsOf } from '../../act.ts';
import { wholeText } from '../whole-text.ts';
import { type ChangedFile, changedFiles } from './file-changes.ts';

const noItems: PageItem[] = [];

/** Changes its value when a call that changed files has ended, and when a turn has. */
function useStamp(threadId: string): string {
  const items = useThreads((threads) => threads[threadId]?.state?.items ?? noItems);
  const turn = useThreads((threads) => threads[threadId]?.state?.header.lastTurn?.id ?? '');
  return useMemo(() => {
    const last = items.findLast(({ item }) => item.type === 'call' && item.detail?.files !== undefined);
    return `${turn} ${last?.item.id ?? ''}`;
  }, [items, turn]);
}

export interface Changes {
  /** Undefined until they are here. */
  files?: ChangedFile[];
  problem?: string;
}

/** What the thread's calls changed, asked for again only when it may be something else. */
export function useChanges(threadId: string): Changes {
  const stamp = useStamp(threadId);
  const [changes, setChanges] = useState<Changes>({});
  const diffs = useRef(new Map<string, string>());
  useEffect(() => {
    let over = false;
    const read = async (): Promise<void> => {
      const { items } = await request('thread.changes', { threadId });
      const calls: { item: PageItem['item']; diff: string }[] = [];
      for (const { item } of items) {
        if (item.type !== 'call' || !item.detail?.diff) continue;
        // A call's diff never changes: it is read once.
        const diff = diffs.current.get(item.id) ?? (await wholeText(item.detail.diff));
        diffs.current.set(item.id, diff);
        calls.push({ item, diff });
      }
      if (!over) setChanges({ files: changedFiles(calls) });
    };
    read().catch((thrown: unknown) => {
      if (!over) setChanges((before) => ({ ...before, problem: wordsOf(thrown) }));
    });
    return () => {
      over = true;
    };
  }, [threadId, stamp]);
  return changes;
}
