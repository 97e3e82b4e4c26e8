import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Effort } from '../../shared/domain/model.ts';
import type { ThreadHeader } from '../../shared/domain/thread.ts';
import { AppError } from '../../shared/errors.ts';
import { type Connection, keysFrom } from '../host/connect.ts';
import type { Flags } from './arguments.ts';
import { tellOpen } from './ask.ts';
import { follow } from './follow.ts';
import type { Lines } from './input.ts';
import { inputFrom } from './message.ts';
import { open } from './session.ts';
import { dim, safe, tell } from './terminal.ts';

export interface Settings {
  provider?: string;
  model?: string;
  profile?: string;
  effort?: Effort;
}

export async function run(flags: Flags, args: readonly string[]): Promise<number> {
  const { resume, last, ask, json } = flags;
  if (resume !== undefined && last) throw new AppError('invalid', '--resume and --last exclude each other.');
  const fromInput = args.length === 1 && args[0] === '-';
  if (fromInput && ask) throw new AppError('invalid', 'With - the prompt comes from standard input: --ask can read no answers there.');
  const folder = findFolder(typeof flags['cwd'] === 'string' ? flags['cwd'] : '.');
  const prompt = fromInput ? await (await import('./input.ts')).readAll() : args.join(' ');
  if (prompt.trim() === '')
    throw new AppError('invalid', 'The prompt is empty.', { hint: 'Say what is to be done: switchyard exec "fix the failing test".' });

  const settings = settingsFrom(flags);
  return open('exec', async (client) => {
    const canAsk = ask === true || (process.stdin.isTTY && !fromInput);
    const lines = canAsk ? await (await import('./input.ts')).createLines() : undefined;
    try {
      if (resume === undefined && !last) {
        return await startThread({ client, folder, prompt, settings, trust: flags['trust'] === true, json: json === true, lines });
      }
      const threadId = typeof resume === 'string' ? resume : await latest(client, folder);
      return await resumeThread({ client, threadId, prompt, settings, trust: flags['trust'] === true, json: json === true, lines });
    } finally {
      lines?.close();
    }
  });
}

interface Parts {
  client: Connection;
  prompt: string;
  settings: Settings;
  trust: boolean;
  json: boolean;
  lines: Lines | undefined;
}

/** A new thread in a folder, followed until its turn ends. */
export async function startThread({
  client,
  folder,
  prompt,
  settings,
  allow,
  trust,
  json,
  lines,
}: Parts & { folder: string; allow?: string[] }): Promise<number> {
  const { projectId } = await client.request('project.add', { path: folder });
  if (trust) await client.request('project.trust', { projectId, trusted: true });
  await offerKeys(client, projectId);
  const { threadId } = await client.request('thread.start', { projectId, ...settings, ...(allow ? { allow } : {}) });
  if (!json) tell(dim(`thread ${threadId}`));
  const begin = (): Promise<{ turnId: string; queueId?: string }> => client.request('turn.send', { threadId, input: inputFrom(prompt) });
  return follow({ client, threadId, json, lines, fresh: true, begin });
}

async function resumeThread({ client, threadId, prompt, settings, trust, json, lines }: Parts & { threadId: string }): Promise<number> {
  const begin = async (header: ThreadHeader | undefined): Promise<{ turnId: string; queueId?: string } | undefined> => {
    const waiting = [...(header?.turn?.approvals ?? []), ...(header?.turn?.questions ?? [])];
    if (waiting.length > 0 && !lines) {
      tell(`The thread "${safe(header?.title ?? '')}" waits for an answer; the message was not sent.`);
      await tellOpen(client, threadId, waiting, header?.profile ?? '');
      return undefined;
    }
    if (header) {
      if (trust) await client.request('project.trust', { projectId: header.projectId, trusted: true });
      await offerKeys(client, header.projectId);
    }
    if (Object.keys(settings).length > 0) await client.request('thread.configure', { threadId, ...settings });
    return client.request('turn.send', { threadId, input: inputFrom(prompt) });
  };
  return follow({ client, threadId, json, lines, fresh: false, begin });
}

/** Hands over the keys of this environment that the providers of a project's settings name, and tells what is odd in its files. */
export async function offerKeys(client: Connection, projectId: string): Promise<void> {
  const { providers, warnings } = await client.request('settings.read', { projectId });
  for (const { file, line, message } of warnings) tell(`${safe(file)}:${line}: ${safe(message)}`);
  const names = providers.flatMap(({ apiKeyEnv }) => apiKeyEnv ?? []);
  client.offerKeys(keysFrom(process.env, names));
}

async function latest(client: Connection, folder: string): Promise<string> {
  const { threads } = await client.request('thread.list', { cwd: folder, limit: 1 });
  const [thread] = threads;
  if (thread) return thread.id;
  throw new AppError('missing', `There is no thread in ${folder} to go on with.`, { hint: 'Leave out --last to start one.' });
}

function settingsFrom({ provider, model, profile, effort }: Flags): Settings {
  return {
    ...(typeof provider === 'string' ? { provider } : {}),
    ...(typeof model === 'string' ? { model } : {}),
    ...(typeof profile === 'string' ? { profile } : {}),
    // The table has checked that it is one.
    ...(typeof effort === 'string' ? { effort: effort as Effort } : {}),
  };
}

/** The folder itself, links followed. */
export function findFolder(given: string): string {
  const folder = path.resolve(given);
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) throw new AppError('missing', `There is no folder ${folder}.`);
  if (!found.isDirectory()) throw new AppError('invalid', `${folder} is not a folder.`);
  return realpathSync(folder);
}
