import type { PolicyKey, PolicyState } from '../domain/policy.ts';
import { type Schema, z } from '../schema.ts';
import { command, event, query, typed } from './row.ts';

/** One policy as `policy explain` tells it. `overrode`: what the user, or a project, had chosen instead. */
export interface PolicyExplained {
  key: PolicyKey;
  about: string;
  since: string;
  /** Absent: the organisation leaves it to the user. */
  value?: unknown;
  /** `FILE:LINE`. */
  source?: string;
  overrode?: { value: unknown; where: string };
}

export const policyRows = {
  /** What is in force from now on. */
  'policy.apply': command(z.object({ policy: z.unknown() as unknown as Schema<PolicyState> }), typed<null>(), { from: 'runtime' }),
  'policy.read': query(
    z.object({ key: z.optional(z.string()), projectId: z.optional(z.string()) }),
    typed<{ policy: PolicyState; keys: PolicyExplained[] }>(),
  ),

  'policy.applied': event.app<{ policy: PolicyState }>(),
};
