import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readArguments } from '../../electron/cli/arguments.ts';
import { completionsFor } from '../../electron/cli/completions.ts';
import { helpFor } from '../../electron/cli/help.ts';
import { commands, nouns } from '../../electron/cli/table.ts';
import { safe } from '../../electron/cli/terminal.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

const words = (line: string): string[] => line.split(' ').filter((word) => word !== '');

describe('the command line', () => {
  it.each([
    ['exec do it', ['exec'], {}, ['do', 'it']],
    ['exec -C /x --model=gpt-5.5 --json -- --not-a-flag', ['exec'], { cwd: '/x', model: 'gpt-5.5', json: true }, ['--not-a-flag']],
    ['exec --last -', ['exec'], { last: true }, ['-']],
    ['exec --effort high x', ['exec'], { effort: 'high' }, ['x']],
    ['threads answer t1 --no --note=-x', ['threads', 'answer'], { no: true, note: '-x' }, ['t1']],
    ['threads list -n 5', ['threads', 'list'], { limit: '5' }, []],
    ['daemon', ['daemon', 'run'], {}, []],
    ['daemon --detach', ['daemon', 'run'], { detach: true }, []],
  ])('understands: %s', (line, command, flags, args) => {
    expect(readArguments(words(line))).toMatchObject({ kind: 'run', command: { words: command }, flags, args });
  });

  it.each([
    ['exec', 'needs PROMPT', '--help'],
    ['exce x', 'no command "exce"', '`exec`'],
    ['threads lst', '"threads lst"', '`list`'],
    ['threads', 'needs one of: list', '--help'],
    ['exec --modle x y', 'no option "--modle"', '`--model`'],
    ['exec --frobnicate y', 'no option "--frobnicate"', 'exec --help'],
    ['exec --model', '--model needs a value', '--help'],
    ['exec --model --json x', '--model needs a value', '--help'],
    ['exec --json=yes x', 'takes no value', '--help'],
    ['exec --effort huge x', '"huge"', 'one of: none'],
    ['threads show a b', 'with "b"', '--help'],
    ['completions tcsh', '"tcsh"', 'bash, zsh, fish'],
    ['--helpp', 'no option "--helpp"', '`--help`'],
  ])('says what is wrong with: %s', (line, message, hint) => {
    const parsed = readArguments(words(line));
    expect(parsed).toMatchObject({
      kind: 'wrong',
      message: expect.stringContaining(message) as string,
      hint: expect.stringContaining(hint) as string,
    });
  });

  it('has help for everything in the table, whichever way it is asked', () => {
    for (const command of commands) {
      const text = helpFor(command.words) ?? '';
      expect(text).toContain(command.about);
      for (const flag of command.flags) expect(text).toContain(`--${flag.name}`);
      expect(readArguments([...command.words, '--help'])).toEqual({ kind: 'help', words: command.words });
      for (const line of text.split('\n')) expect(line.length).toBeLessThan(140);
    }
    for (const noun of nouns.keys()) expect(helpFor([])).toContain(noun);
    expect(helpFor(['threads'])).toContain('answer THREAD');
    expect(helpFor(['nothing'])).toBeUndefined();
    for (const ask of ['--help', '-h', 'help', '']) expect(readArguments(words(ask))).toEqual({ kind: 'help', words: [] });
    expect(readArguments(['help', 'exec'])).toEqual({ kind: 'help', words: ['exec'] });
    expect(readArguments(['-V'])).toEqual({ kind: 'version' });
  });

  it('names every command and flag in each completion script', () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const script = completionsFor(shell);
      for (const command of commands) {
        for (const word of command.words) expect(script).toContain(word);
        for (const flag of command.flags) expect(script).toContain(shell === 'fish' ? `-l ${flag.name}` : `--${flag.name}`);
      }
    }
  });

  it.runIf(process.platform !== 'win32')('completes in bash', () => {
    const folder = tempFolder('completions');
    writeFiles(folder, { 'switchyard.bash': completionsFor('bash') });
    const complete = (...line: string[]): string[] => {
      const script = `source "${path.join(folder, 'switchyard.bash')}"
COMP_WORDS=(switchyard "$@"); COMP_CWORD=$#; _switchyard; printf '%s\\n' "\${COMPREPLY[@]}"`;
      return words(execFileSync('bash', ['-c', script, 'bash', ...line], { encoding: 'utf8', cwd: folder }).replaceAll('\n', ' '));
    };
    expect(complete('th')).toEqual(['threads']);
    expect(complete('threads', 'ar')).toEqual(['archive']);
    expect(complete('threads', 'delete', '--')).toEqual(['--yes', '--help']);
    expect(complete('exec', '--effort', 'h')).toEqual(['high']);
    expect(complete('completions', 'z')).toEqual(['zsh']);
  });

  it('writes out what would steer a terminal', () => {
    expect(safe('a\u001b[31mb\u0007\r\nc\td\u202eé😀\u009b')).toBe('a\\u001b[31mb\\u0007\nc\td\\u202eé😀\\u009b');
    expect(safe('👩\u200d💻')).toBe('👩\u200d💻');
  });
});
