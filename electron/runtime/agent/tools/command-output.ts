import type { CommandExit, RunningCommand } from '../../ports.ts';
import { type Bounded, boundRange, charBorder } from '../bounded.ts';
import type { ToolContext } from '../tool.ts';

export type Ending = { kind: 'exited'; exit: CommandExit } | { kind: 'time' } | { kind: 'aborted' };

const seconds = (ms: number): string => `${Number((ms / 1000).toFixed(1))} s`;

/** Waits for the first of: the command's exit, `ms` on the clock, the signal. */
export async function waitFor(
  context: Pick<ToolContext, 'after'>,
  running: RunningCommand,
  ms: number,
  signal: AbortSignal,
): Promise<Ending> {
  const { promise, resolve } = Promise.withResolvers<Ending>();
  const abort = (): void => resolve({ kind: 'aborted' });
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  const cancel = context.after(ms, () => resolve({ kind: 'time' }));
  running.exited.then(
    (exit) => resolve({ kind: 'exited', exit }),
    () => resolve({ kind: 'exited', exit: { code: null } }),
  );
  const ending = await promise;
  cancel();
  signal.removeEventListener('abort', abort);
  return ending;
}

/** Waits until a command's output is longer than `length`, or for the first of what `waitFor` waits for. */
export async function waitForOutput(
  context: Pick<ToolContext, 'after' | 'commands'>,
  running: RunningCommand,
  length: number,
  ms: number,
  signal: AbortSignal,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = (): void => {
    if (context.commands.output(running.id, { from: 0, length: 0 }).total > length) resolve();
  };
  const unwatch = context.commands.watch(running.id, look);
  const inner = new AbortController();
  look();
  await Promise.race([promise, waitFor(context, running, ms, AbortSignal.any([signal, inner.signal]))]);
  inner.abort();
  unwatch();
}

export interface OutputView extends Bounded {
  /** Where the next look goes on: not inside a character that is still being written. */
  next: number;
}

/** The output from byte `from` on, its head and tail only when it is long. `open`: more may come. */
export function viewOutput(
  context: Pick<ToolContext, 'commands'>,
  id: string,
  part: { from: number; open: boolean },
  rest: (from: number) => string,
): OutputView {
  const read = (range: { from: number; length: number }): { bytes: Uint8Array; total: number } => context.commands.output(id, range);
  const { total } = read({ from: 0, length: 0 });
  const start = Math.min(part.from, total);
  const tail = read({ from: Math.max(total - 4, start), length: 4 }).bytes;
  const last = tail.at(-1) ?? 0;
  const to = last < 0x80 || !part.open ? total : total - openCharacter(tail);
  const view = boundRange(read, { from: start, to }, { whole: rest(start) });
  return { ...view, next: to };
}

/** How many bytes at the end belong to a character that is not complete yet. */
function openCharacter(tail: Uint8Array): number {
  const lead = charBorder(tail, tail.length - 1);
  const first = tail[lead] ?? 0;
  const needed = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
  const there = tail.length - lead;
  return there < needed ? there : 0;
}

/** A line about how a command ended, undefined for a plain success. */
export function exitLine(exit: CommandExit): string | undefined {
  if (exit.unbegun !== undefined) return `The sandbox could not be set up, so nothing was run: ${exit.unbegun}`;
  if (exit.flooded !== undefined) return `Stopped: it printed more than ${Math.round(exit.flooded / 1024 ** 2)} MB.`;
  if (exit.signal !== undefined) return `killed by ${exit.signal}`;
  if (exit.code === null) return 'ended without an exit code';
  return exit.code === 0 ? undefined : `exit code ${exit.code}`;
}

export const timeLine = (ms: number): string =>
  `Stopped: it ran into the time limit of ${seconds(ms)}. Give timeout_ms, or background for what goes on for long.`;

/** Parts of a result, one below the other. */
export const paragraphs = (...parts: (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== '').join('\n');
