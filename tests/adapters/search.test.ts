import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createSearch } from '../../electron/adapters/search/search.ts';
import { tempFolder, tempRepo, writeFiles } from '../support/temp.ts';

const signal = new AbortController().signal;
const search = createSearch();
const walk = createSearch({ ripgrep: null });

const sample = {
  '.gitignore': 'ignored/\nskip.js\n',
  '.hidden/z.js': 'foo\n',
  'a/x.js': 'one\nfoo 1\nFoo 2\n',
  'a/skip.js': 'foo\n',
  'b/bin.dat': 'foo\n\0\nfoo\n',
  'b/crlf.txt': 'foo\r\nbar foo\r\n',
  'ignored/sub/y.js': 'foo\n',
  'ünï/c.md': 'größe foo\n',
};

function folder(): string {
  const { path } = tempRepo();
  writeFiles(path, sample);
  return path;
}
const short = (root: string, { matches }: { matches: { path: string; line: number }[] }): string[] =>
  matches.map(({ path: file, line }) => `${path.relative(root, file)}:${line}`);

describe('searching', () => {
  it('finds lines in files that are not ignored, in the order of their paths', async () => {
    const root = folder();
    const found = await search.find({ pattern: 'fo+', path: root, limit: 100 }, signal);
    expect(short(root, found)).toEqual(['.hidden/z.js:1', 'a/x.js:2', 'b/crlf.txt:1', 'b/crlf.txt:2', 'ünï/c.md:1']);
    expect(found.more).toBe(false);
    expect(found.matches.map(({ text }) => text)).toEqual(['foo', 'foo 1', 'foo', 'bar foo', 'größe foo']);
    expect(path.isAbsolute(found.matches[0]?.path ?? '')).toBe(true);
  });

  it.each([
    ['with ripgrep', search],
    ['without', walk],
  ] as const)('obeys its options %s', async (_, search) => {
    const root = folder();
    const find = async (query: object) =>
      short(root, await search.find({ pattern: 'foo', path: path.join(root, 'a'), limit: 9, ...query }, signal));
    expect(await find({ ignoreCase: true, glob: 'x.*' })).toEqual(['a/x.js:2', 'a/x.js:3']);
    expect(await find({ ignoreCase: true, glob: '**/x.js', filesOnly: true })).toEqual(['a/x.js:2']);
    expect(await find({ path: root, glob: 'b/*.txt' })).toEqual(['b/crlf.txt:1', 'b/crlf.txt:2']);
    expect(await find({ path: root, glob: '*.{md,txt}' })).toEqual(['b/crlf.txt:1', 'b/crlf.txt:2', 'ünï/c.md:1']);
    expect(await find({ glob: '!*.js' })).toEqual([]);
    expect(await find({ literal: true, pattern: 'fo+' })).toEqual([]);
    expect(await find({ pattern: '(?<=f)oo 1' })).toEqual(['a/x.js:2']);
    expect(await find({ path: path.join(root, 'b', 'crlf.txt') })).toEqual(['b/crlf.txt:1', 'b/crlf.txt:2']);
    expect(await find({ path: path.join(root, 'b', 'bin.dat') })).toEqual([]);
    expect(await find({ pattern: '-foo' })).toEqual([]);
  });

  it('keeps a glob for names from reaching ignored files', async () => {
    const root = folder();
    expect(short(root, await search.find({ pattern: 'foo', path: root, limit: 9, glob: '*.js' }, signal))).toEqual([
      '.hidden/z.js:1',
      'a/x.js:2',
    ]);
  });

  it.each([
    ['with ripgrep', search],
    ['without', walk],
  ] as const)('stops at the limit and says that there was more, %s', async (_, search) => {
    const root = tempFolder();
    writeFiles(root, { 'many.txt': 'foo\n'.repeat(5000) });
    const find = async (limit: number) => search.find({ pattern: 'foo', path: root, limit }, signal);
    expect(await find(3)).toMatchObject({ matches: [{ line: 1 }, { line: 2 }, { line: 3 }], more: true });
    expect((await find(4999)).more).toBe(true);
    expect((await find(5000)).more).toBe(false);
    expect((await find(5000)).matches).toHaveLength(5000);
  });

  it.each([
    ['with ripgrep', search],
    ['without', walk],
  ] as const)('cuts a long line around the match, %s', async (_, search) => {
    const root = tempFolder();
    writeFiles(root, {
      'long.txt': `${'é'.repeat(300_000)}foo${'y'.repeat(300_000)}\n${'z'.repeat(400)}foo${'z'.repeat(400)}\nfoo${'ü'.repeat(497)}\n`,
    });
    const { matches } = await search.find({ pattern: 'foo', path: root, limit: 9 }, signal);
    for (const { text } of matches) expect(text.length).toBeLessThanOrEqual(500);
    expect(matches[0]?.text).toMatch(/^…é{150}fooy+…$/);
    expect(matches[1]?.text).toMatch(/^…z{150}fooz+…$/);
    expect(matches[2]?.text).toBe(`foo${'ü'.repeat(497)}`);
  });

  it.skipIf(process.platform === 'win32')('takes any file name', async () => {
    const root = tempFolder();
    writeFiles(root, { 'new\nline:3:4.txt': 'foo\n', '-x': 'foo\n' });
    const found = await search.find({ pattern: 'foo', path: root, limit: 9 }, signal);
    expect(short(root, found)).toEqual(['-x:1', 'new\nline:3:4.txt:1']);
  });

  it('lists files', async () => {
    const root = folder();
    const list = async (options: { limit: number; glob?: string }) => {
      const { paths, more } = await search.files(root, options, signal);
      return { paths: paths.map((file) => path.relative(root, file)), more };
    };
    const all = ['.gitignore', '.hidden/z.js', 'README.md', 'a/x.js', 'b/bin.dat', 'b/crlf.txt', 'ünï/c.md'];
    expect(await list({ limit: 7 })).toEqual({ paths: all, more: false });
    expect(await list({ limit: 3 })).toEqual({ paths: all.slice(0, 3), more: true });
    expect(await list({ limit: 9, glob: '*.js' })).toEqual({ paths: ['.hidden/z.js', 'a/x.js'], more: false });
    expect((await walk.files(root, { limit: 2, glob: 'b/*' }, signal)).paths).toEqual([
      path.join(root, 'b/bin.dat'),
      path.join(root, 'b/crlf.txt'),
    ]);
  });

  it('says what is wrong', async () => {
    const root = folder();
    const find = async (query: object) => search.find({ pattern: 'foo', path: root, limit: 9, ...query }, signal);
    await expect(find({ pattern: 'foo(' })).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('unclosed group') });
    await expect(walk.find({ pattern: 'foo(', path: root, limit: 9 }, signal)).rejects.toMatchObject({ code: 'invalid' });
    await expect(find({ glob: '*.{js' })).rejects.toMatchObject({ code: 'invalid' });
    await expect(find({ path: path.join(root, 'none') })).rejects.toMatchObject({ code: 'missing' });
    await expect(find({ path: 'relative' })).rejects.toMatchObject({ code: 'invalid' });
    await expect(search.files(path.join(root, 'a/x.js'), { limit: 1 }, signal)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('can be stopped', async () => {
    const root = folder();
    for (const one of [search, walk]) {
      const stop = new AbortController();
      const found = one.find({ pattern: 'foo', path: root, limit: 9 }, stop.signal);
      stop.abort();
      await expect(found).rejects.toMatchObject({ code: 'cancelled' });
      await expect(one.find({ pattern: 'foo', path: root, limit: 9 }, stop.signal)).rejects.toMatchObject({ code: 'cancelled' });
    }
  });

  it('says once that it is slow without ripgrep', async () => {
    const notes: string[] = [];
    const search = createSearch({ ripgrep: '/nowhere/rg', note: (line) => notes.push(line) });
    const root = folder();
    for (let n = 0; n < 2; n++) expect((await search.find({ pattern: 'foo', path: root, limit: 9 }, signal)).matches).not.toHaveLength(0);
    expect(notes).toHaveLength(1);
  });
});
