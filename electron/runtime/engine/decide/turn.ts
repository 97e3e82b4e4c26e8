import type { ApprovalItem, Input, NoticeItem } from '../../../../shared/domain/item.ts';
import { answersFor, grantOf } from '../../../../shared/domain/rule.ts';
import type { HeldFiles, OpenTurn, ThreadHeader } from '../../../../shared/domain/thread.ts';
import { AppError } from '../../../../shared/errors.ts';
import type { TurnFact } from '../../../../shared/protocol/turn.ts';
import { appStream, type NewEvent } from '../../../../shared/protocol.ts';
import { reduceHeader } from '../../../../shared/state/header.ts';
import { type DecideContext, type Decisions, done, threadOf } from '../decision.ts';
import { unarchived, untitled } from './thread.ts';

type Names =
  | 'turn.send'
  | 'turn.interrupt'
  | 'turn.record'
  | 'autorun.record'
  | 'background.record'
  | 'approval.answer'
  | 'question.answer';

const queueLimit = 100;

/** A title from the first words of a message, until a better one is proposed. */
export function titleFrom(text: string): string {
  const line =
    text
      .split('\n')
      .find((each) => each.trim() !== '')
      ?.trim() ?? '';
  return line.length <= 60 ? line : `${line.slice(0, 60).replace(/\s+\S*$/, '')} …`;
}

export function checkInput(input: Input): void {
  if (input.text.text.trim() === '' && !input.images?.length)
    throw new AppError('invalid', 'The message is empty.', { hint: 'Write what is to be done.' });
}

/** The events that begin a turn with a person's message. */
export function turnStart(
  header: ThreadHeader,
  input: Input,
  context: DecideContext,
  id: string = header.id,
): { turnId: string; events: NewEvent[] } {
  const turnId = context.next('turn');
  const item = { id: context.next('item'), turnId, at: context.at, type: 'user' as const, input };
  const title = header.title === untitled ? titleFrom(input.text.text) : '';
  return {
    turnId,
    events: [
      ...(header.archived ? [unarchived(header)] : []),
      ...(title ? [{ stream: id, type: 'thread.renamed' as const, data: { title } }] : []),
      { stream: id, type: 'turn.started', data: { turnId } },
      { stream: id, type: 'item.added', data: { item } },
    ],
  };
}

/** Whether a fact fits the turn as it stands; the reason when it does not. */
function misfit(fact: TurnFact, turn: OpenTurn): string | undefined {
  switch (fact.type) {
    case 'call.finished':
      return turn.calls.some((call) => call.itemId === fact.data.itemId) ? undefined : 'a result for a call that is not open';
    case 'approval.opened':
      // What a command left behind is asked about after its end.
      if (fact.data.item.subject.kind === 'autorun') return undefined;
      return turn.calls.some((call) => call.itemId === fact.data.item.call) ? undefined : 'a question for a call that is not open';
    case 'question.opened':
      return turn.calls.some((call) => call.itemId === fact.data.item.call) ? undefined : 'a question for a call that is not open';
    case 'request.started':
      return turn.calls.length === 0 ? undefined : 'a request while calls are open';
    case 'turn.ended':
      return turn.calls.length + turn.approvals.length + turn.questions.length === 0
        ? undefined
        : 'an end while calls or questions are open';
    default:
      return undefined;
  }
}

const stops = new Set<TurnFact['type']>([
  'request.started',
  'patch.prepared',
  'background.started',
  'approval.opened',
  'question.opened',
  'autorun.held',
]);

/** The turn whose questions may still be answered: those of one that is being stopped are as good as withdrawn. */
const answerable = ({ turn }: ThreadHeader): OpenTurn | undefined => (turn?.status === 'stopping' ? undefined : turn);

