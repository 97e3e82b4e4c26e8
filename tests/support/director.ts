// A fake model that knows what to say to which message, whatever else was said before: many threads can talk to it at once.
import { type FakeModel, type FakeModelOptions, fakeModel, type SentRequest, type Step } from './fake-model.ts';

export interface Director extends FakeModel {
  /** Answers a message that holds these words: step k follows k answers. What was told last wins. After the last step it says "That is all." */
  on(words: string, ...steps: Step[]): void;
  /** The key that requests must carry. */
  key: string;
}

type Json = Record<string, unknown>;

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return (content as Json[]).map((part) => (typeof part['text'] === 'string' ? part['text'] : '')).join('\n');
}

export async function createDirector(options: Partial<FakeModelOptions> = {}): Promise<Director> {
  const stories: { words: string; steps: Step[] }[] = [];
  const choose = ({ wire, body }: SentRequest): Step => {
    const list = (wire === 'chat' ? body['messages'] : body['input']) as Json[];
    let answers = 0;
    let inside = false;
    for (const item of list.toReversed()) {
      const ours = item['role'] === 'assistant' || item['type'] === 'function_call' || item['type'] === 'reasoning';
      if (inside && !ours) answers++;
      inside = ours;
      const said = item['role'] === 'user' ? textOf(item['content']) : '';
      const story = said === '' ? undefined : stories.findLast(({ words }) => said.includes(words));
      if (story) return story.steps[answers] ?? { text: 'That is all.' };
    }
    return { text: 'That is all.' };
  };
  const key = options.key ?? 'sk-test-key';
  const model = await fakeModel({ ...options, key, script: choose });
  return { ...model, key, on: (words, ...steps) => void stories.push({ words, steps }) };
}
