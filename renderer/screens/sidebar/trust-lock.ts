import type { Project } from '../../../shared/domain/project.ts';
import { trustBound } from '../../../shared/policy/bounds.ts';
import { lockOf, usePolicy } from '../../store/policy.ts';

/** Where the organisation's word stands that this project may not be trusted; undefined where it may. */
export function useTrustLock(project: Project): string | undefined {
  const policy = usePolicy();
  // Where the user's home is the window does not know: what lies below `~` is left to the runtime.
  const home = policy.values['projects.paths']?.some((path) => path.startsWith('~')) ? undefined : '';
  if (home === undefined && policy.values['projects.trust'] === 'paths') return undefined;
  return lockOf(policy, trustBound(policy, project, home ?? ''));
}
