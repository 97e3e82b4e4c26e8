import { Lock as Sign } from 'lucide-react';
import type { JSX } from 'react';
import { Tooltip } from './tooltip.tsx';

export const lockedWords = 'Set by your organisation';

/** Says that a control is the organisation's; `source` is the file and the line. */
export function Lock({ source, words = false }: { source: string; words?: boolean }): JSX.Element {
  return (
    <Tooltip label={`${lockedWords}: ${source}`}>
      <span className="inline-flex shrink-0 items-baseline gap-1 text-caption font-normal text-muted">
        <Sign size={12} strokeWidth={1.5} className="self-center" aria-hidden="true" />
        {words ? lockedWords : null}
        <span className="sr-only">
          {words ? '' : lockedWords}: {source}
        </span>
      </span>
    </Tooltip>
  );
}
