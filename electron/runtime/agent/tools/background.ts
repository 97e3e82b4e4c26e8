import { AppError } from '../../../../shared/errors.ts';
import type { RunningCommand } from '../../ports.ts';
import type { ToolContext } from '../tool.ts';

/** The error for an id that names no command of this thread: it lists those that do. */
export function unknownCommand(context: ToolContext, id: string): AppError {
  const running = context.background.list().map((one) => `${one.id} (${one.command})`);
  const hint = running.length === 0 ? 'No command runs in the background.' : `Running in the background: ${running.join(', ')}.`;
  return new AppError('missing', `There is no command with the id ${id}.`, { hint });
}

/** Whether an id belongs to a command of this thread, running or ended. */
export function isCommand(context: ToolContext, id: string): boolean {
  if (context.background.find(id) !== undefined || id === context.call.id) return true;
  const item = context.log.item(context.threadId, id)?.item;
  return item?.type === 'call' && item.tool === 'shell';
}

/** A running command, or the error that says why not. */
export function findRunning(context: ToolContext, id: string): RunningCommand {
  const running = context.background.find(id);
  if (running !== undefined) return running;
  if (isCommand(context, id))
    throw new AppError('conflict', `The command ${id} has ended.`, { hint: 'Its output can be read with shell_output.' });
  throw unknownCommand(context, id);
}

export const commandText = (context: ToolContext, id: string): string =>
  context.background.list().find((one) => one.id === id)?.command ?? id;

/** How a command that is known to run or to have ended stands now. */
export async function stateOf(
  running: RunningCommand | undefined,
): Promise<{ running: boolean; exit?: { code: number | null; signal?: string } }> {
  if (running === undefined) return { running: false };
  const exit = await Promise.race([running.exited, Promise.resolve(undefined)]);
  return exit === undefined ? { running: true } : { running: false, exit };
}
