// What a profile's command rules say of a command line. The strictest rule over all the commands of the line wins.

import type { CommandRule } from '../domain/profile.ts';
import { hidesCommands } from './carriers.ts';
import type { SimpleCommand, Word } from './shell/cursor.ts';
import { readCommands } from './shell/grammar.ts';
import { programOf } from './shell/through.ts';

/** `run`: no rule fits, so that it runs unasked where there is a sandbox. An `ask` without a rule: the line was not understood. */
export interface CommandVerdict {
  decision: 'run' | 'allow' | 'ask' | 'forbid';
  rule?: CommandRule;
  /** False: parts of the line may run what is not seen from outside. */
  understood: boolean;
}

type Fit = 'yes' | 'maybe' | 'no';

export function judgeCommand(line: string, rules: readonly CommandRule[]): CommandVerdict {
  const { commands, understood } = readCommands(line);
  const strict = rules.filter(({ decision }) => decision !== 'allow');
  let doubt: CommandRule | undefined;
  for (const decision of ['forbid', 'ask'] as const) {
    for (const rule of strict) {
      if (rule.decision !== decision) continue;
      for (const { words } of commands) {
        const fit = fitsAnyhow(rule.prefix, words);
        if (fit === 'yes') return { decision, rule, understood };
        if (fit === 'maybe') doubt ??= rule;
      }
    }
  }
  if (doubt) return { decision: 'ask', rule: doubt, understood };
  if (!understood) return { decision: strict.length > 0 ? 'ask' : 'run', understood };
  const allows = (command: SimpleCommand): boolean =>
    rules.some((rule) => rule.decision === 'allow' && fitsAsWritten(rule.prefix, command));
  if (strict.length > 0 && commands.some((command) => hidesCommands(command.words) && !allows(command)))
    return { decision: 'ask', understood: false };
  const allowing = commands.map((command) => rules.find((rule) => rule.decision === 'allow' && fitsAsWritten(rule.prefix, command)));
  const [first] = allowing;
  return first && allowing.every((rule) => rule) ? { decision: 'allow', rule: first, understood } : { decision: 'run', understood };
}

/** Exactly these words, by itself. */
function fitsAsWritten(prefix: readonly string[], { words, plain }: SimpleCommand): boolean {
  return plain && prefix.every((word, n) => words[n]?.kind === 'sure' && words[n].text === word);
}

/** Languages whose programs may stand in the arguments, and the options that begin one. */
const interpreters = /^(?:python|pypy|perl|ruby|node|nodejs|deno|bun|php|lua|tclsh|osascript)[\d.]*$/;
const inline = /^(?:-[A-Za-z]*[ceEpr]|--eval|--print|eval)/;

/** Does a program in the arguments name all these words? What it does with them is not known. */
function mentions(prefix: readonly string[], args: readonly Word[]): boolean {
  const text = args.map((arg) => arg.text.toLowerCase()).join(' ');
  const named = new Set(text.split(/[^\w.-]+/));
  return prefix.every((word) => named.has(word.toLowerCase()));
}

/** Programs of which some commands run the program that comes later among the arguments. Which of theirs do is not followed. */
const carriers = new Set(
  (
    'npx npm pnpm pnpx yarn bunx uv uvx poetry pipenv pdm hatch rye conda mamba micromamba pixi mise asdf rtx direnv devbox flox bundle nix ' +
    'nix-shell nix-develop xcrun caffeinate arch chronic ifne dotenv dotenvx doppler op aws-vault chamber teller just task lerna nx turbo tox nox'
  ).split(' '),
);

/** May one of these arguments begin the command that the rule is about? `rest` follows the program's name in the rule. */
function carries(name: string, rest: readonly string[], args: readonly Word[]): boolean {
  if (args.some(({ text }) => /\s/.test(text) && mentions([name, ...rest], [{ text, kind: 'sure', quoted: true }]))) return true;
  const starts = args.flatMap(({ text }, n) => (programOf(text) === name ? [n] : []));
  return starts.slice(0, 20).some((n) => fitsAnyhow([name, ...rest], args.slice(n)) !== 'no');
}

/**
 * Does a command begin with these words, in whatever spelling can be seen through? Options, each with a value, may stand between them, and
 * those of the rule anywhere after; the program may have a folder before it; `git-push` is `git push`.
 */
function fitsAnyhow(prefix: readonly string[], words: readonly Word[]): Fit {
  const [first, ...args] = words;
  const [wanted = '', ...rest] = prefix;
  if (!first) return 'no';
  const program = programOf(first.text);
  const name = programOf(wanted);
  const joined = program.startsWith(`${name}-`) && rest[0] !== undefined && program === `${name}-${rest[0]}`.toLowerCase();
  if (program !== name && !joined) {
    const holds = /^[gmn]?awk$/.test(program) || (interpreters.test(program) && args.some(({ text }) => inline.test(text)));
    const seen = holds ? mentions([name, ...rest], args) : carriers.has(program) && carries(name, rest, args);
    return seen ? 'maybe' : 'no';
  }
  // An alias that git is given along with the command may be any of its commands.
  if (name === 'git' && args.some(({ text }) => /^(?:-c|--config-env=?)?alias\./i.test(text))) return 'maybe';
  const plain = (joined ? rest.slice(1) : rest).filter((word) => !word.startsWith('-'));
  const fit = follow(plain, args);
  if (fit !== 'yes') return fit;
  return rest.filter((word) => word.startsWith('-')).reduce<Fit>((all, option) => least(all, hasOption(option, args)), 'yes');
}

const least = (a: Fit, b: Fit): Fit => (a === 'no' || b === 'no' ? 'no' : a === 'maybe' || b === 'maybe' ? 'maybe' : 'yes');

/** Do these words come one after another, with nothing but options and their values between? */
function follow(plain: readonly string[], args: readonly Word[]): Fit {
  if (plain.length === 0) return 'yes';
  // How many of them have come, twice: where the word before was none of theirs, and where it was an option that may take a value.
  let states = new Set([0]);
  for (const { text, kind } of args) {
    if (kind !== 'sure') return 'maybe';
    const next = new Set<number>();
    for (const state of states) {
      const [come, afterOption] = [state >> 1, state & 1];
      if (text === plain[come]) {
        if (come + 1 === plain.length) return 'yes';
        next.add((come + 1) << 1);
      }
      if (text.startsWith('-')) next.add((come << 1) | (text.includes('=') ? 0 : 1));
      else if (afterOption) next.add(come << 1);
    }
    if (next.size === 0) return 'no';
    states = next;
  }
  return 'no';
}

/** An option by itself, or its letters among others: -rf, -fr and -r -f are the same. */
function hasOption(option: string, args: readonly Word[]): Fit {
  if (args.some(({ text, kind }) => kind === 'sure' && (text === option || text.startsWith(`${option}=`)))) return 'yes';
  if (args.some(({ kind }) => kind !== 'sure')) return 'maybe';
  if (!/^-[A-Za-z]+$/.test(option)) return 'no';
  const letters = new Set(args.flatMap(({ text }) => (/^-[A-Za-z]+$/.test(text) ? text.split('') : [])));
  return option.split('').every((letter) => letters.has(letter)) ? 'yes' : 'no';
}
