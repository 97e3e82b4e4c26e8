import type { ApprovalAnswer } from '../../shared/domain/item.ts';
import type { ThreadHeader } from '../../shared/domain/thread.ts';
import { AppError } from '../../shared/errors.ts';
import type { Connection } from '../host/connect.ts';
import type { Flags } from './arguments.ts';
import { type Answer, type Asked, give, tellOpen } from './ask.ts';
import { offerKeys } from './exec.ts';
import { follow } from './follow.ts';

/** Answers what a thread asks, the oldest first, and follows the turn to its end. */
export async function answer(client: Connection, threadId: string, flags: Flags): Promise<number> {
  const given = answerFrom(flags);
  const canAsk = process.stdin.isTTY;
  const lines = canAsk ? await (await import('./input.ts')).createLines() : undefined;
  const begin = async (header: ThreadHeader | undefined): Promise<{ turnId: string } | undefined> => {
    const { turn } = header ?? {};
    const open: Asked[] = [...(turn?.approvals ?? []), ...(turn?.questions ?? [])].sort((a, b) => a.at - b.at);
    if (!header || !turn || open.length === 0) throw new AppError('conflict', 'Nothing is asked in this thread.');
    await offerKeys(client, header.projectId);
    if (given) {
      const wanted = flags['item'];
      const item = open.find(({ type, id }) => type === given.kind && (wanted === undefined || id === wanted));
      if (!item) {
        if (wanted !== undefined) throw new AppError('missing', `No open ${given.kind} has the id ${String(wanted)}.`);
        const hint =
          given.kind === 'approval'
            ? 'A question is answered with --text.'
            : 'An approval is answered with --once, --thread, --always or --no.';
        throw new AppError('invalid', `The thread asks no ${given.kind}.`, { hint });
      }
      await give(client, threadId, item.id, given);
    } else if (!lines) {
      await tellOpen(client, threadId, open, header.profile);
      return undefined;
    }
    return { turnId: turn.id };
  };
  try {
    return await follow({ client, threadId, json: flags['json'] === true, lines, fresh: false, begin });
  } finally {
    lines?.close();
  }
}

function answerFrom(flags: Flags): Answer | undefined {
  const { note, text } = flags;
  const chosen = (['once', 'thread', 'always', 'no'] as const).filter((name) => flags[name] === true) satisfies ApprovalAnswer[];
  const [approval] = chosen;
  if (chosen.length + (text === undefined ? 0 : 1) > 1)
    throw new AppError('invalid', '--once, --thread, --always, --no and --text exclude each other.');
  if (typeof text === 'string') return { kind: 'question', text };
  if (approval) return { kind: 'approval', answer: approval, ...(typeof note === 'string' ? { note } : {}) };
  if (note !== undefined) throw new AppError('invalid', '--note goes with --once, --thread, --always or --no.');
  return undefined;
}
