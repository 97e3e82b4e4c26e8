import { hash, randomBytes } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import type { FileSide } from '../../../shared/domain/thread.ts';
import type { Side } from './in-place.ts';

// The state of files before a command, kept on disk while the command runs: a program that is killed finds out afterwards what changed.
// It is written only where it differs from what was kept last, so that most commands write nothing but a mark that one runs.

export interface KeptStates {
  /** Commands run below this folder, and this is what was there before them. */
  keep(root: string, states: ReadonlyMap<string, Side>): void;
  /** None runs any more. */
  release(root: string): void;
  /** What an earlier program kept that ended before it could release it. */
  left(root: string): Map<string, Side> | undefined;
  /** What was left was dealt with. */
  forget(root: string): void;
}

export function createKeptStates(folder: string): KeptStates {
  const mine = randomBytes(6).toString('hex');
  const written = new Map<string, string>();
  const marked = new Set<string>();
  const hashes = new WeakMap<Uint8Array, string>();
  const keyOf = (root: string): string => hash('sha256', root, 'hex').slice(0, 32);
  const at = (...names: string[]): string => path.join(folder, ...names);
  const listOf = (root: string): string => at(`${keyOf(root)}.json`);
  const markOf = (root: string): string => at(`${keyOf(root)}.${mine}`);
  const strangers = (root: string): string[] => {
    const prefix = `${keyOf(root)}.`;
    return existsSync(folder)
      ? readdirSync(folder).filter((name) => name.startsWith(prefix) && name !== `${prefix}json` && name !== `${prefix}${mine}`)
      : [];
  };

  const write = (file: string, bytes: Uint8Array | string): void => {
    const beside = `${file}.new`;
    const handle = openSync(beside, 'w', 0o600);
    try {
      writeSync(handle, Buffer.from(bytes));
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(beside, file);
  };
  const put = (bytes: Uint8Array): string => {
    const known = hashes.get(bytes);
    if (known !== undefined) return known;
    const name = hash('sha256', bytes, 'hex');
    const file = at('bytes', name);
    if (!existsSync(file)) write(file, bytes);
    hashes.set(bytes, name);
    return name;
  };

  return {
    keep(root, states) {
      mkdirSync(at('bytes'), { recursive: true, mode: 0o700 });
      const list = [...states].map(([file, side]): [string, FileSide<string>] => [
        file,
        side.kind === 'file' ? { ...side, bytes: put(side.bytes) } : side,
      ]);
      const text = JSON.stringify(list);
      if (written.get(root) !== text) write(listOf(root), text);
      written.set(root, text);
      if (!marked.has(root)) closeSync(openSync(markOf(root), 'w', 0o600));
      marked.add(root);
    },
    release(root) {
      if (marked.delete(root)) rmSync(markOf(root), { force: true });
    },
    left(root) {
      if (strangers(root).length === 0) return undefined;
      const list = JSON.parse(readFileSync(listOf(root), 'utf8')) as [string, FileSide<string>][];
      return new Map(
        list.map(([file, side]) => [file, side.kind === 'file' ? { ...side, bytes: readFileSync(at('bytes', side.bytes)) } : side]),
      );
    },
    forget(root) {
      for (const name of strangers(root)) rmSync(at(name), { force: true });
    },
  };
}
