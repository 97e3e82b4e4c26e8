// A client of whoever owns the data folder: when the owner goes away, it finds or becomes the next one and goes on where it was.
import { AppError, fromErrorData, toErrorData } from '../errors.ts';
import { appStream, audienceOf, type LoggedEvent, type Params, protocol, type RequestName, type Result } from '../protocol.ts';
import { addPiece, endsLive, type LiveAnswer } from '../state/live.ts';
import type { Channel, Message, Snapshot, Subscribed } from '../wire.ts';
import { checkFields, helloFrom } from './messages.ts';
import { createClientOutputs, type OpenOutput } from './outputs.ts';

export interface StreamListener {
  /** The whole state; again after a reconnection when too much has happened to tell it by events. */
  onSnapshot(snapshot: Snapshot): void;
  onEvent(event: LoggedEvent): void;
  /** All that has streamed of the answer under way, each time that it grows; undefined once it is void or stands in an item. */
  onLive?(live: LiveAnswer | undefined): void;
  /** The subscription is over: its stream does not exist any more, or the connection is lost for good. */
  onLost?(error: AppError): void;
}
export interface Subscription {
  /** Resolves once what the listener was first told has been told. */
  ready: Promise<void>;
  stop(): void;
}

export interface Client {
  /** Commands get an id, so that sending one again after a lost connection does nothing twice. */
  request<N extends RequestName>(name: N, params: Params<N>, options?: { commandId?: string }): Promise<Result<N>>;
  /** One listener for each stream ('app' or a thread id). With `after`, only what followed that event. */
  subscribe(stream: string, listener: StreamListener, options?: { after?: number }): Subscription;
  /** A command's output from byte `from` on, live until its end; a slow `onBytes` slows it. Goes on after a reconnection. */
  openOutput: OpenOutput;
  /** Hands over more provider keys of this environment. */
  offerKeys(keys: Record<string, string>): void;
  /** True while this process owns the data folder. */
  owner(): boolean;
  /** Called after the owner has changed: once every stream has been told what happened in between, or as soon as it is `reached`. */
  onOwnerChange(listener: () => void, when?: 'told' | 'reached'): void;
  close(): Promise<void>;
}

export interface Link {
  channel: Channel;
  token: string;
  owner: boolean;
}

export interface ClientParts {
  client: string;
  keys: Record<string, string>;
  /** One attempt to become the owner or to reach it. AppError `unavailable` = try again. */
  open(): Promise<Link>;
  /** How long to try, in milliseconds. */
  deadline: number;
  /** The longest wait between two attempts, in milliseconds; 200 when it is left out. */
  longestWait?: number;
  /** Calls back after so many milliseconds; the answer cancels it. */
  later(ms: number, callback: () => void): () => void;
  /** A new UUID. */
  newId(): string;
}

interface Pending {
  name: string;
  params: unknown;
  commandId?: string;
  settle(answer: { value: unknown } | { error: AppError }): void;
}
interface Stream {
  listener: StreamListener;
  after: number | undefined;
  live: boolean;
  answer?: LiveAnswer | undefined;
  told(error?: AppError): void;
}

