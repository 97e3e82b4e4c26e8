import { z } from '../../../../shared/schema.ts';
import { defineTool } from '../tool.ts';
import { commandText, findRunning } from './background.ts';
import { paragraphs, viewOutput } from './command-output.ts';
import { shorten } from './result.ts';

const tailShown = 2048;

export const shellStop = defineTool({
  name: 'shell_stop',
  description: 'Stops a background command and all it started.',
  parameters: z.object({ id: z.string() }),
  title: () => 'Stopped a command',
  async plan({ id }, context) {
    findRunning(context, id);
    return {
      subjects: [],
      async run() {
        const name = shorten(commandText(context, id));
        await findRunning(context, id).stop();
        const { total } = context.commands.output(id, { from: 0, length: 0 });
        const from = Math.max(total - tailShown, 0);
        const view = viewOutput(context, id, { from, open: false }, () => 'read it with shell_output');
        const end = view.text.trim() === '' ? undefined : from > 0 ? 'The end of its output:' : 'Its output:';
        const changed = await context.background.changes();
        const output = paragraphs(`Stopped: ${name}`, end, end === undefined ? undefined : view.text);
        return { output, ...(changed.length > 0 ? { changed } : {}) };
      },
    };
  },
});
