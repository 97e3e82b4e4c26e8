import { ArrowDown, TriangleAlert } from 'lucide-react';
import { type JSX, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { ThreadState } from '../../../../shared/state/thread.ts';
import { loadOlder } from '../../../connection/connection.ts';
import { setOpened } from '../../../items/opened.ts';
import { ThreadContext } from '../../../items/thread-context.ts';
import { Button } from '../../../parts/button.tsx';
import { TextActionsProvider } from '../../../parts/copy.tsx';
import { List, type ListHandle } from '../../../parts/list.tsx';
import type { LiveText } from '../../../store/threads.ts';
import { useUi } from '../../../store/ui.ts';
import { useBinding } from '../../shortcuts/bindings.ts';
import { createLiveKeeper } from './live-keeper.ts';
import { useMarks } from './marks.ts';
import { type Below, createPlacing, type Placing } from './place.ts';
import { RowView } from './row-view.tsx';
import { createRowBuilder, itemsIn, liveRows, type Row } from './rows.ts';
import { textActions } from './text-actions.ts';

/** Older items are fetched when the view comes this close to the first one, in view heights. */
const fetchWithin = 3;
const pageSize = 200;
const quietMs = 2000;

/** Whether rows were put before those that were there. */
function wasPrepended(before: readonly Row[], now: readonly Row[]): boolean {
  if (before.length === 0 || now.length <= before.length || before[0]?.key === now[0]?.key) return false;
  // The first rows may have grown together with what came before them.
  return before.slice(0, 4).some((row) => now.findIndex((each) => each.key === row.key) > 0);
}

export interface TranscriptProps {
  threadId: string;
  state: ThreadState;
  live: LiveText | undefined;
  loadingOlder: boolean;
}

/** What was said and done, as one document that stays still while it is read. */
export function Transcript({ threadId, state, live, loadingOlder }: TranscriptProps): JSX.Element {
  const { header, items, turns, before } = state;
  const [build] = useState(createRowBuilder);
  const settled = useMemo(() => build({ items, turns, whole: before === undefined }), [build, items, turns, before]);
  const [keeper] = useState(createLiveKeeper);
  const rows = useMemo(() => {
    const kept = keeper.keep(items, live, settled);
    return [...kept.rows, ...liveRows(header.turn, kept.live)];
  }, [keeper, items, settled, header.turn, live]);
  const { turn } = header;
  const asking = (turn?.approvals.length ?? 0) + (turn?.questions.length ?? 0) > 0;
  const running = asking ? undefined : turn?.calls[0]?.itemId;

  const scroller = useRef<HTMLDivElement>(null);
  const room = useRef<HTMLDivElement>(null);
  const list = useRef<ListHandle>(null);
  const shown = useRef<readonly Row[]>([]);
  const prepended = wasPrepended(shown.current, rows);
  const [below, setBelow] = useState<Below>({ fresh: false, far: false });
  const [marked, setMarked] = useState<string>();
  const touchedAt = useRef(0);

  const [placing] = useState<Placing>(() =>
    createPlacing({
      scroller: () => scroller.current,
      list: () => list.current,
      room: () => room.current,
      count: () => shown.current.length,
      indexOf: (key) => shown.current.findIndex((row) => row.key === key),
      keyOf: (index) => shown.current[index]?.key ?? '',
      below: (state) => setBelow((known) => (known.fresh === state.fresh && known.far === state.far ? known : state)),
    }),
  );

  const queued = useRef(header.queue.length);
  useLayoutEffect(() => {
    const old = shown.current;
    shown.current = rows;
    if (old !== rows && old.length > 0 && !prepended) {
      const known = new Set(old.slice(-50).map((row) => row.key));
      const last = rows.findLast((row) => row.kind === 'item' && row.item.type === 'user');
      const ownTurn = last?.kind === 'item' && last.item.type === 'user' && !last.item.steer && last.item.turnId === header.turn?.id;
      const fromQueue = header.queue.length < queued.current;
      // Sent just now: it goes to the top. A waiting message that starts by itself moves nobody who reads elsewhere.
      if (last && ownTurn && !known.has(last.key) && rows.indexOf(last) >= old.length - 4 && (placing.mode() !== 'free' || !fromQueue)) {
        placing.pin(last.key);
      }
    }
    queued.current = header.queue.length;
    placing.settle();
  }, [rows, prepended, placing, header.queue.length, header.turn?.id]);

  // A question stops everything: it comes into view, but not under the hands of somebody who is moving the view just now.
  const first = header.turn?.approvals[0]?.id ?? header.turn?.questions[0]?.id;
  useEffect(() => {
    if (first === undefined) return;
    const index = shown.current.findIndex((row) => itemsIn(row).includes(first));
    const selecting = document.getSelection()?.isCollapsed === false;
    if (index < 0 || selecting || performance.now() - touchedAt.current < quietMs) return;
    const mode = placing.mode();
    if (mode === 'end') placing.settle();
    else placing.show(index, 'nearest');
  }, [first, placing]);

  const fetchOlder = useCallback((): void => {
    const view = scroller.current;
    if (view && view.scrollTop < view.clientHeight * fetchWithin) void loadOlder(threadId, pageSize);
  }, [threadId]);
  useEffect(() => {
    if (before !== undefined && !loadingOlder) fetchOlder();
  }, [before, loadingOlder, fetchOlder, rows.length]);

  useMarks(scroller);
  const jump = useUi((ui) => (ui.jump?.threadId === threadId ? ui.jump.itemId : undefined));
  useEffect(() => {
    if (jump === undefined) return;
    const index = rows.findIndex((row) => itemsIn(row).includes(jump));
    if (index < 0) {
      if (before !== undefined) void loadOlder(threadId, 500);
      else useUi.setState({ jump: undefined });
      return;
    }
    const row = rows[index];
    if (row?.kind === 'work') {
      setOpened(`work ${row.calls[0]?.id ?? ''}`, true);
      setOpened(jump, true);
    }
    placing.show(index, 'center');
    setMarked(useUi.getState().jump?.quiet ? undefined : row?.key);
    useUi.setState({ jump: undefined });
  }, [jump, rows, before, threadId, placing, loadingOlder]);

  const frame = useRef(0);
  const onScroll = useCallback((): void => {
    // In the next frame, when sizes can be read for nothing.
    frame.current ||= requestAnimationFrame(() => {
      frame.current = 0;
      placing.moved();
      fetchOlder();
    });
  }, [placing, fetchOlder]);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);

  const touch = (): void => {
    touchedAt.current = performance.now();
    placing.held();
    if (marked !== undefined) setMarked(undefined);
  };
  // The answer that grows, and the line that comes below it when it is finished.
  const kept = useMemo(() => [rows.length - 2, rows.length - 1].filter((index) => index >= 0), [rows.length]);
  const approve = useBinding('approve');
  const refuse = useBinding('refuse');
  const visit = useBinding('visit-approval');
  const context = useMemo(
    () => ({ threadId, projectId: header.projectId, approvalKeys: { approve, refuse, visit } }),
    [threadId, header.projectId, approve, refuse, visit],
  );
  return (
    <ThreadContext value={context}>
      <TextActionsProvider actions={textActions}>
        <div className="relative min-h-0 flex-1">
          <h2 className="sr-only">Transcript</h2>
          <div
            ref={scroller}
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
            tabIndex={0}
            role="log"
            aria-label="Transcript"
            aria-live="off"
            data-transcript={threadId}
            onWheel={touch}
            onTouchMove={touch}
            onPointerDown={(event) => {
              // Only the scrollbar: a click into the text moves nothing.
              if (event.target === event.currentTarget) touch();
            }}
            onKeyDown={(event) => {
              const { key, target, currentTarget, ctrlKey, metaKey, altKey, shiftKey } = event;
              if (['PageUp', 'PageDown', 'ArrowUp', 'ArrowDown', 'Home', 'End', ' '].includes(key)) touch();
              if (key !== 'Home' || target !== currentTarget || ctrlKey || metaKey || altKey || shiftKey) return;
              // Not by the browser: rows that are measured on the way would leave it below the top.
              event.preventDefault();
              placing.show(0, 'start');
            }}
            className="h-full overflow-x-hidden overflow-y-auto pb-4 [overflow-anchor:none] focus-visible:outline-none"
          >
            <List
              rows={rows}
              scroller={scroller}
              handle={list}
              prepended={prepended}
              kept={kept}
              onScroll={onScroll}
              onResize={placing.settle}
            >
              {(row, index) => (
                <RowView
                  key={row.key}
                  row={row}
                  running={running}
                  marked={row.key === marked}
                  streamed={row.kind === 'item' ? keeper.streamed(row.item.id) : undefined}
                  top={index === 0 && before === undefined}
                />
              )}
            </List>
            <div ref={room} aria-hidden="true" />
          </div>
          {/* What goes on below fades out above the composer; the scrollbar keeps its edge. */}
          <div
            className="pointer-events-none absolute right-3 bottom-0 left-0 h-5 bg-linear-to-t from-bg to-transparent"
            aria-hidden="true"
          />
          <BelowButton below={below} needs={first !== undefined} onPress={placing.toEnd} />
        </div>
      </TextActionsProvider>
    </ThreadContext>
  );
}

/** The way to the end, said quietly; loud only when something there needs a person. */
function BelowButton({ below, needs, onPress }: { below: Below; needs: boolean; onPress: () => void }): JSX.Element | null {
  if (!below.fresh && !below.far) return null;
  const words = needs ? 'Needs you below' : below.fresh ? 'New below' : 'To the end';
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-2 flex justify-center">
      <div className={`pointer-events-auto rounded-box shadow-float ${needs ? 'text-wait' : ''}`}>
        <Button small icon={needs ? TriangleAlert : ArrowDown} onClick={onPress}>
          {words}
        </Button>
      </div>
    </div>
  );
}
