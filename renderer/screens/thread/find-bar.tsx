import { ArrowDown, ArrowUp, X } from 'lucide-react';
import { type JSX, type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { PageItem, SearchHit } from '../../../shared/protocol/thread.ts';
import { request } from '../../connection/connection.ts';
import { IconButton } from '../../parts/button.tsx';
import { useThreads } from '../../store/threads.ts';
import { useUi } from '../../store/ui.ts';
import { composing } from '../shortcuts/combo.ts';
import { focusComposer } from '../shortcuts/window-actions.ts';
import { findIn, joinMatches, olderHits } from './find-in.ts';

const searchAfter = 150;
const mostHits = 200;
const noItems: PageItem[] = [];

/** What the runtime finds in the whole thread, a moment after the last key. */
function useHits(threadId: string, text: string): SearchHit[] {
  const [hits, setHits] = useState<SearchHit[]>([]);
  useEffect(() => {
    setHits((before) => (before.length === 0 ? before : []));
    if (text.trim().length < 2) return undefined;
    let over = false;
    const timer = setTimeout(() => {
      request('thread.search', { threadId, text, limit: mostHits }).then(
        (found) => {
          if (!over) setHits(found.hits);
        },
        // What is loaded is searched all the same.
        () => undefined,
      );
    }, searchAfter);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [threadId, text]);
  return hits;
}

/** Find in thread, at its top right: from the newest match to older ones. */
export function FindBar({ threadId }: { threadId: string }): JSX.Element | null {
  const open = useUi((ui) => ui.find !== undefined);
  useEffect(() => () => useUi.setState({ find: undefined }), [threadId]);
  return open ? <Bar threadId={threadId} /> : null;
}

function Bar({ threadId }: { threadId: string }): JSX.Element {
  const text = useUi((ui) => ui.find?.text ?? '');
  const at = useUi((ui) => ui.find?.at ?? 0);
  const items = useThreads((threads) => threads[threadId]?.state?.items ?? noItems);
  const hits = useHits(threadId, text);
  const field = useRef<HTMLInputElement>(null);
  const loaded = useMemo(() => findIn(items, text), [items, text]);
  const older = useMemo(() => olderHits(items, hits), [items, hits]);
  const matches = useMemo(() => joinMatches(loaded, older), [loaded, older]);
  const current = matches.length === 0 ? -1 : Math.min(at, matches.length - 1);

  useEffect(() => field.current?.focus(), []);

  const show = (index: number, words = text, among = matches): void => {
    const match = among[index];
    useUi.setState({
      find: { text: words, at: Math.max(0, index), ...(match ? { match: { ...match } } : {}) },
      ...(match ? { jump: { threadId, itemId: match.itemId, quiet: 'highlights' in CSS } } : {}),
    });
  };
  const step = (by: 1 | -1): void => {
    if (matches.length > 0) show((current + by + matches.length) % matches.length);
  };
  const close = (): void => {
    useUi.setState({ find: undefined });
    focusComposer();
  };
  const press = (event: KeyboardEvent): void => {
    const { isComposing, keyCode } = event.nativeEvent;
    if (composing({ isComposing, keyCode })) return;
    if (event.key !== 'Enter' && event.key !== 'Escape') return;
    event.preventDefault();
    if (event.key === 'Escape') close();
    else step(event.shiftKey ? -1 : 1);
  };
  const said = text === '' ? '' : matches.length === 0 ? 'No match' : `${current + 1} of ${matches.length}${older.length > 0 ? '+' : ''}`;
  return (
    <search
      aria-label="Find in thread"
      className="absolute top-2 right-4 z-20 flex h-9 animate-appear items-center gap-1 rounded-box border bg-raised px-1 shadow-float focus-within:border-line-strong"
    >
      <input
        ref={field}
        data-find
        aria-label="Find in thread"
        placeholder="Find in thread"
        value={text}
        spellCheck={false}
        onChange={(event) => show(0, event.target.value, findIn(items, event.target.value))}
        onKeyDown={press}
        className="h-7 w-56 bg-transparent px-2 outline-none placeholder:text-faint"
      />
      <span role="status" className="w-20 text-right text-caption text-muted tabular-nums">
        {said}
      </span>
      <IconButton small label="Older match" keys="Enter" icon={ArrowUp} disabled={matches.length === 0} onClick={() => step(1)} />
      <IconButton small label="Newer match" keys="Shift+Enter" icon={ArrowDown} disabled={matches.length === 0} onClick={() => step(-1)} />
      <IconButton small label="Close" keys="Escape" icon={X} onClick={close} />
    </search>
  );
}
