import type { ThreadSummary } from '../../../shared/domain/thread.ts';
import { useApp } from '../../store/app.ts';
import { type DockTab, go, keep, useUi } from '../../store/ui.ts';
import { paneNow, setPane } from '../panes.ts';
import { rowsOf } from '../sidebar/order.ts';
import { currentThread, showDock, threadOf } from '../thread/thread-actions.ts';

/** The project that the person is in, or the first one. */
export function currentProject(): string | undefined {
  const { place } = useUi.getState();
  const { projects } = useApp.getState().app;
  const asked = place.projectId ?? (place.threadId === undefined ? undefined : threadOf(place.threadId)?.projectId);
  return projects.find(({ id }) => id === asked)?.id ?? projects[0]?.id;
}

export function focusComposer(): void {
  document.querySelector<HTMLElement>('[data-composer]')?.focus();
}

/** The oldest approval that is in view; its Enter and Escape count then. */
export function focusApproval(): void {
  document.querySelector<HTMLElement>('[data-approval]')?.focus();
}

/** The place where a new thread is begun; the composer there has the focus. */
export function newThread(projectId = currentProject()): void {
  go({ screen: 'home', ...(projectId === undefined ? {} : { projectId }) });
  requestAnimationFrame(focusComposer);
}

/** The threads of the sidebar, whether or not their project is folded. */
function threadsInOrder(): ThreadSummary[] {
  const { projects, threads } = useApp.getState().app;
  const rows = rowsOf({ projects, threads, folded: {}, archived: 0, archive: undefined });
  return rows.flatMap((row) => (row.kind === 'thread' ? [row.thread] : []));
}

/** `by` threads on in the sidebar's order, round and round. */
export function stepThread(by: 1 | -1): void {
  const threads = threadsInOrder();
  const at = threads.findIndex(({ id }) => id === currentThread());
  const next = at < 0 ? (by > 0 ? threads[0] : threads.at(-1)) : threads[(at + by + threads.length) % threads.length];
  if (next) go({ screen: 'thread', threadId: next.id });
}

/** The nth thread of the sidebar, from 1. */
export function jumpToThread(n: number): void {
  const thread = threadsInOrder()[n - 1];
  if (thread) go({ screen: 'thread', threadId: thread.id });
}

export function toggleSidebar(): void {
  setPane('sidebar', paneNow('sidebar') === 'none');
}

const dockHasFocus = (): boolean => document.activeElement?.closest('[data-dock]') !== null;

export function toggleDock(): void {
  const open = paneNow('dock') !== 'none';
  if (open && dockHasFocus()) focusComposer();
  setPane('dock', !open);
}

/** Shows a part of the dock and goes there; from there, a second time hides it and goes back. */
export function visitDock(tab: DockTab): void {
  const { dock } = useUi.getState().kept;
  if (paneNow('dock') !== 'none' && dock.tab === tab && dockHasFocus()) return toggleDock();
  showDock(tab);
  requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-dock] [role="tab"][aria-selected="true"]')?.focus());
}

export function toggleDrawer(): void {
  const { drawer } = useUi.getState().kept;
  keep({ drawer: { ...drawer, open: !drawer.open } });
}

export function toggleTheme(): void {
  keep({ theme: document.documentElement.dataset['theme'] === 'dark' ? 'light' : 'dark' });
}

const smallest = 12;
const largest = 16;
const usual = 13;

/** Without `by`, back to the usual size. */
export function zoomText(by?: 1 | -1): void {
  const { fontSize } = useUi.getState().kept;
  keep({ fontSize: by === undefined ? usual : Math.min(largest, Math.max(smallest, fontSize + by)) });
}

/** Opens find in thread, or goes back into it. */
export function findInThread(): void {
  useUi.setState(({ find }) => ({ find: find ?? { text: '', at: 0 } }));
  requestAnimationFrame(() => document.querySelector<HTMLInputElement>('[data-find]')?.select());
}
