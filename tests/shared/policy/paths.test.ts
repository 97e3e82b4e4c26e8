import { expect, it } from 'vitest';
import { builtInProfiles, credentialStores } from '../../../shared/domain/built-in-profiles.ts';
import type { PathAccess, PathRule, Places } from '../../../shared/domain/profile.ts';
import { accessTo, type PlacedRule, placed } from '../../../shared/policy/paths.ts';
import { fits, plainPath } from '../../../shared/policy/pattern.ts';
import { createRandom } from '../../support/random.ts';

const runs = Number(process.env['SOAK_RUNS'] ?? 300);
const seed = Number(process.env['SOAK_SEED'] ?? 4);
const places: Places = { project: '/home/me/p', worktree: '/home/me/w', tmp: '/tmp', home: '/home/me', data: '/home/me/.data' };

type Row = [rules: Record<string, PathAccess>, path: string, access: PathAccess, decidedBy?: string];
const rows: Row[] = [
  [{}, '/a', 'deny'],
  [{ '/': 'read' }, '/a/b', 'read', '/'],
  [{ '/a': 'read' }, '/', 'deny'],
  [{ '/a': 'read' }, '/ab', 'deny'],
  [{ '/a': 'read', '/a/b': 'write' }, '/a/b/c', 'write', '/a/b'],
  [{ '/a': 'write', '/a/b': 'read' }, '/a/b/c', 'read', '/a/b'],
  [{ '/a': 'deny', '/a/b': 'read' }, '/a/b/c', 'read', '/a/b'],
  [{ '/a/**': 'read', '/a': 'deny' }, '/a/b', 'deny'],
  // One without a glob beats one with, wherever they attach alike.
  [{ '/a/*': 'deny', '/a/b': 'write' }, '/a/b', 'write', '/a/b'],
  [{ '/a/*': 'deny', '/a/b': 'write' }, '/a/c', 'deny', '/a/*'],
  [{ '/a/*': 'read', '/a/b': 'deny' }, '/a/b/c', 'deny', '/a/b'],
  // A glob attaches at what it fits: below, it is the folder's access.
  [{ '/a': 'write', '/a/**/.env': 'deny' }, '/a/x/y/.env', 'deny', '/a/**/.env'],
  [{ '/a': 'write', '/a/**/.env': 'deny' }, '/a/.env', 'deny', '/a/**/.env'],
  [{ '/a': 'write', '/a/**/.env': 'deny' }, '/a/x/.envrc', 'write', '/a'],
  [{ '/a': 'write', '/a/**/.env': 'deny' }, '/a/.env/inside', 'deny', '/a/**/.env'],
  [{ '/a': 'write', '/**/secrets': 'deny', '/a/secrets/open': 'read' }, '/a/secrets/open/x', 'read', '/a/secrets/open'],
  [{ '/**/.env': 'deny', '/': 'read' }, '/.env', 'deny', '/**/.env'],
  [{ '/a/?.ts': 'read' }, '/a/b.ts', 'read', '/a/?.ts'],
  [{ '/a/?.ts': 'read' }, '/a/bb.ts', 'deny'],
  [{ '/a/*.ts': 'read' }, '/a/.ts', 'read', '/a/*.ts'],
  [{ '/a/*': 'read' }, '/a', 'deny'],
  [{ '/a/*/c': 'read' }, '/a/b/x/c', 'deny'],
  [{ '/a\\*b': 'read' }, '/a*b', 'read', '/a\\*b'],
  [{ '/a\\*b': 'read' }, '/axb', 'deny'],
  [{ '/a': 'read' }, '/a/../b', 'deny'],
  [{ '/a/': 'read' }, '//a//b/.', 'read', '/a'],
  [{ '/C:/x': 'read' }, 'C:\\x\\y', 'read', '/C:/x'],
  // Names.
  [{ ':worktree': 'write' }, '/home/me/w/x', 'write', '/home/me/w'],
  [{ ':home/.ssh': 'deny', ':home': 'read' }, '/home/me/.ssh/id', 'deny', '/home/me/.ssh'],
  [{ ':nowhere': 'write' }, '/home/me', 'deny'],
];

it.each(rows)('%j: %s is %s [SAFE-1]', (given, path, access, decidedBy) => {
  const rules = Object.entries(given).map(([at, rule]): PathRule => ({ path: at, access: rule, source: { kind: 'user', where: 'test' } }));
  const found = accessTo(path, placed({ paths: rules }, places));
  expect(found.access).toBe(access);
  expect(found.rule?.path).toBe(decidedBy ?? found.rule?.path);
});

it('a place whose name looks like a pattern stands for itself alone [SAFE-1]', () => {
  const rules: PathRule[] = [{ path: ':project', access: 'write', source: { kind: 'user', where: 'test' } }];
  const at = placed({ paths: rules }, { ...places, project: '/home/*/[a]?' });
  expect(accessTo('/home/*/[a]?/x', at).access).toBe('write');
  expect(accessTo('/home/b/[a]c/x', at).access).toBe('deny');
});

it.each([
  ['workspace', '/home/me/w/src/x', 'write'],
  ['workspace', '/home/me/p/src/x', 'read'],
  ['workspace', '/usr/bin/x', 'read'],
  ['workspace', '/tmp/x', 'write'],
  ['workspace', '/home/me/.ssh/id_rsa', 'deny'],
  ['workspace', '/home/me/.bash_history', 'deny'],
  ['workspace', '/home/me/.config/google-chrome-beta/x', 'deny'],
  ['workspace', '/home/me/.bashrc', 'read'],
  ['workspace', '/home/you/x', 'deny'],
  ['workspace', '/root/x', 'deny'],
  ['workspace', '/etc/shadow-', 'deny'],
  ['workspace', '/etc/passwd', 'read'],
  ['workspace', '/home/me/.data/switchyard.db', 'deny'],
  ['read-only', '/home/me/w/src/x', 'read'],
  ['read-only', '/tmp/x', 'write'],
  ['full-access', '/etc/passwd', 'write'],
] as const)('%s: %s is %s [SAFE-1]', (name, path, access) => {
  expect(accessTo(path, placed(builtInProfiles()[name], places)).access).toBe(access);
});

