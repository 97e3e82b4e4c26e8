import type { Confinement } from '../../../../shared/domain/confinement.ts';
import type { CallDetail, Subject } from '../../../../shared/domain/item.ts';
import { AppError, toErrorData } from '../../../../shared/errors.ts';
import { readHost } from '../../../../shared/policy/hosts.ts';
import { unquoted } from '../../../../shared/policy/pattern.ts';
import { z } from '../../../../shared/schema.ts';
import type { AutorunChange, AutorunWatch } from '../../ports/autorun.ts';
import type { CommandExit, RunningCommand } from '../../ports.ts';
import { defineTool, type ToolContext, type ToolResult } from '../tool.ts';
import { type Ending, exitLine, type OutputView, paragraphs, timeLine, viewOutput, waitFor } from './command-output.ts';
import { missingPath, resolvePath } from './paths.ts';
import { shorten } from './result.ts';
import { sandboxLine } from './sandbox-signs.ts';

const usualLimit = 120_000;
const longestLimit = 3_600_000;
const firstLook = 500;

const output = (context: ToolContext, open: boolean): OutputView =>
  viewOutput(context, context.call.id, { from: 0, open }, (from) => `read the rest with shell_output id ${context.call.id} from ${from}`);

async function folderOf(context: ToolContext, workdir: string | undefined): Promise<string> {
  if (workdir === undefined) return context.cwd;
  const folder = resolvePath(context.files, context.cwd, workdir);
  const stat = await context.files.stat(folder);
  if (stat === undefined) throw await missingPath(context.files, workdir, folder);
  if (stat.kind !== 'folder') throw new AppError('invalid', `workdir ${workdir} is not a folder.`);
  return (await context.files.realpath(folder)) ?? folder;
}

interface Result {
  line: string | undefined;
  failed: boolean;
  detail: CallDetail;
}

function resultOf(ending: Ending, limit: number): Result {
  if (ending.kind === 'exited') {
    const { code, signal, hosts } = ending.exit;
    return {
      line: exitLine(ending.exit),
      failed: ending.exit.flooded !== undefined || ending.exit.unbegun !== undefined,
      detail: { exit: code, ...(signal === undefined ? {} : { signal }), ...(hosts ? { hosts } : {}) },
    };
  }
  if (ending.kind === 'time') return { line: timeLine(limit), failed: true, detail: { exit: null, timedOut: true } };
  return { line: 'Stopped before it had ended.', failed: true, detail: { exit: null } };
}

/** How a command is started: with what it may touch, and with what looks after the files that run by themselves. */
interface Start {
  running: RunningCommand;
  limit: number;
  confine: Confinement | undefined;
  watched: AutorunWatch | undefined;
}

async function finish(context: ToolContext, ending: Ending, { limit, confine }: Omit<Start, 'running'>): Promise<ToolResult> {
  const view = output(context, false);
  const { line, failed, detail } = resultOf(ending, limit);
  const silent = view.text.trim() === '' ? 'No output.' : undefined;
  const exit: CommandExit | undefined = ending.kind === 'exited' ? ending.exit : undefined;
  const signs = confine && exit?.unbegun === undefined ? sandboxLine(context, view.text.slice(-8192), exit) : undefined;
  const text = paragraphs(view.text, silent !== undefined && line === undefined ? 'No output, exit code 0' : silent, line, signs);
  return {
    output: text,
    ...(view.exact ? {} : { whole: { kind: 'file' as const, id: context.call.id, bytes: view.bytes } }),
    ...(failed ? { failed } : {}),
    detail,
  };
}

const lost = (thrown: unknown): string =>
  `[The files that other tools run by themselves could not be looked at: ${toErrorData(thrown).message} They are looked at again with the next command.]`;

/** Whatever becomes of the work on a command that has ended: what it changed is looked at. */
async function lookedAfter({ watched }: Pick<Start, 'watched'>, work: () => Promise<ToolResult>): Promise<ToolResult> {
  if (!watched) return work();
  let result: ToolResult;
  let failure: Error | undefined;
  try {
    result = await work();
  } catch (thrown) {
    failure = thrown instanceof Error ? thrown : new AppError('broken', String(thrown));
    const { message, hint } = toErrorData(thrown);
    result = { output: paragraphs(`Error: ${message}`, hint), failed: true };
  }
  // One that goes on is looked after by whoever keeps it.
  if (result.detail?.background !== undefined) return result;
  let changed: AutorunChange[];
  try {
    changed = await watched.changes();
  } catch (thrown) {
    watched.end();
    return { ...result, output: paragraphs(result.output, lost(thrown)), failed: true };
  }
  if (failure === undefined || changed.length > 0) return { ...result, changed, watched };
  watched.end();
  throw failure;
}

