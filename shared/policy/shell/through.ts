// What a command runs in turn: programs that run the program they are given, and shells that are given text.

import { judgeBuiltin } from './builtins.ts';
import type { Word } from './cursor.ts';
import { decides } from './variables.ts';

export interface Inside {
  /** Commands that it runs. */
  commands: Word[][];
  /** Texts that it has a shell read. */
  scripts: string[];
  understood: boolean;
}

const nothing: Inside = { commands: [], scripts: [], understood: true };
const unclear: Inside = { commands: [], scripts: [], understood: false };

/** The program's name as the system looks it up: without its folder, and without Windows' endings. */
export const programOf = (text: string): string =>
  text
    .slice(text.lastIndexOf('/') + 1)
    .toLowerCase()
    .replace(/\.(?:exe|cmd|bat|com)$/, '');

/**
 * A program that runs what follows its own options and operands. `flags` take no value, `values` take the next word or are joined with
 * it; long ones are written without `=`. Any other option: not understood.
 */
interface Wrapper {
  flags?: string;
  values?: string;
  long?: readonly string[];
  longValues?: readonly string[];
  /** Words of its own before the command. */
  operands?: number;
  /** NAME=value may come before the command. */
  assigns?: true;
  /** With one of these it runs nothing. */
  idle?: RegExp;
  /** Without a command it starts a shell, or does what is not known here. */
  needs?: true;
}

const wrappers: Record<string, Wrapper> = {
  env: { flags: 'i0v', values: 'uC', long: ['ignore-environment', 'null', 'debug'], longValues: ['unset', 'chdir'], assigns: true },
  command: { flags: 'p', idle: /^-[pvV]*[vV]/ },
  builtin: {},
  exec: { flags: 'cl', values: 'a' },
  nohup: {},
  time: { flags: 'pvaq', values: 'fo', long: ['portability', 'verbose', 'append', 'quiet'], longValues: ['format', 'output'] },
  nice: { values: 'n', longValues: ['adjustment'] },
  ionice: { flags: 't', values: 'cn', longValues: ['class', 'classdata'], needs: true },
  setsid: { flags: 'cfw', long: ['ctty', 'fork', 'wait'], needs: true },
  stdbuf: { values: 'ioe', longValues: ['input', 'output', 'error'] },
  timeout: {
    flags: 'vfp',
    values: 'ks',
    long: ['foreground', 'preserve-status', 'verbose'],
    longValues: ['kill-after', 'signal'],
    operands: 1,
  },
  sudo: {
    flags: 'EHnPSkbAB',
    values: 'ugpCThrtRD',
    long: ['preserve-env', 'non-interactive', 'set-home', 'stdin'],
    longValues: ['user', 'group'],
    assigns: true,
    needs: true,
  },
  doas: { flags: 'nL', values: 'uCa', needs: true },
  busybox: { needs: true },
  toybox: { needs: true },
};

const shells = new Set(['sh', 'bash', 'dash', 'ash']);
/** Programs that run others in ways that are not read here. */
const opaque = new Set(
  (
    'zsh ksh ksh93 mksh yash fish csh tcsh elvish nu rbash pwsh powershell cmd watch parallel script su runuser strace ltrace gdb unshare nsenter ' +
    'chroot flock setpriv systemd-run setarch linux64 linux32 fakeroot proot xvfb-run dbus-run-session unbuffer expect chrt taskset numactl ' +
    'cgexec pkexec run0 gosu su-exec valgrind perf entr ssh-agent screen tmux at batch crontab prlimit catchsegv faketime socat start-stop-daemon'
  ).split(' '),
);

export function seeThrough(words: readonly Word[]): Inside {
  const [first, ...rest] = words;
  if (!first) return nothing;
  const name = programOf(first.text);
  if (Object.hasOwn(wrappers, name)) return throughWrapper(wrappers[name] ?? {}, rest);
  if (shells.has(name)) return throughShell(rest);
  if (opaque.has(name)) return unclear;
  if (name === 'xargs') return throughXargs(rest);
  if (name === 'find' || name === 'fd' || name === 'fdfind') return name === 'find' ? throughFind(rest) : throughFd(rest);
  if (name === 'eval') return rest.every(isSure) ? { ...nothing, scripts: [rest.map(({ text }) => text).join(' ')] } : unclear;
  if (name === 'trap') return throughTrap(rest);
  return judgeBuiltin(name, rest) ? nothing : unclear;
}

const isSure = ({ kind }: Word): boolean => kind === 'sure';

/** Where a wrapper's command begins; undefined: not understood. */
function skipOwn(words: readonly Word[], { flags = '', values = '', long = [], longValues = [] }: Wrapper): number | undefined {
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at];
    if (!word || !isSure(word)) return undefined;
    const { text } = word;
    if (text === '--') return at + 1;
    if (!text.startsWith('-')) return at;
    if (text.startsWith('--')) {
      const [name = '', value] = text.slice(2).split('=', 2);
      if (value === undefined && long.includes(name)) continue;
      if (!longValues.includes(name) && !(value !== undefined && long.includes(name))) return undefined;
      if (value === undefined) at++;
      continue;
    }
    if (/^-\d+$/.test(text) && values.includes('n')) continue;
    const letters = text.slice(1).split('');
    const value = letters.findIndex((letter) => !flags.includes(letter));
    if (value < 0) {
      // `env -` is `env -i`.
      if (letters.length === 0 && !flags.includes('i')) return undefined;
      continue;
    }
    if (!values.includes(letters[value] ?? '')) return undefined;
    if (value === letters.length - 1) at++;
  }
  return at;
}

