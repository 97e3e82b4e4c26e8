import { type ChildProcess, spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { statSync } from 'node:fs';
import { Socket } from 'node:net';
import os from 'node:os';
import type { Confinement } from '../../../shared/domain/confinement.ts';
import { AppError, fromErrorData } from '../../../shared/errors.ts';
import type { ConfinedFiles, WrapStart } from '../../runtime/ports.ts';
import type { Answer, Asked, Question } from './serve-files.ts';

/** `reads`: what it is made of. */
export interface FilesProgram {
  file: string;
  args: string[];
  env: Record<string, string>;
  reads: string[];
}

export interface ConfinedFilesOptions {
  wrap: WrapStart;
  /** What runs `serveFiles`, with the variables that it needs. */
  program: FilesProgram;
  /** How long it may be idle before it ends, in milliseconds: a minute. */
  idle?: number;
}

type Waiting = { resolve(value: unknown): void; reject(error: unknown): void };
interface Helper {
  child: ChildProcess;
  waiting: Map<number, Waiting>;
  /** It has ended, or will: the next call starts another. */
  forget(): void;
  /** The worktree when it started: another folder of that name would not be seen. */
  place: string;
}

/** What the helper needs of our environment: where programs are, and what tells ripgrep which files a user ignores. */
function environment(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of ['PATH', 'HOME', 'LANG', 'XDG_CONFIG_HOME']) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

const placeOf = (folder: string): string => {
  const stat = statSync(folder, { throwIfNoEntry: false });
  return `${stat?.dev} ${stat?.ino}`;
};

/** Files and search by a process that can touch no more than a command could. It starts with the first call and again when it has ended. */
export function createConfinedFiles(confine: Confinement, { wrap, program, idle = 60_000 }: ConfinedFilesOptions): ConfinedFiles {
  let helper: Promise<Helper> | undefined;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  let last = 0;

  const ended = (how: string): AppError =>
    new AppError('unavailable', `The process that looks at files for the tools has ended (${how})`, { hint: 'Try again.' });

  const start = async (): Promise<Helper> => {
    const place = placeOf(confine.worktree);
    const env = { ...environment(), ...program.env };
    const { file, args, reads } = program;
    const start = await wrap({ id: 'files', file, args, cwd: '/', env, confine, reads });
    let child: ChildProcess;
    try {
      child = spawn(start.file, start.args, {
        env: start.env,
        // The talk comes last, so that the others keep the numbers that they were given.
        stdio: ['ignore', 'ignore', 'pipe', ...start.descriptors, 'ipc'],
        serialization: 'advanced',
        detached: true,
      });
    } catch (error) {
      start.ended();
      throw error;
    } finally {
      start.started();
    }
    const waiting = new Map<number, Waiting>();
    let words = '';
    child.stderr?.on('data', (chunk: Buffer) => (words = (words + chunk.toString()).slice(-2000)));
    const self = helper;
    const forget = (): void => {
      if (helper === self) helper = undefined;
    };
    const mine: Helper = { child, waiting, place, forget };
    return new Promise((resolve, reject) => {
      let isOver = false;
      const over = (how: string): void => {
        if (isOver) return;
        isOver = true;
        start.ended();
        forget();
        reject(ended(how));
        for (const each of waiting.values()) each.reject(ended(how));
        waiting.clear();
      };
      child.once('disconnect', forget);
      child.once('error', (error) => over(error.message));
      child.once('close', (code, signal) => over(words.trim().split('\n').at(-1) || String(signal ?? code)));
      child.on('message', (answer: Answer) => {
        if ('ready' in answer) {
          // Idle, it keeps nobody alive.
          child.unref();
          child.channel?.unref();
          if (child.stderr instanceof Socket) child.stderr.unref();
          return resolve(mine);
        }
        const one = waiting.get(answer.id);
        waiting.delete(answer.id);
        if ('error' in answer) one?.reject(fromErrorData(answer.error));
        else one?.resolve(answer.value);
      });
    });
  };

  const end = async (one: Promise<Helper> | undefined): Promise<void> => {
    if (!one) return;
    if (helper === one) helper = undefined;
    const found = await one.catch(() => undefined);
    if (!found || found.child.exitCode !== null || found.child.signalCode !== null) return;
    const gone = new Promise((resolve) => found.child.once('close', resolve));
    found.child.ref();
    if (found.child.stderr instanceof Socket) found.child.stderr.ref();
    found.child.kill('SIGKILL');
    await gone;
  };

  /** One whose start fails is none: the next call tries again. */
  const begun = async (): Promise<Helper> => {
    if (helper) return helper;
    const one = (helper = start());
    one.catch(() => {
      if (helper === one) helper = undefined;
    });
    return one;
  };

  const current = async (): Promise<Helper> => {
    if (closed) throw new AppError('conflict', 'These files are closed');
    const one = begun();
    const found = await one;
    if (found.place === placeOf(confine.worktree) || helper !== one) return found;
    await end(one);
    return begun();
  };

  const rest = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      void helper?.then(
        async ({ waiting }) => (waiting.size === 0 ? end(helper) : rest()),
        () => undefined,
      );
    }, idle);
    timer.unref();
  };

  const ask = async <Name extends keyof Asked>(
    name: Name,
    args: unknown[],
    signal?: AbortSignal,
  ): Promise<Awaited<ReturnType<Asked[Name]>>> => {
    const { child, waiting, forget } = await current();
    const id = ++last;
    const send = (question: Question): void =>
      void child.send(question, (error) => {
        if (!error) return;
        forget();
        waiting.get(id)?.reject(ended(error.message));
      });
    const stop = (): void => send({ id, stop: true });
    // While something is asked for, the program stays.
    child.channel?.ref();
    try {
      const answer = new Promise<unknown>((resolve, reject) => void waiting.set(id, { resolve, reject }));
      send({ id, ask: name, args });
      if (signal?.aborted) stop();
      signal?.addEventListener('abort', stop);
      return (await answer) as Awaited<ReturnType<Asked[Name]>>;
    } finally {
      signal?.removeEventListener('abort', stop);
      waiting.delete(id);
      if (waiting.size === 0) child.channel?.unref();
      rest();
    }
  };

  return {
    files: {
      home: () => os.homedir(),
      hash: (bytes) => hash('sha256', bytes, 'hex'),
      realpath: async (file) => ask('realpath', [file]),
      stat: async (file) => ask('stat', [file]),
      read: async (file, range) => ask('read', [file, range]),
      list: async (file) => ask('list', [file]),
      replace: async (writes) => ask('replace', [writes]),
      tidy: async (paths) => ask('tidy', [paths]),
    },
    search: {
      find: async (query, signal) => ask('find', [query], signal),
      files: async (file, options, signal) => ask('files', [file, options], signal),
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await end(helper);
    },
  };
}
