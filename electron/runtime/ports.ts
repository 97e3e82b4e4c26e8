// Everything outside the runtime, as types. One folder in electron/adapters implements each; tests script only the model and the clock.

import type { Confinement } from '../../shared/domain/confinement.ts';
import type { Effort, Model, Provider } from '../../shared/domain/model.ts';
import type { Tokens } from '../../shared/domain/money.ts';
import type { PolicyState } from '../../shared/domain/policy.ts';
import type { Profile } from '../../shared/domain/profile.ts';
import type { GitHead } from '../../shared/domain/project.ts';
import type { ThreadSummary } from '../../shared/domain/thread.ts';
import type { Turn } from '../../shared/domain/turn.ts';
import type { ErrorData } from '../../shared/errors.ts';
import type { IdKind } from '../../shared/ids.ts';
import type { ConfigWarning, HealthCheck } from '../../shared/protocol/app.ts';
import type { Page, PageItem, SearchHit } from '../../shared/protocol/thread.ts';
import type { LoggedEvent, NewEvent } from '../../shared/protocol.ts';
import type { LiveAnswer } from '../../shared/state/live.ts';
import type { AutorunPort } from './ports/autorun.ts';

export interface Ports {
  /** The data folder. */
  home: string;
  clock: ClockPort;
  ids: IdsPort;
  log: LogPort;
  files: FilesPort;
  commands: CommandsPort;
  sandbox: SandboxPort;
  search: SearchPort;
  git: GitPort;
  config: ConfigPort;
  policy: PolicyPort;
  catalog: CatalogPort;
  models: ModelsPort;
  keys: KeysPort;
  machine: MachinePort;
  /** Lines for the person who looks after the program; never secrets, never content. */
  note(line: string): void;
}

// ---- time and names

/** Epoch milliseconds and timers that a test can hold still. */
export interface ClockPort {
  now(): number;
  /** Calls back once at or after `at`; the answer cancels it. A timer never keeps the process alive. */
  at(at: number, callback: () => void): () => void;
}

export interface IdsPort {
  /** Unique, sortable by time of making, opaque. */
  next(kind: IdKind): string;
  /** 0 <= x < 1, for jitter. */
  random(): number;
}

// ---- the log

export interface Receipt {
  seq: number;
  value: unknown;
  error?: ErrorData;
}
export interface StateSnapshot {
  stream: string;
  seq: number;
  state: unknown;
}
/** What is written in one transaction. `deletes` is the one exception to append-only: a thread removed for good. */
export interface Commit {
  commandId: string;
  at: number;
  events: NewEvent[];
  value: unknown;
  error?: ErrorData;
  deletes?: string;
}

/** A turn with its place in the log, and the thread that it was in: a fork's older turns are its parent's. */
export interface LoggedTurn extends Turn {
  threadId: string;
  startSeq: number;
  endSeq?: number;
}

/** The event log and everything derived from it. Synchronous: one writer, in this process. Throws AppError `unavailable` when the disk refuses. */
export interface LogPort {
  receipt(commandId: string): Receipt | undefined;
  /** Events, receipt and derived rows, or nothing; durable when it returns. */
  commit(commit: Commit): LoggedEvent[];
  /** The reduced state of a stream may be thrown away; `events` after its seq bring it up to date. */
  saveState(snapshot: StateSnapshot): void;
  state(stream: string): StateSnapshot | undefined;
  /** Events after `after`, oldest first, of one stream or, without `stream`, of all. */
  events(after: number, options?: { stream?: string; limit?: number }): LoggedEvent[];
  seq(): number;

  thread(threadId: string): ThreadSummary | undefined;
  archived(): number;
  threads(filter: { projectId?: string; cwd?: string; archived?: boolean; limit?: number }): ThreadSummary[];
  /** Through parents, as everything below. */
  turn(threadId: string, turnId: string): LoggedTurn | undefined;
  lastEndedTurn(threadId: string): LoggedTurn | undefined;
  /** Newest page first; a fork's page goes on into its parent. `before` is a seq. */
  page(threadId: string, options: { before?: number; limit: number }): Page;
  item(threadId: string, itemId: string): PageItem | undefined;
  /** Calls that changed files, newest first. */
  changes(threadId: string, limit: number): PageItem[];
  /** Everything the model is to be given: items after the newest compaction (with it), oldest first, through parents. */
  context(threadId: string): PageItem[];
  search(query: { text: string; threadId?: string; limit: number }): SearchHit[];

  blob(hash: string): Uint8Array | undefined;
  putBlob(bytes: Uint8Array): string;

  /** What has streamed of the answer under way, so that a killed program loses a second of it at most. Not part of the log. */
  saveLive(threadId: string, live: LiveAnswer): void;
  live(threadId: string): LiveAnswer | undefined;
  clearLive(threadId: string): void;

  /** Output files of calls that were deleted for good; the answer forgets them. */
  takeOrphanOutputs(): string[];

  scratch: { write(key: string, value: string | null): void; read(prefix: string): Record<string, string> };
  close(): void;
}

