// The command line as a process of its own, straight from its source.
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { onTestFinished } from 'vitest';

const program = path.resolve(import.meta.dirname, '../../electron/cli.ts');

export interface Cli {
  child: ChildProcess;
  pid: number;
  /** Everything printed so far. */
  out(): string;
  err(): string;
  /** Resolves once the text is there; rejects when the process ends without it. */
  says(text: string | RegExp, where?: 'out' | 'err'): Promise<void>;
  type(text: string): void;
  closeInput(): void;
  /** Resolves with the exit code, or the signal's name, once all output is here. */
  ended: Promise<number | string>;
}

export interface CliOptions {
  home: string;
  cwd?: string;
  env?: Record<string, string | undefined>;
  /** What standard input is: nothing, or a pipe to type into. */
  input?: 'none' | 'pipe';
  /** A file that standard output goes to, instead of being collected. */
  output?: number;
}

export function cli(args: readonly string[], { home, cwd, env = {}, input = 'none', output }: CliOptions): Cli {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(OPENAI_|SWITCHYARD_|VITEST|NODE_OPTIONS)/.test(name)),
  );
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
    // Most tests are about what asks: without a sandbox everything does.
    env: { ...clean, SWITCHYARD_HOME: home, SWITCHYARD_TEST_SANDBOX: 'none', NO_COLOR: '1', ...env },
    stdio: [input === 'pipe' ? 'pipe' : 'ignore', output ?? 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
  const printed = { out: '', err: '' };
  const waiting = new Set<() => void>();
  let over = false;
  const wake = (): void => {
    for (const look of waiting) look();
  };
  for (const [name, stream] of [
    ['out', child.stdout],
    ['err', child.stderr],
  ] as const) {
    stream?.setEncoding('utf8').on('data', (piece: string) => {
      printed[name] += piece;
      wake();
    });
  }
  const ended = new Promise<number | string>((resolve) => {
    child.once('close', (code, signal) => {
      over = true;
      wake();
      resolve(code ?? signal ?? 'unknown');
    });
  });
  onTestFinished(async () => {
    if (!over) child.kill('SIGKILL');
    await ended;
  });
  return {
    child,
    pid: child.pid ?? -1,
    out: () => printed.out,
    err: () => printed.err,
    says: (text, where = 'err') =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const there = typeof text === 'string' ? printed[where].includes(text) : text.test(printed[where]);
          if (there) resolve();
          else if (over) reject(new Error(`It ended without saying ${String(text)}:\n${printed.out}\n${printed.err}`));
          else return;
          waiting.delete(look);
        };
        waiting.add(look);
        look();
      }),
    type: (text) => void child.stdin?.write(text),
    closeInput: () => child.stdin?.end(),
    ended,
  };
}
