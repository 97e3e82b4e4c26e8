// Programs that run commands which stand in their arguments, in their input or in a file of the project, in ways that are not read here.
// Only profiles that ask about commands or forbid some need to know: there such a line asks, unless it is allowed as it is written.

import type { Word } from './shell/cursor.ts';
import { isInput, programOf } from './shell/through.ts';

/** Says whether these arguments of the program may make it run another. */
type Hides = (args: readonly Word[], texts: readonly string[]) => boolean;

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));
const always: Hides = () => true;
const unsure = (args: readonly Word[]): boolean => args.some(({ kind }) => kind !== 'sure');
/** One of the options; also, where `strict`, a word that can't be told may be one. */
const option =
  (form: RegExp, strict = false): Hides =>
  (args, texts) =>
    texts.some((text) => form.test(text)) || (strict && unsure(args));

/** The first words that are no options, of which the value of an option may be one. */
const named = (texts: readonly string[], words: ReadonlySet<string>): boolean =>
  texts
    .filter((text) => !text.startsWith('-'))
    .slice(0, 4)
    .some((text) => words.has(text));

/** Settings that name a program for git to start. */
const gitSetting =
  /^(?:-c|--config-env=?)?(?:alias\.|core\.(?:sshcommand|pager|editor|hookspath|fsmonitor|gitproxy|askpass)|sequence\.editor|pager\.|diff\.|difftool\.|merge\.|mergetool\.|filter\.|credential\.|gpg\.|browser\.|web\.|man\.|interactive\.|uploadpack\.|remote\.|url\.|protocol\.|include(?:if)?\.|trailer\.|sendemail\.|submodule\.)/i;
const gitRunners = set('bisect filter-branch difftool mergetool subtree send-pack http-push svn p4 remote-http remote-https instaweb');
const gitOption = /^(?:--exec(?:-path)?(?:=|$)|--upload-pack|--receive-pack|--extcmd|--open-files-in-pager|ext::)/;

const git: Hides = (_, texts) => {
  const settings = texts.some(
    (text, n) => gitSetting.test(text) && (text.startsWith('-') || /^(?:-c|--config-env)$/.test(texts[n - 1] ?? '')),
  );
  if (settings || named(texts, gitRunners) || texts.some((text) => gitOption.test(text))) return true;
  if (named(texts, set('rebase')) && texts.some((text) => /^-[a-z]*x/.test(text))) return true;
  if (named(texts, set('grep')) && texts.some((text) => /^-[a-z]*O/.test(text))) return true;
  return named(texts, set('submodule')) && texts.includes('foreach');
};

/** Languages: with a file they are a program like any other, without one they read what they are given. */
const interpreter: Hides = (args, texts) => {
  if (texts.some((text) => /^(?:--?version|--?help|-[vVh])$/.test(text))) return false;
  const operand = args.find(({ text, kind }) => kind !== 'sure' || text === '-' || !text.startsWith('-'));
  // Text in an argument is looked into elsewhere; so is the name of a module.
  if (texts.some((text) => /^(?:-[A-Za-z]*[ceEprm]|--eval|--print|eval$)/.test(text))) return false;
  return operand === undefined || isInput(operand.text);
};

/** The `e` of GNU sed: by itself, and as a flag of `s`. */
const sed: Hides = (args, texts) =>
  unsure(args) ||
  texts.some(
    (text) => /(?:^|[;{}\n\d$/!,])\s*e(?:\s|$)/.test(text) || /s([^\w\s])(?:\\.|(?!\1).)*\1(?:\\.|(?!\1).)*\1[gimpIM\d]*e/s.test(text),
  );

const awk: Hides = (_, texts) => texts.some((text) => /\bsystem\b|\bgetline\b|(?:^|[^|])\|(?!\|)/.test(text));

/** What starts the scripts that a project's own files name. */
const scripts: Hides = (_, texts) => named(texts, set('run run-script rum urn start stop restart test tst t')) || texts.length === 0;

const hides: Record<string, Hides> = {
  git,
  awk,
  gawk: awk,
  mawk: awk,
  nawk: awk,
  sed,
  gsed: sed,
  tar: option(/^--(?:to-c|check|use-c|info-|new-v|rsh-c|rmt-c)|^-?[A-Za-z]*[IF]/, true),
  rsync: option(/^-[A-Za-z0-9]*e|^--(?:rsh|rsync-p)/, true),
  scp: option(/^-[A-Za-z0-9]*[oSDF]/, true),
  sftp: option(/^-[A-Za-z0-9]*[oSDF]/, true),
  rg: option(/^--(?:pre|hostname-bin)(?:=|$)/),
  fzf: always,
  less: option(/^\+/),
  more: option(/^\+/),
  man: option(/^-[A-Za-z]*[PH]|^--(?:pager|html)/),
  sort: option(/^--compress-p/),
  split: option(/^--fi/),
  zip: option(/^-[A-Za-z]*T|^--(?:test|unzip)/),
  nc: option(/^-[A-Za-z]*[ec]|^--(?:sh-)?exec/),
  ncat: option(/^-[A-Za-z]*[ec]|^--(?:sh-)?exec/),
  tcpdump: option(/^-[A-Za-z]*z/),
  npm: scripts,
  pnpm: scripts,
  yarn: always,
  bun: scripts,
  deno: (args, texts) => named(texts, set('task')) || interpreter(args, texts),
  composer: scripts,
};

/** Whatever they are given. */
const opaque = set(
  'ssh mosh autossh sshpass make gmake bmake remake just task rake ninja samu invoke inv fab tox nox nx turbo lerna gulp grunt ' +
    'vi vim view nvim ex ed emacs emacsclient nano docker podman nerdctl buildah kubectl vagrant lxc incus multipass sqlite3 psql mysql mariadb ' +
    'mail mailx m4 dc ftp lftp hyperfine concurrently nodemon npm-run-all run-s run-p pre-commit act ansible ansible-playbook',
);
const interpreters = /^(?:python|pypy|perl|ruby|node|nodejs|php|lua|tclsh|osascript|rscript|julia|irb|ghci|scala|groovy)[\d.]*$/;

/** May this command run others that can't be seen? */
export function hidesCommands([first, ...args]: readonly Word[]): boolean {
  if (!first) return false;
  const name = programOf(first.text);
  if (opaque.has(name)) return true;
  const texts = args.flatMap(({ text, kind }) => (kind === 'sure' ? [text] : []));
  if (Object.hasOwn(hides, name)) return hides[name]?.(args, texts) ?? false;
  if (interpreters.test(name)) return interpreter(args, texts);
  return name.startsWith('git-') && git([], [name.slice(4), ...texts]);
}
