// The built command as people and scripts run it: a process of its own, with a data folder, a home and an environment of its own.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { marker } from '../../electron/adapters/commands/environment.ts';
import type { Item } from '../../shared/domain/item.ts';
import type { ThreadHeader } from '../../shared/domain/thread.ts';
import type { Page } from '../../shared/protocol/thread.ts';
import type { EventName, LoggedEvent } from '../../shared/protocol.ts';
import { type FakeModel, type FakeModelOptions, fakeModel, type SentRequest, type Step } from './fake-model.ts';
import { type TempRepo, tempFolder, tempRepo, writeFiles } from './temp.ts';

const program = path.resolve(import.meta.dirname, '../../tools/switchyard.mjs');
/** Longer than anything here takes on a busy machine: a command that hangs shows what it said. */
const patience = 50_000;

type EventOf<N extends EventName> = Extract<LoggedEvent, { type: N }>;

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
  /** The lines of `--json`. */
  events: LoggedEvent[];
}
export interface Cli {
  pid: number;
  stdout(): string;
  stderr(): string;
  events(): LoggedEvent[];
  /** The n-th event of that type (from 0) on standard output, as soon as it is there; rejects when the command ends without it. */
  event<N extends EventName>(type: N, n?: number): Promise<EventOf<N>>;
  /** Resolves once standard error holds the text. */
  told(text: string): Promise<void>;
  /** Resolves when `n` lines of `--json` are there, or the command has ended. */
  lines(n: number): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** kill -9; resolves when all that it had printed was read. */
  kill(): Promise<Ended>;
  ended: Promise<Ended>;
}

export interface RunOptions {
  cwd?: string;
  /** Standard input; closed after it. */
  input?: string;
  env?: Record<string, string>;
}

/** Starts the command. Whatever is left of it when the test ends is killed. */
export function startCli(args: readonly string[], { cwd, input, env }: RunOptions & { env: Record<string, string> }): Cli {
  const child = spawn(process.execPath, [program, ...args], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const events: LoggedEvent[] = [];
  const texts = { stdout: '', stderr: '' };
  let rest = '';
  let over = false;
  let changed = Promise.withResolvers<void>();
  const change = (): void => {
    changed.resolve();
    changed = Promise.withResolvers();
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.stdout += text;
    if (args.includes('--json')) {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      // A line that is no JSON stands as what it is, for the test to find.
      for (const line of lines) events.push(parse(line) as LoggedEvent);
    }
    change();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.stderr += text;
    change();
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      over = true;
      change();
      resolve({ code, signal, ...texts, events });
    });
  });
  const late = setTimeout(() => child.kill('SIGKILL'), patience);
  late.unref();
  const stop = (): void => void child.kill('SIGKILL');
  onTestFinished(async () => {
    clearTimeout(late);
    stop();
    await ended;
  });

  const until = async <T>(what: string, look: () => T | undefined): Promise<T> => {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (over)
        throw new Error(`switchyard ${args.join(' ')} ended without ${what}: ${texts.stdout.slice(-2000)}\n${texts.stderr.slice(-2000)}`);
      await changed.promise;
    }
  };
  return {
    pid: child.pid ?? 0,
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    events: () => events,
    event: (type, n = 0) =>
      until(`a ${n + 1}. ${type}`, () => events.filter((event): event is EventOf<typeof type> => event.type === type)[n]),
    told: (text) => until(`saying "${text}"`, () => (texts.stderr.includes(text) ? true : undefined)).then(() => undefined),
    lines: async (n) => {
      while (events.length < n && !over) await changed.promise;
    },
    signal: (name) => void child.kill(name),
    kill: () => {
      stop();
      return ended;
    },
    ended,
  };
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return { type: 'not JSON', line };
  }
}

export interface WorldOptions {
  script?: FakeModelOptions['script'];
  by?: FakeModelOptions['by'];
  key?: string;
  files?: Record<string, string>;
  /** config.toml in the data folder; URL stands for the model server's address. */
  config?: string;
  env?: Record<string, string>;
}
export interface World {
  home: string;
  repo: TempRepo;
  model: FakeModel;
  env: Record<string, string>;
  start(args: readonly string[], options?: RunOptions): Cli;
  run(args: readonly string[], options?: RunOptions): Promise<Ended>;
  /** `threads show --json` of the thread. */
  show(threadId: string): Promise<{ header: ThreadHeader; page: Page }>;
  /** All items, as `threads export --json` tells them. */
  items(threadId: string): Promise<Item[]>;
  /** The living processes that descend from commands of this data folder. */
  survivors(): { pid: number; id: string }[];
}

