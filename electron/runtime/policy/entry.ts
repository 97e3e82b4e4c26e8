import { policyError } from '../../../shared/policy/bounds.ts';
import type { CommandName, Params } from '../../../shared/protocol.ts';
import type { Engine } from '../engine/engine.ts';
import type { Ports } from '../ports.ts';
import { addressOf } from './bounded-config.ts';
import { answersAllowed, checkAnswerAllowed, checkModelAllowed, checkProfileAllowed, checkTrustAllowed } from './bounds.ts';

type Check<N extends CommandName> = (params: Params<N>, keys: Record<string, string>) => void;

/**
 * The organisation's word on a command, whoever sends it: asked right before it is decided, when the settings have been filled in. Throws
 * AppError `denied` with the key and the file.
 */
export function createEntry(
  ports: Ports,
  engine: Engine,
): <N extends CommandName>(name: N, params: Params<N>, keys: Record<string, string>) => void {
  const { policy, config, files } = ports;

  /** A thread's model, or another one for it, at the address that this client's keys name. */
  const checkModel = (
    projectId: string | undefined,
    provider: string | undefined,
    model: string | undefined,
    keys: Record<string, string>,
  ): void => {
    if (provider === undefined) return;
    const { providers } = config.settings(engine.app().projects.find(({ id }) => id === projectId));
    const known = Object.hasOwn(providers, provider) ? providers[provider] : undefined;
    checkModelAllowed(policy.current(), { provider, model, baseUrl: known && addressOf(known, keys) });
  };
  const checkThread = (threadId: string, keys: Record<string, string>): void => {
    const header = engine.header(threadId);
    if (!header) return;
    checkProfileAllowed(policy.current(), header.profile);
    checkModel(header.projectId, header.provider, header.model, keys);
  };

  const checks: { [N in CommandName]?: Check<N> } = {
    'thread.start': ({ projectId, provider, model, profile, allow = [] }, keys) => {
      const now = policy.current();
      if (profile !== undefined) checkProfileAllowed(now, profile);
      checkModel(projectId, provider, model, keys);
      // Commands that need no asking are a yes for the whole thread.
      if (allow.length > 0 && !answersAllowed(now).includes('thread'))
        throw policyError(now, { key: 'approvals.answers', message: 'commands to be allowed for a whole thread' });
    },
    'thread.configure': ({ threadId, provider, model, profile }, keys) => {
      const header = engine.header(threadId);
      if (profile !== undefined) checkProfileAllowed(policy.current(), profile);
      if (provider !== undefined || model !== undefined)
        checkModel(header?.projectId, provider ?? header?.provider, model ?? header?.model, keys);
    },
    'turn.send': ({ threadId }, keys) => checkThread(threadId, keys),
    'queue.next': ({ threadId }, keys) => checkThread(threadId, keys),
    'project.trust': ({ projectId, trusted }) => {
      const project = engine.app().projects.find(({ id }) => id === projectId);
      if (trusted && project) checkTrustAllowed(policy.current(), project, files.home());
    },
    'approval.answer': ({ threadId, itemId, answer }) => {
      const item = engine.header(threadId)?.turn?.approvals.find(({ id }) => id === itemId);
      checkAnswerAllowed(policy.current(), answer, item?.subject);
    },
  };
  return (name, params, keys) => {
    checks[name]?.(params, keys);
  };
}
