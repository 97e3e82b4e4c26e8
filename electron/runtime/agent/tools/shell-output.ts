import { z } from '../../../../shared/schema.ts';
import { defineTool, type ToolContext, type ToolResult } from '../tool.ts';
import { isCommand, stateOf, unknownCommand } from './background.ts';
import { exitLine, paragraphs, viewOutput, waitForOutput } from './command-output.ts';

const longestWait = 60_000;

/** How an ended foreground command ended, if the log knows. */
function loggedExit(context: ToolContext, id: string): string {
  const item = context.log.item(context.threadId, id)?.item;
  const exit = item?.type === 'call' ? item.detail?.exit : undefined;
  return exit === undefined || exit === null ? 'ended' : `exit code ${exit}`;
}

async function look(context: ToolContext, id: string, from: number | undefined, waitMs: number, signal: AbortSignal): Promise<ToolResult> {
  const running = context.background.find(id);
  if (running !== undefined && waitMs > 0) {
    const known = from ?? context.commands.output(id, { from: 0, length: 0 }).total;
    await waitForOutput(context, running, known, Math.min(waitMs, longestWait), signal);
  }
  const state = await stateOf(running);
  const view = viewOutput(
    context,
    id,
    { from: from ?? 0, open: state.running },
    (start) => `read a part of it with a from between ${start} and the end`,
  );
  const now = state.running ? 'running' : state.exit === undefined ? loggedExit(context, id) : (exitLine(state.exit) ?? 'exit code 0');
  const header = `[${now}; bytes ${view.next - view.bytes}-${view.next}; next from ${view.next}]`;
  const changed = await context.background.changes();
  return {
    output: paragraphs(header, view.text),
    ...(changed.length > 0 ? { changed } : {}),
    ...(view.exact ? {} : { whole: { kind: 'file' as const, id, bytes: view.next } }),
  };
}

export const shellOutput = defineTool({
  name: 'shell_output',
  description:
    'Reads the output of a command, running or ended. Give the last "next from" as from to read what is new; wait_ms waits for more.',
  parameters: z.object({
    id: z.string(),
    from: z.optional(z.int().check(z.minimum(0), z.describe('Byte'))),
    wait_ms: z.optional(z.int().check(z.minimum(0), z.describe('At most 60000'))),
  }),
  title: () => 'Read command output',
  async plan({ id, from, wait_ms }, context) {
    if (!isCommand(context, id)) throw unknownCommand(context, id);
    return { subjects: [], run: (signal) => look(context, id, from, wait_ms ?? 0, signal) };
  },
});
