import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
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
    const { profiles, rules } = await client.request('profile.list', { cwd });
    const profile = profiles.find((each) => (typeof name === 'string' ? each.name === name : each.current));
    if (!profile) {
      const known = profiles.map((each) => each.name).join(', ');
      throw new AppError('invalid', `There is no profile "${String(name)}".`, { hint: `Known: ${known}.` });
    }
    if (profile.refused !== undefined) throw new AppError('denied', `The profile ${profile.name} can't be used: ${profile.refused}.`);
    const listening = onInterrupt(() => stop.abort());
    try {
      const granted = rules.map(({ subject }) => subject);
      const words = (line: string): void => tell(dim(line));
      code = await runConfined({ home: findHome(), cwd, profile, granted, command, tell: words, signal: stop.signal });
    } finally {
      listening();
    }
    return code;
  });
  return stop.signal.aborted ? 130 : code;
}
