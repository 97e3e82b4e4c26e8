import type { AppError } from '../../shared/errors.ts';

export type Told = Pick<AppError, 'message'> & Partial<Pick<AppError, 'hint' | 'data'>>;

/** What to do about an error, in commands where there is one for it. The runtime's own hints name no commands: windows show them too. */
export function hintFor({ hint, data }: Told): string | undefined {
  const { reason, threadId } = data ?? {};
  if (reason === 'busy' && typeof threadId === 'string') return `Stop it first: switchyard threads stop ${threadId}`;
  if (reason === 'no-thread') return 'Use `switchyard threads list` to see the threads.';
  if (reason === 'no-project') return 'Use `switchyard projects list` to see the projects.';
  return hint;
}
