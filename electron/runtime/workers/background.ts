import { toErrorData } from '../../../shared/errors.ts';
import type { Background } from '../agent/calls.ts';
import { printedSoFar } from '../agent/closing.ts';
import { wait } from '../agent/turn.ts';
import type { Engine } from '../engine/engine.ts';
import type { Ports, RunningCommand } from '../ports.ts';

/** Milliseconds until the end of a command is stored again when the log can't be written. */
const patience = 5000;

/** Commands that outlive their call: watched to their end, which goes into the log. */
export function createBackground(
  ports: Ports,
  engine: Engine,
): Background & { running(): number; rested(): Promise<void>; stopAll(): Promise<void>; close(): Promise<void> } {
  const running = new Map<string, RunningCommand & { threadId: string }>();
  const ends = new Map<string, Promise<void>>();
  const closing = new AbortController();

  /** While the disk refuses it is tried again: what has ended must not look for ever as if it ran. */
  const record = async (threadId: string, id: string, exit: number | null): Promise<void> => {
    for (let tries = 1; ; tries += 1) {
      try {
        engine.execute('background.record', { threadId, id, exit, output: printedSoFar(ports, id) });
        return;
      } catch (thrown) {
        const { code, message } = toErrorData(thrown);
        if (tries === 1) ports.note(`the end of background command ${id} could not be stored: ${message}`);
        if (code !== 'unavailable' || closing.signal.aborted) return;
        await wait(ports, ports.clock.now() + patience, closing.signal).catch(() => undefined);
      }
    }
  };

  const stopAll = async (): Promise<void> => {
    await Promise.all([...running.values()].map((command) => command.stop()));
  };

  return {
    find: (threadId, id) => {
      const command = running.get(id);
      return command?.threadId === threadId ? command : undefined;
    },
    running: () => running.size,
    keep: (threadId, command) => {
      running.set(command.id, { ...command, threadId });
      const end = command.exited
        .then(async ({ code }) => {
          await command.stop();
          running.delete(command.id);
          await record(threadId, command.id, code);
        })
        .catch((thrown: unknown) => ports.note(`background command ${command.id}: ${toErrorData(thrown).message}`))
        .finally(() => ends.delete(command.id));
      ends.set(command.id, end);
    },
    rested: async () => void (await Promise.all(ends.values())),
    stopAll,
    close: async () => {
      closing.abort();
      await stopAll();
      await Promise.all(ends.values());
    },
  };
}
