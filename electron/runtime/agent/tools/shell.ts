import type { CallDetail } from '../../../../shared/domain/item.ts';
import { AppError } from '../../../../shared/errors.ts';
import { z } from '../../../../shared/schema.ts';
import type { RunningCommand } from '../../ports.ts';
import { defineTool, type ToolContext, type ToolResult } from '../tool.ts';
import { type Ending, exitLine, type OutputView, paragraphs, timeLine, viewOutput, waitFor } from './command-output.ts';
import { missingPath, resolvePath } from './paths.ts';
import { shorten } from './result.ts';

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
    const { code, signal } = ending.exit;
    return {
      line: exitLine(ending.exit),
      failed: ending.exit.flooded !== undefined,
      detail: { exit: code, ...(signal === undefined ? {} : { signal }) },
    };
  }
  if (ending.kind === 'time') return { line: timeLine(limit), failed: true, detail: { exit: null, timedOut: true } };
  return { line: 'Stopped before it had ended.', failed: true, detail: { exit: null } };
}

function finish(context: ToolContext, ending: Ending, limit: number): ToolResult {
  const view = output(context, false);
  const { line, failed, detail } = resultOf(ending, limit);
  const silent = view.text.trim() === '' ? 'No output.' : undefined;
  const text = paragraphs(view.text, silent !== undefined && line === undefined ? 'No output, exit code 0' : silent, line);
  return {
    output: text,
    ...(view.exact ? {} : { whole: { kind: 'file' as const, id: context.call.id, bytes: view.bytes } }),
    ...(failed ? { failed } : {}),
    detail,
  };
}

/** Runs to the end, the limit or the signal; nothing that the command started stays behind. */
async function runToEnd(context: ToolContext, running: RunningCommand, limit: number, signal: AbortSignal): Promise<ToolResult> {
  const ending = await waitFor(context, running, limit, signal);
  await running.stop();
  return finish(context, ending, limit);
}

/** Leaves the command to the thread unless it ends at once. */
async function runBehind(context: ToolContext, running: RunningCommand, command: string, signal: AbortSignal): Promise<ToolResult> {
  const ending = await waitFor(context, running, firstLook, signal);
  if (ending.kind !== 'time') {
    await running.stop();
    return finish(context, ending, firstLook);
  }
  try {
    context.background.keep(running, command);
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

export const shell = defineTool({
  name: 'shell',
  description: 'Runs a command in the shell. With background it goes on while you do other work (servers, watchers, long builds).',
  parameters: z.object({
    command: z.string(),
    workdir: z.optional(z.string()),
    timeout_ms: z.optional(z.int().check(z.minimum(1), z.describe(`Default ${usualLimit}, at most ${longestLimit}`))),
    background: z.optional(z.boolean()),
  }),
  title: ({ command, background }) => `${background === true ? 'Started' : 'Ran'} ${shorten(command)}`,
  async plan({ command, workdir, timeout_ms, background }, context) {
    if (command.trim() === '') throw new AppError('invalid', 'shell: the command is empty.');
    if (command.includes('\0')) throw new AppError('invalid', "shell: a command can't contain a NUL character.");
    const cwd = await folderOf(context, workdir);
    const limit = Math.min(timeout_ms ?? usualLimit, longestLimit);
    return {
      subjects: [{ kind: 'command', command, cwd }],
      async run(signal) {
        if (signal.aborted) throw new AppError('cancelled', 'Stopped before the command was started.');
        const running = await context.commands.start({
          id: context.call.id,
          command,
          cwd,
          ...(background === true ? {} : { input: false }),
        });
        return background === true ? runBehind(context, running, command, signal) : runToEnd(context, running, limit, signal);
      },
    };
  },
});
