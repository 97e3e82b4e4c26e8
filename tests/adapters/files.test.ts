import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFiles } from '../../electron/adapters/files/files.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

const files = createFiles();
const bytes = (text: string): Uint8Array => Buffer.from(text);
const read = (...parts: string[]): string => readFileSync(path.join(...parts), 'utf8');
const root = process.getuid?.() === 0;

describe('reading', () => {
  it('knows the home folder', () => {
    expect(files.home()).toBe(os.homedir());
    expect(createFiles({ home: '/elsewhere' }).home()).toBe('/elsewhere');
  });

  it('gives a whole file or a part, and undefined for none', async () => {
    const folder = tempFolder();
    writeFiles(folder, { 'a.txt': '0123456789' });
    const file = path.join(folder, 'a.txt');
    const part = async (from: number, length: number) => Buffer.from((await files.read(file, { from, length })) ?? []).toString();
    expect(Buffer.from((await files.read(file)) ?? []).toString()).toBe('0123456789');
    expect([await part(2, 3), await part(8, 50), await part(20, 5), await part(0, 0)]).toEqual(['234', '89', '', '']);
    expect(await files.read(path.join(folder, 'none'))).toBeUndefined();
    expect(await files.stat(path.join(folder, 'none'))).toBeUndefined();
    expect(await files.list(path.join(folder, 'none'))).toBeUndefined();
    expect(await files.realpath(path.join(folder, 'none'))).toBeUndefined();
  });

  it('does not load the rest of a large file', async () => {
    const file = path.join(tempFolder(), 'sparse');
    execFileSync('truncate', ['-s', '20G', file]);
    const part = await files.read(file, { from: 15e9, length: 100 });
    expect(part).toHaveLength(100);
    await expect(files.read(file)).rejects.toMatchObject({ code: 'limited', data: { path: file } });
  });

  it.runIf(process.platform === 'linux')('reads what the kernel makes up', async () => {
    expect(Buffer.from((await files.read('/proc/self/status', { from: 0, length: 5 })) ?? []).toString()).toBe('Name:');
    expect((await files.read('/proc/self/status'))?.length).toBeGreaterThan(100);
  });

  it('says what is wrong with a path', async () => {
    const folder = tempFolder();
    writeFiles(folder, { 'a.txt': '' });
    await expect(files.read(folder)).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining('it is a folder') });
    await expect(files.read(path.join(folder, 'a.txt', 'b'))).rejects.toMatchObject({ code: 'invalid' });
    await expect(files.list(path.join(folder, 'a.txt'))).rejects.toMatchObject({
      code: 'invalid',
      data: { path: path.join(folder, 'a.txt') },
    });
    await expect(files.read('relative')).rejects.toMatchObject({ code: 'invalid' });
    await expect(files.read('/a\0b')).rejects.toMatchObject({ code: 'invalid' });
    await expect(files.stat(path.join(folder, 'x'.repeat(300)))).rejects.toMatchObject({ code: 'invalid' });
    symlinkSync('loop', path.join(folder, 'loop'));
    await expect(files.realpath(path.join(folder, 'loop'))).rejects.toMatchObject({ code: 'invalid' });
  });

  it.skipIf(process.platform === 'win32')('does not wait for a named pipe', async () => {
    const file = path.join(tempFolder(), 'pipe');
    execFileSync('mkfifo', [file]);
    await expect(files.read(file)).rejects.toMatchObject({ code: 'invalid' });
  });

  it('lists a folder by name', async () => {
    const folder = tempFolder();
    writeFiles(folder, { 'b.txt': '12345', 'sub/c': 'x', '.a': '' });
    symlinkSync('b.txt', path.join(folder, 'link'));
    expect(await files.list(folder)).toEqual([
      { name: '.a', kind: 'file', bytes: 0 },
      { name: 'b.txt', kind: 'file', bytes: 5 },
      { name: 'link', kind: 'link', bytes: 0 },
      { name: 'sub', kind: 'folder', bytes: 0 },
    ]);
    expect(await files.stat(path.join(folder, 'link'))).toMatchObject({ kind: 'file', bytes: 5 });
    expect(await files.realpath(path.join(folder, 'link'))).toBe(path.join(folder, 'b.txt'));
  });

  it('hashes', () => {
    expect(files.hash(bytes('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

describe('replacing', () => {
  it('writes, makes folders, sets modes and deletes', async () => {
    const folder = tempFolder();
    const at = (name: string): string => path.join(folder, name);
    writeFiles(folder, { 'old.sh': 'old', 'gone.txt': 'gone' });
    await files.replace([
      { path: at('old.sh'), bytes: bytes('new'), mode: 0o755 },
      { path: at('deep/er/made.txt'), bytes: bytes('made'), mode: 0o100640 },
      { path: at('gone.txt'), bytes: null, mode: 0 },
      { path: at('never.txt'), bytes: null, mode: 0 },
    ]);
    expect([read(folder, 'old.sh'), read(folder, 'deep/er/made.txt')]).toEqual(['new', 'made']);
    expect(statSync(at('old.sh')).mode & 0o777).toBe(0o755);
    expect(statSync(at('deep/er/made.txt')).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toEqual(['deep', 'old.sh']);
    expect(readdirSync(at('deep/er'))).toEqual(['made.txt']);
  });

  it('keeps a link and replaces what it points to', async () => {
    const folder = tempFolder();
    writeFiles(folder, { 'real/file': 'old' });
    symlinkSync('real/file', path.join(folder, 'link'));
    await files.replace([{ path: path.join(folder, 'link'), bytes: bytes('new'), mode: 0o644 }]);
    expect(lstatSync(path.join(folder, 'link')).isSymbolicLink()).toBe(true);
    expect(read(folder, 'real/file')).toBe('new');
    symlinkSync('nowhere', path.join(folder, 'dangling'));
    await expect(files.replace([{ path: path.join(folder, 'dangling'), bytes: bytes(''), mode: 0o644 }])).rejects.toMatchObject({
      code: 'invalid',
    });
    await files.replace([{ path: path.join(folder, 'link'), bytes: null, mode: 0 }]);
    expect(read(folder, 'real/file')).toBe('new');
  });

  it('never changes a file in place', async () => {
    const folder = tempFolder();
    writeFiles(folder, { a: 'old' });
    linkSync(path.join(folder, 'a'), path.join(folder, 'b'));
    await files.replace([{ path: path.join(folder, 'a'), bytes: bytes('new'), mode: 0o644 }]);
    expect([read(folder, 'a'), read(folder, 'b')]).toEqual(['new', 'old']);
  });

  it.runIf(root)('leaves a file to its owner', async () => {
    const file = path.join(tempFolder(), 'a');
    writeFileSync(file, 'old');
    execFileSync('chown', ['1234:1235', file]);
    await files.replace([{ path: file, bytes: bytes('new'), mode: 0o600 }]);
    expect(statSync(file)).toMatchObject({ uid: 1234, gid: 1235 });
  });

  it('touches nothing when one of the files cannot be written', async () => {
    const folder = tempFolder();
    writeFiles(folder, { a: 'old', 'folder/b': '' });
    const at = (name: string): string => path.join(folder, name);
    const first = { path: at('a'), bytes: bytes('new'), mode: 0o644 };
    for (const wrong of [
      { path: at('folder'), bytes: bytes('x'), mode: 0o644 },
      { path: at('folder'), bytes: null, mode: 0 },
      { path: at('a/b'), bytes: bytes('x'), mode: 0o644 },
      { path: 'relative', bytes: bytes('x'), mode: 0o644 },
    ]) {
      await expect(files.replace([first, wrong])).rejects.toMatchObject({ code: 'invalid', data: { path: wrong.path } });
      expect(read(folder, 'a')).toBe('old');
      expect(readdirSync(folder)).toEqual(['a', 'folder']);
    }
  });

  it.runIf(process.platform === 'linux')('says when it is not permitted', async () => {
    let folder = '/sys';
    if (!root) {
      folder = tempFolder();
      chmodSync(folder, 0o500);
    }
    await expect(files.replace([{ path: path.join(folder, 'a'), bytes: bytes('x'), mode: 0o644 }])).rejects.toMatchObject({
      code: 'denied',
    });
  });

  it('says when the disk is full, and leaves the old files and nothing else', async (context) => {
    const folder = tempFolder();
    const disk = path.join(folder, 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk], { stdio: 'ignore' });
    } catch {
      context.skip('making a tiny disk needs root and the right to mount');
    }
    onTestFinished(() => void execFileSync('umount', [disk]));
    writeFiles(disk, { a: 'old', b: 'old' });
    const write = (name: string, size: number) => ({ path: path.join(disk, name), bytes: new Uint8Array(size), mode: 0o644 });
    await expect(files.replace([write('a', 10_000), write('b', 200_000)])).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('the disk is full'),
      data: { path: path.join(disk, 'b') },
    });
    expect([read(disk, 'a'), read(disk, 'b')]).toEqual(['old', 'old']);
    expect(readdirSync(disk)).toEqual(['a', 'b']);
  });

  it('serves two at once', async () => {
    const folder = tempFolder();
    const file = path.join(folder, 'a');
    await Promise.all(Array.from({ length: 20 }, async (_, n) => files.replace([{ path: file, bytes: bytes(`${n}`), mode: 0o644 }])));
    expect(readdirSync(folder)).toEqual(['a']);
    expect(read(file)).toBe('19');
  });
});
