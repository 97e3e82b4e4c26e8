import type { JSX } from 'react';
import { useApp } from '../store/app.ts';
import { FirstRun } from './home/first-run.tsx';
import { NewThread } from './home/new-thread.tsx';
import { SidebarToggle } from './sidebar/toggle.tsx';

/** Where the window begins: the first steps while there is no project, then the page for a new thread. */
export function Home(): JSX.Element {
  const none = useApp(({ app }) => app.projects.length === 0);
  return (
    <main className="relative min-w-0 flex-1 overflow-y-auto bg-bg">
      <div className="absolute top-2 left-2">
        <SidebarToggle />
      </div>
      {none ? <FirstRun /> : <NewThread />}
    </main>
  );
}
