import type { JSX } from 'react';
import { typeset } from '../connection/act.ts';
import { visibleLine } from '../parts/safe-text.ts';
import { usePolicy } from '../store/policy.ts';

/** Says why permissions are at their tightest, as long as the organisation's file can't be used. */
export function PolicyBanner(): JSX.Element | null {
  const { status, file, problems } = usePolicy();
  if (status !== 'invalid') return null;
  const [problem] = problems;
  const where = problem && problem.line > 0 ? `${file}:${problem.line}` : file;
  return (
    <div
      role="status"
      className="flex min-h-8 shrink-0 items-center justify-center border-b bg-stop-soft px-4 py-1 text-center text-caption text-stop [overflow-wrap:anywhere]"
    >
      The organisation’s policy can’t be read ({where}
      {problem ? `: ${typeset(visibleLine(problem.message)).replace(/\.$/, '')}` : ''}). Permissions are at their tightest.
    </div>
  );
}
