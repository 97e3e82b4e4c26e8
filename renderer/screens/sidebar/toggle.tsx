import { PanelLeft } from 'lucide-react';
import type { JSX } from 'react';
import { IconButton } from '../../parts/button.tsx';
import { keep, useUi } from '../../store/ui.ts';
import { useBinding } from '../shortcuts/bindings.ts';

/** Brings the sidebar back; nothing while it is there. For the top left of every screen. */
export function SidebarToggle(): JSX.Element | null {
  const sidebar = useUi((ui) => ui.kept.sidebar);
  const keys = useBinding('toggle-sidebar');
  if (sidebar.open) return null;
  return <IconButton label="Show sidebar" keys={keys} icon={PanelLeft} onClick={() => keep({ sidebar: { ...sidebar, open: true } })} />;
}
