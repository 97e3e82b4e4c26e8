import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Source, violations } from './architecture.ts';

const root = path.resolve(import.meta.dirname, '..');

function sources(): Source[] {
  return globSync('{shared,electron,renderer}/**/*.{ts,tsx}', { cwd: root })
    .map((file) => file.replaceAll(path.sep, '/'))
    .filter((file) => !file.endsWith('.d.ts'))
    .toSorted()
    .map((file) => ({ file, text: readFileSync(path.join(root, file), 'utf8') }));
}

describe('the architecture', () => {
  it('holds in every source file', () => {
    const found = violations(sources()).map(({ file, reason }) => `${file} ${reason}`);
    expect(found, found.join('\n')).toEqual([]);
  });
});

describe('the check of the architecture', () => {
  const small = Array.from({ length: 40 }, (_, n): Source => ({ file: `shared/domain/n${n}.ts`, text: 'export const n = 1;\n' }));
  const reasons = (...files: Source[]): string[] =>
    violations([...small, ...files])
      .map(({ file, reason }) => `${file} ${reason}`)
      .toSorted();
  const one = (file: string, text: string): string[] => reasons({ file, text });

  it.each([
    ['shared/a.ts', `import fs from 'node:fs';`, 'imports node:fs, which shared/ may not'],
    ['shared/a.ts', `import { x } from '../electron/runtime/x.ts';`, 'imports electron/runtime/x.ts, which shared/ may not'],
    [
      'electron/runtime/agent/a.ts',
      `const { spawn } = await import('node:child_process');`,
      'imports node:child_process, which electron/runtime/ may not',
    ],
    ['electron/runtime/a.ts', `import 'node:net';`, 'imports node:net, which electron/runtime/ may not'],
    [
      'electron/runtime/a.ts',
      `import type { x } from '../host/boot.ts';`,
      'imports electron/host/boot.ts, which electron/runtime/ may not',
    ],
    ['electron/runtime/a.ts', `import { z } from 'zod/mini';`, 'imports zod/mini, which only shared/ may'],
    [
      'electron/runtime/a.ts',
      `type DB = import('better-sqlite3').Database;`,
      'imports better-sqlite3, which only electron/adapters/sqlite/ may',
    ],
    ['electron/adapters/git/a.ts', `import x from 'openai';`, 'imports openai, which only electron/adapters/openai/ may'],
    ['electron/adapters/git/a.ts', `import x from 'left-pad';`, 'imports left-pad, which electron/adapters/*/ may not'],
    [
      'electron/adapters/git/a.ts',
      `export { x } from '../sqlite/x.ts';`,
      'imports electron/adapters/sqlite/x.ts, which electron/adapters/*/ may not',
    ],
    [
      'electron/adapters/git/a.ts',
      `import { x } from '../../runtime/ports.ts';`,
      'imports electron/runtime/ports.ts, of which electron/adapters/*/ may only `import type`',
    ],
    ['electron/adapters/git/a.ts', `import path from 'path';`, 'imports path: write node:path'],
    ['electron/adapters/a.ts', ``, 'is in no row of the import table'],
    ['electron/cli/exec.ts', `import { x } from '../host/boot.ts';`, 'imports electron/host/boot.ts, which electron/cli/ may not'],
    [
      'electron/host/a.ts',
      `import { app } from 'electron';`,
      'imports electron, which only electron/desktop/ and electron/main.ts and electron/preload.ts may',
    ],
    ['electron/host/a.ts', `await import(name);`, 'imports what only a run can know: write the name of the module in the import()'],
    ['renderer/parts/a.tsx', `import { x } from '../store/app.ts';`, 'imports renderer/store/app.ts, which renderer/parts/ may not'],
    ['shared/a.ts', `export default 1;`, 'has a default export: give it a name'],
    ['shared/a.ts', `const a = 1; export { a as default };`, 'has a default export: give it a name'],
    ['shared/a.ts', `export * from './ids.ts';`, 'has an `export *`: name what it exports'],
    ['shared/utils.ts', ``, 'is called utils: name it for the thing that it holds'],
    ['electron/host/lock-manager.ts', ``, 'is called lock-manager: name it for the thing that it holds'],
    ['shared/a.ts', 'const = ;', 'does not parse: Unexpected token'],
  ])('reports in %s: %s', (file, text, reason) => {
    expect(one(file, text)).toEqual([`${file} ${reason}`]);
  });

  it.each([
    ['shared/schema.ts', `import * as z from 'zod/mini';`],
    ['electron/runtime/a.ts', `import path from 'node:path'; import { x } from '../../shared/ids.ts';`],
    [
      'electron/adapters/git/a.ts',
      `import fs from 'node:fs'; import type { Git } from '../../runtime/ports.ts'; import { simpleGit } from 'simple-git';`,
    ],
    ['electron/host/boot.ts', `const { createStore } = await import('../adapters/sqlite/store.ts');`],
    ['electron/cli/exec.ts', `import { connect } from '../host/connect.ts'; import { version } from '../../package.json';`],
    ['electron/cli.ts', `import { run } from './cli/run.ts'; import { boot } from './host/boot.ts';`],
    ['electron/main.ts', `import { app } from 'electron';`],
  ])('accepts in %s: %s', (file, text) => {
    expect(one(file, text)).toEqual([]);
  });

  it('reports a circle of values, once', () => {
    expect(
      reasons(
        { file: 'shared/a.ts', text: `import { b } from './b.ts'; export const a = b;` },
        { file: 'shared/b.ts', text: `import { c } from './c.ts'; export const b = c;` },
        { file: 'shared/c.ts', text: `export const c = () => import('./a.ts');` },
      ),
    ).toEqual(['shared/a.ts imports in a circle: shared/a.ts, shared/b.ts, shared/c.ts']);
  });

  it('allows a circle of types inside one folder only', () => {
    const near = { file: 'shared/a.ts', text: `import type { B } from './b.ts'; export type A = B;` };
    expect(reasons(near, { file: 'shared/b.ts', text: `import type { A } from './a.ts'; export type B = A[];` })).toEqual([]);
    expect(
      reasons(
        { file: 'shared/a.ts', text: `import type { B } from './domain/b.ts'; export type A = B;` },
        { file: 'shared/domain/b.ts', text: `import type { A } from '../a.ts'; export type B = A[];` },
      ),
    ).toEqual(['shared/a.ts types in a circle across folders: shared/a.ts, shared/domain/b.ts']);
  });

  it('reports a file that is too long', () => {
    expect(one('shared/a.ts', 'x;\n'.repeat(400))).toEqual([]);
    expect(one('shared/a.ts', 'x;\n'.repeat(401))).toEqual(['shared/a.ts has 401 lines: 400 is the most']);
  });

  it('reports long files when they are more than one in ten', () => {
    const long = Array.from({ length: 5 }, (_, n): Source => ({ file: `shared/long${n}.ts`, text: 'x;\n'.repeat(251) }));
    expect(reasons(...long.slice(0, 4))).toEqual([]);
    expect(reasons(...long)).toHaveLength(5);
  });
});
