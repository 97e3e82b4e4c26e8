import { noPolicy, type PolicyKey, type PolicyState, policySource } from '../../shared/domain/policy.ts';
import { useApp } from './app.ts';

/** The organisation's policy as it is in force. */
export const usePolicy = (): PolicyState => useApp(({ app }) => app.policy ?? noPolicy);

/** Where what locks a control stands; undefined where nothing does. */
export function lockOf(policy: PolicyState, bound: { key: PolicyKey } | undefined): string | undefined {
  return bound && `${bound.key} in ${policySource(policy, bound.key)}`;
}
