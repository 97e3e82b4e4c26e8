import type { PolicyExplained } from '../../shared/protocol/policy.ts';
import type { Flags } from './arguments.ts';
import { findFolder } from './exec.ts';
import { open, readApp } from './session.ts';
import { bold, dim, print, safe, tell, yellow } from './terminal.ts';

export function run(flags: Flags, args: readonly string[]): Promise<number> {
  const [key] = args;
  return open('policy explain', async (client) => {
    const folder = typeof flags['cwd'] === 'string' ? findFolder(flags['cwd']) : undefined;
    const projectId = folder === undefined ? undefined : (await readApp(client)).projects.find(({ path }) => path === folder)?.id;
    const { policy, keys } = await client.request('policy.read', {
      ...(key === undefined ? {} : { key }),
      ...(projectId === undefined ? {} : { projectId }),
    });
    const { status, file, hash, problems, warnings } = policy;
    if (flags['json']) {
      print(`${JSON.stringify({ status, file, hash, problems, warnings, keys })}\n`);
      return 0;
    }
    for (const { line, message } of [...problems, ...warnings]) tell(`${safe(file)}${line > 0 ? `:${line}` : ''}: ${safe(message)}`);
    if (status === 'none') tell(`Your organisation sets nothing: there is no ${safe(file)}.`);
    if (status === 'invalid')
      tell(yellow("Your organisation's policy can't be used. Permissions are at their tightest until it is mended."));
    const set = keys.filter(({ value }) => value !== undefined);
    for (const each of key === undefined ? set : keys) print(linesOf(each));
    return 0;
  });
}

/** Values as they are written in the file. */
const written = (value: unknown): string =>
  Array.isArray(value)
    ? `[${value.map(written).join(', ')}]`
    : typeof value === 'object' && value !== null
      ? `{ ${Object.entries(value)
          .map(([name, each]) => `${name} = ${written(each)}`)
          .join(', ')} }`
      : JSON.stringify(value);

function linesOf({ key, about, value, source, overrode }: PolicyExplained): string {
  if (value === undefined) return `${bold(key)}: not set by your organisation\n  ${dim(about)}\n`;
  const instead = overrode ? `  instead of ${written(overrode.value)} (${overrode.where})\n` : '';
  return `${bold(key)} = ${written(value)}\n  ${source}\n${instead}  ${dim(about)}\n`;
}
