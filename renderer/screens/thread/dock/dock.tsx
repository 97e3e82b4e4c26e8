import { X } from 'lucide-react';
import { type JSX, type KeyboardEvent, useId, useRef } from 'react';
import { IconButton } from '../../../parts/button.tsx';
import { ResizeHandle } from '../../../parts/resize-handle.tsx';
import { type DockTab, keep, keptDefaults, useUi } from '../../../store/ui.ts';
import { useOverPane } from '../../over-pane.ts';
import { usePane } from '../../panes.ts';
import { useBinding } from '../../shortcuts/bindings.ts';
import { focusComposer, toggleDock } from '../../shortcuts/window-actions.ts';
import { nextTab } from '../next-tab.ts';
import { showDock } from '../thread-actions.ts';
import { Changes } from './changes.tsx';
import { Files } from './files.tsx';
import { PlanPanel } from './plan.tsx';

const tabs: Record<DockTab, { title: string; panel: (props: { threadId: string }) => JSX.Element }> = {
  changes: { title: 'Changes', panel: Changes },
  plan: { title: 'Plan', panel: PlanPanel },
  files: { title: 'Files', panel: Files },
};
const order: readonly DockTab[] = ['changes', 'plan', 'files'];

/** However wide it was made: the thread keeps 480 pixels of the window. */
const roomForThread = 'max(320px, calc(100vw - var(--sidebar) - 480px))';

/** Right of a thread: what it changed, what it means to do, and the files. */
export function Dock({ threadId }: { threadId: string }): JSX.Element | null {
  const dock = useUi((ui) => ui.kept.dock);
  const keys = useBinding('toggle-dock');
  const id = useId();
  const panel = useRef<HTMLDivElement>(null);
  const pane = usePane('dock');
  const box = useRef<HTMLElement>(null);
  useOverPane('dock', box);
  if (pane === 'none') return null;
  const Panel = tabs[dock.tab].panel;
  const press = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key === 'ArrowDown') {
      event.preventDefault();
      const first = ['[data-row]', 'input', 'button'].map((kind) => panel.current?.querySelector<HTMLElement>(kind)).find(Boolean);
      first?.focus();
      return;
    }
    const to = nextTab(event.key, order, dock.tab);
    if (to === undefined) return;
    event.preventDefault();
    showDock(to);
    event.currentTarget.querySelector<HTMLElement>(`[data-tab="${to}"]`)?.focus();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <aside
      ref={box}
      aria-label="Dock"
      data-dock
      className={`flex shrink-0 flex-col border-l bg-bg ${pane === 'over' ? 'absolute inset-y-0 right-0 z-20 shadow-float' : 'relative'}`}
      style={{ width: dock.width, maxWidth: pane === 'over' ? '100%' : roomForThread }}
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented && pane === 'beside') focusComposer();
      }}
    >
      <ResizeHandle
        label="Width of the dock"
        edge="left"
        value={dock.width}
        min={320}
        max={900}
        usual={keptDefaults.dock.width}
        onChange={(width) => keep({ dock: { ...dock, width } })}
      />
      <div className="flex h-11 shrink-0 items-center border-b px-3">
        <div role="tablist" aria-label="Dock" onKeyDown={press} className="flex flex-1 items-center gap-1">
          {order.map((tab) => (
            <button
              key={tab}
              type="button"
              role="tab"
              id={`${id}-${tab}`}
              data-tab={tab}
              aria-selected={tab === dock.tab}
              aria-controls={`${id}-panel`}
              tabIndex={tab === dock.tab ? 0 : -1}
              onClick={() => showDock(tab)}
              className="h-7 rounded-box px-2.5 text-muted hover:text-text aria-selected:bg-hover aria-selected:text-text"
            >
              {tabs[tab].title}
            </button>
          ))}
        </div>
        <IconButton small label="Hide the dock" keys={keys} icon={X} onClick={toggleDock} />
      </div>
      <div ref={panel} role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${dock.tab}`} className="flex min-h-0 flex-1 flex-col">
        <Panel key={`${threadId} ${dock.tab}`} threadId={threadId} />
      </div>
    </aside>
  );
}
