import { AppError } from '../../shared/errors.ts';
import { appStream, audienceOf, type CommandName, type Params, type QueryName } from '../../shared/protocol.ts';
import type { Push, Snapshot, Subscribed } from '../../shared/wire.ts';
import { check, createDoor } from './door.ts';
import { createEngine } from './engine/engine.ts';
import { boundConfig } from './policy/bounded-config.ts';
import { boundModels } from './policy/bounded-models.ts';
import { createEntry } from './policy/entry.ts';
import type { Ports } from './ports.ts';
import { createQueries } from './queries/queries.ts';
import { createSecrets } from './secrets.ts';
import { createBackground } from './workers/background.ts';
import { createPolicy } from './workers/policy.ts';
import { createReach } from './workers/reach.ts';
import { recover } from './workers/recover.ts';
import { createTurns } from './workers/turns.ts';

/** A request of a client. `keys` are the provider keys of its shell, used for the threads that it starts or sends to. */
export interface RuntimeRequest {
  name: string;
  params: unknown;
  commandId?: string;
  keys?: Record<string, string>;
}

/** A command's output as a stream of bytes: read what is there, be called when there is more. */
export interface OutputSource {
  read(from: number, length: number): { bytes: Uint8Array; total: number };
  watch(callback: () => void): () => void;
  /** True once the command has ended: no more will come. */
  ended(): boolean;
}

export interface Runtime {
  /** Validates, guards, decides, commits; rejects with an AppError. A resolved command is durable. */
  request(request: RuntimeRequest): Promise<unknown>;
  /** The state of a stream ('app' or a thread id), what has streamed of its answer and, from then on, its events and deltas, in order. */
  subscribe(stream: string, after: number | undefined, listener: (push: Push) => void): { first: Subscribed; stop(): void };
  output(threadId: string, id: string): OutputSource;
  /** A text for people without the secrets that are known: for lines that others than the runtime write. */
  redact(text: string): string;
  /** True while a turn runs or a background command lives. */
  busy(): boolean;
  /** How many turns run (waiting ones rest), and how many commands in the background. */
  running(): { turns: number; background: number };
  /** Resolves when no turn runs and, unless only turns count, no background command lives. */
  settled(what?: 'turns'): Promise<void>;
  /** Ends every background command; that they have ended goes into the log. */
  stopBackground(): Promise<void>;
  /** Ends what runs (turns become interrupted), kills children, closes the ports. */
  close(): Promise<void>;
}

/** Items of the first page, and events that a reconnecting client is sent rather than a new snapshot. */
const firstPage = 50;
const mostSince = 500;

