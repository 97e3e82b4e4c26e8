import { expect, it } from 'vitest';
import type { CommandRule } from '../../../shared/domain/profile.ts';
import { judgeCommand } from '../../../shared/policy/judge.ts';

const source = { kind: 'user', where: 'config.toml' } as const;
const rules: CommandRule[] = [
  { prefix: ['git', 'push'], decision: 'ask', source },
  { prefix: ['git', 'push', '--force'], decision: 'forbid', source },
  { prefix: ['npm', 'test'], decision: 'allow', source },
  { prefix: ['git', 'status'], decision: 'allow', source },
  { prefix: ['rm', '-rf'], decision: 'forbid', source },
  { prefix: ['npm', 'publish'], decision: 'forbid', source },
];

type Row = [line: string, decision: 'run' | 'allow' | 'ask' | 'forbid', understood?: boolean];
const rows: Row[] = [
  // A program and its words.
  ['ls -la', 'run'],
  ['npm test', 'allow'],
  ['npm test -- --watch', 'allow'],
  ['npm  test', 'allow'],
  ["npm 'test'", 'allow'],
  ['npm testing', 'run'],
  ['git push', 'ask'],
  ['git push origin main', 'ask'],
  ['git pushy', 'run'],
  ['git commit -m push', 'run'],
  ['echo git push', 'run'],
  ["echo 'git push'", 'run'],
  ['# git push', 'run'],
  ['', 'run'],
  // Spellings.
  ['/usr/bin/git push', 'ask'],
  ['./git push', 'ask'],
  ['GIT push', 'ask'],
  ['git.exe push', 'ask'],
  ['git-push origin', 'ask'],
  ['\\git push', 'ask'],
  ['\'git\' "push"', 'ask'],
  ['g""it pu\'sh\'', 'ask'],
  ['git -C x push', 'ask'],
  ['git -c a=b -C x --no-pager push', 'ask'],
  ['git --git-dir=x push', 'ask'],
  ['git -C push status', 'ask'],
  ['git push origin --force', 'forbid'],
  ['git -C x push -q --force origin', 'forbid'],
  ['git push --force=x', 'forbid'],
  ['rm -rf x', 'forbid'],
  ['rm -fr x', 'forbid'],
  ['rm -r -f x', 'forbid'],
  ['rm -r x', 'run'],
  ['git -c alias.p=push p', 'ask'],
  // What only runs, or only asks, must not pass for allowed.
  ['/tmp/npm test', 'run'],
  ['A=1 npm test', 'run'],
  ['env npm test', 'run'],
  ['npm -s test', 'run'],
  ["bash -c 'npm test'", 'run'],
  ['npm test; ls', 'run'],
  ['npm test && git status', 'allow'],
  ['npm test | tee x', 'run'],
  ['(npm test)', 'allow'],
  // Chains.
  ['ls && git push', 'ask'],
  ['ls || git push', 'ask'],
  ['ls; git push', 'ask'],
  ['ls | git push', 'ask'],
  ['ls & git push', 'ask'],
  ['ls\ngit push', 'ask'],
  ['npm test && git push', 'ask'],
  ['git push; rm -rf x', 'forbid'],
  ['(git push)', 'ask'],
  ['{ git push; }', 'ask'],
  ['! git push', 'ask'],
  ['time git push', 'ask'],
  ['echo $(git push)', 'ask'],
  ['echo "$(git push)"', 'ask'],
  ['echo "a `git push` b"', 'ask'],
  ["echo '$(git push)'", 'run'],
  ['echo "\\$(git push)"', 'run'],
  ['diff <(git push) x', 'ask'],
  ['x=$(git push)', 'ask'],
  ['ls > "$(git push)"', 'ask'],
  ['echo ${x:-$(git push)}', 'ask'],
  ['cat <<E\n$(git push)\nE', 'ask'],
  ["cat <<'E'\n$(git push)\nE", 'run'],
  ['cat <<E\ngit push\nE', 'run'],
  ['cat <<E\nx\nE\ngit push', 'ask'],
  ['cat <<E && git push\nx\nE', 'ask'],
  ['if true; then git push; fi', 'ask'],
  ['if git push; then :; fi', 'ask'],
  ['for x in a b; do git push; done', 'ask'],
  ['while true; do git push; done', 'ask'],
  ['case x in git) git push;; esac', 'ask'],
  ['case git in push) ls;; esac', 'run'],
  ['f() { git push; }; f', 'ask'],
  ['[[ -f x ]] && git push', 'ask'],
  // Programs that run programs.
  ['env git push', 'ask'],
  ['env -i -u X A=b git push', 'ask'],
  ['command git push', 'ask'],
  ['command -v git push', 'run'],
  ['exec git push', 'ask'],
  ['nohup git push &', 'ask'],
  ['nice -n 5 git push', 'ask'],
  ['timeout -k 1 5 git push', 'ask'],
  ['stdbuf -oL git push', 'ask'],
  ['sudo -u root git push', 'ask'],
  ['doas git push', 'ask'],
  ['busybox sh -c "git push"', 'ask'],
  ['xargs git push', 'ask'],
  ['echo push | xargs git', 'ask'],
  ['echo push | xargs -I{} git {}', 'ask'],
  ['find . -exec git push {} \\;', 'ask'],
  ['find . -name "*.ts" -exec rm -rf {} +', 'forbid'],
  ['find . -name "*.ts"', 'run'],
  ["bash -c 'git push'", 'ask'],
  ["bash -euo pipefail -c 'ls; git push'", 'ask'],
  ['sh -c "sh -c \'git push\'"', 'ask'],
  ["eval 'git push'", 'ask'],
  ['eval git push', 'ask'],
  ["trap 'git push' EXIT", 'ask'],
  ['env env timeout 5 nice command git push', 'ask'],
  ['python -c "import os; os.system(\'git push\')"', 'ask'],
  ['python -c "print(1)"', 'run'],
  // What is not known.
  ['$x push', 'ask', false],
  ['git $x', 'ask'],
  ['git "$x"', 'ask'],
  ['git {push,x}', 'ask'],
  ['git pu*', 'ask'],
  ['git commit "$x"', 'run'],
  ['ls $x', 'run'],
  ['ls *.ts', 'run'],
  ['$(echo git) push', 'ask', false],
  ['eval "$x"', 'ask', false],
  ['bash -c "$x"', 'ask', false],
  ['echo git push | sh', 'ask', false],
  ["bash <<< 'git push'", 'ask', false],
  ['bash script.sh', 'run'],
  ['source .venv/bin/activate', 'run'],
  ['source /dev/stdin', 'ask', false],
  ["alias x='git push'", 'ask', false],
  ["PS4='$(git push)'", 'ask', false],
  ['PATH=. npm test', 'ask', false],
  ['export PATH=.', 'ask', false],
  ['echo $((x))', 'ask', false],
  ['echo $((1 + 2))', 'run'],
  ['[ -v "$x" ]', 'ask', false],
  ['[ -n "$x" ]', 'run'],
  ['[ "$x" = y ]', 'run'],
  ["declare 'a[$(git push)]=1'", 'ask', false],
  ['echo "unclosed', 'ask', false],
  ['(ls', 'ask', false],
  ['watch git push', 'ask', false],
  ['cat <<E\nx', 'ask', false],
];

