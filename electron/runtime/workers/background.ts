import { toErrorData } from '../../../shared/errors.ts';
import { heldWords, putBack } from '../agent/autorun.ts';
import type { Background } from '../agent/calls.ts';
import { printedSoFar } from '../agent/closing.ts';
import { createHands } from '../agent/hands.ts';
import type { Watched } from '../agent/tool.ts';
import { wait } from '../agent/turn.ts';
import type { Engine } from '../engine/engine.ts';
import type { AutorunChange, Ports, RunningCommand } from '../ports.ts';

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
  /** What is said of those that were stopped from here. */
  const said = new Map<string, string>();
  /** Of the running ones, and of those that ended since somebody looked. */
  const watches = new Map<string, { threadId: string; watched: Watched }>();

  /** While the disk refuses it is tried again: what has ended must not look for ever as if it ran. */
  const record = async (threadId: string, id: string, exit: number | null, more: string): Promise<void> => {
    for (let tries = 1; ; tries += 1) {
      try {
        const output = printedSoFar(ports, id);
        if (more !== '') output.text = `${output.text}\n${more}`;
        engine.execute('background.record', { threadId, id, exit, output });
        return;
      } catch (thrown) {
        const { code, message } = toErrorData(thrown);
        if (tries === 1) ports.note(`the end of background command ${id} could not be stored: ${message}`);
        if (code !== 'unavailable' || closing.signal.aborted) return;
        await wait(ports, ports.clock.now() + patience, closing.signal).catch(() => undefined);
      }
    }
  };

  const changesOf = async (threadId: string): Promise<AutorunChange[]> => {
    const found = new Map<string, AutorunChange>();
    for (const [id, each] of watches) {
      if (each.threadId !== threadId) continue;
      for (const change of await each.watched.changes()) found.set(change.path, found.get(change.path) ?? change);
      if (!running.has(id)) watches.delete(id);
    }
    return [...found.values()];
  };

  /** What a command has changed that ends while no turn could ask about it is put back, and its end says so. */
  const holdBack = async (threadId: string): Promise<string> => {
    const header = engine.header(threadId);
    const changed = header && !header.turn ? await changesOf(threadId) : [];
    if (!header || changed.length === 0) return '';
    const put = (bytes: Uint8Array | null): string | null => (bytes === null ? null : ports.log.putBlob(bytes));
    const files = changed.map(({ path, before, after, mode }) => ({ path, before: put(before), after: put(after), mode }));
    const hands = await createHands(ports, engine, threadId);
    await putBack(ports, hands, files);
    await hands.close();
    return heldWords(header.cwd, changed).replace(', and the user is asked whether they may change', '');
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
    changes: changesOf,
    keep: (threadId, command, watched) => {
      if (watched) watches.set(command.id, { threadId, watched });
      running.set(command.id, { ...command, threadId });
      const end = command.exited
        .then(async ({ code }) => {
          await command.stop();
          running.delete(command.id);
          const more = await holdBack(threadId).catch((thrown: unknown) => {
            ports.note(`after background command ${command.id}: ${toErrorData(thrown).message}`);
            return '';
          });
          await record(threadId, command.id, code, [said.get(command.id), more].filter(Boolean).join('\n'));
        })
        .catch((thrown: unknown) => ports.note(`background command ${command.id}: ${toErrorData(thrown).message}`))
        .finally(() => {
          ends.delete(command.id);
          said.delete(command.id);
        });
      ends.set(command.id, end);
    },
    stop: async (id, words) => {
      const command = running.get(id);
      if (!command) return;
      said.set(id, words);
      await command.stop();
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
