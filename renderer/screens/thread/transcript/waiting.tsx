import { Clock } from 'lucide-react';
import { type JSX, useEffect, useState } from 'react';
import { visibleLine } from '../../../parts/safe-text.ts';
import { duration } from '../../../parts/time.ts';

/** The time, once a second, for as long as something is being waited for and looked at. */
function useSeconds(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) setNow(Date.now());
    }, 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

const whole = (ms: number): string => duration(Math.max(0, Math.round(ms / 1000) * 1000));

/** Nothing comes yet, and this is what is waited for. */
export function Waiting({ since, stopping }: { since: number; stopping: boolean }): JSX.Element {
  const now = useSeconds();
  const ms = now - since;
  return (
    <div className="text-faint tabular-nums" role="status">
      {stopping ? 'Stopping …' : `Waiting for the model${ms >= 2000 ? ` · ${whole(ms)}` : ''}`}
    </div>
  );
}

/** A request that failed and goes out again. */
export function Retry({ reason, at, attempt }: { reason: string; at: number; attempt: number }): JSX.Element {
  const now = useSeconds();
  return (
    <div className="flex gap-2 text-muted" role="status">
      <Clock size={16} strokeWidth={1.5} className="mt-0.5 shrink-0 text-wait" aria-hidden="true" />
      <span className="min-w-0 wrap-anywhere tabular-nums">
        {visibleLine(reason.replace(/\.$/, ''))}. {at > now ? `Next try in ${whole(at - now)}` : 'Trying again'} (attempt {attempt})
      </span>
    </div>
  );
}