/** A data folder, a project and a model server. Commands run in the project unless told otherwise. */
export async function createWorld(options: WorldOptions = {}): Promise<World> {
  const { script = [], by, key, files, config } = options;
  const home = tempFolder('home');
  const user = tempFolder('user');
  const repo = tempRepo(files);
  const model = await fakeModel({ script, ...(by ? { by } : {}), ...(key === undefined ? {} : { key }) });
  onTestFinished(() => model.close());
  if (config !== undefined) writeFiles(home, { 'config.toml': config.replaceAll('URL', model.url) });
  const env: Record<string, string> = {
    PATH: process.env['PATH'] ?? '',
    HOME: user,
    TMPDIR: process.env['TMPDIR'] ?? '/tmp',
    SWITCHYARD_HOME: home,
    // Whoever tests the sandbox takes this away.
    SWITCHYARD_TEST_SANDBOX: 'none',
    OPENAI_BASE_URL: model.url,
    OPENAI_API_KEY: key ?? 'sk-test-0123456789',
    ...options.env,
  };
  if (process.platform === 'win32')
    Object.assign(env, { SystemRoot: process.env['SystemRoot'], USERPROFILE: user, TEMP: process.env['TEMP'] });

  const start: World['start'] = (args, more = {}) => startCli(args, { cwd: repo.path, ...more, env: { ...env, ...more.env } });
  const run: World['run'] = (args, more) => start(args, more).ended;
  const json = async (args: string[]): Promise<unknown> => {
    const { code, stdout, stderr } = await run(args);
    if (code !== 0) throw new Error(`switchyard ${args.join(' ')} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout) as unknown;
  };
  const survivors: World['survivors'] = () => survivorsOf(home);
  onTestFinished(() => {
    for (const { pid } of survivors()) process.kill(pid, 'SIGKILL');
  });
  return {
    home,
    repo,
    model,
    env,
    start,
    run,
    survivors,
    show: async (threadId) => (await json(['threads', 'show', threadId, '--json'])) as { header: ThreadHeader; page: Page },
    items: async (threadId) => ((await json(['threads', 'export', threadId, '--json'])) as { items: Item[] }).items,
  };
}

/** Processes that carry the mark of this data folder in their environment (proc_pid_environ(5); elsewhere none are found). */
function survivorsOf(home: string): { pid: number; id: string }[] {
  if (process.platform !== 'linux') return [];
  let homeId: string;
  try {
    homeId = readFileSync(path.join(home, 'home-id'), 'utf8').trim();
  } catch {
    return [];
  }
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const environment = readFileSync(`/proc/${name}/environ`, 'latin1').split('\0');
      const mark = environment.find((entry) => entry.startsWith(`${marker}=${homeId}:`));
      return mark === undefined ? [] : [{ pid: Number(name), id: mark.slice(marker.length + homeId.length + 2) }];
    } catch {
      return [];
    }
  });
}

/** Everything that a request gave the model, as one text. */
export const sentText = ({ body }: SentRequest): string => JSON.stringify(body['input'] ?? body['messages']);

/** A call of the shell tool, as a script writes it. */
export const shell = (command: string, more: Record<string, unknown> = {}): NonNullable<Step['calls']>[number] => ({
  name: 'shell',
  args: { command, ...more },
});

export const patch = (...lines: string[]): NonNullable<Step['calls']>[number] => ({
  name: 'apply_patch',
  args: { patch: ['*** Begin Patch', ...lines, '*** End Patch'].join('\n') },
});

/** The arguments that nearly every test begins with. */
export const exec = ['exec', '--provider', 'openai', '--model', 'gpt-5.5', '--profile', 'full-access'] as const;

/** Looks until it is so: for what another process does to a file, which nothing announces. */
export async function until(look: () => boolean | Promise<boolean>, what = 'it'): Promise<void> {
  const limit = Date.now() + patience;
  while (!(await look())) {
    if (Date.now() > limit) throw new Error(`${what} did not come about`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
