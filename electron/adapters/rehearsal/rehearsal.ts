import { setTimeout as wait } from 'node:timers/promises';
import type { Tokens } from '../../../shared/domain/money.ts';
import { toErrorData } from '../../../shared/errors.ts';
import type { AnswerItem, ModelEvent, ModelItem, ModelRequest, ModelStream } from '../../runtime/ports.ts';
import { type Place, placeIn, storiesHere, textOf } from './place.ts';
import { fillArgs, readStories, type Story } from './story.ts';

const setUp = `To work with a model, do one of these:
- Set \`OPENAI_API_KEY\` in the environment, or keep the key with \`switchyard keys set OPENAI_API_KEY\`.
- For any other server that speaks OpenAI's protocol (Ollama, llama.cpp, vLLM), add these lines to \`config.toml\` in Switchyard's data folder, and choose it with \`--provider local\`:

      [providers.local]
      kind = "openai-compatible"
      base_url = "http://localhost:11434/v1"
      model = "name-of-the-model"`;

const isOurs = (item: ModelItem): boolean => item.type === 'call' && item.callId.startsWith('rehearsal-');

/** What it says when it has no part to play. */
function explanation([story]: Story[], told: boolean): string {
  const me = 'I am Rehearsal, a script that stands in for a model. I am no model: I cannot understand your request, let alone do it.';
  const offer = story
    ? `${told ? 'My story is told; to see it again' : 'In this sample project I can show one piece of work; to see it'}, write: "${story.ask}"`
    : 'To see a whole piece of work done for real on a small sample project, run `switchyard rehearse`.';
  return [me, offer, setUp].join('\n\n');
}

function answerAt({ step, id, kept, unheard }: Place): AnswerItem[] {
  const aside = 'I am a script and cannot take up what you wrote; I go on where I was.\n\n';
  const text = `${unheard ? aside : ''}${textOf(step, kept)}`;
  const calls = (step.calls ?? []).map(({ tool, args }, n) => ({
    type: 'call' as const,
    callId: `${id}-${n}`,
    tool,
    args: JSON.stringify(fillArgs(args, kept)),
  }));
  return [
    ...(step.reasoning === undefined ? [] : [{ type: 'reasoning' as const, summary: step.reasoning }]),
    ...(text === '' ? [] : [{ type: 'text' as const, text }]),
    ...calls,
  ];
}

/** The whole answer, from the conversation alone. */
function answerTo(request: ModelRequest, stories: Story[]): AnswerItem[] {
  const here = storiesHere(stories, request);
  // A request without tools wants a summary or a title.
  if (request.tools.length === 0) return [{ type: 'text', text: here[0]?.title ?? 'A talk with Rehearsal, which is no model' }];
  const place = placeIn(here, request.input);
  if (place) return answerAt(place);
  return [{ type: 'text', text: explanation(here, request.input.some(isOurs)) }];
}

/** A guess, four characters a token, so that the counters of the window move. */
function estimate(request: ModelRequest, items: AnswerItem[]): Tokens {
  const size = (value: unknown): number => Math.ceil(JSON.stringify(value).length / 4);
  const reasoning = items.filter(({ type }) => type === 'reasoning');
  return {
    input: size([request.instructions, request.input, request.tools]),
    cached: 0,
    output: size(items),
    reasoning: reasoning.length === 0 ? 0 : size(reasoning),
  };
}

/** A few words at a time, every character kept. */
const piecesOf = (text: string): string[] => text.match(/\s*(?:\S+\s*){1,3}/g) ?? (text === '' ? [] : [text]);

/**
 * The stand-in for a model: answers from stories in `folder`, in small pieces with `delayMs` between them. It remembers nothing: the
 * same conversation gets the same answer.
 */
export function createRehearsal({ folder, delayMs = 25 }: { folder: string; delayMs?: number }): ModelStream {
  let stories: Story[] | undefined;

  return async function* (request, signal): AsyncGenerator<ModelEvent> {
    try {
      stories ??= readStories(folder);
      const items = answerTo(request, stories);
      for (const item of items) {
        if (item.type === 'call') continue;
        for (const text of piecesOf(item.type === 'text' ? item.text : item.summary)) {
          if (delayMs > 0) await wait(delayMs, undefined, { signal });
          if (signal.aborted) break;
          yield { type: item.type, text };
        }
      }
      if (signal.aborted) yield { type: 'end', stop: 'aborted', items: [] };
      else {
        const stop = items.some(({ type }) => type === 'call') ? 'tools' : 'stop';
        yield { type: 'end', stop, items, tokens: estimate(request, items) };
      }
    } catch (error) {
      if (signal.aborted) yield { type: 'end', stop: 'aborted', items: [] };
      else yield { type: 'end', stop: 'error', items: [], error: toErrorData(error) };
    }
  };
}
