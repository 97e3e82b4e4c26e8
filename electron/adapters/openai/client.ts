// The openai package's client, set up so that nothing but what the caller resolved decides where a request goes and what it carries.

import { OpenAI } from 'openai/client';
import type { Provider } from '../../../shared/domain/model.ts';
import { createTransport, type HttpAnswer } from './transport.ts';

const openAiUrl = 'https://api.openai.com/v1';
/** Silence is watched by the adapter, on the clock port; the client's own limit has to stay out of its way. */
const never = 24 * 60 * 60 * 1000;

export interface ClientOptions {
  provider: Provider;
  apiKey?: string;
  /** Over the provider's own. */
  baseUrl?: string;
  /** Besides the provider's own, and over them. */
  headers?: Record<string, string>;
}

/** Sends a request and resolves when the headers of its answer are there. Throws the package's errors. */
export type Send = (path: string, body: unknown, signal: AbortSignal) => Promise<HttpAnswer>;

/** The package adds OPENAI_CUSTOM_HEADERS to every request. They are meant for OpenAI, not for whoever else serves models. */
function withoutCustomHeaders(env: Record<string, string | undefined>): Record<string, null> {
  const names = (env['OPENAI_CUSTOM_HEADERS'] ?? '').split('\n').map((line) => line.split(':')[0]?.trim() ?? '');
  return Object.fromEntries(names.filter((name) => name !== '').map((name) => [name, null]));
}

/** The package's client, for this provider only. */
export function connectClient(options: ClientOptions): OpenAI {
  const { provider, apiKey } = options;
  const transport = createTransport(process.env);
  const ours = { ...provider.headers, ...options.headers };
  return new OpenAI({
    // The package wants a key; a server that needs none must not be sent a made-up one.
    apiKey: apiKey ?? 'none',
    adminAPIKey: null,
    webhookSecret: null,
    baseURL: options.baseUrl ?? provider.baseUrl ?? openAiUrl,
    ...(provider.kind === 'openai' ? {} : { organization: null, project: null }),
    defaultHeaders: {
      ...(provider.kind === 'openai' ? {} : withoutCustomHeaders(process.env)),
      ...(apiKey === undefined ? { Authorization: null } : {}),
      Accept: 'text/event-stream',
      ...ours,
    },
    maxRetries: 0,
    timeout: never,
    logLevel: 'off',
    fetch: transport.fetch,
  });
}

export function connect(options: ClientOptions): Send {
  const client = connectClient(options);
  return async (path, body, signal) => {
    const response = await client.post(path, { body, stream: true, signal }).asResponse();
    // It is the transport's own answer that comes back.
    return response as unknown as HttpAnswer;
  };
}
