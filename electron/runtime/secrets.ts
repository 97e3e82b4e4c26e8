import type { EventName, NewEvent } from '../../shared/protocol.ts';
import { createRedactor, longest, type Redactor, redacted } from './policy/redact.ts';
import type { CommandsPort, LogPort, Ports } from './ports.ts';

// Where secrets are kept out of: notes, the log, and the output of commands as windows and models see it. Files in which commands leave
// their output hold what was printed: the command itself writes them, so that a killed program loses none of it, and nobody but the
// program may read that folder. They are redacted whenever they are read.

/** What holds words of agents and tools. What a person wrote is left as it is: they meant to say it. */
const told = new Set<EventName>([
  'item.added',
  'call.finished',
  'approval.opened',
  'question.opened',
  'background.started',
  'background.ended',
  'thread.renamed',
  'turn.ended',
  'request.retried',
  'plan.updated',
]);

function clean(event: NewEvent, redact: (text: string) => string): NewEvent {
  if (!told.has(event.type)) return event;
  // A provider's opaque form is its own; changed, it would be refused.
  if (event.type === 'item.added' && (event.data.item.type === 'user' || event.data.item.type === 'reasoning')) return event;
  return redacted(event, redact);
}

function cleanLog(log: LogPort, redactor: () => Redactor): LogPort {
  return { ...log, commit: (commit) => log.commit({ ...commit, events: commit.events.map((event) => clean(event, redactor().redact)) }) };
}

function cleanCommands(commands: CommandsPort, redactor: () => Redactor): CommandsPort {
  const running = new Set<string>();
  const latin = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  /** While a command runs, its end may be the first half of something. */
  const lengthOf = (id: string, total: number): number => {
    if (!running.has(id) || total === 0) return total;
    const from = Math.max(0, total - longest);
    const { bytes } = commands.output(id, { from, length: total - from });
    return from + redactor().settled(latin(bytes));
  };
  return {
    ...commands,
    start: async (spec) => {
      running.add(spec.id);
      try {
        const command = await commands.start(spec);
        void command.exited.catch(() => undefined).finally(() => running.delete(spec.id));
        return command;
      } catch (thrown) {
        running.delete(spec.id);
        throw thrown;
      }
    },
    output: (id, { from, length }) => {
      const { total: all } = commands.output(id, { from: 0, length: 0 });
      const total = lengthOf(id, all);
      const to = Math.min(from + length, total);
      if (to <= from) return { bytes: new Uint8Array(), total };
      const start = Math.max(0, from - longest);
      const { bytes } = commands.output(id, { from: start, length: Math.min(to + longest, total) - start });
      return {
        bytes: redactor()
          .bytes(bytes)
          .subarray(from - start, to - start),
        total,
      };
    },
  };
}

export interface Secrets {
  /** The ports, with secrets kept out of what goes through them. */
  ports: Ports;
  redact(text: string): string;
  /** Keys that a shell handed over: looked for from now on, in memory only. */
  hold(keys: Record<string, string>): void;
  /** Resolves when the values in the keychain are looked for as they are now. */
  refresh(): Promise<void>;
}

export function createSecrets(outside: Ports): Secrets {
  const handed = new Map<string, string>();
  let kept: { name: string; value: string }[] = [];
  let redactor = createRedactor([]);
  const build = (): void => {
    const named = (names: string, value: string): { name: string; value: string } => ({ value, name: names });
    redactor = createRedactor([...[...handed].map(([value, name]) => named(name, value)), ...kept]);
  };
  const current = (): Redactor => redactor;
  return {
    redact: (text) => redactor.redact(text),
    hold: (keys) => {
      const fresh = Object.entries(keys).filter(([, value]) => value !== '' && !handed.has(value));
      for (const [name, value] of fresh) handed.set(value, name);
      if (fresh.length > 0) build();
    },
    refresh: async () => {
      kept = await outside.keys.values().catch(() => kept);
      build();
    },
    ports: {
      ...outside,
      note: (line) => outside.note(redactor.redact(line)),
      log: cleanLog(outside.log, current),
      commands: cleanCommands(outside.commands, current),
    },
  };
}
