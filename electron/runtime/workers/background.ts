import { toErrorData } from '../../../shared/errors.ts';
import { heldWords, holdMeanwhile } from '../agent/autorun.ts';
import type { Background } from '../agent/calls.ts';
import { printedSoFar } from '../agent/closing.ts';
import { wait } from '../agent/turn.ts';
import type { Engine } from '../engine/engine.ts';
import type { AutorunChange, AutorunWatch } from '../ports/autorun.ts';
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
  /** What is said of those that were stopped from here. */
  const said = new Map<string, string>();
  const watches = new Map<string, { threadId: string; watched: AutorunWatch }>();

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

  const changes: Background['changes'] = async (threadId) => {
    const found = new Map<string, AutorunChange>();
    let call: string | undefined;
    for (const [id, each] of watches) {
      if (each.threadId !== threadId) continue;
      for (const change of await each.watched.changes()) {
        call ??= id;
        found.set(change.path, found.get(change.path) ?? change);
      }
    }
    return call === undefined ? undefined : { call, changed: [...found.values()] };
  };

  /** What a command has changed by its end is held back, whatever the thread does just then, and its end says so. */
  const holdBack = async (threadId: string, id: string): Promise<string> => {
    const { watched } = watches.get(id) ?? {};
    if (!watched) return '';
    const header = engine.header(threadId);
    try {
      const changed = await watched.changes();
      if (!header || changed.length === 0) return '';
      await holdMeanwhile(ports, engine, header, id, changed);
      return heldWords(header.cwd, changed);
    } finally {
      watches.delete(id);
      watched.end();
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
    changes,
    keep: (threadId, command, watched) => {
      if (watched) watches.set(command.id, { threadId, watched });
      running.set(command.id, { ...command, threadId });
      const end = command.exited
        .then(async ({ code }) => {
          await command.stop();
          const more = await holdBack(threadId, command.id).catch((thrown: unknown) => {
            ports.note(`after background command ${command.id}: ${toErrorData(thrown).message}`);
            return '[What it changed of the files that other tools run by themselves could not be looked at or put back.]';
          });
          running.delete(command.id);
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
