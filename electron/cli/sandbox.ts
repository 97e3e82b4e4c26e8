import path from 'node:path';
import { findHome, runConfined } from '../host/connect.ts';
import type { Flags } from './arguments.ts';
import { findFolder } from './exec.ts';
import { open } from './session.ts';
import { onInterrupt } from './signals.ts';
import { dim, tell } from './terminal.ts';

/** As a shell would need it to read one word. */
const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** `sandbox -- COMMAND`: one word is a line for the shell, several are a program and its arguments. */
export async function run({ cwd: given, profile: name }: Flags, args: readonly string[]): Promise<number> {
  const cwd = path.resolve(typeof given === 'string' ? findFolder(given) : process.cwd());
  const command = args.length === 1 ? (args[0] ?? '') : args.map(quoted).join(' ');
  let code = 0;
  const stop = new AbortController();
  await open('sandbox', async (client) => {
    const { confine } = await client.request('permission.confinement', { cwd, ...(typeof name === 'string' ? { profile: name } : {}) });
    const listening = onInterrupt(() => stop.abort());
    try {
      const words = (line: string): void => tell(dim(line));
      code = await runConfined({ home: findHome(), cwd, confine, command, tell: words, signal: stop.signal });
    } finally {
      listening();
    }
    return code;
  });
  return stop.signal.aborted ? 130 : code;
}
