import { type JSX, type MouseEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ThreadSummary } from '../../../shared/domain/thread.ts';
import { HoverCard, useHoverCard } from '../../parts/hover-card.tsx';
import { ContextMenu } from '../../parts/menu.tsx';
import { Rows, type RowsHandle } from '../../parts/rows.tsx';
import { useApp } from '../../store/app.ts';
import { go, keep, useUi } from '../../store/ui.ts';
import { act } from '../act.ts';
import { ArchiveRow } from './archive-row.tsx';
import { type Asked, Asking } from './asking.tsx';
import { projectMenu, type RowActions, threadMenu } from './menus.ts';
import { type Row, rowsOf } from './order.ts';
import { ProjectRow } from './project-row.tsx';
import { ThreadCard } from './thread-card.tsx';
import { ThreadRow } from './thread-row.tsx';
import { useDragging } from './use-dragging.ts';
import { useTreeKeys } from './use-tree-keys.ts';

const keyOf = (target: EventTarget): string | undefined =>
  target instanceof Element ? target.closest<HTMLElement>('[data-key]')?.dataset['key'] : undefined;

export function fold(projectId: string, folded: boolean): void {
  keep({ folded: { ...useUi.getState().kept.folded, [projectId]: folded } });
}

/** The archive's threads, asked for when somebody opens it and again when their number changes. */
function useArchive(): { threads: ThreadSummary[] | undefined; toggle: () => void } {
  const [open, setOpen] = useState(false);
  const [threads, setThreads] = useState<ThreadSummary[]>();
  const archived = useApp(({ app }) => app.archived);
  useEffect(() => {
    if (!open) return setThreads(undefined);
    let here = true;
    void act('thread.list', { archived: true, limit: 1000 }).then((found) => here && found && setThreads(found.threads));
    return () => {
      here = false;
    };
  }, [open, archived]);
  return { threads, toggle: useCallback(() => setOpen((was) => !was), []) };
}

/** Projects with their threads: one tab stop, moved in with the arrow keys. */
export function Tree(): JSX.Element {
  const projects = useApp(({ app }) => app.projects);
  const threads = useApp(({ app }) => app.threads);
  const archived = useApp(({ app }) => app.archived);
  const folded = useUi((ui) => ui.kept.folded);
  const dense = useUi((ui) => ui.kept.density === 'compact');
  const selected = useUi(({ place }) => (place.screen === 'thread' ? place.threadId : undefined));
  const archive = useArchive();
  const rows = useMemo(
    () => rowsOf({ projects, threads, folded, archived, archive: archive.threads }),
    [projects, threads, folded, archived, archive.threads],
  );

  const [activeKey, setActiveKey] = useState<string>();
  const [renaming, setRenaming] = useState('');
  const [asked, setAsked] = useState<Asked>();
  const [hotKey, setHotKey] = useState<string>();
  const card = useHoverCard((target) => {
    // The pointer lies where the menu was: nothing may come up over a name that is being written.
    if (renaming !== '') return undefined;
    const row = target.closest('[role="treeitem"][aria-level="2"][aria-selected="false"]');
    const id = row instanceof HTMLElement && row.querySelector('input') === null ? row.dataset['key'] : undefined;
    return row && id !== undefined && id in threads ? { id, row } : undefined;
  });
  const list = useRef<RowsHandle>(null);
  const tree = useRef<HTMLDivElement>(null);
  const wanted = useRef(false);
  const pointed = useRef<string>(undefined);

  const wish = activeKey ?? selected;
  const found = rows.findIndex(({ key }) => key === wish);
  const active =
    found >= 0
      ? found
      : Math.max(
          0,
          rows.findIndex(({ key }) => key === selected),
        );

  useEffect(() => {
    if (!wanted.current) return;
    wanted.current = false;
    list.current?.show(active);
    tree.current?.querySelector<HTMLElement>('[role="treeitem"][tabindex="0"]')?.focus({ preventScroll: true });
  });

  const focusRow = useCallback((key: string): void => {
    wanted.current = true;
    setActiveKey(key);
  }, []);
  const actions = useMemo<RowActions>(
    () => ({
      rename: (key) => {
        setRenaming((was) => {
          // Back to the row whose name was edited.
          if (key === '' && was !== '') focusRow(was);
          return key;
        });
      },
      ask: setAsked,
    }),
    [focusRow],
  );
  const open = useCallback(
    (row: Row): void => {
      if (row.kind === 'thread') go({ screen: 'thread', threadId: row.thread.id });
      else if (row.kind === 'project') fold(row.project.id, !row.folded);
      else archive.toggle();
    },
    [archive.toggle],
  );
  const press = useTreeKeys({ rows, active, focusRow, open, rename: actions.rename });
  const { drop, handlers } = useDragging(rows, threads);

  const click = (event: MouseEvent): void => {
    const key = keyOf(event.target);
    const row = rows.find((each) => each.key === key);
    if (!row || event.target instanceof HTMLInputElement) return;
    setActiveKey(row.key);
    open(row);
  };
  const menu = () => {
    const row = rows.find(({ key }) => key === pointed.current);
    if (row?.kind === 'thread') return threadMenu(row.thread, actions);
    return row?.kind === 'project' ? projectMenu(row.project, actions) : [];
  };

  const draw = (index: number, top: number): JSX.Element | null => {
    const row = rows[index];
    if (!row) return null;
    const shared = { top, at: row.at, of: row.of, active: index === active, drop: drop?.key === row.key ? drop.edge : undefined };
    if (row.kind === 'archive') return <ArchiveRow key={row.key} {...shared} count={row.count} folded={row.folded} />;
    const hot = index === active || row.key === hotKey;
    if (row.kind === 'project') {
      return <ProjectRow {...shared} {...row} key={row.key} hot={hot} selected={false} renaming={renaming === row.key} actions={actions} />;
    }
    const { thread } = row;
    return (
      <ThreadRow
        key={row.key}
        {...shared}
        thread={thread}
        selected={thread.id === selected}
        renaming={renaming === row.key}
        hot={hot}
        actions={actions}
      />
    );
  };

  return (
    <>
      <ContextMenu items={menu}>
        <div
          ref={tree}
          role="tree"
          aria-label="Projects and threads"
          className="flex min-h-0 flex-1 flex-col"
          onClick={click}
          onKeyDown={press}
          {...card.list}
          onPointerOver={(event) => {
            card.list.onPointerOver(event);
            const key = keyOf(event.target);
            // It stays hot while its menu is open, which is no part of the row.
            if (key !== undefined) setHotKey(key);
          }}
          onFocus={(event) => {
            card.list.onFocus(event);
            const key = keyOf(event.target);
            if (key !== undefined && event.target.getAttribute('role') === 'treeitem') setActiveKey(key);
          }}
          onContextMenuCapture={(event) => {
            pointed.current = keyOf(event.target);
            if (pointed.current === undefined || pointed.current === 'archive') event.stopPropagation();
          }}
          {...handlers}
        >
          <Rows ref={list} count={rows.length} height={dense ? 28 : 32} keep={active} row={draw} />
        </div>
      </ContextMenu>
      <HoverCard state={card}>{(id) => <ThreadCard threadId={id} />}</HoverCard>
      {asked ? <Asking asked={asked} onClose={() => setAsked(undefined)} /> : null}
    </>
  );
}
