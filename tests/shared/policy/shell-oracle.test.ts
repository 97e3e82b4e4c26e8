// The oracle is bash itself: random lines are run by it, with nothing on the PATH but programs that note how they were called.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { CommandRule } from '../../../shared/domain/profile.ts';
import { judgeCommand } from '../../../shared/policy/judge.ts';
import type { Word } from '../../../shared/policy/shell/cursor.ts';
import { readCommands } from '../../../shared/policy/shell/grammar.ts';
import { createLines, noted, real } from '../../support/shell-lines.ts';
import { tempFolder } from '../../support/temp.ts';

const runs = Number(process.env['SOAK_RUNS'] ?? 150);
const seed = Number(process.env['SOAK_SEED'] ?? 4);

const find = (name: string): string | undefined =>
  spawnSync('/bin/sh', ['-c', `command -v ${name}`])
    .stdout?.toString()
    .trim() || undefined;
const bash = find('bash');
const bwrap = find('bwrap');

function createBash() {
  const folder = tempFolder('oracle');
  const shims = path.join(folder, 'shims');
  mkdirSync(shims);
  for (const name of noted) {
    const file = path.join(shims, name);
    // One folder of notes for each line: whatever an earlier one left running finds its own gone.
    writeFileSync(file, `#!/bin/sh\nprintf '%s\\0' "\${0##*/}" "$@" > "\${0%/bin/*}/notes/$$"\n${name === 'no' ? 'exit 1\n' : ''}`);
    chmodSync(file, 0o755);
  }
  for (const name of real) {
    const file = find(name);
    if (file) symlinkSync(file, path.join(shims, name));
  }
  let count = 0;
  /** What was run, each with its arguments. */
  return (line: string, shell: 'bash' | 'sh'): string[][] => {
    const run = path.join(folder, String(count++));
    const [cwd, notes] = [path.join(run, 'cwd'), path.join(run, 'notes')];
    for (const each of [run, cwd, notes]) mkdirSync(each);
    symlinkSync(shims, path.join(run, 'bin'));
    writeFileSync(path.join(cwd, 'x'), '');
    const later = /[&(]/.test(line) ? '/bin/sleep 0.05' : ':';
    const limits = ['-c', `ulimit -t 2 -f 1000; ${shell} -c "$1"; ${later}`, shell, line];
    // In process numbers of its own where that can be had: a line that starts itself again and again ends with its time.
    const apart = bwrap && bash ? ['--dev-bind', '/', '/', '--unshare-pid', '--die-with-parent', '--', bash, ...limits] : undefined;
    spawnSync((apart && bwrap) ?? bash ?? '', apart ?? limits, {
      cwd,
      env: { PATH: path.join(run, 'bin'), HOME: cwd, LC_ALL: 'C.UTF-8' },
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      timeout: 5000,
      killSignal: 'SIGKILL',
    });
    // An empty note is that of a program that was ended with the line.
    const written = readdirSync(notes).map((name) => readFileSync(path.join(notes, name), 'utf8'));
    const ran = written.filter(Boolean).map((note) => note.split('\0').slice(0, -1));
    rmSync(run, { recursive: true, force: true });
    return ran;
  };
}

/** May these words be what was run? */
function covers([word, ...rest]: readonly Word[], ran: readonly string[], first = true): boolean {
  if (!word) return ran.length === 0;
  if (word.kind === 'many') return ran.some((_, n) => covers(rest, ran.slice(n), false)) || covers(rest, [], false);
  const [text, ...others] = ran;
  if (text === undefined || (word.kind === 'sure' && (first ? word.text.slice(word.text.lastIndexOf('/') + 1) : word.text) !== text))
    return false;
  return covers(rest, others, false);
}

const rule = (decision: CommandRule['decision'], ...prefix: string[]): CommandRule => ({
  prefix,
  decision,
  source: { kind: 'user', where: 'test' },
});
const prefixes = [
  ['git'],
  ['git', 'push'],
  ['git', 'push', 'x'],
  ['git', '-C', 'x'],
  ['rm'],
  ['rm', '-rf'],
  ['ls'],
  ['ls', 'push'],
  ['no'],
];
const strength = { allow: 0, run: 0, ask: 1, forbid: 2 };

it.skipIf(!bash)(`whatever bash runs of ${runs} random lines was seen, and no rule was missed [SAFE-1]`, () => {
  const run = createBash();
  const lines = createLines(seed);
  const figures = { understood: 0, ran: 0, judged: 0 };
  for (let n = 0; n < runs; n++) {
    const line = lines.line();
    const { commands, understood } = readCommands(line);
    const rules = prefixes.filter(() => lines.random(1) < 0.3).map((prefix) => rule(lines.pick(['ask', 'forbid', 'allow']), ...prefix));
    if (n % 2 === 0) rules.push(rule('ask', 'git', 'push'));
    const { decision } = judgeCommand(line, rules);
    // The system's sh is one that reads less: where there is no bash, it runs the commands.
    const ran = run(line, n % 4 === 3 ? 'sh' : 'bash');
    figures.understood += Number(understood);
    for (const words of ran) {
      figures.ran++;
      const seen = !understood || commands.some((each) => covers(each.words, words));
      expect(seen, `${JSON.stringify(line)} ran ${JSON.stringify(words)}, seen were ${JSON.stringify(commands)}`).toBe(true);
      for (const each of rules) {
        if (each.decision === 'allow' || !each.prefix.every((word, at) => words[at] === word)) continue;
        figures.judged++;
        expect(
          strength[decision],
          `${JSON.stringify(line)} ran ${JSON.stringify(words)} in spite of ${JSON.stringify(each)}`,
        ).toBeGreaterThan(0);
      }
    }
  }
  if (process.env['SOAK_RUNS']) console.log(figures);
  // A reader that understands nothing, and lines that run nothing, would prove nothing.
  expect(figures.understood / runs).toBeGreaterThan(0.25);
  expect(figures.ran).toBeGreaterThan(runs / 2);
  expect(figures.judged).toBeGreaterThan(runs / 10);
});

it('reads anything, in time that grows with its length [SAFE-1]', () => {
  const lines = createLines(seed + 1);
  for (let n = 0; n < runs * 10; n++) {
    const line = lines.garbage();
    const { steps } = readCommands(line);
    expect(steps, JSON.stringify(line)).toBeLessThanOrEqual(40 * line.length + 40);
    judgeCommand(line, [rule('ask', 'git', 'push')]);
  }
});

it.each([
  '(',
  '$(',
  '"$(',
  '`',
  '{ ',
  'if ',
  'env ',
  'eval ',
  "bash -c '",
  '${x:-',
  'case x in x) ',
  'a;',
  'x=1 ',
  '<(',
  'a | ',
  '\\\n',
  'find -exec ',
  '<<E ',
  '<<E\n',
  'f() ',
  '! ',
  '"',
  "'",
  'x[',
  '-a ',
  'git -C ',
])('reads 20,000 times %j in time that grows with its length [SAFE-1]', (part) => {
  const steps = (times: number): number => readCommands(part.repeat(times)).steps;
  expect(steps(20_000)).toBeLessThanOrEqual(30 * 20_000 * part.length);
  const started = performance.now();
  judgeCommand(part.repeat(20_000), [rule('ask', 'git', 'push', 'origin')]);
  expect(performance.now() - started).toBeLessThan(2000);
});
