import { AppError } from '../../../../shared/errors.ts';
import { z } from '../../../../shared/schema.ts';
import { byteLength } from '../bounded.ts';
import { defineTool } from '../tool.ts';
import { commandText, findRunning } from './background.ts';
import { count, shorten } from './result.ts';

/** What the input amounts to, written as a command: text sent to a shell is as good as a command and is judged as one. */
function asCommand(command: string, text: string): string {
  let word = 'INPUT';
  while (text.split('\n').includes(word)) word += '_';
  return `${command} <<'${word}'\n${text}${text.endsWith('\n') ? '' : '\n'}${word}`;
}

export const shellInput = defineTool({
  name: 'shell_input',
  description: 'Writes text to the input of a background command. End a line with \\n; close ends the input.',
  parameters: z.object({ id: z.string(), text: z.string(), close: z.optional(z.boolean()) }),
  title: ({ text }) => `Typed ${shorten(JSON.stringify(text), 60)}`,
  async plan({ id, text, close }, context) {
    findRunning(context, id);
    // What nothing confines would run it with everything that the user may do.
    const leaves = context.hands.confine() !== undefined && context.background.list().some((each) => each.id === id && each.outside);
    const subject = {
      kind: leaves ? ('outside' as const) : ('command' as const),
      command: asCommand(commandText(context, id), text),
      cwd: context.cwd,
    };
    return {
      subjects: text === '' ? [] : [subject],
      async run(signal) {
        if (signal.aborted) throw new AppError('cancelled', 'Stopped before anything was written.');
        const running = findRunning(context, id);
        const from = context.commands.output(id, { from: 0, length: 0 }).total;
        if (text !== '') running.write(text);
        if (close === true) running.closeInput();
        const sent = `Wrote ${count(byteLength(text), 'byte')}${close === true ? ' and closed the input' : ''}.`;
        return { output: `${sent} Read the answer with shell_output from ${from}.` };
      },
    };
  },
});
