import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { createSandbox, type Sandbox } from '../../electron/adapters/sandbox/sandbox.ts';
import type { SandboxPort } from '../../electron/runtime/ports.ts';
import { tempFolder } from './temp.ts';

/** A machine on which nothing can be confined. */
export const noSandbox: SandboxPort = {
  status: async () => ({ ok: false, detail: 'There is no sandbox in this test.' }),
  files: () => {
    throw new Error('There is no sandbox in this test.');
  },
  autorun: {
    watch: async () => ({ changes: async () => [], end: () => undefined }),
    cutOff: async () => ({ changes: async () => [], end: () => undefined }),
    permit: () => undefined,
    bring: async () => ({ done: 'differs' }),
  },
};

function create(folder: string): Sandbox {
  const root = path.resolve(import.meta.dirname, '../..');
  return createSandbox({
    folder,
    note: (line) => void process.stderr.write(`sandbox: ${line}\n`),
    program: {
      file: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', path.join(root, 'electron/host/confined.ts')],
      env: {},
      reads: [path.dirname(process.execPath), root],
    },
  });
}

/** This machine's own. */
export function realSandbox(folder = tempFolder('sandbox')): Sandbox {
  const sandbox = create(folder);
  onTestFinished(() => sandbox.close());
  return sandbox;
}

/** Whether this machine has one. Where everything has to be tested it counts as there, so that its absence fails. */
export async function sandboxWorks(): Promise<boolean> {
  if (process.env['CI'] === 'true') return true;
  const sandbox = create(mkdtempSync(path.join(os.tmpdir(), 'switchyard-sandbox-')));
  const { ok } = await sandbox.status();
  await sandbox.close();
  return ok;
}
