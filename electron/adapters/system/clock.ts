import type { ClockPort } from '../../runtime/ports.ts';

/** setTimeout takes 31 bits; what is further away is reached in steps. */
const longest = 2 ** 31 - 1;

/** The machine's own clock. */
export function createSystemClock(): ClockPort {
  return {
    now: () => Date.now(),
    at(at, callback) {
      let timer: NodeJS.Timeout;
      const wait = (): void => {
        const left = at - Date.now();
        // Timers count on the steady clock, which may run a little ahead of the wall's: never call early.
        timer = setTimeout(() => (Date.now() < at ? wait() : callback()), Math.min(Math.max(left, 0), longest));
        timer.unref();
      };
      wait();
      return () => clearTimeout(timer);
    },
  };
}
