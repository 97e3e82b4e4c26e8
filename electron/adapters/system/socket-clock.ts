import { connect } from 'node:net';
import { AppError } from '../../../shared/errors.ts';
import type { ClockPort } from '../../runtime/ports.ts';

interface Timer {
  at: number;
  callback(): void;
}

/**
 * A clock that somebody else holds, for tests: time stands still until the server at `path` (a unix socket or a named pipe) moves it,
 * for every process that is connected. Lines of JSON: the server sends {now} at the start and after each move; we fire what is due and
 * answer {seen: now}; {next: ms | null} tells when our earliest timer is due.
 */
export async function createSocketClock(path: string): Promise<ClockPort & { close(): void }> {
  const socket = connect(path);
  const timers = new Set<Timer>();
  let now: number | undefined;
  let announced: number | null = null;

  const earliest = (): Timer | undefined => {
    let first: Timer | undefined;
    for (const timer of timers) if (!first || timer.at < first.at) first = timer;
    return first;
  };
  const send = (line: object): void => {
    if (socket.writable) socket.write(`${JSON.stringify(line)}\n`);
  };
  const announce = (): void => {
    const next = earliest()?.at ?? null;
    if (next !== announced) send({ next: (announced = next) });
  };
  const fire = (): void => {
    for (let first = earliest(); first && first.at <= (now ?? -Infinity); first = earliest()) {
      timers.delete(first);
      first.callback();
    }
    announce();
  };

  let text = '';
  const started = Promise.withResolvers<void>();
  socket.setEncoding('utf8').on('data', (part: string) => {
    const lines = (text + part).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      now = (JSON.parse(line) as { now: number }).now;
      fire();
      send({ seen: now });
    }
    started.resolve();
  });
  // Later, a clock whose server has gone stands still.
  const gone = (cause?: Error): void => started.reject(new AppError('unavailable', `Cannot reach the clock at ${path}`, { cause }));
  socket.on('error', gone).on('close', () => gone());
  await started.promise;
  socket.unref();

  return {
    now: () => now ?? 0,
    at(at, callback) {
      const timer = { at, callback };
      timers.add(timer);
      // Never inside the call, as with every other clock.
      if (at <= (now ?? 0)) setImmediate(fire).unref();
      announce();
      return () => {
        if (timers.delete(timer)) announce();
      };
    },
    close() {
      timers.clear();
      socket.destroy();
    },
  };
}