/** Opens the product on its ports: recovers what an earlier owner left, then takes requests. */
export async function createRuntime(world: Ports): Promise<Runtime> {
  const secrets = createSecrets(world);
  const { ports: outside } = secrets;
  const engine = createEngine(outside);
  const policy = createPolicy(outside, engine);
  const ports: Ports = {
    ...outside,
    policy,
    config: boundConfig(outside.config, policy, outside.files.home),
    models: boundModels(outside.models, policy),
  };
  const keys = new Map<string, Record<string, string>>();
  await recover(ports, engine);
  const background = createBackground(ports, engine);
  const reach = createReach(ports, engine, background);
  const turns = createTurns(ports, engine, reach, secrets, (threadId) => keys.get(threadId) ?? {});
  const queries = createQueries(ports, engine, background, outside.config);
  const enter = createDoor(ports, engine);
  const checkPolicy = createEntry(ports, engine);
  let closing: Promise<void> | undefined;

  const snapshot = (stream: string): Snapshot => {
    const seq = engine.seq();
    if (stream === appStream) return { stream: appStream, seq, app: engine.app() };
    const header = engine.header(stream);
    if (!header) throw new AppError('missing', `There is no thread ${stream}.`);
    return { stream, seq, header, page: ports.log.page(stream, { limit: firstPage }) };
  };

  const concerns = (push: Push, stream: string): boolean => {
    if (push.kind === 'delta') return push.delta.data.threadId === stream;
    return stream === appStream ? audienceOf(push.event.type) !== 'thread' : push.event.stream === stream;
  };
  const busy = (): boolean => turns.running() + background.running() > 0;

  return {
    request: async ({ name, params, commandId, keys: given }) => {
      if (given) secrets.hold(given);
      if (closing) throw new AppError('unavailable', 'The runtime is closing.');
      const checked = check(name, params);
      if (checked.kind === 'query') {
        const run = queries[checked.name as Exclude<QueryName, 'output.open'>] as
          | ((params: unknown, keys: Record<string, string>) => unknown)
          | undefined;
        if (!run) throw new AppError('invalid', `"${name}" needs a connection.`);
        return run(checked.params, given ?? {});
      }
      const command = checked.name as CommandName;
      // A command that was answered already is answered alike, whatever the world looks like now.
      const seen = commandId !== undefined && ports.log.receipt(commandId) !== undefined;
      const entered = seen ? checked.params : enter(command, checked.params as Params<CommandName>);
      const ready = entered instanceof Promise ? ((await entered) as unknown) : entered;
      // Looking at the world took its time.
      if (closing) throw new AppError('unavailable', 'The runtime is closing.');
      if (!seen) checkPolicy(command, ready as Params<CommandName>, given ?? {});
      const threadId = (ready as { threadId?: string }).threadId;
      // Whoever starts a turn pays for it and says where it goes; others only help out where nobody's keys are known. Never mixed.
      const starts = command === 'turn.send' && threadId !== undefined && !engine.header(threadId)?.turn;
      if (given && threadId !== undefined && (starts || !keys.has(threadId))) keys.set(threadId, given);
      const value = engine.execute(command, ready as Params<CommandName>, commandId);
      if (command === 'thread.delete' && threadId !== undefined) keys.delete(threadId);
      if (command === 'thread.delete') for (const id of ports.log.takeOrphanOutputs()) ports.commands.discard(id);
      return value;
    },
    subscribe: (stream, after, listener) => {
      if (stream !== appStream && !engine.header(stream)) throw new AppError('missing', `There is no thread ${stream}.`);
      // A client that knows more than the log has seen another data folder.
      const since =
        after === undefined || after > engine.seq()
          ? undefined
          : ports.log.events(after, { limit: mostSince + 1, ...(stream === appStream ? {} : { stream }) });
      const seq = engine.seq();
      const live = engine.live(stream);
      const first: Subscribed = {
        ...(since && since.length <= mostSince
          ? { since: since.filter((event) => concerns({ kind: 'event', event }, stream)), seq }
          : { snapshot: snapshot(stream) }),
        ...(live ? { live } : {}),
      };
      const stop = engine.listen((push) => {
        if (concerns(push, stream)) listener(push);
      });
      return { first, stop };
    },
    output: (threadId, id) => ({
      read: (from, length) => {
        if (!ports.log.item(threadId, id)) throw new AppError('missing', 'There is no such command in this thread.');
        return ports.commands.output(id, { from, length });
      },
      watch: (callback) => ports.commands.watch(id, callback),
      ended: () => {
        const header = engine.header(threadId);
        return !header?.turn?.calls.some((call) => call.itemId === id) && !header?.commands.some((command) => command.id === id);
      },
    }),
    redact: secrets.redact,
    busy,
    running: () => ({ turns: turns.running(), background: background.running() }),
    settled: async (what) => {
      if (what === 'turns') {
        do await turns.rested();
        while (turns.running() > 0);
        return;
      }
      do await Promise.all([turns.rested(), background.rested()]);
      while (busy());
    },
    stopBackground: background.stopAll,
    close: () => {
      closing ??= (async () => {
        reach.close();
        await turns.close();
        await background.close();
        await ports.commands.close();
        policy.close();
        engine.saveStates();
        ports.log.close();
      })();
      return closing;
    },
  };
}
