// Finds the command and runs it. Each is loaded only when it is called.
import type { AppError } from '../../shared/errors.ts';
import { programVersion } from '../host/connect.ts';
import { type Flags, readArguments } from './arguments.ts';
import { flushed, print, tell, tellError } from './terminal.ts';

type Run = (flags: Flags, args: readonly string[], verb: string) => Promise<number>;

const programs: Record<string, () => Promise<{ run: Run }>> = {
  exec: () => import('./exec.ts'),
  rehearse: () => import('./rehearse.ts'),
  threads: () => import('./threads.ts'),
  projects: () => import('./projects.ts'),
  keys: () => import('./keys.ts'),
  permissions: () => import('./permissions.ts'),
  sandbox: () => import('./sandbox.ts'),
  policy: () => import('./policy.ts'),
  daemon: () => import('./daemon.ts'),
  serve: () => import('./serve.ts'),
  app: () => import('./app.ts'),
  completions: () => import('./completions.ts'),
};

/** Errors that a person mends by calling it differently or by changing the configuration. */
const usage = new Set(['invalid', 'missing', 'denied', 'conflict']);

/** Runs the command line and answers with the exit code, once everything is printed. */
export async function main(argv: readonly string[]): Promise<number> {
  const code = await dispatch(argv);
  const lost = await flushed();
  if (!lost || code !== 0) return code;
  tellError({ message: `The output could not be written: ${lost.message}.` });
  return 1;
}

async function dispatch(argv: readonly string[]): Promise<number> {
  const parsed = readArguments(argv);
  if (parsed.kind === 'version') {
    print(`switchyard ${programVersion}\n`);
    return 0;
  }
  if (parsed.kind === 'help') {
    const text = (await import('./help.ts')).helpFor(parsed.words);
    if (text !== undefined) print(text);
    else tellError({ message: `There is no command "${parsed.words.join(' ')}".`, hint: 'See `switchyard --help`.' });
    return text === undefined ? 2 : 0;
  }
  if (parsed.kind === 'wrong') {
    tellError(parsed);
    return 2;
  }
  const [noun, verb = ''] = parsed.command.words;
  try {
    const program = await programs[noun]?.();
    return (await program?.run(parsed.flags, parsed.args, verb)) ?? 2;
  } catch (thrown) {
    const error = thrown as Partial<AppError>;
    if (thrown instanceof Error && error.code && typeof error.message === 'string') {
      tellError(thrown);
      return usage.has(error.code) ? 2 : 1;
    }
    tell(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
    return 1;
  }
}