// ---- files

export interface FileStat {
  kind: 'file' | 'folder' | 'other';
  bytes: number;
  mode: number;
  modifiedAt: number;
}
export interface FileEntry {
  name: string;
  kind: 'file' | 'folder' | 'link' | 'other';
  bytes: number;
}
/** One file of a patch: `bytes` null deletes it. Paths are absolute. */
export interface FileWrite {
  path: string;
  bytes: Uint8Array | null;
  mode: number;
}
/** Paths are absolute, links followed. A missing file is undefined, anything else an AppError. */
export interface FilesPort {
  home(): string;
  realpath(path: string): Promise<string | undefined>;
  stat(path: string): Promise<FileStat | undefined>;
  read(path: string, range?: { from: number; length: number }): Promise<Uint8Array | undefined>;
  list(path: string): Promise<FileEntry[] | undefined>;
  /** Writes beside each target, flushes, then renames one after another; folders are made as needed. */
  replace(writes: FileWrite[]): Promise<void>;
  /** Removes what an interrupted `replace` may have left beside these files. */
  tidy(paths: string[]): Promise<void>;
  hash(bytes: Uint8Array): string;
}

// ---- commands
export interface CommandSpec {
  /** The call's item id: names the output file and marks every process that descends from it. */
  id: string;
  command: string;
  cwd: string;
  env?: Record<string, string>;
  /** What it may touch. Absent: whatever the user may. */
  confine?: Confinement;
  /** Folders in which commands may have put programs: none is taken from there. */
  distrust?: readonly string[];
  /** False: standard input is empty (/dev/null), so that programs such as rg look at files and not there. Otherwise a pipe that `write` feeds. */
  input?: boolean;
}
export interface CommandExit {
  code: number | null;
  signal?: string;
  /** Hosts that it tried to reach through the allow-list's proxy, and whether it was let. */
  hosts?: { host: string; allowed: boolean; count: number }[];
  /** It was stopped since it had printed more than so many bytes. */
  flooded?: number;
  /** Its sandbox could not be set up, and why: it never began. */
  unbegun?: string;
}
/** Output goes straight from the command to a file, so that a killed runtime loses none of it. */
export interface RunningCommand {
  id: string;
  exited: Promise<CommandExit>;
  write(text: string): void;
  closeInput(): void;
  /** Ends it and everything it started, at once the first time it is possible; resolves when all are gone. */
  stop(): Promise<void>;
}
export interface OutputPart {
  bytes: Uint8Array;
  /** The length of the whole output at this moment. */
  total: number;
}
export interface CommandsPort {
  start(spec: CommandSpec): Promise<RunningCommand>;
  /** A part of a command's output, also after its end and after a restart. */
  output(id: string, range: { from: number; length: number }): OutputPart;
  /** Calls back when there is more output, at most some thirty times a second. */
  watch(id: string, callback: () => void): () => void;
  discard(id: string): void;
  /** Kills whatever earlier owners of this data folder left running. Resolves when nothing is left. */
  killSurvivors(): Promise<number>;
  close(): Promise<void>;
}

// ---- the sandbox
export interface SandboxStatus {
  ok: boolean;
  /** For people: what holds, or why nothing does. */
  detail: string;
  remedy?: string;
}
/** Files as seen from inside a confinement: a link that was planted leads no further than a command would get. */
export interface ConfinedFiles {
  files: FilesPort;
  search: SearchPort;
  close(): Promise<void>;
}
export interface SandboxPort {
  /** Tried by running a command in it; remembered until `refresh`. */
  status(refresh?: boolean): Promise<SandboxStatus>;
  /** The helper process starts with the first call. */
  files(confine: Confinement): ConfinedFiles;
  autorun: AutorunPort;
}
/** A program that is to run confined: what would have been started without a sandbox. */
export interface ConfinedStart {
  /** The command's id. */
  id: string;
  file: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  confine: Confinement;
  /** Files and folders that the program itself is made of: read whatever the rules say. */
  reads?: string[];
}
/** What to start instead. `descriptors` become 3, 4 and so on of the new process; `started` closes ours, whether or not it came to be. */
export interface WrappedStart {
  file: string;
  args: string[];
  env: Record<string, string>;
  descriptors: number[];
  started(): void;
  /** After the end of all its processes: what it asked of the network. */
  ended(): Pick<CommandExit, 'hosts'>;
  /** Between the end of its first process and `ended`. False: its sandbox could not be set up, so that nothing of it ran. */
  began(): boolean;
}
/** Turns a start into one that the operating system confines. AppError `unavailable`: there is no sandbox, nothing may be started. */
export type WrapStart = (start: ConfinedStart) => Promise<WrappedStart>;

// ---- search

