import { Ellipsis, Pin, ShieldOff } from 'lucide-react';
import { type JSX, memo } from 'react';
import type { ThreadSummary } from '../../../shared/domain/thread.ts';
import { IconButton } from '../../parts/button.tsx';
import { Glyph, glyphOf } from '../../parts/glyph.tsx';
import { Menu } from '../../parts/menu.tsx';
import { visibleLine } from '../../parts/safe-text.ts';
import { coarseDuration, shortTime } from '../../parts/time.ts';
import { Tooltip } from '../../parts/tooltip.tsx';
import { useApp } from '../../store/app.ts';
import { isOpen } from '../../store/permissions.ts';
import { useThreads } from '../../store/threads.ts';
import { useUi } from '../../store/ui.ts';
import { act } from '../act.ts';
import { useTimeWords } from '../ticking.ts';
import { type RowActions, threadMenu } from './menus.ts';
import { Rename, RowFrame } from './row-parts.tsx';

export interface ThreadRowProps {
  thread: ThreadSummary;
  top: number;
  at: number;
  of: number;
  active: boolean;
  selected: boolean;
  renaming: boolean;
  drop: 'above' | 'below' | undefined;
  /** It is under the pointer or has the tab stop: only then there is a menu button, which is what makes a row dear. */
  hot: boolean;
  actions: RowActions;
}

/** How long the turn goes on, or when something happened last. */
function When({ thread }: { thread: ThreadSummary }): JSX.Element {
  const working = thread.status === 'working';
  // An open thread knows when its turn began; the row only knows its last event.
  const startedAt = useThreads((threads) => threads[thread.id]?.state?.header.turn?.startedAt);
  const words = useTimeWords(
    (now) => (working ? coarseDuration(now - (startedAt ?? thread.turnStartedAt ?? thread.updatedAt)) : shortTime(thread.updatedAt, now)),
    working,
  );
  return (
    <span className={`text-caption tabular-nums ${working ? 'text-accent' : 'text-faint group-aria-selected:text-muted'}`}>{words}</span>
  );
}

export const ThreadRow = memo(function ThreadRow(props: ThreadRowProps): JSX.Element {
  const { thread, top, at, of, active, selected, renaming, drop, hot, actions } = props;
  const open = useApp(({ settings }) => thread.profile !== undefined && !thread.archived && isOpen(settings, thread.profile));
  const seenAt = useUi((ui) => ui.kept.seen[thread.id]);
  // What is open or put away is not news.
  const state = glyphOf(thread, selected || thread.archived ? Number.POSITIVE_INFINITY : seenAt);
  const finish = (title: string | undefined): void => {
    actions.rename('');
    if (title !== undefined) void act('thread.rename', { threadId: thread.id, title });
  };
  return (
    <RowFrame rowKey={thread.id} level={2} {...{ top, at, of, active, selected, drop }} draggable={!renaming && !thread.archived}>
      <Glyph state={state} />
      {renaming ? (
        <Rename label="Title of the thread" value={thread.title} onDone={finish} />
      ) : (
        <>
          <span
            className={`min-w-0 flex-1 truncate ${state === 'idle' && !selected ? 'text-muted' : 'text-text'} ${state === 'needs' ? 'font-strong' : ''}`}
          >
            <bdi>{visibleLine(thread.title)}</bdi>
          </span>
          {open ? (
            <Tooltip label="Full access: no sandbox, no questions">
              <span role="img" aria-label="Full access" className="shrink-0 text-stop">
                <ShieldOff size={12} strokeWidth={1.5} aria-hidden="true" />
              </span>
            </Tooltip>
          ) : null}
          {thread.pinned ? (
            <Pin
              size={12}
              strokeWidth={1.5}
              className="shrink-0 text-faint group-aria-selected:text-muted"
              role="img"
              aria-label="Pinned"
            />
          ) : null}
          <span className="grid shrink-0 items-center justify-items-end [grid-template-areas:'end'] *:[grid-area:end]">
            <span className="group-hover:invisible group-has-[button:focus-visible]:invisible group-has-data-popup-open:invisible">
              <When thread={thread} />
            </span>
            {hot ? (
              <span className="-mr-1 opacity-0 group-hover:opacity-100 has-focus-visible:opacity-100 has-data-popup-open:opacity-100">
                <Menu
                  align="start"
                  trigger={
                    <IconButton
                      small
                      label="Thread menu"
                      icon={Ellipsis}
                      tabIndex={active ? 0 : -1}
                      onClick={(event) => event.stopPropagation()}
                    />
                  }
                  items={() => threadMenu(thread, actions)}
                />
              </span>
            ) : null}
          </span>
        </>
      )}
    </RowFrame>
  );
});
