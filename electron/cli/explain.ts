import path from 'node:path';
import type { RuleSource } from '../../shared/domain/profile.ts';
import { AppError } from '../../shared/errors.ts';
import type { ExplainedVerdict, PermissionExplained, ProfileListed } from '../../shared/protocol/permission.ts';
import type { Flags } from './arguments.ts';
import { findFolder } from './exec.ts';
import { open } from './session.ts';
import { bold, dim, print, red, safe, tell, yellow } from './terminal.ts';

/** `permissions explain`: one path, command or domain, or the whole profile. */
export function run({ profile, path: file, command, domain, cwd, json }: Flags): Promise<number> {
  const asked = Object.entries({ path: file, command, domain }).filter(([, value]) => typeof value === 'string');
  if (asked.length > 1) throw new AppError('invalid', 'Ask about one of --path, --command and --domain.');
  const folder = typeof cwd === 'string' ? findFolder(cwd) : process.cwd();
  return open('permissions explain', async (client) => {
    const named = typeof profile === 'string' ? { profile } : {};
    const [one] = asked;
    if (one) {
      const found = await client.request('permission.explain', { cwd: path.resolve(folder), ...named, [one[0]]: one[1] });
      print(json ? `${JSON.stringify(found)}\n` : wordsOf(found));
      return 0;
    }
    const { profiles } = await client.request('profile.list', { cwd: path.resolve(folder) });
    const wanted = profiles.find((each) => (typeof profile === 'string' ? each.name === profile : each.current));
    if (!wanted)
      throw new AppError('invalid', `There is no profile "${String(profile)}".`, {
        hint: `Known: ${profiles.map(({ name }) => name).join(', ')}.`,
      });
    print(json ? `${JSON.stringify(wanted)}\n` : profileWords(wanted));
    if (!json) tell(dim(`Also there: ${profiles.flatMap(({ name }) => (name === wanted.name ? [] : [safe(name)])).join(', ')}.`));
    return 0;
  });
}

const placeOf = ({ where, line }: RuleSource): string => safe(line === undefined ? where : `${where}:${line}`);
const from = (source: RuleSource | undefined): string => (source ? dim(`  ${placeOf(source)}`) : '');

const does: Record<ExplainedVerdict['does'], string> = {
  read: 'reading with a tool',
  write: 'changing with a tool',
  run: 'running it',
  outside: 'running it outside of the sandbox',
  reach: 'reaching it',
};
const decided: Record<ExplainedVerdict['decision'], string> = { allow: 'goes unasked', ask: yellow('asks'), refuse: red('is refused') };

function wordsOf({ profile, subject, verdicts, path: access, command }: PermissionExplained): string {
  const lines = [`${bold(safe(subject.text))}  under the profile ${safe(profile)}`];
  if (access) {
    const may = { read: 'may be read', write: 'may be read and changed', deny: 'can be neither read nor changed' }[access.access];
    lines.push(`  ${may}: ${access.rule ? `rule ${safe(access.rule.path)}` : 'no rule fits'}${from(access.rule?.source)}`);
  }
  if (command) {
    const { rule, understood } = command;
    if (rule)
      lines.push(`  rule: ${safe(rule.prefix.join(' '))}${rule.reason === undefined ? '' : ` (${safe(rule.reason)})`}${from(rule.source)}`);
    if (!understood) lines.push('  The line could not be taken apart: it is asked about where the profile has rules that ask or forbid.');
  }
  for (const verdict of verdicts)
    lines.push(`  ${does[verdict.does]} ${decided[verdict.decision]}: ${safe(verdict.rule)}${from(verdict.source)}`);
  return `${lines.join('\n')}\n`;
}

function profileWords({ name, about, sandbox, paths, bounds = [], commands, network, environment, refused }: ProfileListed): string {
  const rows = (title: string, of: readonly string[]): string[] => (of.length === 0 ? [] : [`${title}:`, ...of.map((row) => `  ${row}`)]);
  const pathRows = (rules: readonly ProfileListed['paths'][number][]): string[] =>
    rules.map(({ access, path: file, source }) => `${access.padEnd(5)}  ${safe(file)}${from(source)}`);
  return `${[
    `${bold(safe(name))}: ${safe(about)}`,
    ...(refused ? [red(safe(refused))] : []),
    ...(sandbox ? [] : [red('Commands run outside of any sandbox.')]),
    ...rows('paths, of which the deepest that fits decides', pathRows(paths)),
    ...bounds.flatMap((bound) => rows('and no more than', pathRows(bound))),
    `network: ${network.access}${from(network.source)}`,
    ...network.hosts.map(({ host, source }) => `  ${safe(host)}${from(source)}`),
    ...rows(
      'commands, of which the strictest that fits decides',
      commands.map(({ decision, prefix, source }) => `${decision.padEnd(6)}  ${safe(prefix.join(' '))}${from(source)}`),
    ),
    ...rows(
      'environment',
      environment.map(({ name: each, source }) => `${safe(each)}${from(source)}`),
    ),
  ].join('\n')}\n`;
}
