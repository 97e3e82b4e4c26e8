// The window's one connection to the runtime. It alone writes the app and thread stores.
import { type Client, createClient, type Subscription } from '../../shared/client/client.ts';
import { type AppError, fromErrorData, toErrorData } from '../../shared/errors.ts';
import { appStream, type Params, type RequestName, type Result } from '../../shared/protocol.ts';
import { reduceApp } from '../../shared/state/app.ts';
import { reduceThread, threadFrom } from '../../shared/state/thread.ts';
import { useApp } from '../store/app.ts';
import { noThread, type ThreadView, useThreads } from '../store/threads.ts';
import { dropAnswer, dropSent, forgetThread, keepAnswers } from '../store/ui.ts';
import { attachHost } from './host.ts';
import { keepWindow, restoreWindow } from './kept.ts';
import { longestWait, openLink } from './link.ts';
import { forgetLive, showLive } from './live.ts';
import { wantsAfter } from './wants.ts';

type Started = Omit<Client, 'close'> & { end(): void };

let client: Started | undefined;
const started = Promise.withResolvers<Started>();
const open = new Map<string, { subscription: Subscription; users: number }>();
/** Deleted while they were open. */
const deleted = new Set<string>();

export async function request<N extends RequestName>(name: N, params: Params<N>): Promise<Result<N>> {
  return (client ?? (await started.promise)).request(name, params);
}

/** A command's output, live. */
export async function openOutput(
  threadId: string,
  id: string,
  onBytes: (bytes: Uint8Array) => void,
  onEnd: () => void,
): Promise<{ close(): void }> {
  return (client ?? (await started.promise)).openOutput({ threadId, id }, onBytes, onEnd);
}

function setThread(threadId: string, change: (view: ThreadView) => ThreadView): void {
  useThreads.setState((threads) => ({ ...threads, [threadId]: change(threads[threadId] ?? noThread) }));
}

/** Follows a thread until the answer is called; several users share one subscription. */
export function followThread(threadId: string): () => void {
  const known = open.get(threadId);
  if (known) known.users += 1;
  else {
    setThread(threadId, ({ error: _error, ...view }) => view);
    const entry = { subscription: { ready: Promise.resolve(), stop: () => {} }, users: 1 };
    open.set(threadId, entry);
    void started.promise.then((connected) => {
      // It may have been left, and followed anew, in between.
      if (open.get(threadId) !== entry) return;
      // What was deleted is no longer there to look at.
      const lost = (error: AppError): void =>
        setThread(threadId, ({ state, ...view }) => ({ ...view, ...(state && error.code !== 'missing' ? { state } : {}), error }));
      const subscription = connected.subscribe(threadId, {
        onSnapshot: (snapshot) => {
          if (!('header' in snapshot)) return;
          const { turn } = snapshot.header;
          keepAnswers(threadId, new Set([...(turn?.approvals ?? []), ...(turn?.questions ?? [])].map(({ id }) => id)));
          setThread(threadId, () => ({ state: threadFrom(snapshot), loadingOlder: false }));
        },
        onEvent: (event) => {
          if (event.type === 'item.added' && event.data.item.type === 'user') dropSent(threadId, event.data.item.input);
          if (event.type === 'queue.added') dropSent(threadId, event.data.row.input);
          setThread(threadId, (view) => ({ ...view, ...(view.state ? { state: reduceThread(view.state, event) } : {}) }));
        },
        onLive: (live) => showLive(threadId, live),
        onLost: lost,
      });
      subscription.ready.catch((thrown: unknown) => lost(fromErrorData(toErrorData(thrown))));
      entry.subscription = subscription;
    });
  }
  return () => {
    const entry = open.get(threadId);
    if (!entry) return;
    entry.users -= 1;
    if (entry.users > 0) return;
    open.delete(threadId);
    if (deleted.delete(threadId)) forgetThread(threadId);
    entry.subscription.stop();
    forgetLive(threadId);
    useThreads.setState(({ [threadId]: _gone, ...rest }) => rest, true);
  };
}

