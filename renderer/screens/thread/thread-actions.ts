import type { ThreadSummary } from '../../../shared/domain/thread.ts';
import { can, hostRequest } from '../../connection/host.ts';
import { useApp } from '../../store/app.ts';
import { useThreads } from '../../store/threads.ts';
import { forgetThread, go, keep, toast, useUi } from '../../store/ui.ts';
import { act, wordsOf } from '../act.ts';
import { setPane } from '../panes.ts';
import { exportMarkdown } from './export.ts';

// What can be done with a thread, for menus, slash commands, the palette and shortcuts alike.

/** The thread as lists know it; one from the archive only while it is open. */
export function threadOf(threadId: string): ThreadSummary | undefined {
  return useApp.getState().app.threads[threadId] ?? useThreads.getState()[threadId]?.state?.header;
}

/** The thread that the person is at. */
export function currentThread(): string | undefined {
  const { place } = useUi.getState();
  return place.screen === 'thread' ? place.threadId : undefined;
}

/** It works, waits or has commands in the background: it can't be put away before it was stopped. */
export function isBusy({ status, background }: Pick<ThreadSummary, 'status' | 'background'>): boolean {
  return status === 'working' || status === 'waiting' || background > 0;
}
/** Why not, in a menu. */
export const stopFirst = 'stop it first';

export function renameThread(threadId: string): void {
  useUi.setState({ asked: { what: 'rename', threadId } });
}

export function askDelete(threadId: string): void {
  useUi.setState({ asked: { what: 'delete', threadId } });
}

export function togglePin(threadId: string): void {
  void act('thread.pin', { threadId, pinned: !threadOf(threadId)?.pinned });
}

const leave = (threadId: string, projectId: string | undefined): void => {
  if (currentThread() === threadId) go({ screen: 'home', ...(projectId === undefined ? {} : { projectId }) });
};

/** Into the archive, and out of sight; or back. */
export async function toggleArchive(threadId: string): Promise<void> {
  const thread = threadOf(threadId);
  const archived = !thread?.archived;
  if ((await act('thread.archive', { threadId, archived })) === undefined) return;
  toast(archived ? 'Archived. Search still finds it.' : 'Taken out of the archive.');
  if (archived) leave(threadId, thread?.projectId);
}

export async function forkThread(threadId: string, turnId?: string): Promise<void> {
  const fork = await act('thread.fork', { threadId, ...(turnId === undefined ? {} : { turnId }) });
  if (!fork) return;
  go({ screen: 'thread', threadId: fork.threadId });
  toast('A fork: it goes on from here, and the first thread stays as it is.');
}

export async function deleteThread(threadId: string): Promise<void> {
  const projectId = threadOf(threadId)?.projectId;
  if ((await act('thread.delete', { threadId })) === undefined) return;
  forgetThread(threadId);
  toast('Deleted for good.');
  leave(threadId, projectId);
}

export async function copyLink(threadId: string): Promise<void> {
  const text = `switchyard://thread/${threadId}`;
  try {
    if (can('copyText')) await hostRequest('copyText', { text });
    else await navigator.clipboard.writeText(text);
    toast('Link copied');
  } catch (thrown) {
    toast(`The link could not be copied. ${wordsOf(thrown)}`, 'stop');
  }
}

export async function saveMarkdown(threadId: string): Promise<void> {
  try {
    await exportMarkdown(threadId, threadOf(threadId)?.title ?? 'Thread');
  } catch (thrown) {
    toast(wordsOf(thrown), 'stop');
  }
}

export function stopTurn(threadId: string): void {
  void act('turn.interrupt', { threadId });
}

/** Answers the oldest open approval. */
export function answerApproval(threadId: string, answer: 'once' | 'thread' | 'always' | 'no'): void {
  const itemId = useThreads.getState()[threadId]?.state?.header.turn?.approvals[0]?.id;
  if (itemId !== undefined) void act('approval.answer', { threadId, itemId, answer });
}

export function showDock(tab: 'changes' | 'plan' | 'files'): void {
  keep({ dock: { ...useUi.getState().kept.dock, tab } });
  setPane('dock', true);
}
