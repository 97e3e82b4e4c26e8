import type { JSX } from 'react';
import { type SettingsSection, settingsSections, useUi } from '../../store/ui.ts';
import { SidebarToggle } from '../sidebar/toggle.tsx';
import { Appearance } from './appearance.tsx';
import { Diagnostics } from './diagnostics.tsx';
import { General } from './general.tsx';
import { Models } from './models.tsx';
import { Permissions } from './permissions.tsx';
import { Policy } from './policy.tsx';
import { Privacy } from './privacy.tsx';
import { Providers } from './providers.tsx';
import { Shortcuts } from './shortcuts.tsx';

const sections: Record<SettingsSection, () => JSX.Element> = {
  General,
  Appearance,
  Shortcuts,
  Providers,
  Models,
  Permissions,
  Policy,
  Diagnostics,
  Privacy,
};

export function Settings(): JSX.Element {
  const section = useUi(({ place }) => place.section ?? 'General');
  const Section = sections[section];
  // Sections are not places of their own: Back leaves the settings at once.
  const open = (next: SettingsSection): void => useUi.setState({ place: { screen: 'settings', section: next } });
  return (
    <main className="flex min-w-0 flex-1 bg-bg">
      <nav aria-label="Settings" className="flex w-44 shrink-0 flex-col border-r p-2">
        <div className="flex h-(--row) items-center gap-1 px-2">
          {/* Its sign stands over the names below. */}
          <span className="-ml-1.5 empty:hidden">
            <SidebarToggle />
          </span>
          <h2 className="font-strong text-muted">Settings</h2>
        </div>
        {settingsSections.map((each) => (
          <button
            key={each}
            type="button"
            {...(each === section ? { 'aria-current': 'page' as const } : {})}
            onClick={() => open(each)}
            className="flex h-(--row) items-center rounded-box px-2 text-left text-muted hover:bg-hover hover:text-text aria-[current=page]:bg-selected aria-[current=page]:text-text"
          >
            {each}
          </button>
        ))}
      </nav>
      <div key={section} className="min-w-0 flex-1 overflow-y-auto">
        <div className="mx-auto flex w-full max-w-200 flex-col gap-8 px-8 py-8">
          <h1 className="text-title font-strong">{section}</h1>
          <Section />
        </div>
      </div>
    </main>
  );
}
