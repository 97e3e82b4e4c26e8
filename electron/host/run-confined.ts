import { spawn } from 'node:child_process';
import os from 'node:os';
import type { Confinement } from '../../shared/domain/confinement.ts';
import { AppError } from '../../shared/errors.ts';
import { childEnvironment, keptVariables } from '../adapters/commands/environment.ts';
import { defaultShell, shellCall } from '../adapters/commands/shell.ts';
import { createConfig } from '../adapters/config/config.ts';
import type { ConfinedStart, WrappedStart } from '../runtime/ports.ts';
import { openSandbox } from './sandbox.ts';

export interface RunConfined {
  home: string;
  cwd: string;
  /** What the runtime says an agent's command would be told there; undefined: it runs as the user's own. */
  confine: Confinement | undefined;
  /** A line for the shell. */
  command: string;
  /** Lines for the person at the terminal. */
  tell(line: string): void;
  signal: AbortSignal;
}

/** Runs one command as an agent's would be, with our standard input and outputs. Its exit code, or 128 and the signal's number. */
export async function runConfined(options: RunConfined): Promise<number> {
  const { home, cwd, command, tell, signal } = options;
  const sandbox = openSandbox({ home, note: tell });
  const confine = options.confine && { ...options.confine, group: 'command line' };
  const { file, args } = shellCall(defaultShell(), command);
  const keys = Object.values(createConfig({ home }).settings().providers).flatMap(({ apiKeyEnv }) => apiKeyEnv ?? []);
  const kept = keptVariables(process.env, confine?.environment ?? [], ['OPENAI_API_KEY', ...keys]);
  const start: Omit<ConfinedStart, 'confine'> = {
    id: 'sandbox',
    file,
    args,
    cwd,
    env: childEnvironment(process.env, kept, 'command-line:sandbox'),
  };
  try {
    const watched = confine ? await sandbox.autorun.watch(confine.worktree) : undefined;
    const wrapped = confine ? await sandbox.wrap({ ...start, confine }) : undefined;
    const used: WrappedStart = wrapped ?? { ...start, descriptors: [], started: () => undefined, ended: () => ({}), began: () => true };
    const child = spawn(used.file, used.args, { cwd, env: used.env, stdio: ['inherit', 'inherit', 'inherit', ...used.descriptors] });
    used.started();
    const stop = (): void => void child.kill('SIGKILL');
    signal.addEventListener('abort', stop);
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject).once('exit', (code, name) => resolve(code ?? 128 + (name ? os.constants.signals[name] : 0)));
    });
    if (!used.began()) throw new AppError('unavailable', 'The sandbox could not be set up: nothing was run', { hint: 'Try again.' });
    for (const { host, allowed } of used.ended().hosts ?? []) tell(`${allowed ? 'Reached' : 'Kept from'} ${host}.`);
    for (const { path } of (await watched?.changes()) ?? []) tell(`An agent's command would be asked about, and held back: ${path}`);
    watched?.end();
    return code;
  } finally {
    await sandbox.close();
  }
}
