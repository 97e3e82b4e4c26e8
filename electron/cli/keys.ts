import { AppError } from '../../shared/errors.ts';
import { openKeychain } from '../host/connect.ts';
import type { Flags } from './arguments.ts';
import { print, tell } from './terminal.ts';

export async function run(flags: Flags, args: readonly string[], verb: string): Promise<number> {
  const name = args[0] ?? '';
  const keychain = await openKeychain();
  if (verb === 'list') {
    const names = keychain.names();
    if (flags['json']) print(`${JSON.stringify({ names, where: keychain.where() })}\n`);
    else for (const each of names) print(`${each}\n`);
    tell(keychain.where());
    return 0;
  }
  if (verb === 'remove') {
    if (await keychain.remove(name)) return 0;
    throw new AppError('missing', `No key named ${name} is kept.`, { hint: 'See `switchyard keys list`.' });
  }
  const { readSecret } = await import('./input.ts');
  const value = (await readSecret(`${name}: `)).trim();
  await keychain.set(name, value);
  tell(`Kept. ${keychain.where()}`);
  return 0;
}
