import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';
import { AppError } from '../../../shared/errors.ts';

/** The binary that npm installed for this machine, if it did. Resolving a file name loads no code. */
export function bundledRipgrep(): string | undefined {
  const name = process.platform === 'win32' ? 'rg.exe' : 'rg';
  try {
    const require = createRequire(import.meta.url);
    const file = require.resolve(`@vscode/ripgrep-${process.platform}-${process.arch}/bin/${name}`);
    // A packaged application keeps what is executed beside its archive.
    return file.replace(`app.asar${path.sep}`, `app.asar.unpacked${path.sep}`);
  } catch {
    return undefined;
  }
}

/** HOME and XDG_CONFIG_HOME are where git keeps the user's own list of ignored files. */
function environment(): Record<string, string> {
  const env: Record<string, string> = {};
  for (const name of ['PATH', 'HOME', 'XDG_CONFIG_HOME', 'SystemRoot', 'USERPROFILE']) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  return env;
}

export interface RipgrepRun {
  binary: string;
  args: readonly string[];
  cwd: string;
  /** Takes output as it comes; true when it has seen enough. */
  take(chunk: Buffer): boolean;
  signal: AbortSignal;
}

/** Resolves when ripgrep has ended, or has been ended. False: there is no such binary. AppError `invalid` with its message when it refuses the arguments. */
export async function runRipgrep({ binary, args, cwd, take, signal }: RipgrepRun): Promise<boolean> {
  const cancelled = (): AppError => new AppError('cancelled', 'The search was stopped');
  if (signal.aborted) throw cancelled();
  let child: ChildProcess;
  let enough = false;
  const errors: Buffer[] = [];
  const kill = (): void => void child.kill('SIGKILL');
  const ended = Promise.withResolvers<number | null>();
  try {
    child = spawn(binary, args, { cwd, env: environment(), stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true });
    child.stdout?.on('data', (chunk: Buffer) => {
      if (enough) return;
      enough = take(chunk);
      if (enough) kill();
    });
    child.stderr?.on('data', (chunk: Buffer) => void errors.push(chunk));
    child.on('error', ended.reject).on('close', ended.resolve);
    signal.addEventListener('abort', kill);
    const code = await ended.promise;
    if (signal.aborted) throw cancelled();
    const message = Buffer.concat(errors).toString('utf8').trim();
    // With --no-messages a file that cannot be read also ends in 2, but says nothing.
    if (!enough && code === 2 && message !== '') throw new AppError('invalid', message.replace(/^rg: /, ''));
    return true;
  } catch (error) {
    if (error instanceof AppError) throw error;
    if (error instanceof Error && 'code' in error && ['ENOENT', 'EACCES', 'ENOEXEC'].includes(String(error.code))) return false;
    const text = error instanceof Error ? error.message : String(error);
    throw new AppError('unavailable', `Cannot search: ${text}`, { cause: error });
  } finally {
    signal.removeEventListener('abort', kill);
  }
}