export const decideTurn: Decisions<Names> = {
  'turn.send': ({ threadId, input, mode = 'queue' }, context) => {
    const header = threadOf(context, threadId);
    checkInput(input);
    const { turn } = header;
    if (!turn) {
      const start = turnStart(header, input, context);
      return { events: start.events, value: { turnId: start.turnId } };
    }
    if (mode === 'steer' && turn.status !== 'stopping') {
      const item = { id: context.next('item'), turnId: turn.id, at: context.at, type: 'user' as const, input: input, steer: true };
      return { events: [{ stream: threadId, type: 'item.added', data: { item } }], value: { turnId: turn.id } };
    }
    if (header.queue.length >= queueLimit) {
      throw new AppError('limited', `${queueLimit} messages are waiting already.`, {
        hint: 'Remove some, or wait until the turn has ended.',
      });
    }
    const row = { id: context.next('queue'), input: input, at: context.at };
    return { events: [{ stream: threadId, type: 'queue.added', data: { row } }], value: { turnId: turn.id, queueId: row.id } };
  },
  'turn.interrupt': ({ threadId }, context) => {
    const { turn } = threadOf(context, threadId);
    if (!turn || turn.status === 'stopping') return done();
    return done({ stream: threadId, type: 'turn.stopping', data: { turnId: turn.id } });
  },
  'turn.record': ({ threadId, turnId, facts }, context) => {
    let header: ThreadHeader | undefined = threadOf(context, threadId);
    const events: NewEvent[] = [];
    for (const fact of facts as TurnFact[]) {
      const turn: OpenTurn | undefined = header?.turn;
      if (turn?.id !== turnId) throw new AppError('conflict', 'That turn has ended.');
      if (turn.status === 'stopping' && stops.has(fact.type)) throw new AppError('cancelled', 'The turn is being stopped.');
      const reason = misfit(fact, turn);
      if (reason) throw new AppError('broken', `The turn worker reported ${reason}.`, { data: { fact: fact.type } });
      const event = { stream: threadId, ...fact } as NewEvent;
      events.push(event);
      header = reduceHeader(header, { seq: 0, at: context.at, ...event });
    }
    // The next message starts in the same commit: a program killed in between would leave it waiting for nobody.
    const row = header && !header.turn && header.lastTurn?.status === 'done' ? header.queue[0] : undefined;
    if (header && row)
      events.push({ stream: threadId, type: 'queue.removed', data: { queueId: row.id } }, ...turnStart(header, row.input, context).events);
    return done(...events);
  },
  'autorun.record': ({ threadId, held, item }, context) => {
    const { turn } = threadOf(context, threadId);
    const shown = item as ApprovalItem | NoticeItem;
    const events: NewEvent[] = held === undefined ? [] : [{ stream: threadId, type: 'autorun.held', data: held as HeldFiles }];
    // A turn that goes on by now, or is no more, asks by itself when it looks.
    if (shown.type === 'notice') events.push({ stream: threadId, type: 'item.added', data: { item: shown } });
    else if (turn?.status === 'waiting') events.push({ stream: threadId, type: 'approval.opened', data: { item: shown } });
    return done(...events);
  },
  'background.record': ({ threadId, id, exit, output }, context) => {
    const header = threadOf(context, threadId);
    if (!header.commands.some((command) => command.id === id)) return done();
    return done({ stream: threadId, type: 'background.ended', data: { id, exit, output } });
  },
  'approval.answer': ({ threadId, itemId, answer, note }, context) => {
    const header = threadOf(context, threadId);
    const item = answerable(header)?.approvals.find(({ id }) => id === itemId);
    if (!item) throw new AppError('conflict', 'That approval is no longer open.', { hint: 'It was answered or withdrawn.' });
    if (!(item.answers ?? answersFor(item.subject)).includes(answer)) {
      throw new AppError('denied', `"${answer}" is no answer to this approval.`, {
        hint: `Answer with one of: ${(item.answers ?? answersFor(item.subject)).join(', ')}.`,
      });
    }
    const subject = answer === 'thread' || answer === 'always' ? grantOf(item.subject) : undefined;
    const close = (id: string, more: object = {}): NewEvent => ({
      stream: threadId,
      type: 'approval.closed',
      data: { itemId: id, status: answer === 'no' ? 'refused' : 'granted', answer, ...more },
    });
    const events = [
      close(itemId, {
        ...(note ? { note } : {}),
        ...(subject && answer === 'thread' ? { grant: { subject, profile: header.profile } } : {}),
      }),
    ];
    if (!subject) return done(...events);
    // What is remembered from now on need not be asked a second time.
    const same = ({ id, subject: other, answers = answersFor(other) }: ApprovalItem): boolean =>
      id !== itemId && answers.includes(answer) && JSON.stringify(grantOf(other)) === JSON.stringify(subject);
    for (const { id } of answerable(header)?.approvals.filter(same) ?? []) events.push(close(id));
    if (answer === 'always') {
      const rule = { id: context.next('rule'), projectId: header.projectId, subject, at: context.at, threadId, profile: header.profile };
      events.push({ stream: appStream, type: 'rule.added', data: { rule } });
    }
    return done(...events);
  },
  'question.answer': ({ threadId, itemId, answer }, context) => {
    const header = threadOf(context, threadId);
    if (!answerable(header)?.questions.some(({ id }) => id === itemId)) throw new AppError('conflict', 'That question is no longer open.');
    return done({ stream: threadId, type: 'question.closed', data: { itemId, status: 'answered', answer } });
  },
};
