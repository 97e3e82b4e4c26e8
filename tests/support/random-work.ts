// Random commands that a real program could have sent, made of numbers so that a failure can be replayed and shrunk.

import type { ThreadHeader } from '../../shared/domain/thread.ts';
import { AppError } from '../../shared/errors.ts';
import type { TurnFact } from '../../shared/protocol/turn.ts';
import type { CommandName, Params } from '../../shared/protocol.ts';
import type { OnDisk } from './engine.ts';

/** What to do, to which of what there is, and how. */
export type Op = readonly [kind: number, which: number, how: number];

const words = ['alpha', 'beta', 'gamma', 'delta', 'épsilon', 'zeta'];

export interface Work {
  /** Does one thing; what the engine refuses counts as done. */
  step(op: Op): void;
  /** Every thread that was ever started. */
  threads: string[];
}

export function randomWork(disk: OnDisk): Work {
  const { engine, log } = disk;
  const threads: string[] = [];
  let count = 0;
  const id = (): string => `made-${(count += 1)}`;
  const pick = <T>(list: readonly T[], n: number): T | undefined => list[n % Math.max(1, list.length)];
  const send = <N extends CommandName>(name: N, params: Params<N>): unknown => {
    try {
      return engine.execute(name, params);
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.code === 'broken') throw thrown;
      return undefined;
    }
  };
  const body = (n: number): { text: string; bytes: number; whole?: { kind: 'blob'; id: string } } => {
    const text = `${words[n % words.length]} ${words[(n * 7) % words.length]} ${n}`;
    if (n % 5 !== 0) return { text, bytes: text.length };
    return { text, bytes: text.length, whole: { kind: 'blob', id: log.putBlob(new TextEncoder().encode(`whole ${n % 20}`)) } };
  };

  const facts = (header: ThreadHeader, n: number): TurnFact[] => {
    const { turn } = header;
    if (!turn) return [];
    const base = { turnId: turn.id, at: n };
    const free = turn.status === 'running';
    const [call] = turn.calls;
    const item = (rest: object): TurnFact => ({ type: 'item.added', data: { item: { id: id(), ...base, ...rest } } }) as TurnFact;
    switch (n % 14) {
      case 0:
        return call || !free
          ? []
          : [{ type: 'request.started', data: { requestId: id(), turnId: turn.id, provider: 'fake', model: 'gpt-5.5' } }];
      case 1:
        return [
          {
            type: 'request.retried',
            data: { requestId: id(), turnId: turn.id, attempt: 2, reason: { code: 'unavailable', message: 'x' }, retryAt: n },
          },
        ];
      case 2: {
        const tokens = { input: n, cached: n % 3, output: n % 7, reasoning: n % 2 };
        const usage = { requestId: turn.request?.id ?? id(), turnId: turn.id, provider: 'fake', model: 'gpt-5.5', tokens };
        return [{ type: 'usage.recorded', data: { usage: { ...usage, credits: n / 4, reported: n % 3 > 0, window: 1000 } } }];
      }
      case 3:
        return [item({ type: 'text', body: body(n) })];
      case 4:
        return [item({ type: 'reasoning', summary: words[n % words.length] ?? '' })];
      case 5:
        return Array.from({ length: 1 + (n % 3) }, (_, index) =>
          item({
            type: 'call',
            callId: id(),
            tool: index % 2 ? 'shell' : 'apply_patch',
            title: `Ran ${n}`,
            args: body(n + index),
            status: 'open',
          }),
        );
      case 6:
      case 7:
        return call && turn.approvals.length + turn.questions.length === 0
          ? [
              {
                type: 'call.finished',
                data: { itemId: call.itemId, status: n % 2 ? 'done' : 'failed', output: body(n), detail: { exit: n % 3 } },
              },
            ]
          : [];
      case 8:
        return call && free
          ? [
              {
                type: 'approval.opened',
                data: {
                  item: {
                    type: 'approval',
                    id: id(),
                    ...base,
                    call: call.itemId,
                    subject: { kind: 'read', path: '/x' },
                    rule: 'r',
                    status: 'open',
                  },
                },
              },
            ]
          : [];
      case 9:
        return call && free
          ? [
              {
                type: 'question.opened',
                data: {
                  item: { type: 'question', id: id(), ...base, call: call.itemId, question: 'which?', choices: ['a'], status: 'open' },
                },
              },
            ]
          : [];
      case 10:
        return [{ type: 'plan.updated', data: { plan: { steps: [{ text: `step ${n}`, status: 'active' }] } } }];
      case 11:
        if (!call || !free) return [];
        return n % 4
          ? [{ type: 'patch.prepared', data: { call: call.itemId, files: [] } }]
          : [{ type: 'background.started', data: { id: call.itemId, command: 'sleep', startedAt: n } }];
      case 12:
        return [item({ type: 'compaction', summary: body(n), way: 'model', tokensBefore: 9, tokensAfter: 3 })];
      default:
        return [
          ...turn.approvals.map((one): TurnFact => ({ type: 'approval.closed', data: { itemId: one.id, status: 'withdrawn' } })),
          ...turn.questions.map((one): TurnFact => ({ type: 'question.closed', data: { itemId: one.id, status: 'withdrawn' } })),
          ...turn.calls.map(
            (one): TurnFact => ({ type: 'call.finished', data: { itemId: one.itemId, status: 'interrupted', output: body(n) } }),
          ),
          { type: 'turn.ended', data: { turnId: turn.id, status: (['done', 'failed', 'interrupted'] as const)[n % 3] ?? 'done' } },
        ];
    }
  };

  const work = (threadId: string, n: number): void => {
    const header = engine.header(threadId);
    if (header?.commands[0] && n % 6 === 0)
      send('background.record', { threadId, id: header.commands[0].id, exit: n % 2 ? 0 : null, output: body(n) });
    const made = header ? facts(header, n) : [];
    if (header?.turn && made.length > 0) send('turn.record', { threadId, turnId: header.turn.id, facts: made });
  };

  const project = (which: number, how: number): void => {
    const projectId = pick(engine.app().projects, which)?.id ?? 'none';
    switch (how % 6) {
      case 0:
        return void send('project.rename', { projectId, name: `name ${how}` });
      case 1:
        return void send('project.trust', { projectId, trusted: how % 4 > 1 });
      case 2: {
        const before = pick(engine.app().projects, how)?.id;
        return void send('project.move', { projectId, ...(before ? { before } : {}) });
      }
      case 3:
        return void (how % 4 === 0 && send('project.remove', { projectId }));
      default:
        return void send('project.add', { path: `/folder/${how % 9}` });
    }
  };

  const thread = (threadId: string, how: number): void => {
    switch (how % 9) {
      case 0:
        return void send('thread.rename', { threadId, title: `title ${how}` });
      case 1:
        return void send('thread.pin', { threadId, pinned: how % 2 === 0 });
      case 2:
        return void send('thread.move', { threadId, place: how % 4 ? how : null });
      case 3:
        return void send('thread.configure', { threadId, model: `model-${how}`, effort: 'low' });
      case 4:
      case 5:
        return void send('thread.archive', { threadId, archived: how % 3 > 0 });
      case 6:
      case 7: {
        const turn = pick(engine.header(threadId) ? log.page(threadId, { limit: 30 }).turns : [], how);
        const fork = send('thread.fork', { threadId, ...(turn && how % 4 ? { turnId: turn.id } : {}) }) as { threadId: string } | undefined;
        return void (fork && threads.push(fork.threadId));
      }
      default:
        return void send('thread.delete', { threadId });
    }
  };

  const say = (threadId: string, how: number): void => {
    const header = engine.header(threadId);
    const input = { text: body(how) };
    const queueId = pick(header?.queue ?? [], how)?.id ?? 'none';
    switch (how % 9) {
      case 0:
        return void send('turn.interrupt', { threadId });
      case 1:
        return void send('turn.send', { threadId, input, mode: 'steer' });
      case 2:
        return void send('queue.edit', { threadId, queueId, input });
      case 3:
        return void send('queue.move', { threadId, queueId, ...(how % 2 ? { before: header?.queue[0]?.id ?? '' } : {}) });
      case 4:
        return void send('queue.remove', { threadId, queueId });
      case 5:
        return void send('queue.next', { threadId });
      default:
        return void send('turn.send', { threadId, input });
    }
  };

  const answer = (threadId: string, how: number): void => {
    const { turn } = engine.header(threadId) ?? {};
    const approval = pick(turn?.approvals ?? [], how);
    const question = pick(turn?.questions ?? [], how);
    if (approval)
      send('approval.answer', { threadId, itemId: approval.id, answer: (['once', 'thread', 'no'] as const)[how % 3] ?? 'no', note: 'n' });
    else if (question) send('question.answer', { threadId, itemId: question.id, answer: words[how % words.length] ?? '' });
  };

  return {
    threads,
    step([kind, which, how]) {
      const threadId = pick(threads, which) ?? 'none';
      if (kind < 1) project(which, how);
      else if (kind < 2) {
        const to = pick(engine.app().projects, which);
        if (to) threads.push(disk.thread(to.id));
      } else if (kind < 4) thread(threadId, how);
      else if (kind < 6) say(threadId, how);
      else if (kind < 7) answer(threadId, how);
      else work(threadId, how);
    },
  };
}