export interface SearchQuery {
  pattern: string;
  path: string;
  glob?: string;
  literal?: boolean;
  ignoreCase?: boolean;
  /** List files instead of matching lines. */
  filesOnly?: boolean;
  limit: number;
}
export interface SearchMatch {
  path: string;
  line: number;
  text: string;
}
export interface SearchPort {
  /** Matches in files that are not ignored, in path order, at most `limit`; `more` when there were others. */
  find(query: SearchQuery, signal: AbortSignal): Promise<{ matches: SearchMatch[]; more: boolean }>;
  /** Files below a folder that are not ignored, in path order. */
  files(path: string, options: { limit: number; glob?: string }, signal: AbortSignal): Promise<{ paths: string[]; more: boolean }>;
}

// ---- git

export interface GitPort {
  /** What is checked out in the repository around a folder; undefined where there is none. Runs nothing that the repository brings along. */
  head(folder: string): Promise<GitHead | undefined>;
}

// ---- settings

export interface Settings {
  provider: string;
  model: string | undefined;
  profile: string;
  effort: Effort | undefined;
  providers: Record<string, Provider>;
  /** The built-in profiles and those of config.toml, with all that they extend put into them. */
  profiles: Record<string, Profile>;
  warnings: ConfigWarning[];
  /** Where the user or the project has set these; absent where nobody has. */
  origins?: Partial<Record<'provider' | 'model' | 'profile' | 'effort', { file: string; line: number }>>;
}
export interface ConfigPort {
  /** The user's config.toml and, when the project is trusted, its .switchyard/config.toml over it. AppError `invalid` names file, line and key. */
  settings(project?: { path: string; trusted: boolean }): Settings;
  /** Changes one top-level value in the user's file and nothing else in it; null takes it out. */
  write(key: 'provider' | 'model' | 'profile' | 'effort', value: string | null): void;
}

/** The organisation's policy, as its file is now. */
export interface PolicyPort {
  /** Looks at the file each time; never throws. What can't be used is `invalid`, with `values` as far as they can be told. */
  current(): PolicyState;
  /** Calls back when the file has changed; the answer ends it. */
  watch(callback: () => void): () => void;
}

/** Provider keys, kept where the system keeps secrets. `where` says in words where that is and what it protects against. */
export interface KeysPort {
  names(): Promise<string[]>;
  where(): Promise<string>;
  set(name: string, value: string): Promise<void>;
  remove(name: string): Promise<void>;
  /** The values, to be looked for where they must not come out; they never leave the memory of the program. */
  values(): Promise<{ name: string; value: string }[]>;
}

/** This machine and this program: what the first start and the diagnostics look at. */
export interface MachinePort {
  health(): Promise<{ checks: HealthCheck[]; version: string; home: string }>;
  sample(): Promise<{ path: string; prompt: string; allow: string[] }>;
}

// ---- models

export interface CatalogPort {
  model(id: string): Model;
  models(): Model[];
}

export interface ToolSpec {
  name: string;
  description: string;
  /** JSON Schema of the arguments. */
  parameters: Record<string, unknown>;
}

/** The context in a form no vendor owns. Image bytes are base64. */
export type ModelItem =
  | { type: 'user'; text: string; images: { mime: string; base64: string }[] }
  | { type: 'text'; text: string }
  | { type: 'reasoning'; opaque: { provider: string; model: string; data: unknown } }
  | { type: 'call'; callId: string; tool: string; args: string }
  | { type: 'result'; callId: string; output: string; images: { mime: string; base64: string }[] };

export interface ModelRequest {
  model: Model;
  instructions: string;
  input: ModelItem[];
  tools: ToolSpec[];
  effort?: Effort;
  /** The thread: lets a provider find its cache again. */
  cacheKey: string;
  /** The longest silence that is waited through, in milliseconds, before and between events. */
  idleTimeoutMs: number;
}

export type AnswerItem =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; summary: string; opaque?: { provider: string; model: string; data: unknown } }
  | { type: 'call'; callId: string; tool: string; args: string };

/** How a stream ended. `tools` means that the answer holds calls. With `error` the items are what had been finished, for showing only. */
export type ModelStop = 'stop' | 'tools' | 'length' | 'aborted' | 'error';

export type ModelEvent =
  | { type: 'text'; text: string }
  | { type: 'reasoning'; text: string }
  | { type: 'end'; stop: ModelStop; items: AnswerItem[]; tokens?: Tokens; error?: ErrorData };

/**
 * Never throws: the last event is always `end`. Error codes: `unavailable` may be tried again (not before `retryAt`), `limited`
 * with data.reason 'context' means that the input is too long, anything else will not get better by itself.
 */
export type ModelStream = (request: ModelRequest, signal: AbortSignal) => AsyncIterable<ModelEvent>;

export interface ModelsPort {
  /** Opens a provider. Keys are looked for in `keys` (the shell's environment), then in the keychain. AppError `invalid` or `denied` says what is missing and how to give it. */
  open(provider: Provider, keys: Record<string, string>): Promise<ModelStream>;
  /** Asks the server for its models. Never throws: what is wrong is in the message. */
  test(provider: Provider, keys: Record<string, string>): Promise<{ ok: boolean; message: string }>;
  /** The environment names whose values shells hand over. */
  keyNames(providers: Provider[]): string[];
}
