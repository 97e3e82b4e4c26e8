// Chat Completions, streaming (platform.openai.com/docs/api-reference/chat), as OpenAI and the servers compatible with it speak it.

import type {
  ChatCompletionChunk,
  ChatCompletionContentPart,
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageFunctionToolCall,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import type { CompletionUsage } from 'openai/resources/completions';
import type { Model } from '../../../shared/domain/model.ts';
import type { Tokens } from '../../../shared/domain/money.ts';
import type { AnswerItem, ModelItem, ModelRequest } from '../../runtime/ports.ts';
import { type AnswerReader, argumentsOf, effortOf, nameOf, type ReaderContext, sentArguments, unseen, type Wire } from './answer.ts';

type ImageParts = { mime: string; base64: string }[];

function content(text: string, images: ImageParts, model: Model): string | ChatCompletionContentPart[] {
  if (images.length === 0) return text;
  if (!model.inputs.includes('image')) return [text, ...images.map(() => unseen)].filter((line) => line !== '').join('\n');
  const shown = images.map(({ mime, base64 }) => ({ type: 'image_url' as const, image_url: { url: `data:${mime};base64,${base64}` } }));
  return text === '' ? shown : [{ type: 'text', text }, ...shown];
}

/** One answer is one message here, its calls beside its text; images of results follow the last result, since a result holds text only. */
function messages(input: ModelItem[], model: Model): ChatCompletionMessageParam[] {
  const all: ChatCompletionMessageParam[] = [];
  let texts: string[] = [];
  let calls: ChatCompletionMessageFunctionToolCall[] = [];
  let images: ImageParts = [];
  const closeAnswer = (): void => {
    if (texts.length === 0 && calls.length === 0) return;
    const text = texts.length === 0 ? null : texts.join('\n\n');
    all.push({ role: 'assistant', content: text, ...(calls.length === 0 ? {} : { tool_calls: calls }) });
    texts = [];
    calls = [];
  };
  const closeResults = (): void => {
    if (images.length > 0) all.push({ role: 'user', content: content('', images, model) });
    images = [];
  };
  for (const item of input) {
    if (item.type === 'reasoning') continue;
    if (item.type === 'user' || item.type === 'result') closeAnswer();
    if (item.type !== 'result') closeResults();
    if (item.type === 'user') all.push({ role: 'user', content: content(item.text, item.images, model) });
    else if (item.type === 'text') texts.push(item.text);
    else if (item.type === 'call')
      calls.push({ id: item.callId, type: 'function', function: { name: nameOf(item.tool), arguments: sentArguments(item.args) } });
    else {
      all.push({ role: 'tool', tool_call_id: item.callId, content: item.output });
      images.push(...item.images);
    }
  }
  closeAnswer();
  closeResults();
  return all;
}

function body(request: ModelRequest, own: boolean): ChatCompletionCreateParamsStreaming {
  const { model, tools } = request;
  const effort = effortOf(request);
  return {
    model: model.id,
    messages: [{ role: 'system', content: request.instructions }, ...messages(request.input, model)],
    ...(tools.length === 0 ? {} : { tools: tools.map((tool) => ({ type: 'function' as const, function: { ...tool } })) }),
    ...(effort === undefined ? {} : { reasoning_effort: effort }),
    // What only OpenAI itself is sure to know; other servers refuse requests for less.
    ...(own ? { store: false, prompt_cache_key: request.cacheKey, ...(tools.length === 0 ? {} : { parallel_tool_calls: true }) } : {}),
    stream: true,
    stream_options: { include_usage: true },
  };
}

interface OpenCall {
  id: string;
  name: string;
  args: string;
}
/** A delta as servers really send it: each field may be missing, and reasoning has two names. */
interface LooseDelta {
  content?: unknown;
  refusal?: unknown;
  reasoning_content?: unknown;
  reasoning?: unknown;
  tool_calls?: { index?: number; id?: string | null; function?: { name?: string | null; arguments?: unknown } | null }[] | null;
}

function read({ out, callIds, faults }: ReaderContext): AnswerReader {
  const calls: OpenCall[] = [];
  const byIndex = new Map<number, OpenCall>();
  let text = '';
  let thought = '';
  let finish: string | undefined;
  let usage: CompletionUsage | undefined;
  let closed = false;

  const callOf = (index: number | undefined, id: string): OpenCall => {
    const known = index === undefined ? calls.at(-1) : byIndex.get(index);
    // A new id is a new call, also where a server leaves the index out or gives every call the same.
    if (known !== undefined && (id === '' || known.id === '' || known.id === id)) return known;
    const call = { id, name: '', args: '' };
    calls.push(call);
    if (index !== undefined) byIndex.set(index, call);
    return call;
  };

  const delta = (from: LooseDelta): void => {
    const said = from.content ?? from.refusal;
    if (typeof said === 'string' && said !== '') {
      text += said;
      out.add('text', said);
    }
    const thinking = from.reasoning_content ?? from.reasoning;
    if (typeof thinking === 'string' && thinking !== '') {
      thought += thinking;
      out.add('reasoning', thinking);
    }
    for (const part of from.tool_calls ?? []) {
      const call = callOf(part.index, part.id ?? '');
      if (part.id) call.id = part.id;
      if (part.function?.name) call.name ||= part.function.name;
      const args = part.function?.arguments;
      if (typeof args === 'string') call.args += args;
      else if (args) call.args += JSON.stringify(args);
    }
  };

  return {
    take(data, name) {
      if (data === '[DONE]') {
        closed = true;
        return;
      }
      let chunk: ChatCompletionChunk & { error?: unknown };
      try {
        chunk = JSON.parse(data) as ChatCompletionChunk;
        if (typeof chunk !== 'object' || chunk === null) throw new SyntaxError('no object');
      } catch {
        throw faults.malformed(data);
      }
      if (chunk.error || name === 'error') throw faults.told(chunk.error ?? chunk);
      const choice = chunk.choices?.[0];
      if (choice !== undefined) {
        if (choice.delta) delta(choice.delta);
        if (choice.finish_reason) finish = choice.finish_reason;
        if (finish === 'content_filter') throw faults.filtered();
        // Gateways put a fault of the server behind them here.
        if (finish === 'error') throw faults.told((choice as { error?: unknown }).error);
      }
      if (chunk.usage) usage = chunk.usage;
    },
    complete: () => closed && finish !== undefined,
    ending() {
      if (finish === undefined) return undefined;
      return finish === 'length' ? 'length' : 'stop';
    },
    items() {
      const items: AnswerItem[] = [];
      if (thought !== '') items.push({ type: 'reasoning', summary: thought });
      if (text !== '' && finish !== undefined) items.push({ type: 'text', text });
      if (finish !== undefined)
        for (const call of calls)
          if (call.name !== '') items.push({ type: 'call', callId: callIds(call.id), tool: call.name, args: argumentsOf(call.args) });
      return items;
    },
    tokens: () => (usage ? tokens(usage) : undefined),
  };
}

function tokens(usage: CompletionUsage): Tokens {
  return {
    input: usage.prompt_tokens ?? 0,
    cached: usage.prompt_tokens_details?.cached_tokens ?? 0,
    output: usage.completion_tokens ?? 0,
    reasoning: usage.completion_tokens_details?.reasoning_tokens ?? 0,
  };
}

export const chatWire: Wire = { path: '/chat/completions', body, read };
