import { ShieldOff, ShieldQuestion } from 'lucide-react';
import type { JSX } from 'react';
import { Tooltip } from '../../parts/tooltip.tsx';
import { useSandbox, useStanding } from '../../store/permissions.ts';
import { useUi } from '../../store/ui.ts';

const show = (): void => useUi.setState({ permissions: true });

/** What stands between the agent and the machine, where it is not the sandbox: nothing, in red as long as that is so, or questions. */
export function Standing({ threadId }: { threadId: string }): JSX.Element | null {
  const standing = useStanding(threadId);
  const sandbox = useSandbox();
  if (standing === 'open')
    return (
      <Tooltip label="No sandbox and no questions: the agent can do whatever you can">
        <button
          type="button"
          onClick={show}
          className="flex h-6 shrink-0 items-center gap-1 rounded-box bg-stop-soft px-2 text-caption font-strong text-stop hover:underline"
        >
          <ShieldOff size={14} strokeWidth={1.5} aria-hidden="true" />
          Full access
        </button>
      </Tooltip>
    );
  if (standing === 'asks')
    return (
      <Tooltip label={sandbox?.detail ?? 'There is no sandbox on this machine'}>
        <button
          type="button"
          onClick={show}
          className="flex h-6 shrink-0 items-center gap-1 rounded-box px-1.5 text-caption text-muted hover:bg-hover hover:text-text"
        >
          <ShieldQuestion size={14} strokeWidth={1.5} aria-hidden="true" />
          No sandbox: it asks
        </button>
      </Tooltip>
    );
  return null;
}
