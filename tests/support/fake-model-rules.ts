// What the real API would refuse of a request, as one sentence, or undefined. Strict: a test that sends nonsense has to notice.

import type { SentRequest } from './fake-model.ts';

type Json = Record<string, unknown>;

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const isName = (value: unknown): boolean => isText(value) && /^[a-zA-Z0-9_-]{1,64}$/.test(value);
const efforts = new Set<unknown>(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']);

export function checkRequest({ wire, method, path, headers, body }: SentRequest): string | undefined {
  if (method !== 'POST') return `${method} instead of POST`;
  if (!path.endsWith('/responses') && !path.endsWith('/chat/completions')) return `an unknown path: ${path}`;
  if (!headers['content-type']?.includes('application/json')) return `content-type ${headers['content-type']}`;
  if (!isText(body['model']) || body['model'] === '') return 'no model';
  if (body['stream'] !== true) return 'stream is not true';
  return wire === 'chat' ? checkChat(body) : checkResponses(body);
}

function unknown(what: Json, known: string[], name: string): string | undefined {
  const other = Object.keys(what).find((key) => !known.includes(key));
  return other === undefined ? undefined : `unknown parameter: ${name}${other}`;
}

/** Every call has one result, later; every result has one call, before; no id is there twice. */
function createPairs(): { call(id: unknown): string | undefined; result(id: unknown): string | undefined; open(): string | undefined } {
  const waiting = new Set<unknown>();
  const seen = new Set<unknown>();
  return {
    call(id) {
      if (!isText(id) || id === '' || id.length > 64) return `a call with the id ${JSON.stringify(id)}`;
      if (seen.has(id)) return `two calls with the id ${id}`;
      seen.add(id);
      waiting.add(id);
      return undefined;
    },
    result(id) {
      if (waiting.delete(id)) return undefined;
      return seen.has(id)
        ? `two results for the call ${String(id)}`
        : `No tool call found for function call output with call_id ${String(id)}.`;
    },
    open() {
      const [first] = waiting;
      return first === undefined ? undefined : `No tool output found for function call ${JSON.stringify(first)}.`;
    },
  };
}

function checkFunction(tool: Json, name: string): string | undefined {
  if (!isName(tool['name'])) return `${name} has the name ${JSON.stringify(tool['name'])}`;
  if (!isText(tool['description'])) return `${name} has no description`;
  if (!isObject(tool['parameters']) || tool['parameters']['type'] !== 'object') return `${name} has parameters that are no object schema`;
  return undefined;
}

const responsesKeys = ['model', 'instructions', 'input', 'tools', 'tool_choice', 'parallel_tool_calls', 'reasoning', 'include'];
const responsesMore = ['prompt_cache_key', 'store', 'stream', 'max_output_tokens', 'text', 'service_tier', 'stream_options', 'metadata'];

function checkResponses(body: Json): string | undefined {
  const other = unknown(body, [...responsesKeys, ...responsesMore], '');
  if (other !== undefined) return other;
  if (body['store'] !== false) return 'store is not false';
  if (!isText(body['instructions'])) return 'no instructions';
  if (body['prompt_cache_key'] !== undefined && (!isText(body['prompt_cache_key']) || body['prompt_cache_key'].length > 64))
    return 'prompt_cache_key is longer than 64 characters';
  const { reasoning, include, tools, input } = body;
  if (reasoning !== undefined && (!isObject(reasoning) || !efforts.has(reasoning['effort']))) return 'an unknown reasoning.effort';
  if (include !== undefined && (!Array.isArray(include) || include.some((entry) => entry !== 'reasoning.encrypted_content')))
    return 'an unknown value in include';
  if (tools !== undefined && (!Array.isArray(tools) || tools.length === 0)) return 'tools is no list with entries';
  for (const tool of (tools ?? []) as unknown[]) {
    if (!isObject(tool) || tool['type'] !== 'function') return 'a tool that is no function';
    const wrong = unknown(tool, ['type', 'name', 'description', 'parameters', 'strict'], 'tools.') ?? checkFunction(tool, 'a tool');
    if (wrong !== undefined) return wrong;
    if (tool['strict'] !== false) return 'a tool that is strict, or does not say';
  }
  if (!Array.isArray(input) || input.length === 0) return 'input is no list with entries';
  return checkInput(input);
}

function checkInput(input: unknown[]): string | undefined {
  const pairs = createPairs();
  for (const [index, item] of input.entries()) {
    if (!isObject(item)) return `input[${index}] is no object`;
    const wrong = checkInputItem(item, input[index + 1], pairs);
    if (wrong !== undefined) return `input[${index}]: ${wrong}`;
  }
  return pairs.open();
}

function checkInputItem(item: Json, next: unknown, pairs: ReturnType<typeof createPairs>): string | undefined {
  const name = 'input.';
  switch (item['type'] ?? 'message') {
    case 'message': {
      const { role, content } = item;
      if (role !== 'user' && role !== 'assistant' && role !== 'system' && role !== 'developer') return `the role ${String(role)}`;
      return unknown(item, ['type', 'role', 'content', 'id', 'status', 'phase'], name) ?? checkContent(content, role === 'assistant');
    }
    case 'function_call':
      if (!isName(item['name'])) return 'a call without a name';
      if (!isText(item['arguments'])) return 'a call without arguments';
      return unknown(item, ['type', 'call_id', 'name', 'arguments', 'id', 'status'], name) ?? pairs.call(item['call_id']);
    case 'function_call_output':
      return (
        unknown(item, ['type', 'call_id', 'output', 'id', 'status'], name) ??
        (isText(item['output']) ? undefined : checkContent(item['output'], false)) ??
        pairs.result(item['call_id'])
      );
    case 'reasoning': {
      if (!isText(item['id']) || !Array.isArray(item['summary'])) return 'reasoning without its id or summary';
      if (!isText(item['encrypted_content'])) return `Item with id '${item['id']}' not found. Items are not persisted when store is false.`;
      const follows = isObject(next) && (next['type'] === 'reasoning' || next['type'] === 'function_call' || next['role'] === 'assistant');
      if (!follows) return `Item '${item['id']}' of type 'reasoning' was provided without its required following item.`;
      return unknown(item, ['type', 'id', 'summary', 'encrypted_content', 'content', 'status'], name);
    }
    default:
      return `the type ${String(item['type'])}`;
  }
}

function checkContent(content: unknown, assistant: boolean): string | undefined {
  if (isText(content)) return undefined;
  if (!Array.isArray(content) || content.length === 0) return 'no content';
  for (const part of content as unknown[]) {
    if (!isObject(part)) return 'a part that is no object';
    if (assistant ? part['type'] === 'output_text' : part['type'] === 'input_text') {
      if (!isText(part['text'])) return 'a part without text';
    } else if (!assistant && part['type'] === 'input_image') {
      if (!isImage(part['image_url'])) return 'an image without data';
    } else return `a part of the type ${String(part['type'])}`;
  }
  return undefined;
}

const isImage = (url: unknown): boolean => isText(url) && /^(https:|data:image\/[a-z+]+;base64,[A-Za-z0-9+/]+=*$)/.test(url);

const chatKeys = [
  'model',
  'messages',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'reasoning_effort',
  'stream',
  'stream_options',
  'store',
];

function checkChat(body: Json): string | undefined {
  const other = unknown(body, [...chatKeys, 'prompt_cache_key', 'max_completion_tokens'], '');
  if (other !== undefined) return other;
  const { tools, messages } = body;
  if (body['store'] !== undefined && body['store'] !== false) return 'store is not false';
  if (!isObject(body['stream_options']) || body['stream_options']['include_usage'] !== true) return 'stream_options asks for no usage';
  if (body['reasoning_effort'] !== undefined && !efforts.has(body['reasoning_effort'])) return 'an unknown reasoning_effort';
  if (tools !== undefined && (!Array.isArray(tools) || tools.length === 0)) return 'tools is no list with entries';
  if (tools === undefined && body['parallel_tool_calls'] !== undefined)
    return 'parallel_tool_calls is only allowed when tools are specified';
  for (const tool of (tools ?? []) as unknown[]) {
    if (!isObject(tool) || tool['type'] !== 'function' || !isObject(tool['function'])) return 'a tool that is no function';
    const wrong = checkFunction(tool['function'], 'a tool');
    if (wrong !== undefined) return wrong;
  }
  if (!Array.isArray(messages) || messages.length === 0) return 'messages is no list with entries';
  return checkMessages(messages);
}

function checkMessages(messages: unknown[]): string | undefined {
  const pairs = createPairs();
  for (const [index, message] of messages.entries()) {
    if (!isObject(message)) return `messages[${index}] is no object`;
    // Results follow their calls at once.
    const wrong = (message['role'] === 'tool' ? undefined : pairs.open()) ?? checkMessage(message, pairs);
    if (wrong !== undefined) return `messages[${index}]: ${wrong}`;
  }
  return pairs.open();
}

function checkMessage(message: Json, pairs: ReturnType<typeof createPairs>): string | undefined {
  const { role, content, tool_calls: calls } = message;
  switch (role) {
    case 'system':
    case 'developer':
      return isText(content) ? undefined : 'no content';
    case 'user':
      return isText(content) ? undefined : checkChatParts(content);
    case 'tool':
      return isText(content) ? pairs.result(message['tool_call_id']) : 'a result without content';
    case 'assistant':
      if (calls === undefined) return isText(content) ? undefined : 'an answer without content and calls';
      if (!Array.isArray(calls) || calls.length === 0) return 'tool_calls is no list with entries';
      if (content !== null && !isText(content)) return 'content is neither text nor null';
      for (const call of calls as unknown[]) {
        if (!isObject(call) || call['type'] !== 'function' || !isObject(call['function'])) return 'a call that is no function';
        if (!isName(call['function']['name']) || !isText(call['function']['arguments'])) return 'a call without a name or arguments';
        const wrong = pairs.call(call['id']);
        if (wrong !== undefined) return wrong;
      }
      return undefined;
    default:
      return `the role ${String(role)}`;
  }
}

function checkChatParts(content: unknown): string | undefined {
  if (!Array.isArray(content) || content.length === 0) return 'no content';
  for (const part of content as unknown[]) {
    if (isObject(part) && part['type'] === 'text' && isText(part['text'])) continue;
    if (isObject(part) && part['type'] === 'image_url' && isObject(part['image_url']) && isImage(part['image_url']['url'])) continue;
    return 'a part that is neither text nor an image';
  }
  return undefined;
}
