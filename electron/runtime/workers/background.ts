import { toErrorData } from '../../../shared/errors.ts';
import type { Background } from '../agent/calls.ts';
import { printedSoFar } from '../agent/closing.ts';
import type { Engine } from '../engine/engine.ts';
import type { Ports, RunningCommand } from '../ports.ts';

/** Commands that outlive their call: watched to their end, which goes into the log. */
export function createBackground(
  ports: Ports,
  engine: Engine,
): Background & { running(): number; rested(): Promise<void>; close(): Promise<void> } {
  const running = new Map<string, RunningCommand & { threadId: string }>();
  const ends = new Map<string, Promise<void>>();
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
          const output = printedSoFar(ports, command.id);
          engine.execute('background.record', { threadId, id: command.id, exit: code, output });
        })
        .catch((thrown: unknown) => ports.note(`background command ${command.id}: ${toErrorData(thrown).message}`))
        .finally(() => ends.delete(command.id));
      ends.set(command.id, end);
    },
    rested: async () => void (await Promise.all(ends.values())),
    close: async () => {
      await Promise.all([...running.values()].map((command) => command.stop()));
      await Promise.all(ends.values());
    },
  };
}
