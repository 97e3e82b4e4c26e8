import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import os from 'node:os';
import path from 'node:path';

export interface ManualClock {
  /** Where createSocketClock(path) finds it. */
  path: string;
  now(): number;
  /** Moves the time; resolves when every connected process has fired what was due. */
  advance(ms: number): Promise<void>;
  /** Moves to the earliest timer of all processes, waiting for one where there is none; answers the new time. */
  advanceToNext(): Promise<number>;
  /** Resolves with the time of the earliest timer, as soon as a process has one. */
  waiting(): Promise<number>;
  close(): Promise<void>;
}

interface Client {
  socket: Socket;
  seen: number;
  next: number | null;
}

/** A clock for processes that a test starts and kills: it stands still until it is told. See the socket clock for its lines. */
export function manualClock(start = Date.UTC(2030, 0, 1)): ManualClock {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'clock-'));
  const where = process.platform === 'win32' ? `\\\\.\\pipe\\${path.basename(folder)}` : path.join(folder, 'clock');
  const clients = new Set<Client>();
  let changed = Promise.withResolvers<void>();
  let now = start;

  const change = (): void => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  const tell = ({ socket }: Client): void => void socket.write(`${JSON.stringify({ now })}\n`);
  const until = async <T>(answer: () => T | undefined): Promise<T> => {
    for (;;) {
      const found = answer();
      if (found !== undefined) return found;
      await changed.promise;
    }
  };

  const server = createServer((socket) => {
    const client: Client = { socket, seen: -Infinity, next: null };
    clients.add(client);
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      const lines = (text + part).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) Object.assign(client, JSON.parse(line));
      change();
    });
    // A killed process is waited for no longer.
    socket.on('error', () => undefined).on('close', () => (clients.delete(client), change()));
    tell(client);
  }).listen(where);

  const moveTo = async (time: number): Promise<void> => {
    now = time;
    for (const client of clients) tell(client);
    await until(() => ([...clients].every(({ seen }) => seen >= time) ? true : undefined));
  };
  const waiting = async (): Promise<number> =>
    until(() => {
      const times = [...clients].map(({ next }) => next).filter((next) => next !== null);
      return times.length > 0 ? Math.min(...times) : undefined;
    });

  return {
    path: where,
    now: () => now,
    advance: async (ms) => moveTo(now + ms),
    async advanceToNext() {
      await moveTo(Math.max(now, await waiting()));
      return now;
    },
    waiting,
    async close() {
      for (const { socket } of clients) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
