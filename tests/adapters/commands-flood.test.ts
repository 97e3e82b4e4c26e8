import { expect, it } from 'vitest';
import { createCommands } from '../../electron/adapters/commands/commands.ts';
import { tempFolder } from '../support/temp.ts';

it('stops a command that would fill the disk, and keeps what it printed [AGT-2]', async () => {
  const commands = createCommands({ folder: tempFolder('flood'), homeId: 'flood', mostBytes: 1_000_000 });
  const running = await commands.start({ id: 'yes', command: 'yes', cwd: '/' });
  expect(await running.exited).toEqual({ code: null, flooded: 1_000_000 });
  await running.stop();
  expect(commands.output('yes', { from: 0, length: 2 }).total).toBeGreaterThan(1_000_000);
  await commands.close();
});
