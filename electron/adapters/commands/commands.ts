import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import type { CommandExit, CommandSpec, CommandsPort, RunningCommand, WrappedStart, WrapStart } from '../../runtime/ports.ts';
import { childEnvironment, keptVariables, trustedPath } from './environment.ts';
import { readOutput, watchOutput } from './output.ts';
import { endProcesses, type Leader, type Processes, type Target } from './processes.ts';
import { createLinuxProcesses } from './processes-linux.ts';
import { createTableProcesses } from './processes-table.ts';
import { defaultShell, type ShellCall, shellCall } from './shell.ts';

export interface CommandsOptions {
  /** Where outputs are kept: `<id>.log`, and `<id>.pid` while a command or something that it left may be running. */
  folder: string;
  /** Names the data folder: processes that its earlier owners left are known by it. */
  homeId: string;
  /** Instead of bash, or the system's command interpreter. */
  shell?: string;
  /** How long a stopped command may take to end by itself: 200 milliseconds. */
  grace?: number;
  /** Instead of the platform's own. */
  processes?: Processes;
  /** Instead of 1 GiB: bytes of output after which a command is stopped. */
  mostBytes?: number;
  /** The sandbox: what confined commands are started through. Without it they are not started. */
  wrap?: WrapStart;
  /** Names of environment variables that no confined command gets, even where its profile keeps them: the providers' keys. */
  secretNames?(): readonly string[];
}

const plain = /^[A-Za-z0-9_-]+$/;
const windows = process.platform === 'win32';
const patience = 10_000;
/** A command that prints more than this is stopped: it would fill the disk for all others. */
const mostOutput = 1024 ** 3;
/** How often a command is started again that never began. */
const mostRestarts = 5;
/** How often its length is looked at, in milliseconds. */
const lookEvery = 250;

function checked(id: string, what: string): string {
  if (!plain.test(id)) throw new AppError('invalid', `Not ${what}: ${JSON.stringify(id)}`);
  return id;
}

const errnoOf = (thrown: unknown): string => (thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '');

function startFailure(spec: CommandSpec, shell: string, cause: unknown): AppError {
  const errno = errnoOf(cause);
  const folder = statSync(spec.cwd, { throwIfNoEntry: false });
  if (!folder) return new AppError('missing', `Cannot start the command: there is no folder ${spec.cwd}`, { cause });
  if (!folder.isDirectory()) return new AppError('invalid', `Cannot start the command: ${spec.cwd} is not a folder`, { cause });
  if (errno === 'E2BIG')
    return new AppError('invalid', 'Cannot start the command: it is too long', { hint: 'Write it to a script and run that.', cause });
  if (errno === 'ERR_INVALID_ARG_VALUE') return new AppError('invalid', 'Cannot start the command: it holds a null character', { cause });
  if (errno === 'EACCES')
    return new AppError('denied', `Cannot start the command: no permission to run ${shell} in ${spec.cwd}`, { cause });
  if (errno === 'ENOENT') return new AppError('missing', `Cannot start the command: there is no ${shell}`, { hint: 'Install it.', cause });
  const text = cause instanceof Error ? cause.message : String(cause);
  return new AppError('unavailable', `Cannot start the command: ${text}`, { hint: 'Too many programs may be running: try again.', cause });
}

