import { appStream } from '../../../../shared/protocol.ts';
import { type Decisions, done } from '../decision.ts';

export const decidePolicy: Decisions<'policy.apply'> = {
  'policy.apply': ({ policy }) => done({ stream: appStream, type: 'policy.applied', data: { policy } }),
};