it("root's home is its own, and a worktree may lie in the data folder or in somebody else's home [SAFE-1]", () => {
  const { workspace } = builtInProfiles();
  const root = placed(workspace, {
    ...places,
    home: '/root',
    worktree: '/root/.data/worktrees/x',
    data: '/root/.data',
    project: '/home/you/p',
  });
  const access = (path: string): PathAccess => accessTo(path, root).access;
  expect(['/root/x', '/root/.ssh', '/root/.data', '/root/.data/worktrees/x/y', '/home/you', '/home/you/p/x'].map(access)).toEqual([
    'read',
    'deny',
    'deny',
    'write',
    'deny',
    'read',
  ]);
  for (const store of credentialStores) {
    const [at] = placed(
      { paths: [{ path: store, access: 'deny', source: { kind: 'built-in', where: '' } }] },
      { ...places, home: '/root' },
    );
    expect(access((at?.path ?? '').replaceAll('*', 'x')), store).toBe('deny');
  }
});

// ---- the oracle: slow, and obvious

/** Every way that stars may be filled, one character or folder at a time. */
function slowFits(pattern: string, path: string): boolean {
  const [sign, ...signs] = pattern.split('/').slice(1);
  const [name, ...names] = path.split('/').slice(1);
  const below = (of: readonly string[]): string => of.map((each) => `/${each}`).join('');
  if (sign === undefined || sign === '') return name === undefined || name === '';
  if (sign === '**') return slowFits(below(signs), path) || (name !== undefined && name !== '' && slowFits(pattern, below(names)));
  if (name === undefined || name === '') return false;
  const letters = (p: string, n: string): boolean =>
    p === ''
      ? n === ''
      : p.startsWith('*')
        ? letters(p.slice(1), n) || (n !== '' && letters(p, n.slice(1)))
        : n !== '' && (p[0] === '?' || p[0] === n[0]) && letters(p.slice(1), n.slice(1));
  return letters(sign, name) && slowFits(below(signs), below(names));
}

function slowAccess(path: string, rules: readonly PlacedRule[]): PathAccess {
  const names = path.split('/').filter((name) => name !== '');
  let access: PathAccess = 'deny';
  // From the top down: each place where something attaches replaces what was above.
  for (let depth = 0; depth <= names.length; depth++) {
    const at = `/${names.slice(0, depth).join('/')}`;
    const attached = rules.filter((rule) => slowFits(rule.path, at));
    const exact = attached.filter((rule) => !/[*?]/.test(rule.path));
    const kinds = (exact.length > 0 ? exact : attached).map((rule) => rule.access);
    for (const kind of ['read', 'write', 'deny'] as const) if (kinds.includes(kind)) access = kind;
  }
  return access;
}

const order: Record<PathAccess, number> = { deny: 0, read: 1, write: 2 };

it(`agrees with the slow oracle on ${runs} random sets of rules, and a project only tightens [SAFE-1]`, () => {
  const random = createRandom(seed);
  const pick = <T>(of: readonly T[]): T => of[Math.floor(random(of.length))] as T;
  const seen = { write: 0, read: 0, deny: 0, tightened: 0 };
  for (let run = 0; run < runs; run++) {
    const names = ['a', 'b', 'ab', '.a', 'ba'];
    const path = (most: number): string =>
      plainPath(Array.from({ length: Math.floor(random(most + 1)) }, () => `/${pick(names)}`).join(''));
    const inside: Places = { project: path(3), worktree: path(3), tmp: path(2), home: path(2), data: path(3) };
    const pattern = (): string =>
      pick([() => path(4), () => `${pick([':project', ':worktree', ':tmp', ':home', ':data'])}${path(2)}`])() +
      Array.from({ length: Math.floor(random(3)) }, () => `/${pick([...names, '*', '**', 'a*', '*b', '?', '*a*', '.*'])}`).join('');
    const rule = (): PathRule => {
      const kind = pick(['user', 'user', 'project'] as const);
      return { path: pattern(), access: pick(['read', 'write', 'deny']), source: { kind, where: 'random' } };
    };
    const paths = Array.from({ length: 1 + Math.floor(random(9)) }, rule);
    const rules = placed({ paths }, inside);
    const without = placed({ paths: paths.filter(({ source }) => source.kind !== 'project') }, inside);
    for (let n = 0; n < 12; n++) {
      const at = path(5);
      const { access, rule: decided } = accessTo(at, rules);
      expect(access, JSON.stringify({ at, rules })).toBe(slowAccess(at, rules));
      expect(decided?.access ?? 'deny').toBe(access);
      const before = accessTo(at, without).access;
      expect(order[access], JSON.stringify({ at, paths, inside })).toBeLessThanOrEqual(order[before]);
      seen[access]++;
      if (access !== before) seen.tightened++;
    }
  }
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(runs / 40);
});

it('patterns of many stars are told from long paths at once [SAFE-1]', () => {
  const started = performance.now();
  expect(fits(`/${'*a'.repeat(500)}b`, `/${'a'.repeat(5000)}`)).toBe(false);
  expect(fits(`${'/**/a'.repeat(500)}/b`, '/a'.repeat(5000))).toBe(false);
  expect(performance.now() - started).toBeLessThan(1000);
});