function throughWrapper(wrapper: Wrapper, words: readonly Word[]): Inside {
  if (wrapper.idle && words.some(({ text }) => wrapper.idle?.test(text))) return words.every(isSure) ? nothing : unclear;
  let at = skipOwn(words, wrapper);
  if (at === undefined) return unclear;
  at += wrapper.operands ?? 0;
  for (; wrapper.assigns && words[at]?.text.includes('='); at++) {
    const word = words[at];
    // A quoted name counts too: it is the program that reads it.
    if (!word || word.kind === 'many' || decides(word.text.slice(0, word.text.indexOf('=')))) return unclear;
  }
  if (words.slice(0, at).some(({ kind }) => kind === 'many')) return unclear;
  const command = words.slice(at);
  // Some take options after variables too.
  if (wrapper.assigns && command[0]?.text.startsWith('-')) return unclear;
  if (command.length === 0) return wrapper.needs ? unclear : nothing;
  return { ...nothing, commands: [command] };
}

/** `bash -c TEXT`, also with other options before it. A file with commands is a program like any other; its input is not known. */
function throughShell(words: readonly Word[]): Inside {
  let text = false;
  let at = 0;
  for (; at < words.length; at++) {
    const word = words[at];
    if (!word || !isSure(word)) return unclear;
    if (word.text === '--' || word.text === '-') {
      at++;
      break;
    }
    if (!/^[-+]/.test(word.text)) break;
    if (/^--(?:login|noprofile|norc|posix)$/.test(word.text)) continue;
    if (!/^[-+][abefhlmnpuvxcoBCEHPT]+$/.test(word.text)) return unclear;
    text ||= word.text.startsWith('-') && word.text.includes('c');
    // Each o takes a word.
    const names = word.text.split('o').length - 1;
    if (words.slice(at + 1, at + 1 + names).some((each) => !isSure(each))) return unclear;
    at += names;
  }
  const operand = words[at];
  if (!operand || !isSure(operand)) return unclear;
  if (text) return { ...nothing, scripts: [operand.text] };
  return isInput(operand.text) ? unclear : nothing;
}

/** A path behind which there is what this command is given, and no file with a content of its own. */
export const isInput = (path: string): boolean => /^\/(?:dev|proc)(?:\/|$)/.test(path) || path === '-' || path === '';

const unknown: Word = { text: '', kind: 'many', quoted: false };

function throughXargs(words: readonly Word[]): Inside {
  const own: Wrapper = {
    flags: '0rtpxo',
    values: 'nPLdaEIs',
    long: ['null', 'no-run-if-empty', 'verbose', 'interactive', 'exit', 'open-tty'],
    longValues: ['max-args', 'max-procs', 'max-lines', 'delimiter', 'arg-file', 'max-chars', 'replace'],
  };
  const at = skipOwn(words, own);
  if (at === undefined || words.slice(0, at).some(({ kind }) => kind === 'many')) return unclear;
  const command = words.slice(at);
  if (command.length === 0) return nothing;
  // What is put in for a placeholder is not known, and where the placeholder is named does not matter: any word may hold it.
  const placed = words.slice(0, at).flatMap(({ text }, n) => {
    if (/^-[0rtpxo]*I./.test(text)) return [text.slice(text.indexOf('I') + 1)];
    if (/^-[0rtpxo]*I$/.test(text) || text === '--replace') return [words[n + 1]?.text ?? '{}'];
    return text.startsWith('--replace=') ? [text.slice(10)] : [];
  });
  const filled = command.map((word): Word => (placed.some((mark) => word.text.includes(mark)) ? { ...word, kind: 'one' } : word));
  return { ...nothing, commands: [[...filled, unknown]] };
}

function throughFind(words: readonly Word[]): Inside {
  const commands: Word[][] = [];
  let hidden = false;
  for (let at = 0; at < words.length; at++) {
    const { kind, text } = words[at] ?? unknown;
    if (kind === 'many') return unclear;
    if (kind === 'one') hidden = true;
    // Ends an -exec that was not seen.
    else if (hidden && (text === ';' || text === '+')) return unclear;
    if (kind !== 'sure' || !/^-(?:exec|execdir|ok|okdir)$/.test(text)) continue;
    const inner: Word[] = [];
    let several = false;
    for (at++; at < words.length; at++) {
      const word = words[at] ?? unknown;
      several = word.text === '+' && words[at - 1]?.text === '{}';
      if (isSure(word) && (word.text === ';' || several)) break;
      if (word.kind === 'many') return unclear;
      inner.push(word);
    }
    const filled: Word['kind'] = several ? 'many' : 'one';
    if (inner.length > 0) commands.push(inner.map((word) => (word.text.includes('{}') ? { ...word, kind: filled } : word)));
  }
  return { ...nothing, commands };
}

/** fd's -x and -X take all that is left, up to a `;`. */
function throughFd(words: readonly Word[]): Inside {
  return words.some(({ kind, text }) => kind !== 'sure' || /^-[a-zA-Z]*[xX]|^--exec/.test(text)) ? unclear : nothing;
}

function throughTrap(words: readonly Word[]): Inside {
  const at = words[0]?.text === '--' ? 1 : 0;
  const [text] = words.slice(at);
  if (!words.every(isSure)) return unclear;
  if (!text || words.length - at < 2 || text.text === '-' || text.text.startsWith('-')) return nothing;
  return { ...nothing, scripts: [text.text] };
}
