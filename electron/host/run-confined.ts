import { spawn } from 'node:child_process';
import { realpathSync } from 'node:fs';
import os from 'node:os';
import type { Confinement } from '../../shared/domain/confinement.ts';
import type { Profile } from '../../shared/domain/profile.ts';
import type { GrantedSubject } from '../../shared/domain/rule.ts';
import { childEnvironment, keptVariables } from '../adapters/commands/environment.ts';
import { defaultShell, shellCall } from '../adapters/commands/shell.ts';
import { createConfig } from '../adapters/config/config.ts';
import { confinementOf } from '../runtime/policy/confine.ts';
import type { ConfinedStart, WrappedStart } from '../runtime/ports.ts';
import { openSandbox } from './sandbox.ts';

export interface RunConfined {
  home: string;
  /** The folder that counts as the thread's. */
  cwd: string;
  profile: Profile;
  granted: readonly GrantedSubject[];
  /** A line for the shell. */
  command: string;
  /** Lines for the person at the terminal. */
  tell(line: string): void;
  signal: AbortSignal;
}

function confinement({ home, cwd, profile, granted }: RunConfined): Confinement {
  const worktree = realpathSync(cwd);
  const places = { project: worktree, worktree, tmp: '/tmp', home: realpathSync(os.homedir()), data: realpathSync(home) };
  return { ...confinementOf(profile, places, granted), group: 'command line' };
}

/** Runs one command as an agent's would be, with our standard input and outputs. Its exit code, or 128 and the signal's number. */
export async function runConfined(options: RunConfined): Promise<number> {
  const { home, cwd, profile, command, tell, signal } = options;
  const sandbox = openSandbox({ home, note: tell });
  const confine = confinement(options);
  const { file, args } = shellCall(defaultShell(), command);
  const keys = Object.values(createConfig({ home }).settings().providers).flatMap(({ apiKeyEnv }) => apiKeyEnv ?? []);
  const kept = keptVariables(process.env, confine.environment, ['OPENAI_API_KEY', ...keys]);
  const start: ConfinedStart = {
    id: 'sandbox',
    file,
    args,
    cwd,
    env: childEnvironment(process.env, kept, 'command-line:sandbox'),
    confine,
  };
  try {
    const watched = profile.sandbox ? await sandbox.watchAutorun(confine.worktree) : undefined;
    const wrapped = profile.sandbox ? await sandbox.wrap(start) : undefined;
    const used: WrappedStart = wrapped ?? { ...start, descriptors: [], started: () => undefined, ended: () => ({}), outrun: () => false };
    const child = spawn(used.file, used.args, { cwd, env: used.env, stdio: ['inherit', 'inherit', 'inherit', ...used.descriptors] });
    used.started();
    const stop = (): void => void child.kill('SIGKILL');
    signal.addEventListener('abort', stop);
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject).once('exit', (code, name) => resolve(code ?? 128 + (name ? os.constants.signals[name] : 0)));
    });
    for (const { host, allowed } of used.ended().hosts ?? []) tell(`${allowed ? 'Reached' : 'Kept from'} ${host}.`);
    for (const { path } of (await watched?.changes()) ?? []) tell(`An agent's command would be asked about, and held back: ${path}`);
    return code;
  } finally {
    await sandbox.close();
  }
}
