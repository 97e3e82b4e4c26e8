import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../shared/errors.ts';
import { createSandbox, type Sandbox } from '../adapters/sandbox/sandbox.ts';

/** Releases are built with this set: there nothing in the environment takes the sandbox away. */
declare const __PACKAGED__: boolean | undefined;
const packaged = typeof __PACKAGED__ !== 'undefined' && __PACKAGED__;

/** Beside us in the bundle, and beside us in the source. */
const program = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './confined.ts' : './confined.js', import.meta.url));
const root = fileURLToPath(new URL('../../', import.meta.url));

/** The sandbox with the program that serves files in it. In a package Electron itself runs it, as Node. */
export function openSandbox({ home, note }: { home: string; note(line: string): void }): Sandbox {
  if (!packaged && process.env['SWITCHYARD_TEST_SANDBOX'] === 'none') return noSandbox();
  const unpacked = root.replace(`app.asar${path.sep}`, `app.asar.unpacked${path.sep}`);
  return createSandbox({
    note,
    folder: path.join(home, 'sandbox'),
    program: {
      file: process.execPath,
      args: [program],
      env: process.versions['electron'] ? { ELECTRON_RUN_AS_NODE: '1' } : {},
      reads: [path.dirname(process.execPath), root.replace(/\.asar\/$/, '.asar'), unpacked],
    },
  });
}

/** For tests of what asks: a machine that has none. */
function noSandbox(): Sandbox {
  const detail = 'There is no sandbox in this test: every command and every change asks first.';
  const refuse = (): never => {
    throw new AppError('unavailable', detail);
  };
  return {
    status: async () => ({ ok: false, detail }),
    wrap: async () => refuse(),
    files: refuse,
    autorun: {
      watch: async () => refuse(),
      cutOff: async () => ({ changes: async () => [], end: () => undefined }),
      permit: () => undefined,
      bring: async () => refuse(),
    },
    close: async () => undefined,
  };
}
