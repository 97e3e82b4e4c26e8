import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { recoverPatch } from '../../../electron/runtime/agent/patch/recover.ts';
import { findTool, parseArgs } from '../../../electron/runtime/agent/tools/registry.ts';
import type { OpenPatch } from '../../../shared/domain/thread.ts';
import { createWorld, type World } from './world.ts';

const patch = (...lines: string[]): { patch: string } => ({ patch: ['*** Begin Patch', ...lines, '*** End Patch'].join('\n') });
const apply = (world: World, ...lines: string[]): ReturnType<World['call']> => world.call('apply_patch', patch(...lines));

describe('apply_patch [AGT-2]', () => {
  test('changes, moves, adds and deletes files in one go', async () => {
    const world = createWorld({ 'a.ts': 'one\ntwo\n', 'b.ts': 'x\ny\n', 'c.ts': 'c\n' });
    chmodSync(path.join(world.cwd, 'b.ts'), 0o755);
    const result = await apply(
      world,
      '*** Update File: a.ts',
      '@@',
      ' one',
      '-two',
      '+2',
      '+3',
      '*** Update File: b.ts',
      '*** Move to: deep/er/b2.ts',
      '@@',
      '-x',
      '+X',
      '*** Delete File: c.ts',
      '*** Add File: new/d.ts',
      '+d',
    );
    expect(result.output).toBe('Updated a.ts (+2 -1)\nMoved b.ts to deep/er/b2.ts (+1 -1)\nDeleted c.ts (-1)\nAdded new/d.ts (+1)');
    expect(await world.read('a.ts')).toBe('one\n2\n3\n');
    expect(await world.read('b.ts')).toBeUndefined();
    expect(await world.read('deep/er/b2.ts')).toBe('X\ny\n');
    expect(statSync(path.join(world.cwd, 'deep/er/b2.ts')).mode & 0o777).toBe(0o755);
    expect(await world.read('c.ts')).toBeUndefined();
    expect(await world.read('new/d.ts')).toBe('d\n');

    const at = (name: string): string => path.join(world.cwd, name);
    const paths = ['a.ts', 'deep/er/b2.ts', 'b.ts', 'c.ts', 'new/d.ts'].map(at);
    expect(result.subjects).toEqual([
      { kind: 'write', paths, diff: expect.stringContaining('--- a/b.ts\n+++ b/deep/er/b2.ts\n@@ -1,2 +1,2 @@\n-x\n+X\n y\n') },
    ]);
    expect(result.detail?.files?.map((file) => file.path)).toEqual(paths);
    expect(result.detail?.diff?.text).toContain('--- /dev/null\n+++ b/new/d.ts\n@@ -0,0 +1 @@\n+d\n');
    expect(result.detail?.diff?.text).toContain('--- a/c.ts\n+++ /dev/null\n@@ -1 +0,0 @@\n-c\n');
  });

  test('announces the patch with every old and new byte before it writes', async () => {
    const world = createWorld({ 'a.ts': 'one\n' });
    let during: string | undefined;
    const replace = world.files.replace;
    world.files.replace = async (writes) => {
      during = JSON.stringify(world.facts);
      return replace(writes);
    };
    const { id } = await apply(world, '*** Update File: a.ts', '-one', '+two', '*** Add File: b.ts', '+new');
    const hash = (text: string): string => world.files.hash(new TextEncoder().encode(text));
    const a = {
      path: path.join(world.cwd, 'a.ts'),
      before: hash('one\n'),
      after: hash('two\n'),
      mode: expect.any(Number),
      added: 1,
      removed: 1,
    };
    const b = { path: path.join(world.cwd, 'b.ts'), before: null, after: hash('new\n'), mode: 0o644, added: 1, removed: 0 };
    expect(world.facts).toEqual([{ type: 'patch.prepared', data: { call: id, files: [a, b] } }]);
    expect(during).toBe(JSON.stringify(world.facts));
    expect([...world.blobs.keys()].sort()).toEqual([a.before, a.after, b.after].sort());
  });

  const refused: [name: string, lines: string[], said: RegExp][] = [
    [
      'a hunk of the second file',
      ['*** Update File: a.ts', '-one', '+1', '*** Update File: sub/b.ts', '@@', '-nope', '+x'],
      /no file was changed\.\nsub\/b\.ts: hunk 1 \(patch line 6\) does not match: patch line 7 "-nope"/,
    ],
    [
      'more than one thing',
      ['*** Update File: a.ts', '-nope', '+1', '*** Delete File: none.ts'],
      /a\.ts: hunk 1.*\nnone\.ts does not exist/s,
    ],
    ['adding what exists', ['*** Add File: a.ts', '+x'], /a\.ts exists already/],
    ['changing what does not exist', ['*** Update File: none.ts', '-x', '+y'], /none\.ts does not exist/],
    ['deleting what does not exist', ['*** Delete File: none.ts'], /none\.ts does not exist/],
    ['moving onto a file', ['*** Update File: a.ts', '*** Move to: sub/b.ts'], /sub\/b\.ts exists already/],
    ['a folder', ['*** Update File: sub', '-x', '+y'], /sub is a folder/],
    ['below a file', ['*** Add File: a.ts/x', '+y'], /is a file, not a folder/],
    ['a binary file', ['*** Update File: binary', '-x', '+y'], /binary is a binary file/],
    ['a file in another encoding', ['*** Update File: latin', '-x', '+y'], /latin is not UTF-8 text/],
    [
      'the same file twice',
      ['*** Update File: a.ts', '-one', '+1', '*** Update File: ./sub/../a.ts', '-one', '+2'],
      /appears twice in this patch \(also as a\.ts\)/,
    ],
    ['the same new file twice', ['*** Add File: n', '+1', '*** Add File: n', '+2'], /n appears twice/],
    ['a file in a new file', ['*** Add File: n', '+1', '*** Add File: n/m', '+2'], /can't both be files/],
    ['what changes nothing', ['*** Update File: a.ts', '-one', '+one'], /leaves this file as it is/],
    ['deleting a link', ['*** Delete File: link.ts'], /link\.ts is a link to/],
  ];
  test.each(refused)('refuses %s and touches nothing', async (_name, lines, said) => {
    const content = { 'a.ts': 'one\n', 'sub/b.ts': 'two\n', binary: Uint8Array.of(120, 10, 0), latin: Uint8Array.of(120, 10, 0xe9) };
    const world = createWorld(content);
    symlinkSync('a.ts', path.join(world.cwd, 'link.ts'));
    await expect(apply(world, ...lines)).rejects.toThrow(said);
    expect(await world.read('a.ts')).toBe('one\n');
    expect(await world.read('sub/b.ts')).toBe('two\n');
    expect(world.facts).toEqual([]);
    expect(world.blobs.size).toBe(0);
  });

  test('an error that quotes a file asks for leave to read it', async () => {
    const world = createWorld({ 'a.ts': 'one\n' });
    const tool = findTool('apply_patch');
    const planned = await tool.plan(parseArgs(tool, JSON.stringify(patch('*** Update File: a.ts', '-nope', '+x'))), world.context);
    expect(planned.subjects).toEqual([{ kind: 'read', path: path.join(world.cwd, 'a.ts') }]);
  });

  test('a file that changed after the check stops all of it', async () => {
    const world = createWorld({ 'a.ts': 'one\n', 'b.ts': 'two\n' });
    const tool = findTool('apply_patch');
    const args = patch('*** Update File: a.ts', '-one', '+1', '*** Update File: b.ts', '-two', '+2');
    const planned = await tool.plan(parseArgs(tool, JSON.stringify(args)), world.context);
    world.write({ 'b.ts': 'two\nmore\n' });
    await expect(planned.run(new AbortController().signal)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('b.ts changed'),
    });
    expect(await world.read('a.ts')).toBe('one\n');
    expect(world.facts).toEqual([]);
  });

  test('names the places that links lead to, and writes through them', async () => {
    const world = createWorld({ 'real/a.ts': 'one\n' });
    symlinkSync('real', path.join(world.cwd, 'folder'));
    symlinkSync('real/a.ts', path.join(world.cwd, 'link.ts'));
    const first = await apply(world, '*** Update File: folder/a.ts', '-one', '+two');
    expect(first.subjects[0]).toMatchObject({ paths: [path.join(world.cwd, 'real/a.ts')] });
    const second = await apply(world, '*** Update File: link.ts', '-two', '+three');
    expect(second.subjects[0]).toMatchObject({ paths: [path.join(world.cwd, 'real/a.ts')] });
    const third = await apply(world, '*** Add File: folder/new/b.ts', '+b');
    expect(third.subjects[0]).toMatchObject({ paths: [path.join(world.cwd, 'real/new/b.ts')] });
    expect(await world.read('real/a.ts')).toBe('three\n');
    const outside = await apply(world, `*** Add File: ${path.join(world.cwd, '..', path.basename(world.cwd), 'x')}`, '+x');
    expect(outside.subjects[0]).toMatchObject({ paths: [path.join(world.cwd, 'x')] });
  });

  test('a disk that refuses in the middle leaves no half of a patch', async () => {
    const world = createWorld({ 'a.ts': 'one\n', 'b.ts': 'two\n' });
    const replace = world.files.replace;
    let calls = 0;
    world.files.replace = async (writes) => {
      calls += 1;
      // First half of the patch, then nothing more, then again everything: as on a disk that is full for the larger file only.
      if (calls === 1) await replace(writes.slice(0, 1));
      if (calls < 3) throw new Error('No space left.');
      return replace(writes);
    };
    const result = apply(world, '*** Update File: a.ts', '-one', '+1', '*** Update File: b.ts', '-two', '+2');
    await expect(result).rejects.toThrow('No space left. What had been written was taken back.');
    expect([await world.read('a.ts'), await world.read('b.ts')]).toEqual(['one\n', 'two\n']);
  });

  test('titles', () => {
    const tool = findTool('apply_patch');
    expect(tool.title(patch('*** Add File: a b.ts', '+x'))).toBe('Changed a b.ts');
    expect(tool.title(patch('*** Add File: a', '+x', '*** Delete File: b'))).toBe('Changed 2 files');
  });
});

