import type { SentRequest } from './fake-model.ts';

export interface Said {
  by: 'system' | 'user' | 'agent' | 'call' | 'result';
  text: string;
}

type Json = Record<string, unknown>;

function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  const parts = (content ?? []) as Json[];
  return parts.map((part) => (part['text'] as string | undefined) ?? '[image]').join('\n');
}

/** What a request tells the model, alike for both wires and without reasoning. */
export function conversation({ wire, body }: Pick<SentRequest, 'wire' | 'body'>): Said[] {
  if (wire === 'responses') {
    const said = (body['input'] as Json[]).flatMap((item): Said[] => {
      if (item['type'] === 'function_call') return [{ by: 'call', text: `${String(item['name'])} ${String(item['arguments'])}` }];
      if (item['type'] === 'function_call_output') return [{ by: 'result', text: textOf(item['output']) }];
      if (item['type'] === 'reasoning') return [];
      return [{ by: item['role'] === 'assistant' ? 'agent' : 'user', text: textOf(item['content']) }];
    });
    return [{ by: 'system', text: String(body['instructions']) }, ...said];
  }
  return (body['messages'] as Json[]).flatMap((message): Said[] => {
    const text = textOf(message['content']);
    if (message['role'] === 'tool') return [{ by: 'result', text }];
    if (message['role'] !== 'assistant') return [{ by: message['role'] === 'user' ? 'user' : 'system', text }];
    const calls = (message['tool_calls'] ?? []) as { function: { name: string; arguments: string } }[];
    return [
      ...(text === '' ? [] : [{ by: 'agent' as const, text }]),
      ...calls.map((call) => ({ by: 'call' as const, text: `${call.function.name} ${call.function.arguments}` })),
    ];
  });
}

/** The last so many entries, without the system's. */
export const lastSaid = (request: SentRequest | undefined, count: number): Said[] =>
  request ? conversation(request).slice(1).slice(-count) : [];

export const userTexts = (request: SentRequest | undefined): string[] =>
  request ? conversation(request).flatMap((said) => (said.by === 'user' ? [said.text] : [])) : [];
