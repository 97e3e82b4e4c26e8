// `fetch` for the openai package over node:http. Node's own fetch needs 25 MB more at its peak and 10 ms more for the first request.

import http from 'node:http';

/** What is used of a fetch Response. The body is text, with characters kept whole however the bytes arrive. */
export interface HttpAnswer {
  ok: boolean;
  status: number;
  url: string;
  headers: Headers;
  body: http.IncomingMessage;
  /** At most the first 64 K characters; the rest isn't waited for. */
  text(): Promise<string>;
}

export interface Transport {
  fetch: (url: string | URL | Request, init?: RequestInit) => Promise<Response>;
}

const textLimit = 64 * 1024;
/** Servers and what lies between close idle connections without a word: ours go first, before a request is lost on one. */
const idleConnectionMs = 15_000;

const isLocal = (host: string): boolean => host === 'localhost' || host === '[::1]' || host.startsWith('127.');

async function readText(body: http.IncomingMessage): Promise<string> {
  let text = '';
  for await (const piece of body as AsyncIterable<string>) {
    text += piece;
    if (text.length >= textLimit) break;
  }
  return text.slice(0, textLimit);
}

/** HTTP_PROXY, HTTPS_PROXY and NO_PROXY of `env` are honoured, except for servers on this machine. */
export function createTransport(env: Record<string, string | undefined>): Transport {
  const agents = new Map<string, Promise<{ request: typeof http.request; agent: http.Agent }>>();
  const open = async (secure: boolean, local: boolean): Promise<{ request: typeof http.request; agent: http.Agent }> => {
    const options = { keepAlive: true, timeout: idleConnectionMs, ...(local ? {} : { proxyEnv: env }) };
    if (!secure) return { request: http.request, agent: new http.Agent(options) };
    const https = await import('node:https');
    return { request: https.request, agent: new https.Agent(options) };
  };

  const send = async (url: URL, init: RequestInit): Promise<HttpAnswer> => {
    const local = isLocal(url.hostname);
    const key = `${url.protocol}${local}`;
    let opened = agents.get(key);
    if (opened === undefined) agents.set(key, (opened = open(url.protocol === 'https:', local)));
    const { request, agent } = await opened;
    const body = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const sent = request(url, {
        agent,
        method: init.method ?? 'GET',
        headers: Object.fromEntries(new Headers(init.headers)),
        ...(init.signal ? { signal: init.signal } : {}),
      });
      sent.on('response', resolve);
      sent.on('error', reject);
      sent.end(init.body);
    });
    body.setEncoding('utf8');
    // Who reads is told by the iterator; an error between two reads must not end the process.
    body.on('error', () => {});
    const headers = new Headers();
    for (const [name, values] of Object.entries(body.headersDistinct)) for (const value of values ?? []) headers.append(name, value);
    const status = body.statusCode ?? 0;
    return { ok: status >= 200 && status < 300, status, url: url.href, headers, body, text: () => readText(body) };
  };

  return {
    fetch: async (url, init = {}) => {
      const answer = await send(new URL(url instanceof Request ? url.url : url), init);
      return answer as unknown as Response;
    },
  };
}
