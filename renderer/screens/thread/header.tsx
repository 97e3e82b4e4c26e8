import {
  Archive,
  ArchiveRestore,
  Ellipsis,
  FileDown,
  GitFork,
  Link,
  PanelBottom,
  PanelRight,
  PenLine,
  Pin,
  PinOff,
  TextSearch,
  Trash2,
} from 'lucide-react';
import { type JSX, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { ThreadHeader as Header } from '../../../shared/domain/thread.ts';
import { IconButton } from '../../parts/button.tsx';
import { Confirm } from '../../parts/dialog.tsx';
import { Glyph } from '../../parts/glyph.tsx';
import { Menu, type MenuEntry } from '../../parts/menu.tsx';
import { visibleLine } from '../../parts/safe-text.ts';
import { coarseDuration } from '../../parts/time.ts';
import { useApp } from '../../store/app.ts';
import { useThreads } from '../../store/threads.ts';
import { useUi } from '../../store/ui.ts';
import { act } from '../act.ts';
import { usePane } from '../panes.ts';
import { bindingOf, useBinding } from '../shortcuts/bindings.ts';
import { composing } from '../shortcuts/combo.ts';
import { findInThread, focusComposer, toggleDock, toggleDrawer } from '../shortcuts/window-actions.ts';
import { SidebarToggle } from '../sidebar/toggle.tsx';
import { useTimeWords } from '../ticking.ts';
import { Standing } from './standing.tsx';
import {
  askDelete,
  copyLink,
  deleteThread,
  forkThread,
  isBusy,
  renameThread,
  saveMarkdown,
  stopFirst,
  threadOf,
  toggleArchive,
  togglePin,
} from './thread-actions.ts';

const noLonger = (): void => useUi.setState({ asked: undefined });

function TitleField({ threadId, title }: { threadId: string; title: string }): JSX.Element {
  const [text, setText] = useState(title);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  const save = (): void => {
    noLonger();
    const next = text.trim();
    if (next !== '' && next !== title) void act('thread.rename', { threadId, title: next });
  };
  const press = (event: KeyboardEvent): void => {
    const { isComposing, keyCode } = event.nativeEvent;
    if (composing({ isComposing, keyCode })) return;
    if (event.key !== 'Enter' && event.key !== 'Escape') return;
    event.preventDefault();
    if (event.key === 'Enter') save();
    else noLonger();
    focusComposer();
  };
  return (
    <input
      ref={field}
      aria-label="Title of the thread"
      value={text}
      maxLength={200}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={press}
      onBlur={save}
      className="h-7 w-full max-w-96 min-w-0 rounded-box border border-line bg-bg px-2 font-strong"
    />
  );
}

function Elapsed({ startedAt }: { startedAt: number }): JSX.Element {
  return (
    <span className="tabular-nums">{useTimeWords((now) => (now - startedAt < 10_000 ? '' : coarseDuration(now - startedAt)), true)}</span>
  );
}

const turnWords: Record<NonNullable<Header['turn']>['status'], string> = { running: 'Working', waiting: 'Needs you', stopping: 'Stopping' };

/** How the turn stands, and for how long it has run. */
function Progress({ threadId }: { threadId: string }): JSX.Element | null {
  const status = useThreads((threads) => threads[threadId]?.state?.header.turn?.status);
  const startedAt = useThreads((threads) => threads[threadId]?.state?.header.turn?.startedAt);
  if (status === undefined || startedAt === undefined) return null;
  const waits = status === 'waiting';
  return (
    <span className={`flex shrink-0 items-center gap-1 ${waits ? 'text-wait' : 'text-muted'}`}>
      <Glyph silent state={waits ? 'needs' : 'working'} />
      {turnWords[status]}
      {waits ? null : <Elapsed startedAt={startedAt} />}
    </span>
  );
}

function menuFor(threadId: string, pinned: boolean, archived: boolean): MenuEntry[] {
  const thread = threadOf(threadId);
  const busy = thread !== undefined && isBusy(thread);
  return [
    { label: 'Rename', icon: PenLine, keys: bindingOf('rename'), onSelect: () => renameThread(threadId) },
    { label: pinned ? 'Unpin' : 'Pin', icon: pinned ? PinOff : Pin, keys: bindingOf('pin'), onSelect: () => togglePin(threadId) },
    { label: 'Fork', icon: GitFork, keys: bindingOf('fork'), onSelect: () => void forkThread(threadId) },
    {
      label: archived ? 'Take out of the archive' : busy ? `Archive (${stopFirst})` : 'Archive',
      disabled: busy,
      icon: archived ? ArchiveRestore : Archive,
      keys: bindingOf('archive'),
      onSelect: () => void toggleArchive(threadId),
    },
    'separator',
    { label: 'Find in thread', icon: TextSearch, keys: bindingOf('find'), onSelect: findInThread },
    { label: 'Copy link', icon: Link, onSelect: () => void copyLink(threadId) },
    { label: 'Export as Markdown', icon: FileDown, onSelect: () => void saveMarkdown(threadId) },
    'separator',
    {
      label: busy ? `Delete for good (${stopFirst})` : 'Delete for good …',
      icon: Trash2,
      danger: true,
      disabled: busy,
      onSelect: () => askDelete(threadId),
    },
  ];
}

function Toggles({ threadId }: { threadId: string }): JSX.Element {
  const drawer = useUi((ui) => ui.kept.drawer.open);
  const dock = usePane('dock') !== 'none';
  const running = useThreads((threads) => threads[threadId]?.state?.header.commands.length ?? 0);
  const drawerKeys = useBinding('toggle-drawer');
  const dockKeys = useBinding('toggle-dock');
  const commands = running === 0 ? 'Running commands' : `Running commands: ${running} in the background`;
  return (
    <>
      <span className="relative">
        <IconButton label={commands} keys={drawerKeys} icon={PanelBottom} pressed={drawer} onClick={toggleDrawer} />
        {running > 0 && <span className="pointer-events-none absolute top-1 right-1 size-1.5 rounded-full bg-accent" />}
      </span>
      <IconButton label="Dock" keys={dockKeys} icon={PanelRight} pressed={dock} onClick={toggleDock} />
    </>
  );
}

/** The line above a thread: what it is, how it stands, and what can be done with it. */
export function ThreadHeader({ threadId }: { threadId: string }): JSX.Element {
  const listed = useApp(({ app }) => app.threads[threadId]);
  const title = useThreads((threads) => threads[threadId]?.state?.header.title) ?? listed?.title ?? '';
  const archived = useThreads((threads) => threads[threadId]?.state?.header.archived) ?? false;
  const pinned = useThreads((threads) => threads[threadId]?.state?.header.pinned) ?? listed?.pinned ?? false;
  const projectId = useThreads((threads) => threads[threadId]?.state?.header.projectId) ?? listed?.projectId;
  const project = useApp(({ app }) => app.projects.find(({ id }) => id === projectId)?.name);
  const asked = useUi((ui) => (ui.asked?.threadId === threadId ? ui.asked.what : undefined));
  return (
    <header className="flex h-11 shrink-0 items-center gap-3 border-b px-3">
      <SidebarToggle />
      <div className="flex min-w-0 flex-1 items-center gap-2 pl-1">
        {asked === 'rename' ? (
          <>
            <h1 className="sr-only">{visibleLine(title)}</h1>
            <TitleField threadId={threadId} title={title} />
          </>
        ) : (
          <h1 className="min-w-0 truncate">
            <button
              type="button"
              title="Rename"
              onClick={() => renameThread(threadId)}
              className="max-w-full truncate rounded px-1 py-0.5 text-left font-strong hover:bg-hover"
            >
              <bdi>{visibleLine(title)}</bdi>
            </button>
          </h1>
        )}
        {pinned && <Pin size={14} strokeWidth={1.5} className="shrink-0 text-faint" aria-label="Pinned" />}
        <span className="shrink-0 text-faint">{project === undefined ? null : visibleLine(project)}</span>
        {archived && <span className="shrink-0 text-faint">Archived</span>}
      </div>
      <Standing threadId={threadId} />
      <Progress threadId={threadId} />
      <div className="flex shrink-0 items-center gap-0.5">
        <Menu
          align="end"
          trigger={<IconButton label="More about this thread" icon={Ellipsis} />}
          items={() => menuFor(threadId, pinned, archived)}
        />
        <Toggles threadId={threadId} />
      </div>
      <Confirm
        open={asked === 'delete'}
        danger
        title="Delete this thread for good?"
        text={
          <>
            “{visibleLine(title)}” goes with everything that was said and printed in it. Files in the project stay. This can’t be undone;
            archive it to keep it out of sight instead.
          </>
        }
        action="Delete for good"
        onConfirm={() => void deleteThread(threadId)}
        onClose={noLonger}
      />
    </header>
  );
}
