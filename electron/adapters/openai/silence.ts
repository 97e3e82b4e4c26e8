// Ends a request that has gone silent. The clock is asked once for each read and armed once for each period, not for each byte.

export type Now = () => number;
/** Calls back once, `ms` from now; the answer cancels it. */
export type After = (ms: number, callback: () => void) => () => void;

export interface Silence {
  /** Counts from here on: the request waits for the server. */
  wait(): void;
  /** The server has said something; until the next `wait` the time is ours and doesn't count. */
  heard(): void;
  expired(): boolean;
  close(): void;
}

export function createSilence(ms: number, clock: { now: Now; after: After }, expire: () => void): Silence {
  let since: number | undefined;
  let expired = false;
  let cancel: (() => void) | undefined;
  const arm = (delay: number): void => {
    cancel = clock.after(delay, () => {
      const left = since === undefined ? ms : since + ms - clock.now();
      if (left > 0) {
        arm(left);
        return;
      }
      expired = true;
      cancel = undefined;
      expire();
    });
  };
  return {
    wait() {
      since = clock.now();
      if (cancel === undefined && !expired) arm(ms);
    },
    heard() {
      since = undefined;
    },
    expired: () => expired,
    close() {
      cancel?.();
      cancel = undefined;
    },
  };
}
