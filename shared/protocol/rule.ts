import type { Rule } from '../domain/rule.ts';
import { z } from '../schema.ts';
import { command, event, typed } from './row.ts';

export const ruleRows = {
  /** Takes back an answer of "always": what it allowed is asked about again. */
  'rule.revoke': command(z.object({ ruleId: z.string() }), typed<null>(), { from: 'client' }),

  'rule.added': event.app<{ rule: Rule }>(),
  'rule.revoked': event.app<{ ruleId: string }>(),
};
