import { useState } from 'react';
import type { ApprovalAnswer, ApprovalItem } from '../../../shared/domain/item.ts';
import { answersFor } from '../../../shared/domain/rule.ts';
import { toErrorData } from '../../../shared/errors.ts';
import { answersAllowed } from '../../../shared/policy/bounds.ts';
import { request } from '../../connection/connection.ts';
import { lockOf, usePolicy } from '../../store/policy.ts';
import { dropAnswer } from '../../store/ui.ts';
import { useThread } from '../thread-context.ts';

export interface Answering {
  sent: boolean;
  error: { message: string; hint?: string } | undefined;
  answer: (given: ApprovalAnswer, note?: string) => void;
}

/** Sends one answer, once. */
export function useAnswering({ id }: ApprovalItem): Answering {
  const { threadId } = useThread();
  const [sent, setSent] = useState(false);
  const [error, setError] = useState<{ message: string; hint?: string }>();
  const answer = (given: ApprovalAnswer, note = ''): void => {
    if (sent) return;
    setSent(true);
    setError(undefined);
    const text = note.trim();
    request('approval.answer', { threadId, itemId: id, answer: given, ...(text === '' ? {} : { note: text }) }).then(
      () => dropAnswer(threadId, id),
      (thrown: unknown) => {
        setSent(false);
        setError(toErrorData(thrown));
      },
    );
  };
  return { sent, error, answer };
}

/** The answers that may be given, the first of them at Enter; `lock` says where the others were taken away. */
export function useOffered(item: ApprovalItem): { offered: ApprovalAnswer[]; lock: string | undefined } {
  const policy = usePolicy();
  const allowed = answersAllowed(policy);
  const all = answersFor(item.subject);
  const offered = (item.answers ?? all).filter((answer) => allowed.includes(answer));
  const { source } = item;
  const byRule = source?.kind === 'policy' ? `${source.where}${source.line === undefined ? '' : `:${source.line}`}` : undefined;
  const lock = offered.length < all.length ? (byRule ?? lockOf(policy, { key: 'approvals.answers' })) : undefined;
  return { offered, lock: policy.status === 'none' && byRule === undefined ? undefined : lock };
}
