import type { Project } from '../../../shared/domain/project.ts';
import type { ThreadSummary } from '../../../shared/domain/thread.ts';
import type { MenuEntry } from '../../parts/menu.tsx';
import { useApp } from '../../store/app.ts';
import { act } from '../act.ts';
import { copyWords } from '../copy.ts';
import { newThread } from '../shortcuts/window-actions.ts';
import { copyLink, forkThread, isBusy, stopFirst, toggleArchive, togglePin } from '../thread/thread-actions.ts';
import type { Asked } from './asking.tsx';
import { movesFor, projectStep, threadStep, topOf } from './order.ts';

export interface RowActions {
  rename(key: string): void;
  ask(asked: Asked): void;
}

const siblings = (thread: ThreadSummary): ThreadSummary[] =>
  Object.values(useApp.getState().app.threads).filter(({ projectId }) => projectId === thread.projectId);

/** Puts a thread before another one of its project, or last. */
export async function placeThread(thread: ThreadSummary, before: string | undefined): Promise<void> {
  for (const move of movesFor(siblings(thread), thread.id, before)) await act('thread.move', move);
}

export function moveThread(thread: ThreadSummary, by: -1 | 1): void {
  const step = threadStep(siblings(thread), thread.id, by);
  if (step) void placeThread(thread, step.before);
}

function moveToTop(thread: ThreadSummary): void {
  void placeThread(thread, topOf(siblings(thread), thread));
}

export function moveProject(project: Project, by: -1 | 1): void {
  const step = projectStep(useApp.getState().app.projects, project.id, by);
  if (step) void act('project.move', { projectId: project.id, ...step });
}

export function threadMenu(thread: ThreadSummary, { rename, ask }: RowActions): MenuEntry[] {
  const { id: threadId, pinned, archived } = thread;
  const copy: MenuEntry = { label: 'Copy link', onSelect: () => void copyLink(threadId) };
  const busy = isBusy(thread);
  const remove: MenuEntry = {
    label: busy ? `Delete for good (${stopFirst})` : 'Delete for good …',
    danger: true,
    disabled: busy,
    onSelect: () => ask({ what: 'delete', thread }),
  };
  if (archived) return [{ label: 'Take out of the archive', onSelect: () => void toggleArchive(threadId) }, copy, 'separator', remove];
  const stuck = (by: -1 | 1): boolean => threadStep(siblings(thread), threadId, by) === undefined;
  return [
    { label: 'Rename', keys: 'F2', onSelect: () => rename(threadId) },
    { label: pinned ? 'Unpin' : 'Pin', onSelect: () => togglePin(threadId) },
    { label: 'Fork', onSelect: () => void forkThread(threadId) },
    copy,
    'separator',
    { label: 'Move to top', disabled: stuck(-1), onSelect: () => moveToTop(thread) },
    { label: 'Move up', keys: 'Alt+ArrowUp', disabled: stuck(-1), onSelect: () => moveThread(thread, -1) },
    { label: 'Move down', keys: 'Alt+ArrowDown', disabled: stuck(1), onSelect: () => moveThread(thread, 1) },
    ...(thread.place === null ? [] : [{ label: 'Order by time', onSelect: () => void act('thread.move', { threadId, place: null }) }]),
    'separator',
    {
      label: busy ? `Archive (${stopFirst})` : 'Archive',
      disabled: busy,
      onSelect: () => void toggleArchive(threadId),
      ...(busy ? {} : { keys: 'Delete' }),
    },
    remove,
  ];
}

export function projectMenu(project: Project, { rename, ask }: RowActions): MenuEntry[] {
  if (project.id === '') return [{ label: 'These come from projects off the list', disabled: true, onSelect: () => undefined }];
  const { projects } = useApp.getState().app;
  const stuck = (by: -1 | 1): boolean => projectStep(projects, project.id, by) === undefined;
  return [
    { label: 'New thread', onSelect: () => newThread(project.id) },
    'separator',
    { label: 'Rename', keys: 'F2', onSelect: () => rename(`project:${project.id}`) },
    project.trusted
      ? { label: 'Stop trusting …', onSelect: () => ask({ what: 'untrust', project }) }
      : { label: 'Trust …', onSelect: () => ask({ what: 'trust', project }) },
    { label: 'Copy path', onSelect: () => void copyWords(project.path, 'Path') },
    'separator',
    { label: 'Move up', keys: 'Alt+ArrowUp', disabled: stuck(-1), onSelect: () => moveProject(project, -1) },
    { label: 'Move down', keys: 'Alt+ArrowDown', disabled: stuck(1), onSelect: () => moveProject(project, 1) },
    'separator',
    { label: 'Take off the list …', danger: true, onSelect: () => ask({ what: 'remove', project }) },
  ];
}
