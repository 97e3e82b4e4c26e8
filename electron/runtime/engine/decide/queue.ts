import type { ThreadHeader } from '../../../../shared/domain/thread.ts';
import { AppError } from '../../../../shared/errors.ts';
import { type Decisions, done, threadOf } from '../decision.ts';
import { checkInput, turnStart } from './turn.ts';

type Names = 'queue.edit' | 'queue.move' | 'queue.remove' | 'queue.next';

const known = (header: ThreadHeader, queueId: string): void => {
  if (header.queue.some((row) => row.id === queueId)) return;
  throw new AppError('missing', 'That message is no longer waiting.', { hint: 'It was sent or removed.' });
};

export const decideQueue: Decisions<Names> = {
  'queue.edit': ({ threadId, queueId, input }, context) => {
    known(threadOf(context, threadId), queueId);
    checkInput(input);
    return done({ stream: threadId, type: 'queue.edited', data: { queueId, input } });
  },
  'queue.move': ({ threadId, queueId, before }, context) => {
    known(threadOf(context, threadId), queueId);
    if (before === queueId) return done();
    return done({ stream: threadId, type: 'queue.moved', data: { queueId, ...(before === undefined ? {} : { before }) } });
  },
  'queue.remove': ({ threadId, queueId }, context) => {
    known(threadOf(context, threadId), queueId);
    return done({ stream: threadId, type: 'queue.removed', data: { queueId } });
  },
  'queue.next': ({ threadId }, context) => {
    const header = threadOf(context, threadId);
    const row = header.queue[0];
    if (header.turn || !row) return { events: [], value: null };
    const start = turnStart(header, row.input, context);
    return {
      events: [{ stream: threadId, type: 'queue.removed', data: { queueId: row.id } }, ...start.events],
      value: { turnId: start.turnId },
    };
  },
};
