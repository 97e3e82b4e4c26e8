// The Responses API, streaming (platform.openai.com/docs/api-reference/responses).

import type {
  Response,
  ResponseCreateParamsStreaming,
  ResponseInputImage,
  ResponseInputItem,
  ResponseInputText,
  ResponseOutputItem,
  ResponseStreamEvent,
} from 'openai/resources/responses/responses';
import type { Model } from '../../../shared/domain/model.ts';
import type { Tokens } from '../../../shared/domain/money.ts';
import type { AnswerItem, ModelItem, ModelRequest } from '../../runtime/ports.ts';
import { type AnswerReader, argumentsOf, effortOf, nameOf, type ReaderContext, sentArguments, unseen, type Wire } from './answer.ts';

type ImageParts = { mime: string; base64: string }[];

function parts(text: string, images: ImageParts, model: Model): (ResponseInputText | ResponseInputImage)[] {
  if (!model.inputs.includes('image')) return [{ type: 'input_text', text: [text, ...images.map(() => unseen)].join('\n') }];
  return [
    { type: 'input_text', text },
    ...images.map(({ mime, base64 }) => ({
      type: 'input_image' as const,
      detail: 'auto' as const,
      image_url: `data:${mime};base64,${base64}`,
    })),
  ];
}

function inputItem(item: ModelItem, model: Model): ResponseInputItem {
  switch (item.type) {
    case 'user':
      return { type: 'message', role: 'user', content: item.images.length === 0 ? item.text : parts(item.text, item.images, model) };
    case 'text':
      return { type: 'message', role: 'assistant', content: item.text };
    case 'reasoning':
      // Exactly what the same provider and model gave; nobody else is handed it.
      return item.opaque.data as ResponseInputItem;
    case 'call':
      return { type: 'function_call', call_id: item.callId, name: nameOf(item.tool), arguments: sentArguments(item.args) };
    default: {
      const output = item.images.length === 0 ? item.output : parts(item.output, item.images, model);
      return { type: 'function_call_output', call_id: item.callId, output };
    }
  }
}

function body(request: ModelRequest): ResponseCreateParamsStreaming {
  const { model, tools } = request;
  const effort = effortOf(request);
  return {
    model: model.id,
    instructions: request.instructions,
    input: request.input.map((item) => inputItem(item, model)),
    ...(tools.length === 0 ? {} : { tools: tools.map((tool) => ({ type: 'function' as const, strict: false, ...tool })) }),
    parallel_tool_calls: true,
    // Reasoning is carried by us, sealed, because nothing is stored there.
    ...(effort === undefined ? {} : { reasoning: { effort, summary: 'auto' as const }, include: ['reasoning.encrypted_content' as const] }),
    prompt_cache_key: request.cacheKey,
    store: false,
    stream: true,
  };
}

function read({ providerId, modelId, out, callIds, faults }: ReaderContext): AnswerReader {
  const done = new Map<number, ResponseOutputItem>();
  let last: Response | undefined;
  /** Text of the message under way: what is left of it when the answer reaches its greatest length. */
  let open = '';

  const item = (from: ResponseOutputItem): AnswerItem[] => {
    if (from.type === 'message') {
      const text = from.content.map((part) => (part.type === 'refusal' ? part.refusal : part.text)).join('');
      return text === '' ? [] : [{ type: 'text', text }];
    }
    if (from.type === 'reasoning') {
      const told = from.summary?.length ? from.summary : (from.content ?? []);
      const summary = told.map((part) => part.text).join('\n\n');
      if (!from.encrypted_content) return summary === '' ? [] : [{ type: 'reasoning', summary }];
      const data = { type: 'reasoning', id: from.id, summary: from.summary ?? [], encrypted_content: from.encrypted_content };
      return [{ type: 'reasoning', summary, opaque: { provider: providerId, model: modelId, data } }];
    }
    if (from.type !== 'function_call' || from.status === 'incomplete') return [];
    return [{ type: 'call', callId: callIds(from.call_id), tool: from.name, args: argumentsOf(from.arguments ?? '') }];
  };

  return {
    take(data, name) {
      if (data === '[DONE]') return;
      let event: ResponseStreamEvent;
      try {
        event = JSON.parse(data) as ResponseStreamEvent;
        // `null` and numbers are JSON too.
        if (typeof event !== 'object' || event === null) throw new SyntaxError('no object');
      } catch {
        throw faults.malformed(data);
      }
      switch (event.type) {
        case 'response.output_text.delta':
        case 'response.refusal.delta':
          open += event.delta;
          out.add('text', event.delta);
          return;
        case 'response.reasoning_summary_text.delta':
        case 'response.reasoning_text.delta':
          out.add('reasoning', event.delta);
          return;
        case 'response.reasoning_summary_part.added':
          if (event.summary_index > 0) out.add('reasoning', '\n\n');
          return;
        case 'response.output_item.done':
          done.set(event.output_index ?? done.size, event.item);
          if (event.item.type === 'message') open = '';
          return;
        case 'response.completed':
        case 'response.incomplete':
          last = event.response;
          if (last.status === 'failed') throw faults.told(last.error);
          if (last.incomplete_details?.reason === 'content_filter') throw faults.filtered();
          return;
        case 'response.failed':
          last = event.response;
          throw faults.told(event.response?.error);
        case 'error':
          throw faults.told((event as { error?: unknown }).error ?? event);
        default: {
          const { error } = event as { error?: unknown };
          if (name === 'error' || error) throw faults.told(error ?? event);
        }
      }
    },
    complete: () => last !== undefined,
    ending() {
      if (last === undefined) return undefined;
      return last.status === 'incomplete' || last.incomplete_details ? 'length' : 'stop';
    },
    items() {
      const kept = [...done].sort(([a], [b]) => a - b).map(([, value]) => value);
      // Some servers finish items only in the last event, others leave it empty.
      const all = last?.output && last.output.length > kept.length ? last.output : kept;
      const items = all.flatMap(item);
      if (open !== '' && last !== undefined && all === kept) items.push({ type: 'text', text: open });
      return items;
    },
    tokens: () => (last?.usage ? tokens(last.usage) : undefined),
  };
}

function tokens(usage: NonNullable<Response['usage']>): Tokens {
  return {
    input: usage.input_tokens ?? 0,
    cached: usage.input_tokens_details?.cached_tokens ?? 0,
    output: usage.output_tokens ?? 0,
    reasoning: usage.output_tokens_details?.reasoning_tokens ?? 0,
  };
}

export const responsesWire: Wire = { path: '/responses', body, read };
