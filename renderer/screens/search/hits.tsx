import type { JSX } from 'react';
import type { SearchHit } from '../../../shared/protocol/thread.ts';
import { Glyph, glyphOf } from '../../parts/glyph.tsx';
import { visibleLine } from '../../parts/safe-text.ts';
import { shortTime } from '../../parts/time.ts';
import { useApp } from '../../store/app.ts';
import { go, useUi } from '../../store/ui.ts';
import { type HitGroup, piecesOf } from './excerpt.ts';

function GroupTitle({ group }: { group: HitGroup }): JSX.Element {
  const thread = useApp(({ app }) => app.threads[group.threadId]);
  const project = useApp(({ app }) => app.projects.find(({ id }) => id === thread?.projectId)?.name);
  const seenAt = useUi((ui) => ui.kept.seen[group.threadId]);
  return (
    <div role="presentation" className="flex items-center gap-2 px-2 pt-4 pb-1">
      {thread ? <Glyph silent state={glyphOf(thread, seenAt)} /> : null}
      <span className="min-w-0 truncate font-strong">
        <bdi>{visibleLine(group.title)}</bdi>
      </span>
      <span className="shrink-0 text-faint">{project === undefined ? (thread ? '' : 'Archived') : visibleLine(project)}</span>
    </div>
  );
}

/** Goes to the thread, which brings the item into view. */
export function openHit({ threadId, itemId }: SearchHit): void {
  useUi.setState({ jump: { threadId, itemId } });
  go({ screen: 'thread', threadId });
}

export interface HitsProps {
  groups: readonly HitGroup[];
  /** Index over all hits of all groups. */
  active: number;
  onActive: (index: number) => void;
}

/** Results grouped by thread. The field keeps the focus; one of them is the active one. */
export function Hits({ groups, active, onActive }: HitsProps): JSX.Element {
  const now = Date.now();
  let index = -1;
  return (
    <div id="search-hits" role="listbox" aria-label="Results" className="mx-auto w-full max-w-3xl px-2 pb-8 empty:hidden">
      {groups.map((group) => (
        <div key={group.threadId} role="group" aria-label={visibleLine(group.title)}>
          <GroupTitle group={group} />
          {group.hits.map((hit) => {
            index += 1;
            const own = index;
            return (
              <div
                key={hit.itemId}
                id={`hit-${own}`}
                role="option"
                tabIndex={-1}
                aria-selected={own === active}
                onClick={() => openHit(hit)}
                onPointerMove={() => own !== active && onActive(own)}
                className="flex items-baseline gap-3 rounded-box py-1.5 pr-2 pl-8 group text-muted aria-selected:bg-selected aria-selected:text-text"
              >
                <span className="line-clamp-2 min-w-0 flex-1 [overflow-wrap:anywhere]">
                  {piecesOf(hit.excerpt).map((piece, at) => {
                    const key = `${at}${piece.text}`;
                    return piece.marked ? (
                      <mark key={key} className="rounded-xs bg-wait-soft text-text">
                        {piece.text}
                      </mark>
                    ) : (
                      <span key={key}>{piece.text}</span>
                    );
                  })}
                </span>
                <time
                  dateTime={new Date(hit.at).toISOString()}
                  className="shrink-0 text-caption text-faint tabular-nums group-aria-selected:text-muted"
                >
                  {shortTime(hit.at, now)}
                </time>
              </div>
            );
          })}
        </div>
      ))}
    </div>
  );
}