/** Shell commands as processes of this machine. Their output goes from them to a file: what becomes of us does not touch it. */
export function createCommands({
  folder,
  homeId,
  shell,
  grace = 200,
  processes: given,
  mostBytes = mostOutput,
  wrap,
  secretNames,
}: CommandsOptions): CommandsPort {
  checked(homeId, 'the name of a data folder');
  const processes = given ?? (process.platform === 'linux' ? createLinuxProcesses() : createTableProcesses());
  const running = new Map<string, RunningCommand>();
  const file = (id: string, ending: 'log' | 'pid'): string => path.join(folder, `${checked(id, 'the id of a command')}.${ending}`);
  const remove = (id: string, ending: 'log' | 'pid'): void => rmSync(file(id, ending), { force: true });
  let shellFile = shell;
  let realFolder: string | undefined;
  const whole = (): string => {
    if (realFolder === undefined) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      realFolder = realpathSync(folder);
    }
    return realFolder;
  };

  const openLog = (id: string): number => {
    const log = file(id, 'log');
    whole();
    try {
      // One descriptor for both streams keeps their order; a second start under the same id is a mistake that would mix two outputs.
      return openSync(log, 'ax', 0o600);
    } catch (cause) {
      if (errnoOf(cause) === 'EEXIST') throw new AppError('conflict', `The command ${id} has been started before`, { cause });
      const full = errnoOf(cause) === 'ENOSPC';
      throw new AppError('unavailable', `Cannot keep the output of a command in ${folder}${full ? ': the disk is full' : ''}`, { cause });
    }
  };

  const confined = async (spec: CommandSpec, call: ShellCall, env: Record<string, string>): Promise<WrappedStart | undefined> => {
    const { confine, id, cwd } = spec;
    if (!confine) return undefined;
    if (!wrap) throw new AppError('unavailable', 'Cannot start the command: it is to run in a sandbox, and there is none');
    return wrap({ id, file: call.file, args: call.args, cwd, env, confine });
  };

  const spawned = async (spec: CommandSpec): Promise<{ child: ChildProcess & { pid: number }; wrapped: WrappedStart | undefined }> => {
    const log = openLog(spec.id);
    let wrapped: WrappedStart | undefined;
    try {
      const ours = spec.distrust ? { ...process.env, PATH: trustedPath(process.env['PATH'], spec.distrust) } : process.env;
      const call = shellCall(spec.distrust ? (shell ?? defaultShell(ours)) : (shellFile ??= defaultShell()), spec.command);
      const kept = spec.confine ? keptVariables(process.env, spec.confine.environment, secretNames?.() ?? []) : {};
      const env = childEnvironment(ours, { ...kept, ...spec.env }, `${homeId}:${spec.id}`);
      wrapped = await confined(spec, call, env);
      const stdio: StdioOptions = [spec.input === false ? 'ignore' : 'pipe', log, log, ...(wrapped?.descriptors ?? [])];
      const child = spawn(wrapped?.file ?? call.file, wrapped?.args ?? call.args, {
        cwd: spec.cwd,
        env: wrapped?.env ?? env,
        stdio,
        // A session of its own, by which everything that stays in it is found again.
        detached: !windows,
        windowsHide: true,
        windowsVerbatimArguments: call.verbatim,
      });
      if (child.pid === undefined) throw await new Promise<Error>((resolve) => void child.once('error', resolve));
      return { child: child as ChildProcess & { pid: number }, wrapped };
    } catch (cause) {
      remove(spec.id, 'log');
      wrapped?.ended();
      throw cause instanceof AppError ? cause : startFailure(spec, shellFile ?? 'shell', cause);
    } finally {
      wrapped?.started();
      closeSync(log);
    }
  };

  const start = async (spec: CommandSpec): Promise<RunningCommand> => {
    const life = { exited: false, startedAt: performance.now() };
    let { child, wrapped } = await spawned(spec);
    const leaderOf = ({ pid }: { pid: number }): Leader => ({ pid, birth: processes.birth(pid) });
    let leader = leaderOf(child);
    const { id } = spec;
    let restarts = 0;
    let stopping: Promise<void> | undefined;
    let flooded = false;
    const watching = setInterval(() => {
      if ((statSync(file(id, 'log'), { throwIfNoEntry: false })?.size ?? 0) <= mostBytes) return;
      flooded = true;
      void command.stop().catch(() => undefined);
    }, lookEvery);
    watching.unref();
    const note = (): void => {
      try {
        writeFileSync(file(id, 'pid'), `${leader.pid} ${leader.birth}\n`, { mode: 0o600 });
      } catch {
        // A full disk: the mark in its environment is enough nearly everywhere.
      }
    };
    let unbegun: string | undefined;
    /**
     * True when it never began and was started once more: something may have gone away while its sandbox was set up. What it printed does
     * not count, a command prints what it likes.
     */
    const again = async (code: number | null): Promise<boolean> => {
      if (code === null || !wrapped || wrapped.began()) return false;
      unbegun = Buffer.from(readOutput(file(id, 'log'), { from: 0, length: 1000 }).bytes)
        .toString()
        .trim();
      if (stopping || restarts === mostRestarts) return false;
      restarts += 1;
      wrapped.ended();
      wrapped = undefined;
      remove(id, 'log');
      ({ child, wrapped } = await spawned(spec));
      unbegun = undefined;
      leader = leaderOf(child);
      note();
      // Who wanted to end it has looked for the process before.
      if (stopping) child.kill('SIGKILL');
      return true;
    };
    const exited = new Promise<CommandExit>((resolve) => {
      const follow = (): void => {
        // It may end without having read what was written.
        child.stdin?.on('error', () => undefined);
        child.on('error', () => undefined);
        child.once('exit', (code, signal) => {
          child.stdin?.destroy();
          const end = (): void => {
            life.exited = true;
            clearInterval(watching);
            const how: CommandExit = flooded ? { code: null, flooded: mostBytes } : signal ? { code, signal } : { code };
            resolve({ ...(unbegun === undefined ? how : { code: null, unbegun }), ...wrapped?.ended() });
          };
          const failed = (error: unknown): void => {
            unbegun = error instanceof Error ? error.message : String(error);
            // Its output is looked for by its name.
            closeSync(openSync(file(id, 'log'), 'a', 0o600));
            end();
          };
          void again(code).then((begun) => (begun ? follow() : end()), failed);
        });
      };
      follow();
    });

    const end = async (): Promise<void> => {
      const target: Target = {
        homeId,
        wants: (other) => other === id,
        leaders: [leader],
        ...(wrapped ? { guard: leader.pid } : {}),
        folder: whole(),
        known: new Map(),
        command: life,
      };
      await endProcesses(processes, target, { grace, patience });
      await exited;
      running.delete(id);
      remove(id, 'pid');
    };
    const command: RunningCommand = {
      id,
      exited,
      write: (text) => void child.stdin?.write(text),
      closeInput: () => void child.stdin?.end(),
      stop: async () => (stopping ??= end()),
    };
    running.set(id, command);
    note();
    return command;
  };

  /** What earlier owners wrote down about commands that had not ended. */
  const noted = (): { id: string; leader: Leader }[] =>
    readdirSync(whole()).flatMap((name) => {
      const id = name.endsWith('.pid') ? name.slice(0, -'.pid'.length) : '';
      if (!plain.test(id) || running.has(id)) return [];
      const [, pid, birth = ''] = /^(\d+) (.+)\n$/.exec(readFileSync(file(id, 'pid'), 'utf8')) ?? [];
      return [{ id, leader: { pid: Number(pid ?? 0), birth } }];
    });

  return {
    start,
    output: (id, range) => readOutput(file(id, 'log'), range),
    watch: (id, callback) => watchOutput(file(id, 'log'), callback),
    discard(id) {
      remove(id, 'log');
      remove(id, 'pid');
    },
    async killSurvivors() {
      const before = noted();
      const leaders = before.map(({ leader }) => leader).filter(({ pid }) => pid > 0);
      const wants = (id: string): boolean => !running.has(id);
      const killed = await endProcesses(processes, { homeId, wants, leaders, folder: whole(), known: new Map() }, { grace: 0, patience });
      for (const { id } of before) remove(id, 'pid');
      return killed;
    },
    async close() {
      const ends = await Promise.allSettled([...running.values()].map(async (command) => command.stop()));
      const failed = ends.find((end) => end.status === 'rejected');
      if (failed) throw failed.reason;
    },
  };
}
