import type { Confinement } from '../../../shared/domain/confinement.ts';
import { toErrorData } from '../../../shared/errors.ts';
import type { Background } from '../agent/calls.ts';
import { createHands } from '../agent/hands.ts';
import type { Engine } from '../engine/engine.ts';
import { checkProfileAllowed } from '../policy/bounds.ts';
import { guard } from '../policy/guard.ts';
import { isNarrower } from '../policy/narrower.ts';
import type { Ports, RunningCommand } from '../ports.ts';

/** What makes what a thread may touch another than before. */
const changing: ReadonlySet<string> = new Set(['policy.applied', 'thread.configured', 'rule.revoked', 'project.trusted']);

interface Kept {
  threadId: string;
  command: RunningCommand;
  /** Its own sandbox; undefined: it runs as the user's own. */
  confine: Confinement | undefined;
  /** What held in the thread when it was left to it. */
  profile: string;
  base: Promise<Confinement | undefined>;
}

/** Commands in the background keep no more than their thread may have: they are stopped when that becomes less, and their end says so. */
export function createReach(ports: Ports, engine: Engine, background: Background): Background & { close(): void } {
  const kept = new Map<string, Kept>();

  const standing = async (threadId: string) => {
    const hands = await createHands(ports, engine, threadId);
    return { now: hands.standing(), confine: hands.confine() };
  };

  /** Why a command may not go on; undefined where it may. */
  const why = async ({ threadId, command, confine: own, profile, base }: Kept): Promise<string | undefined> => {
    const header = engine.header(threadId);
    const started = header?.commands.find(({ id }) => id === command.id);
    if (!header || !started) return undefined;
    try {
      checkProfileAllowed(ports.policy.current(), header.profile);
      const { now, confine } = await standing(threadId);
      const verdict = guard({ kind: own || !now.sandboxed ? 'command' : 'outside', command: started.command, cwd: header.cwd }, now);
      if (verdict.decision === 'refuse') return verdict.rule;
      if (!now.profile.sandbox) return undefined;
      if (!own) return profile === header.profile ? undefined : `the profile is ${header.profile} now`;
      const before = await base;
      if (confine && before && isNarrower(confine, before)) return 'less is allowed now than when it was started';
      // Hosts that it alone was granted.
      const refused = own.network.hosts.find((host) => guard({ kind: 'network', hosts: [host] }, now).decision === 'refuse');
      return refused === undefined ? undefined : `${refused} may not be reached any more`;
    } catch (thrown) {
      return toErrorData(thrown).message;
    }
  };

  const look = async (threadId: string | undefined): Promise<void> => {
    for (const each of kept.values()) {
      if (threadId !== undefined && each.threadId !== threadId) continue;
      const reason = await why(each);
      if (reason !== undefined) await background.stop(each.command.id, `Stopped: ${reason}.`);
    }
  };

  const unlisten = engine.listen((push) => {
    if (push.kind !== 'event' || !changing.has(push.event.type) || kept.size === 0) return;
    look(push.event.type === 'thread.configured' ? push.event.stream : undefined).catch((thrown: unknown) =>
      ports.note(`commands in the background could not be looked at: ${toErrorData(thrown).message}`),
    );
  });

  return {
    ...background,
    keep: (threadId, command, watched, confine) => {
      const base = standing(threadId).then((found) => found.confine);
      // Whoever waits for it hears of a failure; until then nobody does.
      base.catch(() => undefined);
      kept.set(command.id, { threadId, command, confine, profile: engine.header(threadId)?.profile ?? '', base });
      const forget = (): void => void kept.delete(command.id);
      command.exited.then(forget, forget);
      background.keep(threadId, command, watched, confine);
    },
    close: unlisten,
  };
}
