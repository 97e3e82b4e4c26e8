// What the organisation's policy leaves of a profile, and what it refuses. Pure and in shared/policy: the window shows what is locked.
import { type PolicyState, policySource } from '../../../shared/domain/policy.ts';
import { answersAllowed, fallbackBound, subjectBound } from '../../../shared/policy/bounds.ts';
import type { Bounds } from './guard.ts';

export {
  answersAllowed,
  boundProfile,
  checkAnswerAllowed,
  checkModelAllowed,
  checkProfileAllowed,
  checkTrustAllowed,
  countsAsTrusted,
  grantsAllowed,
} from '../../../shared/policy/bounds.ts';

/** What the policy leaves to people, for the guard. */
export function boundsOf(policy: PolicyState): Bounds {
  if (policy.status === 'none') return {};
  const needed = fallbackBound(policy);
  return {
    answers: answersAllowed(policy),
    ...(needed ? { sandboxRequired: { key: needed, source: { kind: 'policy', where: policySource(policy, needed) } } } : {}),
    refuses: (subject) => {
      const bound = subjectBound(policy, subject);
      if (!bound) return undefined;
      return {
        rule: `your organisation does not allow ${bound.message} (${bound.key})`,
        source: { kind: 'policy', where: policySource(policy, bound.key) },
      };
    },
  };
}
