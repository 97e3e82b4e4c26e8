import type { JSX } from 'react';
import { Dialog } from '../../parts/dialog.tsx';
import { visibleLine } from '../../parts/safe-text.ts';
import { useApp } from '../../store/app.ts';
import { useThreads } from '../../store/threads.ts';
import { useUi } from '../../store/ui.ts';
import { currentProject } from '../shortcuts/window-actions.ts';
import { configure, type Target, useChoice } from '../thread/composer/target.ts';
import { PermissionsPanel } from './panel.tsx';

const close = (): void => useUi.setState({ permissions: false });

/** `/permissions`: of the thread that the person is at, or of the next new one. */
export function PermissionsDialog(): JSX.Element | null {
  const shown = useUi((ui) => ui.permissions);
  const place = useUi((ui) => ui.place);
  const threadId = place.screen === 'thread' ? place.threadId : undefined;
  const projectId = useThreads((threads) => (threadId === undefined ? undefined : threads[threadId]?.state?.header.projectId));
  if (!shown) return null;
  const target: Target = { projectId: projectId ?? currentProject() ?? '', ...(threadId === undefined ? {} : { threadId }) };
  return <Shown key={threadId ?? target.projectId} target={target} />;
}

function Shown({ target }: { target: Target }): JSX.Element {
  const { threadId, projectId } = target;
  const choice = useChoice(target);
  const project = useApp(({ app }) => app.projects.find(({ id }) => id === projectId)?.name);
  const title = useThreads((threads) => (threadId === undefined ? undefined : threads[threadId]?.state?.header.title));
  const whose = title === undefined ? `New threads${project === undefined ? '' : ` in ${visibleLine(project)}`}` : 'This thread';
  return (
    <Dialog open size="wide" title="Permissions" onClose={close}>
      <div className="flex flex-col gap-6 pt-1 pb-2">
        <PermissionsPanel
          scope={{ threadId, projectId: projectId === '' ? undefined : projectId }}
          profile={choice?.profile ?? ''}
          whose={title === undefined ? whose : `${whose}: ${visibleLine(title)}`}
          onProfile={(profile) => configure(target, { profile })}
        />
      </div>
    </Dialog>
  );
}
