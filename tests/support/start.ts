import { cpSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { createCatalog } from '../../electron/adapters/catalog/catalog.ts';
import { createCommands } from '../../electron/adapters/commands/commands.ts';
import { createConfig } from '../../electron/adapters/config/config.ts';
import { createFiles } from '../../electron/adapters/files/files.ts';
import { createGit } from '../../electron/adapters/git/git.ts';
import { createOpenAi } from '../../electron/adapters/openai/openai.ts';
import { createSearch } from '../../electron/adapters/search/search.ts';
import { createLog } from '../../electron/adapters/sqlite/log.ts';
import { createSystemClock } from '../../electron/adapters/system/clock.ts';
import { createIds } from '../../electron/adapters/system/ids.ts';
import type { ClockPort, Ports } from '../../electron/runtime/ports.ts';
import { createRuntime, type Runtime } from '../../electron/runtime/runtime.ts';
import type { Provider } from '../../shared/domain/model.ts';
import { noPolicy } from '../../shared/domain/policy.ts';
import { AppError } from '../../shared/errors.ts';
import type { EventName, LoggedEvent, Params, RequestName, Result } from '../../shared/protocol.ts';
import { reduceThread, type ThreadState, threadFrom } from '../../shared/state/thread.ts';
import type { Push } from '../../shared/wire.ts';
import { type FakeModel, type FakeModelOptions, fakeModel } from './fake-model.ts';
import { noSandbox, realSandbox } from './sandbox.ts';
import { type TempRepo, tempFolder, tempRepo } from './temp.ts';

export interface Started {
  home: string;
  repo: TempRepo;
  model: FakeModel;
  ports: Ports;
  /** What the runtime had to tell the person who looks after it: defects, mostly. */
  notes: string[];
  runtime: Runtime;
  projectId: string;
  request<N extends RequestName>(name: N, params: Params<N>, commandId?: string): Promise<Result<N>>;
  /** Starts a thread with the fake model. */
  thread(settings?: { profile?: string; model?: string }): Promise<string>;
  send(threadId: string, text: string, mode?: 'queue' | 'steer'): Promise<{ turnId: string }>;
  /** The thread as a client sees it that has followed it from its first event. */
  client(threadId: string): Client;
  /** Ends this runtime and starts another on the same data folder. */
  restart(): Promise<Started>;
  /** What a kill at this moment leaves: this runtime writes nothing more, another starts on a copy of its data folder. */
  crash(): Promise<Started>;
}
export interface Client {
  state(): ThreadState;
  events: LoggedEvent[];
  text(): string;
  /** Resolves with the next event of that type (also one that was there already and not yet waited for). */
  next<N extends EventName>(type: N): Promise<Extract<LoggedEvent, { type: N }>>;
  ended(): Promise<Extract<LoggedEvent, { type: 'turn.ended' }>>;
  /** Resolves as soon as it holds, looked at after each event and delta. */
  until(holds: () => boolean): Promise<void>;
}

export interface StartOptions extends Partial<FakeModelOptions> {
  home?: string;
  repo?: TempRepo;
  model?: FakeModel;
  clock?: ClockPort;
  wire?: 'responses' | 'chat';
  files?: Record<string, string>;
  idleTimeoutMs?: number;
  /** This machine's sandbox; without it commands run as they are, and everything asks. */
  sandbox?: boolean;
  /** Puts something in place of a port, or around it. */
  adapt?: (ports: Ports) => Ports;
}

function follow(runtime: Runtime, threadId: string): Client {
  const events: LoggedEvent[] = [];
  const seen = new Map<string, number>();
  let state: ThreadState | undefined;
  let streamed = '';
  const wake = new Set<() => void>();
  const { first, stop } = runtime.subscribe(threadId, undefined, (push: Push) => {
    if (push.kind === 'delta') streamed += push.delta.data.text;
    else {
      events.push(push.event);
      if (state) state = reduceThread(state, push.event);
    }
    for (const each of Array.from(wake)) each();
  });
  onTestFinished(stop);
  if ('snapshot' in first && 'header' in first.snapshot) state = threadFrom(first.snapshot);
  const next = <N extends EventName>(type: N): Promise<Extract<LoggedEvent, { type: N }>> =>
    new Promise((resolve) => {
      const look = (): void => {
        const from = seen.get(type) ?? 0;
        const at = events.findIndex((event, index) => index >= from && event.type === type);
        if (at < 0) return;
        seen.set(type, at + 1);
        wake.delete(look);
        resolve(events[at] as Extract<LoggedEvent, { type: N }>);
      };
      wake.add(look);
      look();
    });
  return {
    state: () => {
      if (!state) throw new Error('no state');
      return state;
    },
    events,
    text: () => streamed,
    next,
    ended: () => next('turn.ended'),
    until: (holds) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!holds()) return;
          wake.delete(look);
          resolve();
        };
        wake.add(look);
        look();
      }),
  };
}

