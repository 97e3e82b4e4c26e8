// Keeps a runtime process going: starts it, and starts it again when it ends unasked, with longer and longer pauses.
// Where somebody else owns the data folder already (a daemon, a command), that one is watched instead.
import { helloFrom } from '../../shared/client/messages.ts';
import { AppError, fromErrorData } from '../../shared/errors.ts';
import type { RuntimeNews } from '../../shared/host-port.ts';
import type { Params, RequestName, Result } from '../../shared/protocol.ts';
import type { Channel } from '../../shared/wire.ts';
import { reachOwner } from './reach.ts';

/** A process just started, with a channel of its own to us. */
export interface RuntimeProcess {
  channel: Channel;
  /** What our hello must say. */
  token: string;
  /** Resolves once it has ended, with a sentence that says how. */
  ended: Promise<string>;
  /** Asks it to end what runs and then itself. */
  stop(): void;
}
type Watched = RuntimeProcess & { own: boolean };

interface SuperviseParts {
  home: string;
  start(): RuntimeProcess;
  onNews(news: RuntimeNews): void;
  /** The first pause in milliseconds; each further one is twice as long. */
  firstPause?: number;
}

export interface Supervisor {
  news(): RuntimeNews;
  /** Whether the runtime is a process of ours, and not somebody else's that we found. */
  own(): boolean;
  /** Asks the runtime. AppError `unavailable` when it is not there or goes away. */
  request<N extends RequestName>(name: N, params: Params<N>): Promise<Result<N>>;
  /** Does not wait for the pause to end. */
  retry(): void;
  /** Lets the process go: it ends once nothing runs and nobody is attached; `now` ends what runs. Resolves when it is gone. */
  close(options?: { now?: boolean }): Promise<void>;
}

const longestPause = 30_000;
/** A process that lived this long, in milliseconds, was well: the next pause is the first again. */
const wellAfter = 30_000;

export function supervise({ home, start, onNews, firstPause = 100 }: SuperviseParts): Supervisor {
  let news: RuntimeNews = { kind: 'runtime', state: 'restarting', attempt: 0 };
  let current: Watched | undefined;
  let closing = false;
  let wake = (): void => undefined;
  let nextId = 1;
  const pending = new Map<number, { resolve(value: unknown): void; reject(error: AppError): void }>();

  const tell = (next: RuntimeNews): void => {
    news = next;
    onNews(next);
  };
  const findOther = async (): Promise<Watched | undefined> => {
    const owner = await reachOwner(home);
    if (!owner) return undefined;
    const { channel, note } = owner;
    const ended = new Promise<string>((resolve) =>
      channel.onClose(() => resolve(`The ${note.role} that owned the data folder has ended.`)),
    );
    return { channel, token: note.token, ended, stop: () => channel.close(), own: false };
  };
  const greet = ({ channel, token }: RuntimeProcess, onWelcome: () => void): void => {
    channel.onMessage((message) => {
      if (message.kind === 'welcome') onWelcome();
      if (message.kind !== 'reply') return;
      const entry = pending.get(message.id);
      pending.delete(message.id);
      if ('error' in message) entry?.reject(fromErrorData(message.error));
      else entry?.resolve(message.value);
    });
    channel.send(helloFrom({ token, client: 'desktop', keys: {} }));
  };
  const lost = (reason: string): void => {
    for (const { reject } of pending.values()) reject(new AppError('unavailable', reason));
    pending.clear();
  };
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const run = async (): Promise<void> => {
    let attempt = 0;
    while (!closing) {
      attempt += 1;
      tell({ kind: 'runtime', state: 'restarting', attempt });
      let reason: string;
      let welcomedAt = 0;
      try {
        current = (await findOther()) ?? { ...start(), own: true };
        greet(current, () => {
          welcomedAt = Date.now();
          tell({ kind: 'runtime', state: 'up' });
        });
        reason = await current.ended;
      } catch (thrown) {
        reason = thrown instanceof Error ? thrown.message : String(thrown);
      }
      current = undefined;
      lost(reason);
      if (closing) return;
      // Its pause counts as the first again.
      if (welcomedAt > 0 && Date.now() - welcomedAt > wellAfter) attempt = 1;
      const inMs = Math.min(firstPause * 2 ** (attempt - 1), longestPause);
      tell({ kind: 'runtime', state: 'down', attempt, inMs, reason });
      await pause(inMs);
    }
  };
  const over = run();

  return {
    news: () => news,
    own: () => current?.own ?? false,
    request: (name, params) =>
      new Promise((resolve, reject) => {
        if (!current || closing || news.state !== 'up') return reject(new AppError('unavailable', 'The runtime is not there.'));
        const id = nextId++;
        pending.set(id, { resolve, reject });
        current.channel.send({ kind: 'request', id, name, params });
      }),
    retry: () => wake(),
    close: async ({ now = false } = {}) => {
      closing = true;
      wake();
      if (now) current?.stop();
      current?.channel.close();
      await over;
    },
  };
}
