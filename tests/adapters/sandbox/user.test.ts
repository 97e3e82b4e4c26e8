import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { cli } from '../../support/command-line.ts';
import { tempFolder } from '../../support/temp.ts';

const program = path.resolve(import.meta.dirname, '../../../electron/cli.ts');
const attempt =
  'id -u; git init -q r && cd r && git -c user.name=a -c user.email=b commit -q --allow-empty -m made && git log --format=%s; touch "$HOME/x" || echo kept; cat /etc/shadow || echo hidden; echo x > .git/config || echo firm; exit 5';

// Root's namespaces and an ordinary user's are made in different ways: where the tests run as root, both are tried.
it.runIf(process.platform === 'linux' && process.getuid?.() === 0)('holds for an ordinary user', () => {
  const top = tempFolder('user');
  const user = 54321;
  for (const name of ['', 'home', 'work']) {
    const place = path.join(top, name);
    mkdirSync(place, { recursive: true });
    chownSync(place, user, user);
    chmodSync(place, 0o755);
  }
  const home = path.join(top, 'home');
  const env = { PATH: process.env.PATH, HOME: home, SWITCHYARD_HOME: path.join(home, 'data') };
  const words = [
    `--reuid=${user}`,
    `--regid=${user}`,
    '--clear-groups',
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    program,
  ];
  const run = (command: string): { code: number; out: string } => {
    try {
      return {
        code: 0,
        out: execFileSync('setpriv', [...words, 'sandbox', '-C', path.join(top, 'work'), '--', command], { env, encoding: 'utf8' }),
      };
    } catch (error) {
      const { status, stdout } = error as { status: number; stdout: string };
      return { code: status, out: stdout };
    }
  };
  const first = run(attempt);
  expect(first).toEqual({ code: 5, out: `${user}\nmade\nkept\nhidden\n` });
  expect(run('cd r; echo x > .git/config || echo firm').out).toContain('firm');
  expect(existsSync(path.join(home, 'x'))).toBe(false);
});

it.runIf(process.platform === 'linux')(
  '`switchyard sandbox` runs a command as an agent would, and tells what would be held back',
  async () => {
    const home = tempFolder('home');
    const folder = tempFolder('project');
    const run = (args: string[], env = {}) =>
      cli(['sandbox', '-C', folder, ...args], { home, env: { SWITCHYARD_TEST_SANDBOX: undefined, ...env } });
    const one = run(['--', 'echo $PWD; echo x > .envrc; touch ../made; exit 9']);
    expect(await one.ended, one.err()).toBe(9);
    expect(one.out()).toBe(`${folder}\n`);
    expect(existsSync(path.join(path.dirname(folder), 'made'))).toBe(false);
    expect(one.err()).toContain(path.join(folder, '.envrc'));
    const words = run(['--profile', 'read-only', '--', 'printf', '%s|', 'a b', "it's"]);
    expect(await words.ended, words.err()).toBe(0);
    expect(words.out()).toBe("a b|it's|");
    const none = run(['--', 'true'], { SWITCHYARD_TEST_SANDBOX: 'none' });
    expect(await none.ended).not.toBe(0);
  },
);
