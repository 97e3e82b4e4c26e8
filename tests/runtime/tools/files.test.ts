import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { findTool, parseArgs } from '../../../electron/runtime/agent/tools/registry.ts';
import { createWorld } from './world.ts';

const numbered = (count: number): string => Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join('');

describe('read_file [AGT-2]', () => {
  test('a file, a range, the end', async () => {
    const world = createWorld({ 'src/a.ts': 'one\r\ntwo\nthree', 'long.txt': numbered(1000), empty: '' });
    expect(await world.call('read_file', { path: 'src/a.ts' })).toMatchObject({
      output: 'src/a.ts lines 1-3 of 3\none\ntwo\nthree',
      subjects: [{ kind: 'read', path: path.join(world.cwd, 'src/a.ts') }],
    });
    expect((await world.call('read_file', { path: 'long.txt' })).output).toMatch(/^long\.txt lines 1-400 of 1000\nline 1\n[^]*\nline 400$/);
    expect((await world.call('read_file', { path: 'long.txt', from_line: 999, lines: 5 })).output).toBe(
      'long.txt lines 999-1000 of 1000\nline 999\nline 1000',
    );
    expect((await world.call('read_file', { path: path.join(world.cwd, 'empty') })).output).toBe('empty is empty');
    await expect(world.call('read_file', { path: 'long.txt', from_line: 1001 })).rejects.toThrow(
      'there is no line 1001, it has 1,000 lines',
    );
  });

  test('stays under 16 KB, also for very long lines', async () => {
    const world = createWorld({ wide: `${'x'.repeat(1000)}\n`.repeat(100), one: `${'€'.repeat(2_000_000)}\nnext\n` });
    const wide = (await world.call('read_file', { path: 'wide' })).output;
    expect(wide).toMatch(/^wide lines 1-16 of 100\n/);
    expect(wide.length).toBeLessThan(16 * 1024);
    const one = (await world.call('read_file', { path: 'one' })).output;
    expect(one).toMatch(/^one lines 1-1 of 2\n€+\n\[\.\.\. 5\.7 MB more in this line\]$/);
    expect((await world.call('read_file', { path: 'one', from_line: 2 })).output).toBe('one lines 2-2 of 2\nnext');
  });

  test('a file of a gigabyte is answered from its beginning', async () => {
    const world = createWorld({ huge: numbered(2000) });
    truncateSync(path.join(world.cwd, 'huge'), 1024 ** 3);
    expect((await world.call('read_file', { path: 'huge', lines: 2 })).output).toBe('huge lines 1-2; the file has 1.0 GB\nline 1\nline 2');
    await expect(world.call('read_file', { path: 'huge', from_line: 5000 })).rejects.toThrow('beyond the first 256 MB');
  });

  test('refuses what is not text, folders, and what is not there', async () => {
    const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0);
    const world = createWorld({ 'a.png': png, 'src/index.ts': '', 'src/README.md': '', 'src/deep/x': '' });
    await expect(world.call('read_file', { path: 'a.png' })).rejects.toThrow('a.png is not text: PNG image, 12 bytes.');
    await expect(world.call('read_file', { path: 'src' })).rejects.toThrow('src is a folder: see it with list_files.');
    const near = { code: 'missing', message: 'src/index.js does not exist.', hint: `In ${world.cwd}/src there is: index.ts.` };
    await expect(world.call('read_file', { path: 'src/index.js' })).rejects.toMatchObject(near);
    await expect(world.call('read_file', { path: 'src/readme.md' })).rejects.toMatchObject({ hint: expect.stringContaining('README.md') });
    const far = { message: expect.stringContaining(`The folder ${world.cwd}/scr does not exist`), hint: expect.stringContaining('src/') };
    await expect(world.call('read_file', { path: 'scr/index.ts' })).rejects.toMatchObject(far);
    mkdirSync(path.join(world.cwd, 'none'));
    await expect(world.call('read_file', { path: 'none/x' })).rejects.toMatchObject({ hint: expect.stringContaining('Nothing in') });
  });

  test('the guard is told where a link leads, and of a missing file where it would be', async () => {
    const world = createWorld({ 'real/secret': 'x\n' });
    symlinkSync('real', path.join(world.cwd, 'inside'));
    expect((await world.call('read_file', { path: 'inside/secret' })).subjects).toEqual([
      { kind: 'read', path: path.join(world.cwd, 'real/secret') },
    ]);
    const tool = findTool('read_file');
    const planned = await tool.plan(parseArgs(tool, '{"path":"inside/none/at/all"}'), world.context);
    expect(planned.subjects).toEqual([{ kind: 'read', path: path.join(world.cwd, 'real/none/at/all') }]);
    const home = await tool.plan(parseArgs(tool, '{"path":"~/x"}'), world.context);
    expect(home.subjects).toEqual([{ kind: 'read', path: path.join(world.cwd, 'home/x') }]);
  });
});

