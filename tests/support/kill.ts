// What must be true after a kill -9, whatever the moment.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import type { CallItem, Item } from '../../shared/domain/item.ts';
import type { LoggedEvent } from '../../shared/protocol.ts';
import { answersIn, type SentRequest, type Step } from './fake-model.ts';
import type { World } from './world.ts';

/** Step k for a request that holds k answers; a fault hits once. After the last step the model says that it is done. */
export function story(steps: readonly Step[]): (request: SentRequest) => Step {
  const hit = new Set<number>();
  return (request) => {
    const index = answersIn(request);
    const { fault, ...step } = steps[index] ?? { text: 'All done.' };
    if (fault === undefined || hit.has(index)) return step;
    hit.add(index);
    return { ...step, fault };
  };
}

/** The rows of the log as they stand in the file. */
export function readLog(home: string): LoggedEvent[] {
  const db = new Database(path.join(home, 'switchyard.db'), { readonly: true, fileMustExist: true });
  try {
    return db
      .prepare<[], { seq: number; stream: string; type: string; at: number; data: string }>(
        'SELECT seq, stream, type, at, data FROM events ORDER BY seq',
      )
      .all()
      .map((row) => ({ ...row, data: JSON.parse(row.data) as unknown }) as LoggedEvent);
  } finally {
    db.close();
  }
}

/** What was told on standard output and is not in the log as it was told. */
export function lostOf(told: readonly LoggedEvent[], log: readonly LoggedEvent[]): string[] {
  const rows = new Map(log.map((row) => [row.seq, row]));
  return told.flatMap((event) => {
    const row = rows.get(event.seq);
    const same =
      row !== undefined &&
      JSON.stringify([row.type, row.stream, row.at, row.data]) === JSON.stringify([event.type, event.stream, event.at, event.data]);
    return same ? [] : [`${event.seq} ${event.type}`];
  });
}

/** The words that commands of the project have written into runs.txt, one a line. */
export function runsIn({ repo }: Pick<World, 'repo'>): string[] {
  try {
    return readFileSync(path.join(repo.path, 'runs.txt'), 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch {
    return [];
  }
}

export const callsIn = (items: readonly Item[]): CallItem[] => items.filter((item) => item.type === 'call');

export function doubled(words: readonly string[]): string[] {
  return words.filter((word, at) => words.indexOf(word) !== at);
}

/** What a request gave the model, entry by entry. */
export function inputOf(request: SentRequest | undefined): unknown[] {
  return (request?.body['input'] ?? request?.body['messages'] ?? []) as unknown[];
}