describe('a patch that was cut off [AGT-2]', () => {
  const names = ['changed', 'added', 'deleted', 'from', 'to'];
  const before: Record<string, string | undefined> = { changed: 'old\n', deleted: 'gone\n', from: 'moved\n' };
  const after: Record<string, string | undefined> = { changed: 'new\n', added: 'added\n', to: 'MOVED\n' };

  async function prepare(): Promise<{ world: World; open: OpenPatch }> {
    const world = createWorld(before as Record<string, string>);
    await apply(
      world,
      '*** Update File: changed',
      '-old',
      '+new',
      '*** Add File: added',
      '+added',
      '*** Delete File: deleted',
      '*** Update File: from',
      '*** Move to: to',
      '-moved',
      '+MOVED',
    );
    return { world, open: world.facts[0]?.data as OpenPatch };
  }
  const put = async (world: World, content: Record<string, string | undefined>): Promise<void> =>
    world.files.replace(
      names.map((name) => {
        const text = content[name];
        return { path: path.join(world.cwd, name), bytes: text === undefined ? null : new TextEncoder().encode(text), mode: 0o644 };
      }),
    );
  const state = async (world: World): Promise<Record<string, string | undefined>> =>
    Object.fromEntries(await Promise.all(names.map(async (name) => [name, await world.read(name)] as const)));
  const full = (content: Record<string, string | undefined>): Record<string, string | undefined> =>
    Object.fromEntries(names.map((name) => [name, content[name]]));

  test('is finished from any part of it that was written, and left alone where none was', async () => {
    const { world, open } = await prepare();
    for (let subset = 0; subset < 1 << names.length; subset += 1) {
      await put(world, Object.fromEntries(names.map((name, index) => [name, (subset & (1 << index) ? after : before)[name]])));
      const { outcome, files } = await recoverPatch(open, world.files, { blob: (hash) => world.blobs.get(hash) });
      expect(outcome).toBe(subset === 0 ? 'not-applied' : 'applied');
      expect(await state(world)).toEqual(full(subset === 0 ? before : after));
      expect(files).toHaveLength(subset === 0 ? 0 : names.length);
    }
  });

  test.each(names)('is not touched when %s is neither as before nor as after', async (name) => {
    const { world, open } = await prepare();
    for (let subset = 0; subset < 1 << names.length; subset += 5) {
      const content = Object.fromEntries(names.map((one, index) => [one, (subset & (1 << index) ? after : before)[one]]));
      content[name] = 'something else\n';
      await put(world, content);
      const { outcome, text } = await recoverPatch(open, world.files, { blob: (hash) => world.blobs.get(hash) });
      expect(outcome).toBe('foreign');
      expect(text).toContain(`${path.join(world.cwd, name)}: changed by something else`);
      for (const one of names) expect(text).toContain(path.join(world.cwd, one));
      expect(await state(world)).toEqual(full(content));
    }
  });

  test('is not touched when a folder stands in its place, nor finished with bytes that are lost', async () => {
    const { world, open } = await prepare();
    await put(world, { ...after, added: undefined });
    await expect(recoverPatch(open, world.files, { blob: () => undefined })).rejects.toMatchObject({ code: 'broken' });
    mkdirSync(path.join(world.cwd, 'added'));
    writeFileSync(path.join(world.cwd, 'added', 'x'), '');
    expect(await recoverPatch(open, world.files, { blob: (hash) => world.blobs.get(hash) })).toMatchObject({ outcome: 'foreign' });
  });
});
