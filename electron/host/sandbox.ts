import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSandbox, type Sandbox } from '../adapters/sandbox/sandbox.ts';

/** Beside us in the bundle, and beside us in the source. */
const program = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './confined.ts' : './confined.js', import.meta.url));
const root = fileURLToPath(new URL('../../', import.meta.url));

/** The sandbox with the program that serves files in it. In a package Electron itself runs it, as Node. */
export function openSandbox({ home, note }: { home: string; note(line: string): void }): Sandbox {
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
