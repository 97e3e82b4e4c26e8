import { useEffect, useRef, useState } from 'react';
import type { PageItem } from '../../../../shared/protocol/thread.ts';
import { request } from '../../../connection/connection.ts';
import { useThreads } from '../../../store/threads.ts';
import { wordsOf } from '../../act.ts';
import { wholeText } from '../whole-text.ts';
import { type ChangedFile, changedFiles } from './file-changes.ts';

const noItems: PageItem[] = [];

/** By list, since every piece of an answer asks for it anew. */
const lastChanges = new WeakMap<readonly PageItem[], string>();
function lastChange(items: readonly PageItem[]): string {
  const known = lastChanges.get(items);
  if (known !== undefined) return known;
  const last = items.findLast(({ item }) => item.type === 'call' && item.detail?.files !== undefined)?.item.id ?? '';
  lastChanges.set(items, last);
  return last;
}

/** Changes its value when a call that changed files has ended, and when a turn has; other items draw no diff again. */
const useStamp = (threadId: string): string =>
  useThreads((threads) => {
    const { header, items = noItems } = threads[threadId]?.state ?? {};
    return `${header?.lastTurn?.id ?? ''} ${lastChange(items)}`;
  });

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
