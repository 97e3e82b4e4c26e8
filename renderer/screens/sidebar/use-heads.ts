import { useEffect } from 'react';
import { readHeads } from '../../connection/connection.ts';
import { useApp } from '../../store/app.ts';

/** What is checked out is read when it may have changed: with the projects, after a turn, and when the window comes to the front. */
export function useHeads(): void {
  const up = useApp(({ link }) => link.state === 'up');
  const projects = useApp(({ app }) => app.projects.map(({ id }) => id).join());
  const working = useApp(({ app }) =>
    Object.values(app.threads)
      .flatMap(({ id, status }) => (status === 'working' ? [id] : []))
      .join(),
  );
  useEffect(() => {
    if (!up || projects === '') return undefined;
    // A branch that is not known is not shown: nothing else hangs on it.
    const read = (): void => void readHeads().catch(() => undefined);
    read();
    window.addEventListener('focus', read);
    return () => window.removeEventListener('focus', read);
  }, [up, projects, working]);
}
