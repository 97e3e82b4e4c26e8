import { GitBranch, GitCommitHorizontal } from 'lucide-react';
import type { JSX } from 'react';
import { visibleLine } from '../../parts/safe-text.ts';
import { Tooltip } from '../../parts/tooltip.tsx';
import { useApp } from '../../store/app.ts';

/** What is checked out in a project's folder; nothing where that is no repository. */
export function Branch({ projectId }: { projectId: string }): JSX.Element | null {
  const head = useApp(({ heads }) => heads[projectId]);
  const name = head?.branch ?? head?.commit;
  if (name === undefined) return null;
  const Icon = head?.branch === undefined ? GitCommitHorizontal : GitBranch;
  const words = visibleLine(name);
  return (
    <Tooltip label={head?.branch === undefined ? `No branch, at ${words}` : `On branch ${words}`}>
      <span className="flex min-w-0 items-center gap-1 text-caption font-normal text-faint">
        <Icon size={12} strokeWidth={1.5} className="shrink-0" aria-hidden="true" />
        <span className="truncate">
          <bdi>{words}</bdi>
        </span>
      </span>
    </Tooltip>
  );
}
