import { useEffect, useState } from 'react';
import { stopTurn } from '../thread-actions.ts';

const patience = 3000;

/** Stops the turn at the second press within a few seconds; `armed` after the first. */
export function useStop(threadId: string | undefined, working: boolean): { armed: boolean; press(): void; stop(): void } {
  const [armed, setArmed] = useState(false);
  useEffect(() => {
    if (!armed) return undefined;
    const timer = setTimeout(() => setArmed(false), patience);
    return () => clearTimeout(timer);
  }, [armed]);
  if (armed && !working) setArmed(false);
  const stop = (): void => {
    setArmed(false);
    if (threadId !== undefined) stopTurn(threadId);
  };
  return { armed, press: () => (armed ? stop() : setArmed(true)), stop };
}
