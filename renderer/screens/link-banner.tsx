import type { JSX } from 'react';
import { Button } from '../parts/button.tsx';
import { useApp } from '../store/app.ts';

const stopped = 'The runtime stopped. Reconnecting …';

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
      {link.detail ?? stopped}
    </div>
  );
}

/** The window before there is anything to show. */
export function Starting(): JSX.Element {
  const link = useApp((app) => app.link);
  const down = link.state === 'down';
  const title = !down ? 'Starting …' : link.final ? 'Switchyard can’t start' : 'Waiting for the runtime';
  return (
    <main aria-busy={!link.final} className="flex h-full flex-col items-center justify-center gap-3 bg-bg px-8 pb-[12vh] text-center">
      <h1 className={down ? 'text-title font-strong' : 'text-muted'}>{title}</h1>
      {down ? (
        <>
          <p role={link.final ? 'alert' : 'status'} className="max-w-prose text-pretty [overflow-wrap:anywhere]">
            {link.detail ?? stopped}
          </p>
          <p className="max-w-prose text-pretty text-muted">
            {link.final ? 'That has to be solved first. Reload this window then.' : 'Switchyard goes on by itself as soon as it answers.'}
          </p>
        </>
      ) : null}
      {link.final ? <Button onClick={() => window.location.reload()}>Reload</Button> : null}
    </main>
  );
}
