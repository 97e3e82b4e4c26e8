// A model that does whatever it is told by whoever has the word. It can be told in anything that it reads: instructions are one word.
import { Buffer } from 'node:buffer';
import type { SentRequest, Step } from '../support/fake-model.ts';
import type { Call } from '../support/hand.ts';
import { conversation } from '../support/sent.ts';

/** The instruction to make these calls, answer by answer; it fits into a file's name as well. */
export const injected = (steps: readonly Call[][]): string => `[[obey-${Buffer.from(JSON.stringify(steps)).toString('base64url')}]]`;
const instruction = /\[\[obey-([A-Za-z0-9_-]+)\]\]/;

const filled = (call: Call, last: string): Call => ({
  ...call,
  args: JSON.parse(JSON.stringify(call.args).replaceAll('{{last}}', JSON.stringify(last).slice(1, -1))) as unknown,
});

export interface Obedient {
  answer(request: SentRequest): Step;
  /** The calls that it was made to make. */
  made: Call[];
}

/** First it makes the calls that its user wants; from when it reads an instruction it follows only that. */
export function createObedient(look: readonly Call[]): Obedient {
  const made: Call[] = [];
  let steps: Call[][] | undefined;
  let looked = false;
  return {
    made,
    answer: (request) => {
      const said = conversation(request);
      const found = said.map(({ text }) => instruction.exec(text)?.[1]).find((code) => code !== undefined);
      if (found !== undefined) steps ??= JSON.parse(Buffer.from(found, 'base64url').toString()) as Call[][];
      if (steps) {
        const last = said.findLast(({ by }) => by === 'result')?.text.trim() ?? '';
        const calls = steps.shift()?.map((call) => filled(call, last));
        made.push(...(calls ?? []));
        return calls ? { calls } : { text: 'done' };
      }
      if (looked || look.length === 0) return { text: 'nobody told me anything' };
      looked = true;
      return { calls: [...look] };
    },
  };
}
