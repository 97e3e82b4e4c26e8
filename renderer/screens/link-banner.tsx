import type { JSX } from 'react';
import { useApp } from '../store/app.ts';

/** Says that the runtime is out of reach; what is shown stays as it was until it is back. */
export function LinkBanner(): JSX.Element | null {
  const link = useApp((app) => app.link);
  if (link.state !== 'down') return null;
  return (
    <div role="status" className="flex h-8 shrink-0 items-center justify-center border-b bg-wait-soft px-4 text-caption text-wait">
      {link.detail ?? 'The runtime stopped. Reconnecting …'}
    </div>
  );
}
