import { inForce, type PolicyState } from '../../../shared/domain/policy.ts';
import { toErrorData } from '../../../shared/errors.ts';
import type { Engine } from '../engine/engine.ts';
import type { PolicyPort, Ports } from '../ports.ts';

/**
 * The port with what is in force instead of what the file says: whoever is about to allow something asks it, each time. Keeps the log, and
 * so every window, told; but what is in force never waits for the log.
 */
export function createPolicy(ports: Pick<Ports, 'policy' | 'note'>, engine: Engine): PolicyPort & { close(): void } {
  let last: { read: PolicyState; state: PolicyState } | undefined;

  const record = (state: PolicyState): void => {
    const known = engine.app().policy;
    if (known ? JSON.stringify(known) === JSON.stringify(state) : state.status === 'none') return;
    try {
      engine.execute('policy.apply', { policy: state });
    } catch (thrown) {
      ports.note(`the policy in force could not be stored: ${toErrorData(thrown).message}`);
    }
  };
  const current = (): PolicyState => {
    const read = ports.policy.current();
    if (last?.read === read) return last.state;
    const state = inForce(read, last?.state ?? engine.app().policy);
    last = { read, state };
    record(state);
    return state;
  };

  current();
  const unwatch = ports.policy.watch(current);
  return { current, watch: ports.policy.watch, close: unwatch };
}
