import type { CommandName, Params } from '../../../shared/protocol.ts';
import { decidePolicy } from './decide/policy.ts';
import { decideProject } from './decide/project.ts';
import { decideQueue } from './decide/queue.ts';
import { decideRule } from './decide/rule.ts';
import { decideThread } from './decide/thread.ts';
import { decideTurn } from './decide/turn.ts';
import type { DecideContext, Decision, Decisions } from './decision.ts';

// A command of the protocol without a decision does not compile.
const decisions: Decisions<CommandName> = {
  ...decideProject,
  ...decideThread,
  ...decideTurn,
  ...decideQueue,
  ...decideRule,
  ...decidePolicy,
};

export function decide<N extends CommandName>(name: N, params: Params<N>, context: DecideContext): Decision<unknown> {
  const decision = decisions[name] as (params: Params<N>, context: DecideContext) => Decision<unknown>;
  return decision(params, context);
}
