import { ArrowLeft, Search as SearchIcon } from 'lucide-react';
import { type JSX, type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { SearchHit } from '../../../shared/protocol/thread.ts';
import { request } from '../../connection/connection.ts';
import { IconButton } from '../../parts/button.tsx';
import { Empty } from '../../parts/empty.tsx';
import { go, goBack, useUi } from '../../store/ui.ts';
import { wordsOf } from '../act.ts';
import { SidebarToggle } from '../sidebar/toggle.tsx';
import { grouped } from './excerpt.ts';
import { Hits, openHit } from './hits.tsx';

const pause = 180;
const limit = 100;

/** What was looked for last: coming back from a thread shows the same results. */
let last = '';

interface Found {
  text: string;
  hits: SearchHit[];
}

function useHits(text: string): { found: Found | undefined; error: string | undefined } {
  const [found, setFound] = useState<Found>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    const words = text.trim();
    setError(undefined);
    if (words === '') return setFound(undefined);
    let here = true;
    const ask = async (): Promise<void> => {
      try {
        const { hits } = await request('thread.search', { text: words, limit });
        if (here) setFound({ text: words, hits });
      } catch (thrown) {
        if (here) setError(wordsOf(thrown));
      }
    };
    const timer = setTimeout(() => void ask(), pause);
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [text]);
  return { found, error };
}

/** Looks through everything that was said and printed in all threads. */
export function Search(): JSX.Element {
  const [text, setText] = useState(last);
  const [active, setActive] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const { found, error } = useHits(text);
  const groups = useMemo(() => grouped(found?.hits ?? []), [found]);
  const order = useMemo(() => groups.flatMap(({ hits }) => hits), [groups]);
  const at = Math.min(active, Math.max(0, order.length - 1));

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [at, order]);

  const change = (next: string): void => {
    last = next;
    setText(next);
    setActive(0);
  };
  const press = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 8, PageUp: at - 8 };
    const step = steps[event.key];
    const hit = order[at];
    if (step !== undefined) setActive(Math.max(0, Math.min(order.length - 1, step)));
    else if (event.key === 'Enter' && hit) openHit(hit);
    else if (event.key === 'Escape') leave();
    else return;
    event.preventDefault();
  };
  const leave = (): void => {
    if (useUi.getState().back.length > 0) goBack();
    else go({ screen: 'home' });
  };

  const words =
    found && found.hits.length > 0
      ? `${found.hits.length === limit ? `First ${limit}` : found.hits.length} in ${groups.length} ${groups.length === 1 ? 'thread' : 'threads'}`
      : '';
  return (
    <main className="flex min-w-0 flex-1 flex-col bg-bg" onKeyDown={press}>
      <h1 className="sr-only">Search</h1>
      <div className="relative flex h-11 shrink-0 items-center border-b px-3">
        <SidebarToggle />
        <IconButton label="Back" keys="Escape" icon={ArrowLeft} onClick={leave} />
        {/* Over the column of the results, which stands in the middle whatever is at the left. */}
        <div className="mx-auto flex w-full max-w-3xl min-w-0 items-center gap-2 px-4">
          <SearchIcon size={16} strokeWidth={1.5} className="shrink-0 text-faint" aria-hidden="true" />
          <input
            type="text"
            role="combobox"
            aria-label="Search all threads"
            aria-expanded={order.length > 0}
            aria-controls="search-hits"
            aria-autocomplete="list"
            {...(order.length > 0 ? { 'aria-activedescendant': `hit-${at}` } : {})}
            placeholder="Search all threads"
            spellCheck={false}
            autoComplete="off"
            autoFocus
            value={text}
            onFocus={(event) => event.target.select()}
            onChange={(event) => change(event.target.value)}
            className="h-8 min-w-0 flex-1 bg-transparent outline-none placeholder:text-faint focus-visible:outline-none"
          />
          <span role="status" className="shrink-0 text-caption text-faint tabular-nums">
            {words}
          </span>
        </div>
        {/* As wide as what is at the other end. */}
        <span className="w-7 shrink-0" />
      </div>
      <div ref={list} className="min-h-0 flex-1 overflow-y-auto">
        {error ? <p className="mx-auto w-full max-w-3xl px-8 py-4 text-stop">{error}</p> : null}
        {!error && text.trim() === '' ? (
          <Empty
            text="Finds words in messages, answers, commands and their output, in every thread, also in the archive."
            example="Several words must all be there: discount test"
          />
        ) : null}
        {!error && found && found.text === text.trim() && order.length === 0 ? (
          <Empty text={`Nothing was said or printed that holds “${found.text}”.`} example="Try fewer words, or the beginning of one." />
        ) : null}
        <Hits groups={groups} active={at} onActive={setActive} />
      </div>
    </main>
  );
}