/** Runs to the end, the limit or the signal; nothing that the command started stays behind. */
async function runToEnd(context: ToolContext, start: Start, signal: AbortSignal): Promise<ToolResult> {
  const ending = await waitFor(context, start.running, start.limit, signal);
  await start.running.stop();
  return finish(context, ending, start);
}

/** Leaves the command to the thread unless it ends at once. */
async function runBehind(context: ToolContext, start: Start, command: string, signal: AbortSignal): Promise<ToolResult> {
  const { running } = start;
  const ending = await waitFor(context, running, firstLook, signal);
  if (ending.kind !== 'time') {
    await running.stop();
    return finish(context, ending, { ...start, limit: firstLook });
  }
  try {
    context.background.keep(running, command, start);
  } catch (thrown) {
    // What nobody knows of must not go on.
    await running.stop();
    throw thrown;
  }
  const view = output(context, true);
  const started = `Running in the background, id ${running.id}. Read on with shell_output from ${view.next}.`;
  return {
    output: paragraphs(started, view.text),
    whole: { kind: 'file', id: context.call.id, bytes: view.bytes },
    detail: { background: running.id },
  };
}

/** The names as they are, each once; a model sends addresses of pages too. */
function hostsFrom(given: readonly string[]): string[] {
  const hosts = given.map((text) =>
    text
      .trim()
      .replace(/^[a-z]+:\/\//i, '')
      .replace(/[/?#].*$/, '')
      .toLowerCase(),
  );
  const wrong = hosts.findIndex((host) => readHost(host) === undefined);
  if (wrong >= 0)
    throw new AppError('invalid', `shell: ${JSON.stringify(given[wrong])} is no host.`, { hint: 'Give names like registry.npmjs.org.' });
  return [...new Set(hosts)].sort();
}

const writable = (confine: Confinement | undefined): string[] =>
  (confine?.paths ?? []).flatMap(({ path, access }) => (access === 'write' ? [unquoted(path)] : []));

export const shell = defineTool({
  name: 'shell',
  description: 'Runs a command in the shell. With background it goes on while you do other work (servers, watchers, long builds).',
  parameters: z.object({
    command: z.string(),
    workdir: z.optional(z.string()),
    timeout_ms: z.optional(z.int().check(z.minimum(1), z.describe(`Default ${usualLimit}, at most ${longestLimit}`))),
    background: z.optional(z.boolean()),
    outside: z.optional(z.boolean().check(z.describe('Outside of the sandbox; the user is asked'))),
    hosts: z.optional(z.array(z.string()).check(z.describe('Hosts it needs; the user is asked'))),
    reason: z.optional(z.string().check(z.describe('Why outside or hosts'))),
  }),
  title: ({ command, background }) => `${background === true ? 'Started' : 'Ran'} ${shorten(command)}`,
  async plan({ command, workdir, timeout_ms, background, outside, hosts: given = [], reason }, context) {
    if (command.trim() === '') throw new AppError('invalid', 'shell: the command is empty.');
    if (command.includes('\0')) throw new AppError('invalid', "shell: a command can't contain a NUL character.");
    const cwd = await folderOf(context, workdir);
    const limit = Math.min(timeout_ms ?? usualLimit, longestLimit);
    // Where there is no sandbox there is nothing to leave, and every host can be reached.
    const sandboxed = context.hands.confine() !== undefined;
    const leaves = outside === true && sandboxed;
    const hosts = sandboxed && !leaves ? hostsFrom(given) : [];
    const subjects: Subject[] = [{ kind: leaves ? 'outside' : 'command', command, cwd }];
    if (hosts.length > 0) subjects.push({ kind: 'network', hosts });
    const because = reason?.trim() ?? '';
    return {
      subjects,
      ...(because === '' ? {} : { reason: because }),
      async run(signal) {
        if (signal.aborted) throw new AppError('cancelled', 'Stopped before the command was started.');
        const confine = leaves ? undefined : context.hands.confine(hosts.length > 0 ? [{ kind: 'network', hosts }] : []);
        const watched = confine ? await context.autorun.watch() : undefined;
        return lookedAfter({ watched }, async () => {
          const running = await context.commands.start({
            id: context.call.id,
            command,
            cwd,
            ...(confine ? { confine } : {}),
            // What it asked to run is to be the system's program, not one of that name that commands have made.
            ...(leaves ? { distrust: writable(context.hands.confine()) } : {}),
            ...(background === true ? {} : { input: false }),
          });
          const start: Start = { running, limit, confine, watched };
          return background === true ? runBehind(context, start, command, signal) : runToEnd(context, start, signal);
        });
      },
    };
  },
});
