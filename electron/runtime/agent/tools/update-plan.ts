import { AppError } from '../../../../shared/errors.ts';
import { z } from '../../../../shared/schema.ts';
import { defineTool } from '../tool.ts';

export const updatePlan = defineTool({
  name: 'update_plan',
  description: 'Shows the user your plan for work of several steps. Send all steps each time, at most one active.',
  parameters: z.object({
    steps: z.array(z.object({ text: z.string(), status: z.enum(['pending', 'active', 'done']) })),
    note: z.optional(z.string()),
  }),
  title: () => 'Updated the plan',
  async plan({ steps, note }) {
    if (steps.length === 0) throw new AppError('invalid', 'update_plan: a plan needs at least one step.');
    const plan = { steps, ...(note === undefined ? {} : { note }) };
    return { subjects: [], run: async () => ({ output: 'Plan updated', facts: [{ type: 'plan.updated', data: { plan } }] }) };
  },
});
