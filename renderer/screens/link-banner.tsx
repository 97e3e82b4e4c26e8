import type { JSX } from 'react';
import { useApp } from '../store/app.ts';

/** Says that the runtime is out of reach; what is shown stays as it was until it is back. */
export function LinkBanner(): JSX.Element | null {
  const link = useApp((app) => app.link);
  if (link.state !== 'down') return null;
  const look = link.final ? 'bg-stop-soft text-stop' : 'bg-wait-soft text-wait';
  return (
    <div
      role={link.final ? 'alert' : 'status'}
      className={`flex min-h-8 shrink-0 items-center justify-center border-b px-4 py-1 text-center text-caption [overflow-wrap:anywhere] ${look}`}
    >
      {link.detail ?? 'The runtime stopped. Reconnecting …'}
    </div>
  );
}

/** The window before there is anything to show. */
export function Starting(): JSX.Element {
  const link = useApp((app) => app.link);
  const words =
    link.state !== 'down'
      ? 'Starting …'
      : link.final
        ? 'Switchyard can’t go on until that is solved. Reload this window then.'
        : 'Switchyard goes on by itself as soon as the runtime answers.';
  return (
    <div className="flex h-full flex-col bg-bg">
      <LinkBanner />
      <main aria-busy={!link.final} className="flex min-h-0 flex-1 items-center justify-center px-8">
        <p className="max-w-prose text-center text-muted">{words}</p>
      </main>
    </div>
  );
}
