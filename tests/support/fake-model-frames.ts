// The events of an answer as the two streaming wires spell them, in the order of the real API.

import type { FakeUsage, Step } from './fake-model.ts';

export type WireName = 'responses' | 'chat';
/** `text` and `args` are deltas; `end` is what makes the answer complete. */
export interface Frame {
  kind: 'text' | 'args' | 'end' | 'other';
  text: string;
}
export interface FrameContext {
  n: number;
  model: string;
  /** Of the request: where the step names no usage, tokens are guessed from it. */
  bytes: number;
  /** Reasoning comes with its encrypted form. */
  sealed: boolean;
}

export const makeFrames = (wire: WireName, step: Step, context: FrameContext): Frame[] =>
  wire === 'chat' ? chatFrames(step, context) : responsesFrames(step, context);

function textPieces(step: Step): string[] {
  const { text, deltas } = step;
  if (text === undefined) return Array.from({ length: deltas ?? 0 }, (_, index) => `word${index} `);
  const characters = Array.from(text);
  const size = Math.max(
    1,
    Math.ceil(characters.length / (deltas ?? Math.min(characters.length, 20_000, Math.ceil(characters.length / 4)))),
  );
  const pieces: string[] = [];
  for (let from = 0; from < characters.length; from += size) pieces.push(characters.slice(from, from + size).join(''));
  return pieces;
}

function argumentPieces(args: unknown): { whole: string; pieces: string[] } {
  const whole = typeof args === 'string' ? args : JSON.stringify(args ?? {});
  return { whole, pieces: whole.match(/[^]{1,6}/gu) ?? [] };
}

function usageOf(step: Step, { bytes }: FrameContext, pieces: number): Required<FakeUsage> {
  const { input, cached = 0, output, reasoning = 0 } = step.usage ?? { input: Math.ceil(bytes / 4), output: Math.max(1, pieces) };
  return { input, cached, output, reasoning };
}