/** Fetches the next older page, if there is one. */
export async function loadOlder(threadId: string, limit = 100): Promise<void> {
  const view = useThreads.getState()[threadId];
  if (!view?.state || view.loadingOlder || view.state.before === undefined) return;
  setThread(threadId, (each) => ({ ...each, loadingOlder: true }));
  try {
    const page = await request('thread.page', { threadId, before: view.state.before, limit });
    setThread(threadId, (each) => {
      if (!each.state) return each;
      const { before: _before, ...state } = each.state;
      const known = new Set(state.turns.map((turn) => turn.id));
      return {
        ...each,
        loadingOlder: false,
        state: {
          ...state,
          items: [...page.items, ...state.items],
          turns: [...page.turns.filter((turn) => !known.has(turn.id)), ...state.turns],
          ...(page.before === undefined ? {} : { before: page.before }),
        },
      };
    });
  } catch {
    setThread(threadId, (each) => ({ ...each, loadingOlder: false }));
  }
}

export async function readSettings(projectId?: string): Promise<void> {
  useApp.setState({ settings: await request('settings.read', projectId === undefined ? {} : { projectId }) });
}

export async function readHealth(): Promise<void> {
  useApp.setState({ health: await request('health.read', {}) });
}

export async function readHeads(): Promise<void> {
  useApp.setState(await request('project.heads', {}));
}

const stopped = 'The runtime stopped. Reconnecting …';
/** What the desktop last said about a runtime that is not up. */
let news: string | undefined;
const down = (detail: string): void => useApp.setState({ link: { state: 'down', detail } });

/** News only explains a link that does not work: one that does knows better. */
function hear(words: string | undefined): void {
  news = words;
  const { state, final } = useApp.getState().link;
  if (words !== undefined && state !== 'up' && !final) down(words);
}

function up(): void {
  news = undefined;
  useApp.setState({ link: { state: 'up' } });
}

/** Nothing more is tried: says why, and what to do. */
export function giveUp(thrown: unknown): void {
  const { message, hint } = toErrorData(thrown);
  useApp.setState({ link: { state: 'down', detail: hint === undefined ? message : `${message} ${hint}`, final: true } });
}

/** Connects for as long as the window lives: when the runtime goes away it is waited for, and the stores are brought up to date. */
export async function connect(): Promise<void> {
  const reach = async () => {
    const { channel, host, ...link } = await openLink();
    if (host) attachHost(host, hear);
    // Whoever closes it, the window says so at once.
    const watched = {
      ...channel,
      onClose: (listener: () => void) =>
        channel.onClose(() => {
          if (!useApp.getState().link.final) down(news ?? stopped);
          listener();
        }),
    };
    return { ...link, channel: watched };
  };
  client = await createClient({
    client: 'window',
    keys: {},
    open: reach,
    deadline: Number.MAX_SAFE_INTEGER,
    longestWait: longestWait(),
    later: (ms, callback) => {
      // A timer of more than 2^31 ms fires at once; nobody waits for a greeting that long.
      const timer = setTimeout(callback, Math.min(ms, 30_000));
      return () => clearTimeout(timer);
    },
    newId: () => crypto.randomUUID(),
  });
  client.onOwnerChange(up);
  await restoreWindow(client);
  const app = client.subscribe(appStream, {
    onSnapshot: (snapshot) => {
      if (!('app' in snapshot)) return;
      useApp.setState({ app: snapshot.app });
      for (const { id, needs } of Object.values(snapshot.app.threads)) if (needs === 0) keepAnswers(id, new Set());
    },
    onEvent: (event) => {
      useApp.setState((state) => ({ app: reduceApp(state.app, event), wants: wantsAfter(state.wants, event) }));
      if (event.type === 'approval.closed' || event.type === 'question.closed') dropAnswer(event.stream, event.data.itemId);
      if (event.type !== 'thread.deleted') return;
      // Who is at it may still take along what was written in it.
      if (open.has(event.data.threadId)) deleted.add(event.data.threadId);
      else forgetThread(event.data.threadId);
    },
    onLost: giveUp,
  });
  await app.ready;
  started.resolve(client);
  up();
  useApp.setState({ ready: true });
  keepWindow(client);
  await Promise.all([readSettings(), readHealth()]).catch(() => undefined);
}
