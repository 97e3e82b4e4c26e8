import type { JSX } from 'react';
import type { ThreadSummary } from '../../../shared/domain/thread.ts';
import { Glyph, glyphOf } from '../../parts/glyph.tsx';
import { visibleLine } from '../../parts/safe-text.ts';
import { agoTime } from '../../parts/time.ts';
import { useApp } from '../../store/app.ts';
import { go, useUi } from '../../store/ui.ts';
import { useTimeWords } from '../ticking.ts';

function Entry({ thread }: { thread: ThreadSummary }): JSX.Element {
  const project = useApp(({ app }) => app.projects.find(({ id }) => id === thread.projectId)?.name);
  const seenAt = useUi((ui) => ui.kept.seen[thread.id]);
  const when = useTimeWords((now) => agoTime(thread.updatedAt, now));
  return (
    <li>
      <button
        type="button"
        onClick={() => go({ screen: 'thread', threadId: thread.id })}
        className="flex h-(--row) w-full items-center gap-2 rounded-box px-2 text-left hover:bg-hover"
      >
        <Glyph state={glyphOf(thread, seenAt)} />
        <span className="min-w-0 flex-1 truncate">
          <bdi>{visibleLine(thread.title)}</bdi>
          {thread.needs > 1 ? <span className="text-muted"> · {thread.needs} questions</span> : null}
        </span>
        <span className="max-w-40 truncate text-muted">{project === undefined ? null : visibleLine(project)}</span>
        <span className="w-[7.25em] shrink-0 text-right text-caption text-faint tabular-nums">{when}</span>
      </button>
    </li>
  );
}

export interface ThreadListProps {
  title: string;
  threads: readonly ThreadSummary[];
}

/** Threads of all projects, each a row that opens it. */
export function ThreadList({ title, threads }: ThreadListProps): JSX.Element | null {
  if (threads.length === 0) return null;
  return (
    <section aria-label={title} className="flex flex-col gap-1">
      <h2 className="text-muted">{title}</h2>
      <ul className="-mx-2 flex flex-col">
        {threads.map((thread) => (
          <Entry key={thread.id} thread={thread} />
        ))}
      </ul>
    </section>
  );
}
