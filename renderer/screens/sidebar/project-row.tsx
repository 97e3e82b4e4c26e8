import { ChevronDown, ChevronRight, Ellipsis, Plus, ShieldOff } from 'lucide-react';
import { type JSX, memo } from 'react';
import type { Project } from '../../../shared/domain/project.ts';
import type { ThreadSummary } from '../../../shared/domain/thread.ts';
import { IconButton } from '../../parts/button.tsx';
import { Glyph, type GlyphState, glyphOf } from '../../parts/glyph.tsx';
import { Menu } from '../../parts/menu.tsx';
import { visibleLine } from '../../parts/safe-text.ts';
import { Tooltip } from '../../parts/tooltip.tsx';
import { useUi } from '../../store/ui.ts';
import { act } from '../act.ts';
import { newThread } from '../shortcuts/window-actions.ts';
import { Branch } from './branch.tsx';
import { projectMenu, type RowActions } from './menus.ts';
import { Rename, RowFrame } from './row-parts.tsx';

export interface ProjectRowProps {
  project: Project;
  threads: ThreadSummary[];
  folded: boolean;
  top: number;
  at: number;
  of: number;
  active: boolean;
  selected: boolean;
  renaming: boolean;
  drop: 'above' | 'below' | undefined;
  /** As for a thread's row. */
  hot: boolean;
  actions: RowActions;
}

const urgent: GlyphState[] = ['needs', 'failed', 'working', 'unseen'];

/** What a folded project hides: the most urgent state in it, and how many threads. */
function Hidden({ threads }: { threads: ThreadSummary[] }): JSX.Element {
  const state = useUi((ui) => {
    const states = new Set(threads.map((thread) => glyphOf(thread, ui.kept.seen[thread.id])));
    return urgent.find((each) => states.has(each));
  });
  return (
    <span className="flex items-center gap-1 text-caption font-normal text-faint tabular-nums">
      {state ? <Glyph state={state} /> : null}
      {threads.length}
    </span>
  );
}

/** Gives way to the buttons of the row. */
const atRest = 'group-hover:invisible group-has-[button:focus-visible]:invisible group-has-data-popup-open:invisible';

export const ProjectRow = memo(function ProjectRow(props: ProjectRowProps): JSX.Element {
  const { project, threads, folded, top, at, of, active, selected, renaming, drop, hot, actions } = props;
  const Chevron = folded ? ChevronRight : ChevronDown;
  const finish = (name: string | undefined): void => {
    actions.rename('');
    if (name !== undefined) void act('project.rename', { projectId: project.id, name });
  };
  const stray = project.id === '';
  return (
    <RowFrame
      rowKey={`project:${project.id}`}
      level={1}
      {...{ top, at, of, active, selected, drop }}
      expanded={!folded}
      draggable={!renaming && !stray}
    >
      <Chevron size={16} strokeWidth={1.5} className="shrink-0 text-faint" aria-hidden="true" />
      {renaming ? (
        <Rename label="Name of the project" value={project.name} onDone={finish} />
      ) : (
        <>
          {/* The name comes first: a branch that has no room beside it wraps to a second line, which is not seen. */}
          <span className="flex h-(--row) min-w-0 flex-1 flex-wrap gap-x-2 overflow-hidden group-hover:pr-11 group-has-[button:focus-visible]:pr-11 group-has-data-popup-open:pr-11">
            <span className="flex h-(--row) max-w-full min-w-0 flex-auto items-center gap-1.5 font-strong text-muted">
              <span className="truncate">
                <bdi>{visibleLine(project.name)}</bdi>
              </span>
              {project.trusted ? null : (
                <Tooltip label="Not trusted: its instructions and settings are left out">
                  <span role="img" aria-label="Not trusted" className="shrink-0 text-faint">
                    <ShieldOff size={12} strokeWidth={1.5} aria-hidden="true" />
                  </span>
                </Tooltip>
              )}
            </span>
            {stray ? null : (
              <span className={`flex h-(--row) max-w-1/2 items-center ${atRest}`}>
                <Branch projectId={project.id} />
              </span>
            )}
          </span>
          {folded ? (
            <span className={atRest}>
              <Hidden threads={threads} />
            </span>
          ) : null}
          {stray || !hot ? null : (
            <span className="absolute inset-y-0 right-1 flex items-center opacity-0 group-hover:opacity-100 has-focus-visible:opacity-100 has-data-popup-open:opacity-100">
              <Menu
                trigger={
                  <IconButton
                    small
                    label="Project menu"
                    icon={Ellipsis}
                    tabIndex={active ? 0 : -1}
                    onClick={(event) => event.stopPropagation()}
                  />
                }
                items={() => projectMenu(project, actions)}
              />
              <IconButton
                small
                label={`New thread in ${visibleLine(project.name)}`}
                icon={Plus}
                tabIndex={active ? 0 : -1}
                onClick={(event) => {
                  event.stopPropagation();
                  newThread(project.id);
                }}
              />
            </span>
          )}
        </>
      )}
    </RowFrame>
  );
});
