import type { ThreadHeader, ThreadSettings, ThreadStart } from '../../../../shared/domain/thread.ts';
import { AppError } from '../../../../shared/errors.ts';
import { appStream, type NewEvent } from '../../../../shared/protocol.ts';
import { summaryOf } from '../../../../shared/state/summary.ts';
import { type Decisions, done, threadOf } from '../decision.ts';

type Names =
  | 'thread.start'
  | 'thread.fork'
  | 'thread.rename'
  | 'thread.pin'
  | 'thread.archive'
  | 'thread.move'
  | 'thread.configure'
  | 'thread.delete';

/** The title of a thread that nothing has been said in yet; the first message replaces it. */
export const untitled = 'New thread';

/** Refuses while a turn is open or a command runs in the background. */
export const atRest = (header: ThreadHeader, verb: string): void => {
  const more = { hint: 'Stop it first.', data: { reason: 'busy', threadId: header.id } };
  if (header.turn) {
    const why = header.turn.status === 'waiting' ? 'waits for an answer' : 'is at work';
    throw new AppError('conflict', `The thread "${header.title}" ${why} and can't be ${verb}.`, more);
  }
  if (header.background > 0) {
    throw new AppError('conflict', `The thread "${header.title}" has a command running in the background and can't be ${verb}.`, more);
  }
};

export const unarchived = (header: ThreadHeader): NewEvent => ({
  stream: header.id,
  type: 'thread.archived',
  data: { archived: false, thread: { ...summaryOf(header), archived: false } },
});

const settingsOf = ({
  provider,
  model,
  profile,
  effort,
}: { [K in keyof ThreadSettings]?: ThreadSettings[K] | undefined }): Partial<ThreadSettings> => ({
  ...(provider === undefined ? {} : { provider }),
  ...(model === undefined ? {} : { model }),
  ...(profile === undefined ? {} : { profile }),
  ...(effort === undefined ? {} : { effort }),
});

export const decideThread: Decisions<Names> = {
  'thread.start': (params, context) => {
    const project = context.app.projects.find(({ id }) => id === params.projectId);
    if (!project) throw new AppError('missing', `There is no project ${params.projectId}.`, { hint: 'Add the folder first.' });
    const { provider, model, profile, effort } = params;
    // The runtime's door fills these in from the settings before a command gets here.
    if (provider === undefined || model === undefined || profile === undefined)
      throw new AppError('broken', 'A thread was started without its settings.');
    const id = context.next('thread');
    const thread: ThreadStart = {
      id,
      projectId: project.id,
      title: params.title ?? untitled,
      cwd: params.cwd ?? project.path,
      provider,
      model,
      profile,
      ...(effort === undefined ? {} : { effort }),
    };
    // Whoever starts a thread with them can't know whether there will be a sandbox.
    const grants = params.allow?.map((command) => ({
      subject: { kind: 'command' as const, command, cwd: thread.cwd, unconfined: true as const },
    }));
    return { events: [{ stream: id, type: 'thread.started', data: { thread, ...(grants ? { grants } : {}) } }], value: { threadId: id } };
  },
  'thread.fork': ({ threadId }, context) => {
    const header = threadOf(context, threadId);
    const { turn } = context.reads;
    if (!turn) throw new AppError('missing', 'There is no such ended turn to fork from.', { hint: 'Fork after a turn has ended.' });
    if (turn.endSeq === undefined)
      throw new AppError('conflict', 'That turn has not ended yet.', { hint: 'Fork from an earlier turn, or wait for its end.' });
    const id = context.next('thread');
    const { projectId, cwd, provider, model, profile, effort } = header;
    // Whoever had the turn: a fork in between may be deleted, and its part of the log with it.
    const parent = { threadId: turn.threadId, turnId: turn.id, seq: turn.endSeq };
    const thread: ThreadStart = {
      id,
      projectId,
      cwd,
      title: header.title,
      provider,
      model,
      profile,
      ...(effort ? { effort } : {}),
      parent,
    };
    return { events: [{ stream: id, type: 'thread.started', data: { thread } }], value: { threadId: id } };
  },
  'thread.rename': ({ threadId, title }, context) => {
    const header = threadOf(context, threadId);
    return header.title === title ? done() : done({ stream: threadId, type: 'thread.renamed', data: { title } });
  },
  'thread.pin': ({ threadId, pinned }, context) => {
    const header = threadOf(context, threadId);
    return header.pinned === pinned ? done() : done({ stream: threadId, type: 'thread.pinned', data: { pinned } });
  },
  'thread.archive': ({ threadId, archived }, context) => {
    const header = threadOf(context, threadId);
    if (header.archived === archived) return done();
    if (!archived) return done(unarchived(header));
    atRest(header, 'archived');
    return done({ stream: threadId, type: 'thread.archived', data: { archived: true } });
  },
  'thread.move': ({ threadId, place }, context) => {
    threadOf(context, threadId);
    return done({ stream: threadId, type: 'thread.moved', data: { place } });
  },
  'thread.configure': ({ threadId, ...settings }, context) => {
    threadOf(context, threadId);
    return done({ stream: threadId, type: 'thread.configured', data: settingsOf(settings) });
  },
  'thread.delete': ({ threadId }, context) => {
    const header = threadOf(context, threadId);
    atRest(header, 'deleted');
    const { tokens, credits } = header;
    return { ...done({ stream: appStream, type: 'thread.deleted', data: { threadId, tokens, credits } }), deletes: threadId };
  },
};
