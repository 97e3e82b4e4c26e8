// The command line in a world of its own: a data folder, a project and a model.
import { onTestFinished } from 'vitest';
import type { LoggedEvent } from '../../shared/protocol.ts';
import { type Cli, type CliOptions, cli } from './command-line.ts';
import { type FakeModel, fakeModel, type Step } from './fake-model.ts';
import { tempFolder } from './temp.ts';

export const shell = (command: string, more: object = {}): Step => ({ calls: [{ name: 'shell', args: { command, ...more } }] });

/** A data folder, a project folder and a fake model; `run` starts a command there. */
export async function setUp(script: Step[], by: 'order' | 'answers' = 'order') {
  const model: FakeModel = await fakeModel({ script, by, key: 'test-key' });
  onTestFinished(() => model.close());
  const home = tempFolder('home');
  const folder = tempFolder('project');
  const env = { OPENAI_BASE_URL: model.url, OPENAI_API_KEY: 'test-key' };
  const run = (args: readonly string[], options: Partial<CliOptions> = {}): Cli => cli(args, { home, cwd: folder, env, ...options });
  const exec = (args: readonly string[], options: Partial<CliOptions> = {}): Cli => run(['exec', ...args], options);
  return { model, home, folder, run, exec };
}
/** What it printed with --json. */
export const events = (process: Cli): LoggedEvent[] =>
  process
    .out()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as LoggedEvent);
/** The thread that it said it had started. */
export const threadOf = (process: Cli): string => /thread (thread_\w+)/.exec(process.err())?.[1] ?? '';
