// Command lines, made at random: of what shells know, put together as it may be, and then sometimes damaged.
import { createRandom } from './random.ts';

/** Programs that only note how they were called (tests/shared/policy/shell-oracle.test.ts). `no` fails. */
export const noted = ['git', 'rm', 'ls', 'no'] as const;
/** Programs that are what they are. */
export const real = ['env', 'nice', 'nohup', 'timeout', 'stdbuf', 'xargs', 'find', 'bash', 'sh', 'setsid'] as const;

export function createLines(seed: number) {
  const random = createRandom(seed);
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random(of.length))] as T;
  const chance = (of: number): boolean => random(1) < of;
  let here = 0;

  const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  const inDouble = (text: string): string => `"${text.replace(/[\\"$`]/g, '\\$&')}"`;
  const arg = (depth: number): string =>
    pick<() => string>([
      () =>
        pick(['push', 'commit', '-rf', '-r', '-f', '-C', 'x', '--force', 'origin', '-m', 'a=b', '--', '-l', '{}', 'stash@{0}', '+x', '#']),
      () => pick(["'push'", '"push"', '\\push', "pu'sh'", 'p"us"h', "$'push'", '"x y"', "'x;git push'", '$(', '"']),
      () =>
        pick([
          '$x',
          '"$x"',
          '${x}',
          '${x:-push}',
          '"$@"',
          '$*',
          '{push,x}',
          'pu*',
          '~',
          '$((1+2))',
          '$((x))',
          '${x%?}',
          '${x/a/b}',
          '$?',
          '$',
        ]),
      () => (depth > 0 ? `$(${line(depth - 1)})` : 'x'),
      () => (depth > 0 ? `"$(${line(depth - 1)})"` : 'x'),
      () => (depth > 0 ? `\`${line(depth - 1).replace(/[`\\$]/g, '\\$&')}\`` : 'x'),
      () => (depth > 0 ? `<(${line(depth - 1)})` : 'x'),
      () => (depth > 0 ? `"\${x:-$(${line(depth - 1)})}"` : 'x'),
    ])();
  const program = (): string => pick([...noted, 'git', 'git', "'git'", 'g"i"t', '\\git', 'echo', ':', 'true']);
  const call = (depth: number): string => {
    const words = [program()];
    if (chance(0.7)) words.push(pick(['push', 'push', '-rf', '-C x push', '-c a=b push', '--no-pager push', '$x', 'commit']));
    while (chance(0.4)) words.push(arg(depth));
    return words.join(pick([' ', ' ', '  ', '\t', ' \\\n ']));
  };
  const wrapped = (depth: number): string => {
    const inner = chance(0.3) && depth > 0 ? line(depth - 1) : call(Math.min(depth, 1));
    return pick<() => string>([
      () => `${pick(['env', 'env -i PATH="$PATH"', 'env a=b', 'env -u a', 'env --', 'env -S'])} ${inner}`,
      () => `${pick(['command', 'command -p', 'command -v', 'command --', 'builtin', 'exec', 'exec -a z'])} ${inner}`,
      () =>
        `${pick(['nohup', 'nice', 'nice -n 3', 'nice -3', 'timeout 2', 'timeout -k 1 2', 'timeout --signal=INT 2', 'stdbuf -oL', 'stdbuf -o L', 'setsid -w'])} ${inner}`,
      () => `time ${pick(['', '-p '])}${inner}`,
      () => `eval ${pick([inner, quoted(inner), inDouble(inner)])}`,
      () =>
        `${pick(['bash', 'sh'])} ${pick(['-c', '-ec', '-x -c', '-eo pipefail -c', '-l -c', '-s', '-c --'])} ${pick([quoted(inner), inDouble(inner), '\'git "$@"\' a push'])}`,
      () =>
        `echo ${pick(['push', 'x', "'git push'"])} | ${pick(['xargs', 'xargs -n 1', 'xargs -I {}', 'xargs -I% ', 'xargs -0', 'sh', 'bash -s', 'xargs sh -c'])} ${inner}`,
      () => `find . ${pick(['-name x', '', '-type f'])} ${pick(['-exec', '-execdir'])} ${inner} ${pick(['\\;', "';'", '{} +', '{} \\;'])}`,
      () => `trap ${quoted(inner)} EXIT`,
      () =>
        `x=${pick(['push', "'git push'", "'a[$(git push)]'"])}; ${pick(['$x', 'git $x', 'git "$x"', 'eval "$x"', 'echo $((x))', '[[ $x -eq 1 ]]', '[ -v "$x" ]', 'test $x', 'declare "$x=1"', 'let x'])}`,
      () => `alias z='git push'\nz ${inner}`,
      () => `command eval ${quoted(inner)}`,
      () => `builtin eval ${inDouble(inner)}`,
      () => `${pick(['.', 'source'])} ${pick(['/dev/stdin', './x', '<(echo git push)'])} <<< ${quoted(inner)}`,
      () => `a=(${pick(['x', '$(git push)', "'git' push"])}); ${pick(['"${a[@]}"', 'git ${a[1]}', 'echo ${a[$(git push)]}', '${a[0]} x'])}`,
      () => `coproc ${inner}`,
      () => `echo ${pick(['$[', '$((', '$(( 1 + $(', '$( ('])}${inner}${pick([']', '))', ') ))', ') )'])}`,
      () => `read x <<< ${pick(['push', "'git push'"])}; ${pick(['git $x', '$x', 'git "$x"'])}`,
      () => `printf ${pick(['-v x ', "-v 'a[$(git push)]' ", ''])}%s push; git "$x"`,
      () => `${pick(['ls', 'git', 'echo', 'fn'])}() { ${inner}; }; ${pick(['ls push', 'git push', 'echo x', 'fn'])}`,
      () => `${pick(['x', 'git', '$(ls)'])}\\\n${pick([' ', '', ';', '&& ', '#'])}${inner}`,
      () => `: "${pick(['`', '$('])}${inner}${pick(['`', ')'])}" ${pick(["'`'", '\\`', '"\\`"', ''])}`,
      () => `: \`echo "$(${inner})"\` \`: '${inner.replaceAll("'", '')}'\``,
      () => `cat <<E${pick(['', '\\\n'])} ; ${inner}\n$(cat <<F\n$(git x)\nF\n)\nE\ngit commit`,
      () =>
        `echo \${x${pick([':-', ':=', '+', '%', '#', '/a/', '^', ':1:', '@'])}${pick(['$(git push)', '`git push`', '"$(git push)"', "'}'; git push '", 'push', '}'])}} ${inner}`,
      () => `set -${pick(['e', 'k', 'x', 'o pipefail', '- a b', 'f', 'v'])}; ${inner} a=b`,
      () => `set -- git push; ${pick(['"$@"', '$1 x', 'git $2', inner])}`,
      () => `${pick(['PS4', 'a', 'BASH_ENV', 'x'])}='$(git push)' ${inner}; set -x; true`,
    ])();
  };
  const redirection = (): string => pick(['> o', '2>&1', '< x', '>> o', '&> o', '2> o', '<<< push', '>| o', '1>&2', '&>> o', '> o ls']);
  const document = (depth: number): string => {
    const end = `E${here++}`;
    const body = pick(['git push', `$(${line(Math.max(0, depth - 1))})`, "it's \\$x", '`git push`', 'a\nb', '"$(ls)"']);
    const opened = pick([end, `'${end}'`, `"${end}"`, `\\${end}`]);
    return `${pick(['cat', 'ls', 'git x', 'bash', 'xargs git'])} ${pick(['<<', '<<-', '<< '])}${opened}${pick(['', ' | ls', ' && git commit', ' # x'])}\n${body}\n${end}\n`;
  };
  const simple = (depth: number): string => {
    const text = chance(0.3)
      ? wrapped(depth)
      : `${chance(0.15) ? pick(['a=b ', "a='x y' ", 'a=$(ls) ', 'a=(1) ', 'a[1]=2 ']) : ''}${call(depth)}`;
    return chance(0.2) ? `${text} ${redirection()}` : text;
  };
  const compound = (depth: number): string => {
    const body = (): string => line(depth - 1);
    const sep = pick(['; ', '\n', ' ;\n']);
    return pick<() => string>([
      () => `(${body()})`,
      () => `{ ${body()}${sep}}`,
      () => `if ${body()}${sep}then ${body()}${sep}${chance(0.5) ? `else ${body()}${sep}` : ''}fi`,
      () => `for v in a ${arg(0)}${sep}do ${body()}${sep}done`,
      () => `while no ${arg(0)}${sep}do ${body()}${sep}done`,
      () => `until ${body()}${sep}do break${sep}done`,
      () => `case ${pick(['a', '$x', 'git'])} in ${pick(['', '('])}a|git) ${body()};; *) ${body()}${pick([';;', '', '\n'])} esac`,
      () => `fn() { ${body()}${sep}}; fn`,
      () => `function fn ${pick(['', '() '])}{ ${body()}${sep}}; fn push`,
      () => `[[ ${pick(['-n x', 'a == b', '-z $(git push)', 'a -eq b', 'a && b', '$x =~ y'])} ]] && ${body()}`,
      () => `! ${body()}`,
    ])();
  };
  const line = (depth: number): string => {
    const parts = [];
    do parts.push(depth > 0 && chance(0.3) ? compound(depth) : chance(0.08) ? document(depth) : simple(depth));
    while (chance(0.35));
    return parts.reduce(
      (all, part) =>
        `${all}${pick([' && ', ' || ', '; ', ' | ', '\n', ' & ', '&&', ';', '|', ' |& ', ' # x\n', ' &&\n', ' \\\n; '])}${part}`,
    );
  };
  const scraps = [
    '"',
    "'",
    '`',
    '$(',
    ')',
    '\\',
    ';',
    '|',
    '&',
    '{',
    '}',
    '#',
    ' ',
    '\n',
    '<',
    '>',
    '(',
    '$',
    '=',
    '!',
    '*',
    'git',
    'push',
    ' git push ',
    '\\\n',
    '<<',
    '~',
    '[',
    '[[',
    ']]',
  ];
  /** Takes out, puts in or doubles a bit of it. */
  const damaged = (text: string): string => {
    const at = Math.floor(random(text.length + 1));
    const to = at + Math.floor(random(6));
    return pick([
      () => text.slice(0, at) + pick(scraps) + text.slice(at),
      () => text.slice(0, at) + text.slice(to),
      () => text.slice(0, to) + text.slice(at),
    ])();
  };
  return {
    line: (): string => {
      let text = line(2);
      while (chance(0.3)) text = damaged(text);
      return text;
    },
    /** Anything at all: never run, only read. */
    garbage: (): string =>
      Array.from({ length: Math.floor(random(60)) }, () =>
        chance(0.8)
          ? pick([
              ...scraps,
              'if',
              'then',
              'fi',
              'case',
              'in',
              'esac',
              'eval',
              'bash -c',
              'for',
              'do',
              'done',
              'x=',
              '${',
              '\0',
              '\u{1f600}',
              '\ud800',
              '\u2028',
            ])
          : String.fromCharCode(Math.floor(random(0x3000))),
      ).join(chance(0.5) ? '' : ' '),
    random,
    pick,
  };
}
