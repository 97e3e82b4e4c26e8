import { AppError } from '../../../../shared/errors.ts';
import { appStream } from '../../../../shared/protocol.ts';
import { type Decisions, done } from '../decision.ts';

export const decideRule: Decisions<'rule.revoke'> = {
  'rule.revoke': ({ ruleId }, { app }) => {
    if (!app.rules.some(({ id }) => id === ruleId))
      throw new AppError('missing', `There is no rule ${ruleId}.`, { hint: 'It may have been revoked already.' });
    return done({ stream: appStream, type: 'rule.revoked', data: { ruleId } });
  },
};
