// Standard input: a prompt, answers line by line, or a secret.
import { AppError } from '../../shared/errors.ts';
import { tell } from './terminal.ts';

/** The most that is read from standard input as a whole, in bytes. */
const mostInput = 16 * 1024 * 1024;

export interface Lines {
  /** The next line without its end; undefined when there are no more, or the signal says that nobody waits for it any more. */
  next(question: string, signal?: AbortSignal): Promise<string | undefined>;
  close(): void;
}

/** Lines of standard input, read only as they are asked for. Ctrl-C in a question counts as the process's own. */
export async function createLines(): Promise<Lines> {
  const { createInterface } = await import('node:readline');
  const terminal = process.stdin.isTTY;
  const reader = createInterface({ input: process.stdin, output: process.stderr, terminal });
  const waiting: string[] = [];
  let ended = false;
  let wanted: ((line: string | undefined) => void) | undefined;
  const give = (line: string | undefined): void => {
    const to = wanted;
    wanted = undefined;
    if (to) to(line);
    else if (line !== undefined) waiting.push(line);
  };
  reader.on('line', give);
  reader.on('SIGINT', () => process.emit('SIGINT'));
  reader.on('close', () => {
    ended = true;
    give(undefined);
  });
  reader.pause();
  return {
    next: (question, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve(undefined);
        const line = waiting.shift();
        if (line !== undefined || ended) {
          process.stderr.write(question);
          tell(line ?? '');
          return resolve(line);
        }
        const stop = (): void => {
          wanted = undefined;
          reader.pause();
          process.stderr.write('\n');
          resolve(undefined);
        };
        signal?.addEventListener('abort', stop, { once: true });
        wanted = (answer) => {
          signal?.removeEventListener('abort', stop);
          if (!ended) reader.pause();
          // What was typed on a terminal is there to be seen already.
          if (!terminal) tell(answer ?? '');
          resolve(answer);
        };
        reader.setPrompt(question);
        reader.prompt();
      }),
    close: () => reader.close(),
  };
}

/** Everything of standard input as text. AppError `invalid` when it is none, or too long. */
export async function readAll(): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of process.stdin as AsyncIterable<Buffer>) {
    bytes += piece.length;
    if (bytes > mostInput) {
      throw new AppError('invalid', `Standard input holds more than ${mostInput / 1024 / 1024} MB.`, {
        hint: 'Put it into a file of the project and name the file instead.',
      });
    }
    pieces.push(piece);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces));
  } catch (cause) {
    throw new AppError('invalid', 'Standard input is not UTF-8 text.', { cause });
  }
}

/** One line that is not shown while it is typed; on a pipe, all of it without its last line end. */
export async function readSecret(question: string): Promise<string> {
  if (!process.stdin.isTTY) return (await readAll()).replace(/\r?\n$/, '');
  const [{ createInterface }, { Writable }] = await Promise.all([import('node:readline'), import('node:stream')]);
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true });
  reader.on('SIGINT', () => process.exit(130));
  const line = await new Promise<string>((resolve) => {
    reader.once('line', resolve);
    reader.once('close', () => resolve(''));
  });
  reader.close();
  tell('');
  return line;
}