/** Everything of a client but its closing, which only whoever opened the links can do. */
export async function createClient(parts: ClientParts): Promise<Omit<Client, 'close'> & { end(): void }> {
  let keys = parts.keys;
  let link: Link | undefined;
  let over: AppError | undefined;
  let nextId = 1;
  const pending = new Map<number, Pending>();
  const streams = new Map<string, Stream>();
  const listeners = { reached: [] as (() => void)[], told: [] as (() => void)[] };

  const send = (message: Message): void => link?.channel.send(message);
  const give = (id: number): void => {
    const entry = pending.get(id);
    if (!entry || !link) return;
    const { name, params, commandId } = entry;
    try {
      if (name === '') send({ kind: 'subscribe', id, ...(params as { stream: string; after?: number }) });
      else send({ kind: 'request', id, name, params, ...(commandId === undefined ? {} : { commandId }) });
    } catch (thrown) {
      pending.delete(id);
      entry.settle({ error: fromErrorData(toErrorData(thrown)) });
    }
  };
  const ask = (entry: Pending): void => {
    if (over) return entry.settle({ error: over });
    const id = nextId++;
    pending.set(id, entry);
    give(id);
  };
  const outputs = createClientOutputs({ send, ask: (params, settle) => ask({ name: 'output.open', params, settle }) });
  const finish = (error: AppError): void => {
    if (over) return;
    over = error;
    link = undefined;
    for (const entry of pending.values()) entry.settle({ error });
    pending.clear();
    for (const stream of streams.values()) stream.told(error);
    streams.clear();
    outputs.finish();
  };

  const show = (stream: Stream, answer: LiveAnswer | undefined): void => {
    stream.answer = answer;
    stream.listener.onLive?.(answer);
  };
  const take = (stream: Stream, event: LoggedEvent): void => {
    // An event for both audiences comes once for each subscription of this client.
    if (!stream.live || (stream.after !== undefined && event.seq <= stream.after)) return;
    stream.after = event.seq;
    if (stream.answer && endsLive(event)) show(stream, undefined);
    stream.listener.onEvent(event);
  };
  /** Resolves with the first answer; never when the link is lost before. */
  const start = (name: string, stream: Stream): Promise<void> => {
    stream.live = false;
    const first = Promise.withResolvers<void>();
    const answered: Pending['settle'] = (answer) => {
      first.resolve();
      if (streams.get(name) !== stream) return;
      if ('error' in answer) {
        streams.delete(name);
        stream.told(answer.error);
        return;
      }
      const told = answer.value as Subscribed;
      stream.live = true;
      if ('snapshot' in told) {
        stream.after = told.snapshot.seq;
        stream.listener.onSnapshot(told.snapshot);
      } else {
        for (const event of told.since) take(stream, event);
        stream.after = Math.max(stream.after ?? 0, told.seq);
      }
      show(stream, told.live);
      stream.told();
    };
    ask({ name: '', params: { stream: name, ...(stream.after === undefined ? {} : { after: stream.after }) }, settle: answered });
    return first.promise;
  };

  const receive = (message: Message): void => {
    if (message.kind === 'delta') {
      const { data } = message.delta;
      const stream = streams.get(data.threadId);
      if (!stream?.live || !stream.listener.onLive) return;
      const next = addPiece(stream.answer, data);
      // A piece was left out, since this end was slow: the answer says what has streamed by then.
      if (next) show(stream, next);
      else void start(data.threadId, stream);
    } else if (message.kind === 'event') {
      const { event } = message;
      const to = audienceOf(event.type) ?? (event.stream === appStream ? 'app' : 'thread');
      const thread = to === 'app' ? undefined : streams.get(event.stream);
      const app = to === 'thread' ? undefined : streams.get(appStream);
      if (thread) take(thread, event);
      if (app) take(app, event);
    } else if (message.kind === 'reply') {
      const entry = pending.get(message.id);
      pending.delete(message.id);
      entry?.settle('error' in message ? { error: fromErrorData(message.error) } : { value: message.value });
    } else if (message.kind === 'chunk') {
      outputs.chunk(message.channel, message.bytes);
    } else if (message.kind === 'end') {
      outputs.end(message.channel);
    }
  };

  const lost = (): void => {
    link = undefined;
    outputs.lost();
    if (over) return;
    const again = async (): Promise<void> => {
      await reach();
      // Subscriptions and outputs are asked for anew; everything else is sent again as it was.
      for (const [id, entry] of pending) if (entry.name === '' || entry.name === 'output.open') pending.delete(id);
      const waiting = [...pending.keys()];
      const told = [...streams].map(([name, stream]) => start(name, stream));
      for (const id of waiting) give(id);
      outputs.reopen();
      for (const listener of listeners.reached) listener();
      await Promise.all(told);
      for (const listener of listeners.told) listener();
    };
    again().catch((thrown: unknown) => finish(fromErrorData(toErrorData(thrown))));
  };

  /** Says hello; rejects with the refusal, or `unavailable` when the other end closes or stays silent. */
  const greet = (opened: Link, patience: number): Promise<void> =>
    new Promise((resolve, reject) => {
      let welcomed = false;
      const heard = parts.later(patience, () => opened.channel.close());
      opened.channel.onClose(() => {
        heard();
        if (!welcomed) reject(new AppError('unavailable', 'The owner of the data folder closed the connection.'));
        else if (link === opened) lost();
      });
      opened.channel.onMessage((message) => {
        checkFields(message);
        if (message.kind === 'refusal') {
          if (!welcomed) reject(fromErrorData(message.error));
          opened.channel.close();
        } else if (message.kind === 'welcome') {
          heard();
          if (!welcomed && !over) link = opened;
          welcomed = true;
          resolve();
        } else if (link === opened) receive(message);
      });
      opened.channel.send(helloFrom({ token: opened.token, client: parts.client, keys }));
    });

  const reach = async (): Promise<void> => {
    const until = Date.now() + parts.deadline;
    for (let wait = 5; ; wait = Math.min(wait * 2, parts.longestWait ?? 200)) {
      try {
        const opened = await parts.open();
        await greet(opened, Math.max(until - Date.now(), 1_000));
        if (over) opened.channel.close();
        return;
      } catch (thrown) {
        const refused = !(thrown instanceof AppError) || thrown.code !== 'unavailable';
        if (over || refused || Date.now() >= until) throw thrown;
      }
      // Jitter: of many clients that lost the same owner, one shall become the next without the others in its way.
      await new Promise<void>((resolve) => parts.later(wait * (0.5 + Math.random()), resolve));
    }
  };

  await reach();

  const request: Client['request'] = (name, params, options = {}) =>
    new Promise((resolve, reject) => {
      const commandId = options.commandId ?? (protocol[name].kind === 'command' ? `command-${parts.newId()}` : undefined);
      const settle: Pending['settle'] = (answer) => ('error' in answer ? reject(answer.error) : resolve(answer.value as never));
      ask({ name, params, settle, ...(commandId === undefined ? {} : { commandId }) });
    });

  return {
    request,
    subscribe: (name, listener, options = {}) => {
      if (streams.has(name)) throw new AppError('conflict', `This client listens to ${name} already.`);
      let stream: Stream | undefined;
      const ready = new Promise<void>((resolve, reject) => {
        let first = true;
        const told = (error?: AppError): void => {
          if (error && first) reject(error);
          else if (error) listener.onLost?.(error);
          else resolve();
          first = false;
        };
        stream = { listener, after: options.after, live: false, told };
        streams.set(name, stream);
        void start(name, stream);
      });
      const stop = (): void => {
        if (streams.get(name) !== stream) return;
        streams.delete(name);
        send({ kind: 'unsubscribe', stream: name });
      };
      return { ready, stop };
    },
    openOutput: outputs.open,
    offerKeys: (more) => {
      if (Object.entries(more).every(([name, value]) => keys[name] === value)) return;
      keys = { ...keys, ...more };
      if (link) send(helloFrom({ token: link.token, client: parts.client, keys }));
    },
    owner: () => link?.owner ?? false,
    onOwnerChange: (listener, when = 'told') => void listeners[when].push(listener),
    end: () => {
      const { channel } = link ?? {};
      finish(new AppError('cancelled', 'The connection was closed.'));
      channel?.close();
    },
  };
}