it.each(rows)('judges %j as %s [SAFE-1]', (line, decision, understood = true) => {
  const verdict = judgeCommand(line, rules);
  expect([verdict.decision, verdict.understood]).toEqual([decision, understood]);
});

it('asks about what it does not understand only where a rule asks or forbids [SAFE-1]', () => {
  expect(judgeCommand('$x push', [])).toEqual({ decision: 'run', understood: false });
  expect(judgeCommand('$x push', [{ prefix: ['npm'], decision: 'allow', source }])).toEqual({ decision: 'run', understood: false });
  expect(judgeCommand('$x push', [{ prefix: ['npm'], decision: 'ask', source }])).toEqual({ decision: 'ask', understood: false });
});

it('tells the rule that decided, the strictest first [SAFE-1]', () => {
  expect(judgeCommand('git push; npm publish', rules).rule).toBe(rules[5]);
  expect(judgeCommand('git push', rules).rule).toBe(rules[0]);
  // Forbidden it is not, for all that is known: a person is asked.
  expect(judgeCommand('npm $x', rules)).toMatchObject({ decision: 'ask', rule: rules[5] });
  // What has been understood of a broken line counts.
  expect(judgeCommand('npm publish; (', rules)).toEqual({ decision: 'forbid', rule: rules[5], understood: false });
});