function responsesFrames(step: Step, context: FrameContext): Frame[] {
  const { n, model } = context;
  const frames: Frame[] = [];
  const output: object[] = [];
  let sequence = 0;
  const event = (type: string, data: object, kind: Frame['kind'] = 'other'): void => {
    frames.push({ kind, text: `event: ${type}\ndata: ${JSON.stringify({ type, sequence_number: sequence++, ...data })}\n\n` });
  };
  const response = (status: string, more: object): object => ({
    id: `resp_${n}`,
    object: 'response',
    created_at: 1_700_000_000,
    status,
    background: false,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    model,
    output: [],
    parallel_tool_calls: true,
    previous_response_id: null,
    reasoning: { effort: null, summary: null },
    service_tier: 'default',
    store: false,
    temperature: 1,
    text: { format: { type: 'text' }, verbosity: 'medium' },
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    truncation: 'disabled',
    usage: null,
    user: null,
    metadata: {},
    ...more,
  });
  /** One output item from its announcement to its end. */
  const item = (start: object, end: object, between: (at: { output_index: number }) => void): void => {
    const at = { output_index: output.length };
    event('response.output_item.added', { ...at, item: start });
    between(at);
    event('response.output_item.done', { ...at, item: end });
    output.push(end);
  };

  event('response.created', { response: response('in_progress', {}) });
  event('response.in_progress', { response: response('in_progress', {}) });

  if (step.reasoning !== undefined) {
    const id = `rs_${n}`;
    const part = { type: 'summary_text', text: step.reasoning };
    const sealed = context.sealed ? { encrypted_content: `sealed-${n}` } : {};
    item({ id, type: 'reasoning', summary: [] }, { id, type: 'reasoning', summary: [part], ...sealed }, (at) => {
      const place = { item_id: id, ...at, summary_index: 0 };
      event('response.reasoning_summary_part.added', { ...place, part: { type: 'summary_text', text: '' } });
      for (const delta of step.reasoning?.match(/[^]{1,12}/gu) ?? [])
        event('response.reasoning_summary_text.delta', { ...place, delta, obfuscation: 'x7Yz' });
      event('response.reasoning_summary_text.done', { ...place, text: part.text });
      event('response.reasoning_summary_part.done', { ...place, part });
    });
  }

  const pieces = textPieces(step);
  const status = step.end === 'length' ? 'incomplete' : 'completed';
  if (pieces.length > 0) {
    const id = `msg_${n}`;
    const text = pieces.join('');
    const part = { type: 'output_text', annotations: [], logprobs: [], text };
    const message = { id, type: 'message', role: 'assistant' };
    item({ ...message, status: 'in_progress', content: [] }, { ...message, status, content: [part] }, (at) => {
      const place = { item_id: id, ...at, content_index: 0 };
      event('response.content_part.added', { ...place, part: { ...part, text: '' } });
      for (const delta of pieces) event('response.output_text.delta', { ...place, delta, logprobs: [], obfuscation: 'aB3dE6' }, 'text');
      event('response.output_text.done', { ...place, text, logprobs: [] });
      event('response.content_part.done', { ...place, part });
    });
  }

  for (const [index, call] of (step.calls ?? []).entries()) {
    const id = `fc_${n}_${index}`;
    const { whole, pieces: parts } = argumentPieces(call.args);
    const start = { id, type: 'function_call', call_id: call.id ?? `call_${n}_${index}`, name: call.name };
    const last = step.end === 'length' && index === (step.calls?.length ?? 0) - 1;
    const args = last ? whole.slice(0, whole.length / 2) : whole;
    item(
      { ...start, status: 'in_progress', arguments: '' },
      { ...start, status: last ? 'incomplete' : 'completed', arguments: args },
      (at) => {
        const place = { item_id: id, ...at };
        for (const delta of last ? parts.slice(0, parts.length / 2) : parts)
          event('response.function_call_arguments.delta', { ...place, delta, obfuscation: 'q1W2' }, 'args');
        if (!last) event('response.function_call_arguments.done', { ...place, arguments: args });
      },
    );
  }

  const { input, cached, output: written, reasoning } = usageOf(step, context, pieces.length);
  const usage = {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached },
    output_tokens: written,
    output_tokens_details: { reasoning_tokens: reasoning },
    total_tokens: input + written,
  };
  if (step.end === undefined) event('response.completed', { response: response('completed', { output, usage }) }, 'end');
  else {
    const reason = step.end === 'length' ? 'max_output_tokens' : 'content_filter';
    event('response.incomplete', { response: response('incomplete', { output, usage, incomplete_details: { reason } }) }, 'end');
  }
  return frames;
}

function chatFrames(step: Step, context: FrameContext): Frame[] {
  const { n, model } = context;
  const frames: Frame[] = [];
  const base = { id: `chatcmpl-${n}`, object: 'chat.completion.chunk', created: 1_700_000_000, model, service_tier: 'default' };
  const chunk = (more: object, kind: Frame['kind'] = 'other'): void => {
    frames.push({ kind, text: `data: ${JSON.stringify({ ...base, ...more })}\n\n` });
  };
  const choice = (delta: object, kind?: Frame['kind'], finish: string | null = null): void =>
    chunk({ choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }], usage: null, obfuscation: 'aB3d' }, kind);

  choice({ role: 'assistant', content: '', refusal: null });
  for (const piece of step.reasoning?.match(/[^]{1,12}/gu) ?? []) choice({ reasoning_content: piece });
  const pieces = textPieces(step);
  for (const content of pieces) choice({ content }, 'text');
  for (const [index, call] of (step.calls ?? []).entries()) {
    const id = call.id ?? `call_${n}_${index}`;
    choice({ tool_calls: [{ index, id, type: 'function', function: { name: call.name, arguments: '' } }] });
    for (const args of argumentPieces(call.args).pieces) choice({ tool_calls: [{ index, function: { arguments: args } }] }, 'args');
  }
  const finish = step.end === 'length' ? 'length' : step.end === 'filter' ? 'content_filter' : step.calls?.length ? 'tool_calls' : 'stop';
  choice({}, 'end', finish);
  const { input, cached, output, reasoning } = usageOf(step, context, pieces.length);
  const usage = {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: reasoning, audio_tokens: 0 },
  };
  chunk({ choices: [], usage }, 'end');
  frames.push({ kind: 'end', text: 'data: [DONE]\n\n' });
  return frames;
}
