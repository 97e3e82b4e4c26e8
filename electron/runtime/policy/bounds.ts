// What the organisation's policy leaves of a profile, and what it refuses. Pure and in shared/policy: the window shows what is locked.
export {
  answersAllowed,
  boundProfile,
  checkAnswerAllowed,
  checkHostsAllowed,
  checkModelAllowed,
  checkProfileAllowed,
  checkTrustAllowed,
  countsAsTrusted,
  fallbackAllowed,
  outsideAllowed,
} from '../../../shared/policy/bounds.ts';
