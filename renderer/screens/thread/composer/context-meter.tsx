import type { JSX } from 'react';
import { count } from '../../../parts/time.ts';
import { Tooltip } from '../../../parts/tooltip.tsx';
import { useThreads } from '../../../store/threads.ts';

/** From here on the context will soon be summed up. */
const nearlyFull = 0.8;
const around = 2 * Math.PI * 6;

/** How full the model's context was at the last request. */
export function ContextMeter({ threadId }: { threadId: string }): JSX.Element | null {
  const tokens = useThreads((threads) => threads[threadId]?.state?.header.context?.tokens);
  const window = useThreads((threads) => threads[threadId]?.state?.header.context?.window);
  if (tokens === undefined || !window) return null;
  const share = Math.min(1, tokens / window);
  const percent = Math.round(share * 100);
  const words = `${count(tokens)} of ${count(window)} tokens in the context`;
  const colour = share >= nearlyFull ? 'text-wait' : 'text-faint';
  return (
    <Tooltip side="top" label={share >= nearlyFull ? `${words}. It will soon be summed up.` : words}>
      <span
        role="meter"
        aria-label="Context"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={words}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
        className={`flex h-6 items-center gap-1 rounded-box px-1.5 text-caption tabular-nums ${colour}`}
      >
        <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true" className="-rotate-90">
          <circle cx="8" cy="8" r="6" fill="none" strokeWidth="2" className="stroke-line" />
          <circle cx="8" cy="8" r="6" fill="none" strokeWidth="2" stroke="currentColor" strokeDasharray={`${share * around} ${around}`} />
        </svg>
        <span className="@max-[460px]:hidden">{percent} %</span>
      </span>
    </Tooltip>
  );
}
