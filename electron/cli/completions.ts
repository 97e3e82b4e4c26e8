import { anywhere, type Command, commands, type Flag, nouns } from './table.ts';
import { print } from './terminal.ts';

/** A completion script for bash, zsh or fish, made from the table. */
export function completionsFor(shell: string): string {
  if (shell === 'fish') return fish();
  return shell === 'zsh' ? zsh() : bash();
}

export function run(_flags: unknown, args: readonly string[]): Promise<number> {
  print(completionsFor(args[0] ?? 'bash'));
  return Promise.resolve(0);
}

const flagsOf = (command: Command): readonly Flag[] => [...command.flags, ...anywhere.filter(({ name }) => name === 'help')];
const verbsOf = (of: readonly Command[]): string[] => of.flatMap(({ words }) => words[1] ?? []);

function bash(): string {
  const cases = commands.map((command) => {
    const flags = flagsOf(command);
    const values = flags
      .filter(({ value }) => value)
      .map(({ name, short, choices, offers }) => {
        const names = short ? `--${name}|-${short}` : `--${name}`;
        const then = offers
          ? 'COMPREPLY=($(compgen -d -- "$word"))'
          : `COMPREPLY=($(compgen -W "${(choices ?? []).join(' ')}" -- "$word"))`;
        return `      case "$before" in ${names}) ${then}; return;; esac\n`;
      });
    const offered = command.args.flatMap(({ choices }) => choices ?? []);
    const folders = command.args.some(({ offers }) => offers) ? '\n      [[ "$word" == -* ]] || COMPREPLY=($(compgen -d -- "$word"))' : '';
    const words = [...flags.map(({ name }) => `--${name}`), ...offered].join(' ');
    return `    "${command.words.join(' ')}")\n${values.join('')}      COMPREPLY=($(compgen -W "${words}" -- "$word"))${folders};;\n`;
  });
  const verbs = [...nouns].filter(([, of]) => verbsOf(of).length > 0);
  return `# switchyard completions for bash: eval "$(switchyard completions bash)"
_switchyard() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" noun="\${COMP_WORDS[1]}" name
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${[...nouns.keys(), 'help', '--help', '--version'].join(' ')}" -- "$word"))
    return
  fi
  name="$noun"
  case "$noun" in
${verbs.map(([noun, of]) => `    ${noun}) if [ "$COMP_CWORD" -eq 2 ]; then COMPREPLY=($(compgen -W "${verbsOf(of).join(' ')}" -- "$word")); return; fi; name="$noun \${COMP_WORDS[2]}";;`).join('\n')}
  esac
  case "$name" in
${cases.join('')}  esac
}
complete -F _switchyard switchyard
`;
}

/** Inside single quotes of a zsh specification, where [ ] and : mean something. */
const zshText = (text: string): string => text.replaceAll("'", "'\\''").replaceAll(/[[\]:]/g, '\\$&');

function zsh(): string {
  const spec = ({ name, short, value, choices, offers, about }: Flag): string => {
    const action = offers ? '_files -/' : choices ? `(${choices.join(' ')})` : ' ';
    const tail = value ? `:${value}:${action}` : '';
    const names = short ? `'(-${short} --${name})'{-${short},--${name}}` : `--${name}`;
    return `${names}'[${zshText(about)}]${tail}'`;
  };
  const cases = commands.map((command) => {
    const args = command.args.map(
      ({ name, choices, offers }) => `':${name}:${offers ? '_files -/' : choices ? `(${choices.join(' ')})` : ' '}'`,
    );
    return `    '${command.words.join(' ')}') _arguments ${[...flagsOf(command).map(spec), ...args].join(' ')};;`;
  });
  const described = (rows: readonly (readonly [string, string])[]): string =>
    rows.map(([name, about]) => `'${name}:${zshText(about)}'`).join(' ');
  const top = [...nouns].map(([noun, of]) => [noun, of.length === 1 ? (of[0]?.about ?? '') : verbsOf(of).join(', ')] as const);
  const verbs = [...nouns].filter(([, of]) => verbsOf(of).length > 0);
  return `#compdef switchyard
# switchyard completions for zsh: eval "$(switchyard completions zsh)"
_switchyard() {
  local -a choices
  local name="\${words[2]}"
  if (( CURRENT == 2 )); then
    choices=(${described(top)})
    _describe command choices
    return
  fi
  case "$name" in
${verbs
  .map(([noun, of]) => {
    const rows = of.map((command) => [command.words[1] ?? '', command.about] as const);
    return `    ${noun})
      if (( CURRENT == 3 )); then
        choices=(${described(rows)})
        _describe command choices
        return
      fi
      name="$name \${words[3]}"
      shift words; (( CURRENT-- ));;`;
  })
  .join('\n')}
  esac
  shift words; (( CURRENT-- ))
  case "$name" in
${cases.join('\n')}
  esac
}
compdef _switchyard switchyard
`;
}

const fishText = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function fish(): string {
  const lines = ['# switchyard completions for fish: switchyard completions fish | source', 'complete -c switchyard -f'];
  for (const [noun, of] of nouns) {
    const about = of.length === 1 ? (of[0]?.about ?? '') : verbsOf(of).join(', ');
    lines.push(`complete -c switchyard -n __fish_use_subcommand -a ${noun} -d ${fishText(about)}`);
    const verbs = verbsOf(of);
    for (const command of of) {
      const [, verb] = command.words;
      const at = verb
        ? `'__fish_seen_subcommand_from ${noun}; and __fish_seen_subcommand_from ${verb}'`
        : `'__fish_seen_subcommand_from ${noun}'`;
      if (verb) {
        const before = `'__fish_seen_subcommand_from ${noun}; and not __fish_seen_subcommand_from ${verbs.join(' ')}'`;
        lines.push(`complete -c switchyard -n ${before} -a ${verb} -d ${fishText(command.about)}`);
      }
      for (const { name, short, value, choices, offers, about } of flagsOf(command)) {
        const takes = !value ? '' : offers ? ' -r -F' : choices ? ` -x -a ${fishText(choices.join(' '))}` : ' -x';
        lines.push(`complete -c switchyard -n ${at} -l ${name}${short ? ` -s ${short}` : ''}${takes} -d ${fishText(about)}`);
      }
      for (const { choices, offers } of command.args) {
        if (choices) lines.push(`complete -c switchyard -n ${at} -a ${fishText(choices.join(' '))}`);
        else if (offers) lines.push(`complete -c switchyard -n ${at} -a '(__fish_complete_directories)'`);
      }
    }
  }
  return `${lines.join('\n')}\n`;
}
