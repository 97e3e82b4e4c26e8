import { PanelLeft } from 'lucide-react';
import type { JSX } from 'react';
import { IconButton } from '../../parts/button.tsx';
import { setPane, usePane } from '../panes.ts';
import { useBinding } from '../shortcuts/bindings.ts';

/** Brings the sidebar back; nothing while it is there. For the top left of every screen. */
export function SidebarToggle(): JSX.Element | null {
  const keys = useBinding('toggle-sidebar');
  if (usePane('sidebar') !== 'none') return null;
  return <IconButton label="Show sidebar" keys={keys} icon={PanelLeft} onClick={() => setPane('sidebar', true)} />;
}
