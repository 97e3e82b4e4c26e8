import { AppError } from '../../../../shared/errors.ts';
import { z } from '../../../../shared/schema.ts';
import { defineTool } from '../tool.ts';
import { shorten } from './result.ts';

export const askUser = defineTool({
  name: 'ask_user',
  description: 'Asks the user what only they can decide, and waits for the answer.',
  parameters: z.object({ question: z.string(), choices: z.optional(z.array(z.string())) }),
  title: ({ question }) => `Asked: ${shorten(question)}`,
  async plan({ question, choices }) {
    if (question.trim() === '') throw new AppError('invalid', 'ask_user: the question is empty.');
    return {
      subjects: [],
      question: { question, choices: choices ?? [] },
      run: async (_signal, answer) => (answer === undefined ? { output: 'The user gave no answer.', failed: true } : { output: answer }),
    };
  },
});
