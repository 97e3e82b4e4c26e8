import { useEffect } from 'react';
import type { ThreadSummary } from '../../shared/domain/thread.ts';
import { can, hostRequest } from '../connection/host.ts';
import { asks } from '../items/approvals/words.ts';
import { cutLine, visibleLine } from '../parts/safe-text.ts';
import { useApp, type Want } from '../store/app.ts';
import { useUi } from '../store/ui.ts';

// What the system tells of threads that nobody looks at: that they need somebody, failed or finished, and never what is said in them.

export type Notice = 'needs' | 'failed' | 'finished';
export interface Words {
  title: string;
  body: string;
  threadId?: string;
}

/** What is gathered into one notification, in milliseconds. */
const gatherFor = 1000;
const words: Record<Notice, { one: string; many: [one: string, more: string] }> = {
  needs: { one: 'Needs you', many: ['needs you', 'need you'] },
  failed: { one: 'Failed', many: ['failed', 'failed'] },
  finished: { one: 'Finished', many: ['finished', 'finished'] },
};

/** What is wanted, each kind once and the gravest first: "Leave the sandbox". Never which command or file. */
function kinds(wants: readonly Want[]): string[] {
  const order: Want[] = ['outside', 'autorun', 'network', 'command', 'write', 'read', 'question'];
  return order.filter((want) => wants.includes(want)).map((want) => (want === 'question' ? 'A question' : asks[want].among));
}

/** What happened to a thread that a person wants to hear of. Stopping it was the person's own doing. */
export function noticeOf(before: ThreadSummary | undefined, now: ThreadSummary): Notice | undefined {
  if (!before || now.archived) return undefined;
  if (now.status === 'waiting') return before.status !== 'waiting' || now.needs > before.needs ? 'needs' : undefined;
  if (now.status === 'failed') return before.status === 'failed' ? undefined : 'failed';
  return now.status === 'idle' && (before.status === 'working' || before.status === 'waiting') ? 'finished' : undefined;
}

/** One notification for all that came together. */
export function wordsFor(
  notices: readonly { notice: Notice; thread: ThreadSummary; wants?: readonly Want[] }[],
  project: (id: string) => string,
): Words | undefined {
  const [first] = notices;
  if (!first) return undefined;
  const line = (text: string, most: number): string => cutLine(visibleLine(text), most).text;
  const projects = [...new Set(notices.map(({ thread }) => project(thread.projectId)))].filter(Boolean).join(', ');
  const body = line(
    [...kinds(notices.flatMap(({ notice, wants = [] }) => (notice === 'needs' ? wants : []))), projects].filter(Boolean).join(' · '),
    1000,
  );
  if (notices.length === 1)
    return { title: line(`${words[first.notice].one}: ${first.thread.title}`, 200), body, threadId: first.thread.id };
  const title = (Object.keys(words) as Notice[])
    .map((kind) => ({ kind, count: notices.filter(({ notice }) => notice === kind).length }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }, at) => `${count}${at > 0 ? '' : count === 1 ? ' thread' : ' threads'} ${words[kind].many[count === 1 ? 0 : 1]}`)
    .join(', ');
  return { title, body };
}

const looksAt = (threadId: string): boolean => {
  const { place } = useUi.getState();
  return document.hasFocus() && place.screen === 'thread' && place.threadId === threadId;
};

/** Watches the threads until the answer is called. */
export function watchNotices(): () => void {
  const gathered = new Map<string, Notice>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let badge: { count: number; host: ReadonlySet<string> } | undefined;

  const tell = (): void => {
    timer = undefined;
    const { app, wants } = useApp.getState();
    const { threads, projects } = app;
    // Whoever has come in the meantime, or answered elsewhere, need not be told.
    const notices = [...gathered].flatMap(([id, notice]) => {
      const thread = threads[id];
      const over = !thread || looksAt(id) || (notice === 'needs' && thread.status !== 'waiting');
      return over ? [] : [{ notice, thread, wants: Object.values(wants[id] ?? {}) }];
    });
    gathered.clear();
    const said = wordsFor(notices, (id) => projects.find((project) => project.id === id)?.name ?? '');
    if (said && can('showNotification')) hostRequest('showNotification', said).catch(() => undefined);
  };
  const mark = (): void => {
    const { app, abilities } = useApp.getState();
    if (!can('setBadge')) return;
    const count = Object.values(app.threads).filter(({ status }) => status === 'waiting').length;
    if (badge?.count === count && badge.host === abilities) return;
    badge = { count, host: abilities };
    hostRequest('setBadge', { count }).catch(() => undefined);
  };
  mark();
  const stop = useApp.subscribe((state, before) => {
    const { threads } = state.app;
    if (threads === before.app.threads && state.abilities === before.abilities) return;
    mark();
    if (!useUi.getState().kept.notices || !can('showNotification')) return;
    for (const thread of Object.values(threads)) {
      const was = before.app.threads[thread.id];
      const notice = was === thread ? undefined : noticeOf(was, thread);
      if (!notice || looksAt(thread.id)) continue;
      gathered.set(thread.id, notice);
      timer ??= setTimeout(tell, gatherFor);
    }
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}

export function useNotices(): void {
  useEffect(watchNotices, []);
}
