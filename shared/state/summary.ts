import type { ThreadStatus, ThreadSummary } from '../domain/thread.ts';
import type { LoggedEvent } from '../protocol.ts';

const ended: Record<string, ThreadStatus> = { done: 'idle', failed: 'failed', interrupted: 'interrupted' };

const withoutTurn = ({ turnStartedAt: _begun, ...summary }: ThreadSummary): ThreadSummary => summary;

/** One thread's row in lists, from the events that both the app and the thread see. Pure; other events change nothing. */
export function reduceSummary(summary: ThreadSummary | undefined, event: LoggedEvent): ThreadSummary | undefined {
  if (event.type === 'thread.started') {
    const { id, projectId, title, cwd, parent, profile } = event.data.thread;
    const row: ThreadSummary = {
      id,
      projectId,
      title,
      cwd,
      status: 'idle',
      needs: 0,
      background: 0,
      createdAt: event.at,
      updatedAt: event.at,
      pinned: false,
      archived: false,
      place: null,
      profile,
    };
    return parent ? { ...row, parent } : row;
  }
  if (!summary) return undefined;
  const touched = { ...summary, updatedAt: event.at };
  switch (event.type) {
    case 'thread.renamed':
      return { ...summary, title: event.data.title };
    case 'thread.pinned':
      return { ...summary, pinned: event.data.pinned };
    case 'thread.archived':
      return { ...summary, archived: event.data.archived };
    case 'thread.moved':
      return { ...summary, place: event.data.place };
    case 'thread.configured':
      return event.data.profile === undefined ? summary : { ...summary, profile: event.data.profile };
    case 'turn.started':
      return { ...touched, status: 'working', needs: 0, turnStartedAt: event.at };
    case 'turn.ended':
      return { ...withoutTurn(touched), status: ended[event.data.status] ?? 'idle', needs: 0 };
    case 'approval.opened':
    case 'question.opened':
      return { ...touched, status: 'waiting', needs: summary.needs + 1 };
    case 'approval.closed':
    case 'question.closed': {
      const needs = Math.max(0, summary.needs - 1);
      return { ...touched, needs, status: needs > 0 ? 'waiting' : 'working' };
    }
    case 'background.started':
      return { ...touched, background: summary.background + 1 };
    case 'background.ended':
      return { ...touched, background: Math.max(0, summary.background - 1) };
    default:
      return summary;
  }
}

/** The row alone, from a value that holds more (a header). */
export function summaryOf(thread: ThreadSummary): ThreadSummary {
  const { id, projectId, title, cwd, status, needs, background, createdAt, updatedAt, pinned, archived, place, parent, profile } = thread;
  const row = { id, projectId, title, cwd, status, needs, background, createdAt, updatedAt, pinned, archived, place };
  return { ...row, ...(parent ? { parent } : {}), ...(profile === undefined ? {} : { profile }) };
}