describe('list_files [AGT-2]', () => {
  test('all of a small tree, with counts and without ignored files', async () => {
    const world = createWorld({ '.gitignore': 'out\n', 'a.ts': '', 'src/b.ts': '', 'src/deep/c.ts': '', 'out/x.js': '' });
    mkdirSync(path.join(world.cwd, '.git'));
    const { output, subjects } = await world.call('list_files', {});
    expect(output).toBe('.: 4 files in 2 folders, ignored files left out\n.gitignore\na.ts\nsrc/b.ts\nsrc/deep/c.ts');
    expect(subjects).toEqual([{ kind: 'read', path: world.cwd }]);
    expect((await world.call('list_files', { path: 'src', depth: 1 })).output).toBe(
      'src: 2 files in 1 folder, ignored files left out, shown to depth 1\nb.ts\ndeep/ (1 file)',
    );
  });

  test('of a large tree as much depth as fits', async () => {
    const content: Record<string, string> = {};
    for (let folder = 0; folder < 20; folder += 1) for (let file = 0; file < 50; file += 1) content[`d${folder}/f${file}`] = '';
    const world = createWorld(content);
    const { output } = await world.call('list_files', {});
    expect(output).toMatch(/^\.: 1,000 files in 20 folders, ignored files left out, shown to depth 1\n/);
    expect(output.split('\n')).toHaveLength(21);
    expect(output).toContain('d0/ (50 files)');
    const deep = (await world.call('list_files', { depth: 2 })).output;
    expect(deep.split('\n')).toHaveLength(302);
    expect(deep).toContain('[... 700 more entries: name a folder below]');
  });

  test('folders that are empty, ignored, missing or files', async () => {
    const world = createWorld({ 'a.ts': '', '.gitignore': 'out\n', 'out/x.js': '' });
    mkdirSync(path.join(world.cwd, '.git'));
    mkdirSync(path.join(world.cwd, 'none'));
    expect((await world.call('list_files', { path: 'none' })).output).toBe('none is empty');
    writeFileSync(path.join(world.cwd, 'none', '.gitignore'), '*\n');
    expect((await world.call('list_files', { path: 'none' })).output).toContain('.gitignore');
    await expect(world.call('list_files', { path: 'a.ts' })).rejects.toThrow('a.ts is not a folder');
    await expect(world.call('list_files', { path: 'b.ts' })).rejects.toMatchObject({ code: 'missing' });
  });
});

