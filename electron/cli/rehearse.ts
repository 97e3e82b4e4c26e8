import { prepareSample } from '../host/connect.ts';
import type { Flags } from './arguments.ts';
import { startThread } from './exec.ts';
import { createLines } from './input.ts';
import { open } from './session.ts';
import { tell } from './terminal.ts';

/** The whole job on the sample project, with the scripted stand-in for a model. */
export async function run(flags: Flags): Promise<number> {
  const { folder, prompt, allow } = await prepareSample();
  tell(`A rehearsal: no model is at work here, a script is. Its commands, its patch and its question are real, in ${folder}`);
  return open('rehearse', async (client) => {
    const lines = await createLines();
    try {
      return await startThread({
        client,
        folder,
        prompt,
        settings: { provider: 'rehearsal' },
        allow,
        trust: true,
        json: flags['json'] === true,
        lines,
      });
    } finally {
      lines.close();
    }
  });
}
