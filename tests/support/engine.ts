import path from 'node:path';
import { onTestFinished } from 'vitest';
import { createLog } from '../../electron/adapters/sqlite/log.ts';
import { createEngine, type Engine } from '../../electron/runtime/engine/engine.ts';
import type { LogPort } from '../../electron/runtime/ports.ts';
import type { Params } from '../../shared/protocol.ts';
import { tempFolder } from './temp.ts';

export interface OnDisk {
  file: string;
  log: LogPort & { rebuild(): void };
  engine: Engine;
  notes: string[];
  /** A thread with the settings that the runtime's door would have filled in. */
  thread(projectId: string, more?: Partial<Params<'thread.start'>>): string;
  send(threadId: string, text: string): { turnId: string };
  close(): void;
}

/** An engine on a real log, with nothing else of the runtime; ids and times count up. */
export function engineOnDisk(options: { file?: string; wrap?: (log: LogPort) => LogPort; from?: number } = {}): OnDisk {
  const file = options.file ?? path.join(tempFolder('log'), 'switchyard.db');
  const log = createLog({ file });
  const notes: string[] = [];
  let count = options.from ?? log.seq() * 1000;
  let open = true;
  const engine = createEngine({
    log: options.wrap ? options.wrap(log) : log,
    clock: { now: () => 1_900_000_000_000 + (count += 1), at: () => () => undefined },
    ids: { next: (kind) => `${kind}_${(count += 1).toString().padStart(8, '0')}`, random: () => 0.5 },
    note: (line) => void notes.push(line),
  });
  const close = (): void => {
    if (open) log.close();
    open = false;
  };
  onTestFinished(close);
  return {
    file,
    log,
    engine,
    notes,
    thread: (projectId, more = {}) =>
      engine.execute('thread.start', { projectId, provider: 'fake', model: 'gpt-5.5', profile: 'workspace', ...more }).threadId,
    send: (threadId, text) => engine.execute('turn.send', { threadId, input: { text: { text, bytes: text.length } } }),
    close,
  };
}