describe('search [AGT-2]', () => {
  test('matches by file, with line numbers', async () => {
    const world = createWorld({ 'a.ts': 'foo\nbar\nFoo\n', 'sub/b.md': 'a foo(b)\n' });
    expect((await world.call('search', { pattern: 'foo' })).output).toBe(
      '2 matching lines in 2 files\n\na.ts\n1: foo\n\nsub/b.md\n1: a foo(b)',
    );
    expect((await world.call('search', { pattern: 'foo', glob: '*.ts', ignore_case: true })).output).toBe(
      '2 matching lines in 1 file\n\na.ts\n1: foo\n3: Foo',
    );
    expect((await world.call('search', { pattern: 'foo(b)', literal: true, path: 'sub' })).output).toContain('sub/b.md\n1:');
    expect((await world.call('search', { pattern: 'foo', path: 'a.ts' })).output).toBe('1 matching line in 1 file\n\na.ts\n1: foo');
    expect((await world.call('search', { pattern: 'nowhere' })).output).toBe('No matches');
    await expect(world.call('search', { pattern: '(' })).rejects.toMatchObject({ code: 'invalid' });
    await expect(world.call('search', { pattern: 'x', path: 'none' })).rejects.toMatchObject({ code: 'missing' });
  });

  test('is bounded in lines and in length', async () => {
    const world = createWorld({ many: 'match\n'.repeat(500), wide: `wide ${'x'.repeat(10_000)}\n` });
    const many = (await world.call('search', { pattern: 'match' })).output;
    expect(many).toMatch(/^The first 200 matching lines in 1 file; narrow the search/);
    expect((await world.call('search', { pattern: 'wide', path: 'wide' })).output).toMatch(/x{295} \[\.\.\.\]$/);
    world.write({ full: `match ${'y'.repeat(290)}\n`.repeat(200) });
    const full = await world.call('search', { pattern: 'y', path: 'full' });
    expect(full.output).toMatch(/\[\.\.\. \d+ bytes \(\d+ lines\) left out; narrow the search\]/);
    expect(world.blobs.get(full.whole?.id ?? '')?.length).toBe(full.whole?.bytes);
  });
});

describe('view_image [AGT-2]', () => {
  const images: [name: string, mime: string, bytes: number[]][] = [
    ['a.png', 'image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0]],
    ['a.jpg', 'image/jpeg', [0xff, 0xd8, 0xff, 0xe0]],
    ['named.txt', 'image/gif', [0x47, 0x49, 0x46, 0x38, 0x39, 0x61]],
    ['a.webp', 'image/webp', [0x52, 0x49, 0x46, 0x46, 1, 2, 3, 4, 0x57, 0x45, 0x42, 0x50]],
  ];
  test.each(images)('%s', async (name, mime, bytes) => {
    const world = createWorld({ [name]: Uint8Array.from(bytes) });
    const { output, detail, subjects } = await world.call('view_image', { path: name });
    expect(output).toBe(`${name} (${mime}, ${bytes.length} bytes)`);
    expect(detail?.image).toMatchObject({ mime, name });
    expect(world.blobs.get(detail?.image?.blob ?? '')).toEqual(Uint8Array.from(bytes));
    expect(subjects).toEqual([{ kind: 'read', path: path.join(world.cwd, name) }]);
  });

  test('refuses other files, too large ones, and models that take text only', async () => {
    const world = createWorld({ 'a.png': 'text', 'b.png': '' });
    await expect(world.call('view_image', { path: 'a.png' })).rejects.toThrow('but a text file');
    truncateSync(path.join(world.cwd, 'b.png'), 11 * 1024 * 1024);
    await expect(world.call('view_image', { path: 'b.png' })).rejects.toMatchObject({ code: 'limited' });
    await expect(world.call('view_image', { path: 'c.png' })).rejects.toMatchObject({ code: 'missing' });
    const tool = findTool('view_image');
    const context = { ...world.context, model: { ...world.context.model, inputs: ['text' as const] } };
    await expect(tool.plan(parseArgs(tool, '{"path":"a.png"}'), context)).rejects.toThrow('takes text only');
  });
});

describe('update_plan and ask_user [AGT-2]', () => {
  test('a plan is a fact', async () => {
    const world = createWorld();
    const steps = [{ text: 'look', status: 'done' }];
    expect(await world.call('update_plan', { steps, note: 'n' })).toMatchObject({
      output: 'Plan updated',
      subjects: [],
      facts: [{ type: 'plan.updated', data: { plan: { steps, note: 'n' } } }],
    });
  });

  test('a question stops the turn until it is answered', async () => {
    const world = createWorld();
    const tool = findTool('ask_user');
    const planned = await tool.plan(parseArgs(tool, '{"question":"Which?","choices":["a","b"]}'), world.context);
    expect(planned).toMatchObject({ subjects: [], question: { question: 'Which?', choices: ['a', 'b'] } });
    expect(await planned.run(new AbortController().signal, 'b')).toEqual({ output: 'b' });
  });
});
