import { AppError, type ErrorData, toErrorData } from '../../../shared/errors.ts';
import type { FilesPort, SearchPort } from '../../runtime/ports.ts';

// The two ends of one talk: a process in the sandbox that has files and a search, and the runtime outside, which asks it.

/** What the process can be asked, by name. `home` and `hash` need no files and are answered outside. */
export interface Asked {
  realpath: FilesPort['realpath'];
  stat: FilesPort['stat'];
  read: FilesPort['read'];
  list: FilesPort['list'];
  replace: FilesPort['replace'];
  tidy: FilesPort['tidy'];
  find: SearchPort['find'];
  files: SearchPort['files'];
}
export type Question = { id: number; ask: keyof Asked; args: unknown[] } | { id: number; stop: true };
export type Answer = { ready: true } | { id: number; value: unknown } | { id: number; error: ErrorData };

/** Answers on the channel that this process was started with, until it closes. */
export function serveFiles(files: FilesPort, search: SearchPort): void {
  const stops = new Map<number, AbortController>();
  const handlers: { [Name in keyof Asked]: (args: Parameters<Asked[Name]>, signal: AbortSignal) => Promise<unknown> } = {
    realpath: async ([file]) => files.realpath(file),
    stat: async ([file]) => files.stat(file),
    read: async ([file, range]) => files.read(file, range),
    list: async ([file]) => files.list(file),
    replace: async ([writes]) => files.replace(writes),
    tidy: async ([paths]) => files.tidy(paths),
    find: async ([query], signal) => search.find(query, signal),
    files: async ([file, options], signal) => search.files(file, options, signal),
  };
  const send = (answer: Answer): void => void process.send?.(answer);
  process.on('message', (question: Question) => {
    if ('stop' in question) return stops.get(question.id)?.abort();
    const { id, ask, args } = question;
    const stop = new AbortController();
    stops.set(id, stop);
    const handler = Object.hasOwn(handlers, ask)
      ? (handlers[ask] as (args: unknown[], signal: AbortSignal) => Promise<unknown>)
      : undefined;
    const work = handler?.(args, stop.signal) ?? Promise.reject(new AppError('broken', `Nobody answers ${ask}`));
    work
      .then(
        (value) => send({ id, value }),
        (thrown: unknown) => send({ id, error: toErrorData(thrown) }),
      )
      .finally(() => stops.delete(id));
  });
  process.once('disconnect', () => process.exit(0));
  send({ ready: true });
}
