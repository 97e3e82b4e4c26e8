import { useSyncExternalStore } from 'react';
import { type Kept, keep, useUi } from '../store/ui.ts';

export type Pane = 'sidebar' | 'dock';
/** Beside the thread, over it because the window is too narrow for both, or out of sight. */
export type Standing = 'beside' | 'over' | 'none';

/** What the thread keeps of the window's width, and how narrow the dock may become; in pixels. */
const centre = 480;
const narrowDock = 320;

type Chosen = Pick<Kept, 'sidebar' | 'dock'>;

/** Which panes there is room for: first the dock goes, then the sidebar. */
export function roomFor(width: number, { sidebar, dock }: Chosen): Record<Pane, boolean> {
  const first = width - sidebar.width >= centre;
  const left = first && sidebar.open ? width - sidebar.width : width;
  return { sidebar: first, dock: left - Math.min(dock.width, narrowDock) >= centre };
}

/** How a pane stands: as it was chosen where there is room, else only while it was asked for. */
export function standing(pane: Pane, width: number, kept: Chosen, over: Pane | undefined): Standing {
  if (roomFor(width, kept)[pane]) return kept[pane].open ? 'beside' : 'none';
  return over === pane ? 'over' : 'none';
}

export function paneNow(pane: Pane): Standing {
  const { kept, over } = useUi.getState();
  return standing(pane, window.innerWidth, kept, over);
}

const hasRoom = (pane: Pane): boolean => roomFor(window.innerWidth, useUi.getState().kept)[pane];

function subscribe(listener: () => void): () => void {
  window.addEventListener('resize', listener);
  const stop = useUi.subscribe(listener);
  return () => {
    window.removeEventListener('resize', listener);
    stop();
  };
}

export function usePane(pane: Pane): Standing {
  return useSyncExternalStore(subscribe, () => paneNow(pane));
}

/** Shows or hides a pane. What a narrow window does not show stays chosen for a wide one. */
export function setPane(pane: Pane, open: boolean): void {
  if (!hasRoom(pane)) return useUi.setState({ over: open ? pane : undefined });
  const { kept } = useUi.getState();
  if (pane === 'sidebar') keep({ sidebar: { ...kept.sidebar, open } });
  else keep({ dock: { ...kept.dock, open } });
}
