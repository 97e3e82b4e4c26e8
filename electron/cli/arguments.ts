import { parseArgs } from 'node:util';
import { nearest } from '../../shared/nearest.ts';
import { anywhere, type Command, nouns } from './table.ts';

export type Flags = Record<string, string | boolean | undefined>;
type Parsed =
  | { kind: 'run'; command: Command; flags: Flags; args: string[] }
  | { kind: 'help'; words: string[] }
  | { kind: 'version' }
  | { kind: 'wrong'; message: string; hint: string };

/** What the words of the command line ask for. Pure. */
export function readArguments(argv: readonly string[]): Parsed {
  const [first, second] = argv;
  if (first === undefined || first === '--help' || first === '-h') return { kind: 'help', words: [] };
  if (first === '--version' || first === '-V') return { kind: 'version' };
  if (first === 'help') return { kind: 'help', words: argv.slice(1).filter((word) => !word.startsWith('-')) };
  const of = nouns.get(first);
  if (!of) {
    const what = first.startsWith('-') ? 'option' : 'command';
    return wrong(
      `There is no ${what} ${quote(first)}.`,
      nearest(first, [...nouns.keys(), 'help', '--help', '--version']),
      'switchyard --help',
    );
  }
  const single = of.find(({ words }) => words.length === 1);
  if (single) return readCommand(single, argv.slice(1));
  const verbs = of.map(({ words }) => words[1] ?? '');
  const command = of.find(({ words }) => words[1] === second);
  if (command) return readCommand(command, argv.slice(2));
  if (second === '--help' || second === '-h') return { kind: 'help', words: [first] };
  // `switchyard daemon` alone means `daemon run`.
  if (first === 'daemon' && (second === undefined || second.startsWith('-'))) {
    const run = of.find(({ words }) => words[1] === 'run');
    if (run) return readCommand(run, argv.slice(1));
  }
  if (second === undefined)
    return { kind: 'wrong', message: `\`switchyard ${first}\` needs one of: ${verbs.join(', ')}.`, hint: seeHelp(first) };
  return wrong(`There is no command ${quote(`${first} ${second}`)}.`, nearest(second, verbs), `switchyard ${first} --help`);
}

function readCommand(command: Command, argv: readonly string[]): Parsed {
  const name = command.words.join(' ');
  const known = [...command.flags, ...anywhere];
  const options: Record<string, { type: 'string' | 'boolean'; short?: string }> = {};
  for (const { name, short, value } of known) options[name] = { type: value ? 'string' : 'boolean', ...(short ? { short } : {}) };
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
  const flags: Flags = {};
  const args: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') args.push(token.value);
    if (token.kind !== 'option') continue;
    const flag = known.find((each) => each.name === token.name);
    if (!flag) {
      const close = nearest(
        token.rawName,
        known.map((each) => `--${each.name}`),
      );
      return wrong(`\`switchyard ${name}\` has no option ${quote(token.rawName)}.`, close, `switchyard ${name} --help`);
    }
    const usage = (message: string): Parsed => ({ kind: 'wrong', message, hint: seeHelp(name) });
    if (flag.name === 'help') return { kind: 'help', words: [...command.words] };
    if (flag.name === 'version') return { kind: 'version' };
    if (!flag.value) {
      if (token.value !== undefined) return usage(`--${flag.name} takes no value.`);
      flags[flag.name] = true;
      continue;
    }
    // A value that looks like an option is one that was forgotten, unless it is joined with =.
    if (token.value === undefined || (!token.inlineValue && token.value.startsWith('-') && token.value !== '-')) {
      return usage(`--${flag.name} needs a value: --${flag.name}=${flag.value}.`);
    }
    if (flag.choices && !flag.choices.includes(token.value)) {
      return wrong(`--${flag.name} can't be ${quote(token.value)}.`, `one of: ${flag.choices.join(', ')}`, `switchyard ${name} --help`);
    }
    flags[flag.name] = token.value;
  }
  return checkArgs(command, flags, args);
}

function checkArgs(command: Command, flags: Flags, args: string[]): Parsed {
  const name = command.words.join(' ');
  const rest = command.args.some((arg) => arg.rest);
  const missing = command.args.find((arg, n) => !arg.optional && n >= args.length);
  if (missing) return { kind: 'wrong', message: `\`switchyard ${name}\` needs ${missing.name}.`, hint: seeHelp(name) };
  const extra = rest ? undefined : args[command.args.length];
  if (extra !== undefined)
    return { kind: 'wrong', message: `\`switchyard ${name}\` can't do anything with ${quote(extra)}.`, hint: seeHelp(name) };
  for (const [n, { choices, name: argName }] of command.args.entries()) {
    const given = args[n];
    if (choices && given !== undefined && !choices.includes(given)) {
      return wrong(`${argName} can't be ${quote(given)}.`, `one of: ${choices.join(', ')}`, `switchyard ${name} --help`);
    }
  }
  return { kind: 'run', command, flags, args };
}

const quote = (text: string): string => JSON.stringify(text);
const seeHelp = (name: string): string => `See \`switchyard ${name} --help\`.`;

function wrong(message: string, suggestion: string | undefined, help: string): Parsed {
  if (suggestion?.startsWith('one of')) return { kind: 'wrong', message, hint: `It is ${suggestion}.` };
  return { kind: 'wrong', message, hint: suggestion ? `Did you mean \`${suggestion}\`?` : `See \`${help}\`.` };
}
