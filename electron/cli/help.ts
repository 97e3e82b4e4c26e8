import { type Arg, anywhere, type Command, commands, type Flag, nouns } from './table.ts';

/** The help for a command, a noun, or everything. Undefined when there is no such command. */
export function helpFor(words: readonly string[]): string | undefined {
  const [noun, verb] = words;
  if (noun === undefined) return overview();
  const of = nouns.get(noun);
  if (!of) return undefined;
  const single = of.find((command) => command.words.length === 1);
  if (single) return helpForCommand(single);
  if (verb === undefined) return `switchyard ${noun}\n\n${list(of)}\nMore about one: switchyard ${noun} VERB --help\n`;
  const command = of.find((each) => each.words[1] === verb);
  return command && helpForCommand(command);
}

function overview(): string {
  return `switchyard: coding agents at work on real repositories, with you in charge.

Usage: switchyard COMMAND [OPTIONS]

${list(commands)}
More about one: switchyard COMMAND --help. The version: switchyard --version.
New here, and no key at hand? switchyard rehearse
`;
}

function helpForCommand(command: Command): string {
  const name = command.words.join(' ');
  const args = command.args.map(usageOf).join(' ');
  const flags = [...command.flags, ...anywhere.filter((flag) => flag.name === 'help')];
  const rows = flags.map((flag) => [flagUsage(flag), about(flag)] as const);
  return `${command.about}

Usage: ${['switchyard', name, command.flags.length > 0 ? '[OPTIONS]' : '', args].filter((part) => part !== '').join(' ')}
${command.more ? `\n${command.more}\n` : ''}
Options:
${columns(rows)}`;
}

const usageOf = ({ name, optional, rest }: Arg): string => {
  const whole = rest ? `${name}...` : name;
  return optional ? `[${whole}]` : whole;
};
const flagUsage = ({ name, short, value }: Flag): string => `${short ? `-${short}, ` : '    '}--${name}${value ? ` ${value}` : ''}`;
const about = ({ about, choices }: Flag): string => (choices ? `${about}: ${choices.join(', ')}` : about);
const list = (rows: readonly Command[]): string =>
  columns(rows.map((command) => [[...command.words, ...command.args.map(usageOf)].join(' '), command.about]));

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join('');
}
