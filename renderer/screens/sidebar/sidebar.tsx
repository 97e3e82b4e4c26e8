import { type LucideIcon, PanelLeft, Plus, Search, Settings, SquarePen } from 'lucide-react';
import type { JSX } from 'react';
import { IconButton } from '../../parts/button.tsx';
import { Keys } from '../../parts/keys.tsx';
import { ResizeHandle } from '../../parts/resize-handle.tsx';
import { useApp } from '../../store/app.ts';
import { go, keep, keptDefaults, type Screen, useUi } from '../../store/ui.ts';
import { askForProject } from '../home/add-project.tsx';
import { setPane } from '../panes.ts';
import { useBinding } from '../shortcuts/bindings.ts';
import { newThread } from '../shortcuts/window-actions.ts';
import { Tree } from './tree.tsx';
import { useHeads } from './use-heads.ts';
import { useSeen } from './use-seen.ts';

interface PinnedProps {
  label: string;
  icon: LucideIcon;
  screen: Screen;
  command: string;
}

function Pinned({ label, icon: Icon, screen, command }: PinnedProps): JSX.Element {
  const here = useUi(({ place }) => place.screen === screen);
  const keys = useBinding(command);
  return (
    <button
      type="button"
      {...(here ? { 'aria-current': 'page' as const } : {})}
      onClick={screen === 'home' ? () => newThread() : () => go({ screen })}
      className="group flex h-(--row) items-center gap-2 rounded-box px-2 text-muted hover:bg-hover hover:text-text aria-[current=page]:bg-selected aria-[current=page]:text-text"
    >
      <Icon size={16} strokeWidth={1.5} aria-hidden="true" />
      <span className="min-w-0 flex-1 truncate text-left">{label}</span>
      <span className="opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100">
        <Keys combo={keys} />
      </span>
    </button>
  );
}

/** The left side of the window: where to go, and how every thread stands. */
export function Sidebar(): JSX.Element {
  const sidebar = useUi((ui) => ui.kept.sidebar);
  const none = useApp(({ app }) => app.projects.length === 0);
  const hideKeys = useBinding('toggle-sidebar');
  const settingsKeys = useBinding('settings');
  const inSettings = useUi(({ place }) => place.screen === 'settings');
  useSeen();
  useHeads();
  return (
    <aside aria-label="Sidebar" className="relative flex shrink-0 flex-col border-r bg-sunken" style={{ width: 'var(--sidebar)' }}>
      <nav aria-label="Places" className="flex flex-col px-2 pt-2">
        <Pinned label="New thread" icon={SquarePen} screen="home" command="new-thread" />
        <Pinned label="Search" icon={Search} screen="search" command="search-threads" />
      </nav>
      <div className="mx-4 my-2 border-t" />
      {none ? <p className="flex-1 px-4 py-1 text-faint">Projects and their threads will stand here.</p> : <Tree />}
      <div className="mx-4 border-t" />
      <div className="flex items-center gap-1 p-2">
        <button
          type="button"
          onClick={() => void askForProject()}
          className="flex h-7 min-w-0 flex-1 items-center gap-2 rounded-box px-2 text-muted hover:bg-hover hover:text-text"
        >
          <Plus size={16} strokeWidth={1.5} className="shrink-0" aria-hidden="true" />
          <span className="truncate">Project</span>
        </button>
        <IconButton label="Hide sidebar" keys={hideKeys} icon={PanelLeft} side="top" onClick={() => setPane('sidebar', false)} />
        <IconButton
          label="Settings"
          keys={settingsKeys}
          icon={Settings}
          side="top"
          pressed={inSettings}
          onClick={() => go({ screen: 'settings' })}
        />
      </div>
      <ResizeHandle
        label="Width of the sidebar"
        edge="right"
        value={sidebar.width}
        min={200}
        max={420}
        usual={keptDefaults.sidebar.width}
        onChange={(width) => keep({ sidebar: { ...sidebar, width } })}
      />
    </aside>
  );
}
