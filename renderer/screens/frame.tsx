import { type CSSProperties, type JSX, useEffect, useRef } from 'react';
import { hostRequest } from '../connection/host.ts';
import { useApp } from '../store/app.ts';
import { useUi } from '../store/ui.ts';
import { Crash } from './crash.tsx';
import { AddProject } from './home/add-project.tsx';
import { Home } from './home.tsx';
import { LinkBanner, Starting } from './link-banner.tsx';
import { useNotices } from './notices.ts';
import { useOverPane } from './over-pane.ts';
import { Palette } from './palette/palette.tsx';
import { usePane } from './panes.ts';
import { PermissionsDialog } from './permissions/permissions-dialog.tsx';
import { PolicyBanner } from './policy-banner.tsx';
import { Search } from './search/search.tsx';
import { Settings } from './settings/settings.tsx';
import { useShortcuts } from './shortcuts/shortcuts.ts';
import { Sidebar } from './sidebar/sidebar.tsx';
import { Thread } from './thread/thread.tsx';
import { Toasts } from './toasts.tsx';

/** What the person chose of the window's looks, on the document's root where the tokens see it. */
function useAppearance(): void {
  const { theme, density, fontSize } = useUi((ui) => ui.kept);
  useEffect(() => {
    const root = document.documentElement;
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    const apply = (): void => {
      root.dataset['theme'] = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
    };
    apply();
    root.dataset['density'] = density;
    root.style.setProperty('--font-base', `${fontSize}px`);
    dark.addEventListener('change', apply);
    return () => dark.removeEventListener('change', apply);
  }, [theme, density, fontSize]);
  const ready = useApp((app) => app.ready);
  const host = useApp((app) => app.abilities);
  useEffect(() => {
    // Menus and dialogs of the system follow where the host can be told; before `ready` the choice is not known.
    if (ready && host.has('setTheme')) hostRequest('setTheme', { theme }).catch(() => undefined);
  }, [ready, host, theme]);
}

const screens = { home: Home, thread: Thread, settings: Settings, search: Search };

/** The window: sidebar, and the screen that the person is at. */
export function Frame(): JSX.Element {
  useAppearance();
  useShortcuts();
  useNotices();
  const ready = useApp((app) => app.ready);
  const link = useApp((app) => app.link);
  const screen = useUi((ui) => ui.place.screen);
  const sidebar = useUi((ui) => ui.kept.sidebar);
  const pane = usePane('sidebar');
  const over = useRef<HTMLDivElement>(null);
  useOverPane('sidebar', over);
  const place = useUi((ui) => ui.place);
  // What lay over a screen goes with it.
  useEffect(() => useUi.setState({ over: undefined }), [place]);
  useEffect(() => {
    document.documentElement.dataset['connection'] = link.state;
  }, [link.state]);
  if (!ready) return <Starting />;
  const Screen = screens[screen];
  return (
    <div className="flex h-full flex-col">
      <LinkBanner />
      <PolicyBanner />
      <div className="relative flex min-h-0 flex-1" style={{ '--sidebar': `${pane === 'none' ? 0 : sidebar.width}px` } as CSSProperties}>
        {pane === 'beside' && <Sidebar />}
        {pane === 'over' && (
          <div ref={over} className="absolute inset-y-0 left-0 z-30 flex shadow-float">
            <Sidebar />
          </div>
        )}
        <Crash place={place}>
          <Screen />
        </Crash>
      </div>
      <Palette />
      <PermissionsDialog />
      <AddProject />
      <Toasts />
    </div>
  );
}