/** The whole runtime on real files, SQLite, processes and a socket; only the model is scripted, and the clock when one is given. */
export async function start(options: StartOptions = {}): Promise<Started> {
  const home = options.home ?? tempFolder('home');
  const repo = options.repo ?? tempRepo(options.files);
  const model = options.model ?? (await fakeModel({ script: [], ...options }));
  if (!options.model) onTestFinished(() => model.close());
  const clock = options.clock ?? createSystemClock();
  const wire = options.wire ?? 'responses';
  const provider: Provider = {
    id: 'fake',
    kind: wire === 'chat' ? 'openai-compatible' : 'openai',
    wire,
    baseUrl: model.url,
    headers: {},
    idleTimeoutMs: options.idleTimeoutMs ?? 60_000,
    defaultModel: 'gpt-5.5',
  };
  const config = createConfig({ home });
  const notes: string[] = [];
  const sandbox = options.sandbox ? realSandbox(path.join(home, 'sandbox')) : undefined;
  const log = createLog({ file: path.join(home, 'switchyard.db') });
  let crashed = false;
  const real: Ports = {
    home,
    clock,
    ids: createIds(),
    log: {
      ...log,
      commit: (commit) => {
        if (crashed) throw new AppError('unavailable', 'This runtime counts as killed.');
        return log.commit(commit);
      },
    },
    files: createFiles({ home }),
    commands: createCommands({
      folder: path.join(home, 'output'),
      homeId: path.basename(home).replaceAll(/[^A-Za-z0-9]/g, ''),
      ...(sandbox ? { wrap: sandbox.wrap } : {}),
      secretNames: () => ['OPENAI_API_KEY'],
    }),
    search: createSearch(),
    git: createGit(),
    config: { ...config, settings: (project) => ({ ...config.settings(project), provider: 'fake', providers: { fake: provider } }) },
    catalog: createCatalog({ file: path.resolve('resources/models.json') }),
    models: {
      open: async () =>
        createOpenAi({ provider, apiKey: 'test', now: clock.now, after: (ms, callback) => clock.at(clock.now() + ms, callback) }),
      keyNames: () => [],
      test: async () => ({ ok: true, message: 'It answers.' }),
    },
    policy: { current: () => noPolicy, watch: () => () => undefined },
    sandbox: sandbox ?? noSandbox,
    keys: { values: async () => [], names: async () => [], where: async () => 'nowhere', set: async () => {}, remove: async () => {} },
    machine: { health: async () => ({ checks: [], version: '0', home }), sample: async () => ({ path: home, prompt: '', allow: [] }) },
    note: (line) => {
      notes.push(line);
      if (!crashed) process.stderr.write(`note: ${line}\n`);
    },
  };
  const ports = options.adapt ? options.adapt(real) : real;
  const runtime = await createRuntime(ports);
  onTestFinished(() => runtime.close());
  const request = <N extends RequestName>(name: N, params: Params<N>, commandId?: string): Promise<Result<N>> =>
    runtime.request({ name, params, ...(commandId === undefined ? {} : { commandId }) }) as Promise<Result<N>>;
  const { projectId } = await request('project.add', { path: repo.path });
  return {
    home,
    repo,
    model,
    ports,
    notes,
    runtime,
    projectId,
    request,
    thread: async (settings = {}) =>
      (await request('thread.start', { projectId, provider: 'fake', profile: 'full-access', ...settings })).threadId,
    send: (threadId, text, mode) =>
      request('turn.send', { threadId, input: { text: { text, bytes: text.length } }, ...(mode ? { mode } : {}) }),
    client: (threadId) => follow(runtime, threadId),
    restart: async () => {
      await runtime.close();
      return start({ ...options, home, repo, model });
    },
    crash: async () => {
      crashed = true;
      // The name of the folder marks the commands that are running.
      const copy = path.join(tempFolder('copy'), path.basename(home));
      cpSync(home, copy, { recursive: true, filter: (file) => !file.endsWith('-shm') });
      return start({ ...options, home: copy, repo, model });
    },
  };
}
