// Runs one confined command in a folder, to be killed in the middle: arguments are the folder and the command.
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createCommands } from '../../electron/adapters/commands/commands.ts';
import { createSandbox } from '../../electron/adapters/sandbox/sandbox.ts';

const [folder = '', command = ''] = process.argv.slice(2);
const own = mkdtempSync(path.join(os.tmpdir(), 'switchyard-owner-'));
const sandbox = createSandbox({ note: () => undefined, folder: own, program: { file: process.execPath, args: [], env: {}, reads: [] } });
const commands = createCommands({ folder: own, homeId: 'owner', wrap: sandbox.wrap });
const confine = {
  paths: [
    { path: '/', access: 'read' as const },
    { path: folder, access: 'write' as const },
  ],
  network: { access: 'off' as const, hosts: [] },
  environment: [],
  worktree: folder,
  group: 'owner',
};
const started = await commands.start({ id: 'one', command, cwd: folder, confine });
await started.exited;
