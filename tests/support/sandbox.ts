import type { SandboxPort } from '../../electron/runtime/ports.ts';

/** A machine on which nothing can be confined. */
export const noSandbox: SandboxPort = {
  status: async () => ({ ok: false, detail: 'There is no sandbox in this test.' }),
  files: () => {
    throw new Error('There is no sandbox in this test.');
  },
  watchAutorun: async () => ({ changes: async () => [] }),
};
