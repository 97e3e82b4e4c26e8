// A model server over a real socket that speaks both streaming wires, does what its script says, can misbehave, refuses what the
// real API would refuse, and remembers everything it was sent. It is no model.

import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Frame, makeFrames, type WireName } from './fake-model-frames.ts';
import { checkRequest } from './fake-model-rules.ts';

export interface FakeCall {
  name: string;
  /** An object becomes JSON; a string goes out as it is. */
  args: unknown;
  /** The id that the server gives; made when it is left out. */
  id?: string;
}
export interface FakeUsage {
  input: number;
  cached?: number;
  output: number;
  reasoning?: number;
}

/** What a fault needs beyond its name. */
export interface FaultDetail {
  kind: 'status' | 'error-event' | 'failed-event';
  status?: number;
  headers?: Record<string, string>;
  code?: string;
  type?: string;
  message?: string;
}
export type FaultName =
  | 'reset'
  | 'cut-in-text'
  | 'cut-in-call'
  | 'end-without-completion'
  | 'malformed-line'
  | 'garbage'
  | 'error-event'
  | 'failed-event'
  | 'hang-before'
  | 'hang-after'
  | 'slow'
  | 'huge'
  | 'context-too-long';
export type Fault = FaultName | FaultDetail;

/** One answer. Nothing at all is an answer without text. */
export interface Step {
  text?: string;
  reasoning?: string;
  calls?: FakeCall[];
  usage?: FakeUsage;
  /** Into how many pieces the text is cut; without `text`, how many words are made up. */
  deltas?: number;
  /** How the answer ends: at its greatest length, or stopped by a content filter. */
  end?: 'length' | 'filter';
  delayMs?: number;
  /** In the middle of its text the answer waits for this. */
  hold?: Promise<unknown>;
  fault?: Fault;
  /** How many requests the fault hits where steps are chosen by `answersIn`: after them the answer is as scripted. 1 unless told. */
  faultTimes?: number;
}

export interface SentRequest {
  /** From 0. */
  n: number;
  /** Epoch milliseconds with fractions: when the last byte of the request was here. */
  at: number;
  wire: WireName;
  method: string;
  path: string;
  headers: http.IncomingHttpHeaders;
  body: Record<string, unknown>;
  bytes: number;
}
export interface FakeModelOptions {
  script: Step[] | ((request: SentRequest) => Step);
  /** With a list: `order` gives each request the next step; `answers` gives step k to a request that holds k answers. */
  by?: 'order' | 'answers';
  /** A bearer key that requests must carry. */
  key?: string;
  onRequest?: (request: SentRequest) => void;
  /** After the last byte of an answer was handed to the system. */
  onAnswered?: (request: SentRequest, at: number) => void;
}
export interface FakeModel {
  /** To be used as the base URL. */
  url: string;
  port: number;
  requests: SentRequest[];
  /** What the real API would have refused; each was answered with 400. */
  violations: string[];
  /** Resolves when the n-th request, from 0, is here. */
  request(n: number): Promise<SentRequest>;
  connections(): Promise<number>;
  close(): Promise<void>;
}

const now = (): number => performance.timeOrigin + performance.now();
const pieceBytes = 256 * 1024;

/** How many answers of the model a request gives back: runs of its calls, words and thoughts. */
export function answersIn({ wire, body }: Pick<SentRequest, 'wire' | 'body'>): number {
  const list = (wire === 'chat' ? body['messages'] : body['input']) as Record<string, unknown>[];
  let count = 0;
  let inside = false;
  for (const item of list) {
    const ours = item['role'] === 'assistant' || item['type'] === 'function_call' || item['type'] === 'reasoning';
    if (ours && !inside) count++;
    inside = ours;
  }
  return count;
}

export async function fakeModel(options: FakeModelOptions): Promise<FakeModel> {
  const requests: SentRequest[] = [];
  const violations: string[] = [];
  const waiting = new Map<number, ((request: SentRequest) => void)[]>();
  const ready = new WeakMap<Step, Map<string, Buffer>>();
  const hits = new Map<number, number>();
  let given = 0;

  const choose = (request: SentRequest): Step | undefined => {
    const { script } = options;
    if (typeof script === 'function') return script(request);
    if (options.by !== 'answers') return script[given++];
    const index = answersIn(request);
    const step = script[index];
    if (step?.fault === undefined) return step;
    const hit = (hits.get(index) ?? 0) + 1;
    hits.set(index, hit);
    if (hit <= (step.faultTimes ?? 1)) return step;
    const plain = { ...step };
    delete plain.fault;
    return plain;
  };

  const frames = (step: Step, request: SentRequest): Frame[] =>
    makeFrames(request.wire, step, {
      n: request.n,
      model: String(request.body['model']),
      bytes: request.bytes,
      sealed: asksForSeal(request),
    });

  /** A long answer is written from memory: the server must not be what a benchmark measures. */
  const wholeAnswer = (step: Step, request: SentRequest): Buffer => {
    const reusable = step.calls === undefined && step.reasoning === undefined;
    const made = ready.get(step)?.get(request.wire);
    if (made !== undefined) return made;
    const bytes = Buffer.from(join(frames(step, request)));
    if (reusable) ready.set(step, (ready.get(step) ?? new Map<string, Buffer>()).set(request.wire, bytes));
    return bytes;
  };

  if (typeof options.script !== 'function')
    for (const step of options.script)
      if ((step.deltas ?? 0) >= 1000)
        for (const wire of ['responses', 'chat'] as const)
          wholeAnswer(step, { n: 0, at: 0, wire, method: 'POST', path: '', headers: {}, body: { model: 'gpt-5.5' }, bytes: 4000 });

  const answer = async (request: SentRequest, step: Step, response: http.ServerResponse): Promise<void> => {
    if (step.delayMs) await new Promise((resolve) => setTimeout(resolve, step.delayMs));
    const fault: FaultDetail | { kind: FaultName } | undefined = typeof step.fault === 'string' ? { kind: step.fault } : step.fault;
    const open = (): void => void response.writeHead(200, streamHeaders(request));
    const cutAfter = (sent: Frame[]): void => {
      open();
      response.write(join(sent), () => response.socket?.destroy());
    };
    if (step.hold) {
      const all = frames(step, request);
      const start = half(all, 'text').length;
      open();
      response.write(join(all.slice(0, start)));
      await step.hold;
      response.end(join(all.slice(start)));
      return;
    }
    switch (fault?.kind) {
      case 'reset':
        response.socket?.resetAndDestroy();
        return;
      case 'hang-before':
        return;
      case 'garbage':
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>It works!</body></html>\n');
        return;
      case 'context-too-long':
        refuse(response, 400, {
          code: 'context_length_exceeded',
          message: 'Your input exceeds the context window of this model. Please adjust your input and try again.',
        });
        return;
      case 'status': {
        const { status = 500, headers, code, type, message } = fault;
        refuse(response, status, { code, type, message: message ?? http.STATUS_CODES[status] ?? 'refused' }, headers);
        return;
      }
      case 'cut-in-text':
        cutAfter(half(frames(step, request), 'text'));
        return;
      case 'cut-in-call':
        cutAfter(half(frames(step, request), 'args'));
        return;
      case 'hang-after':
        open();
        response.write(join(half(frames(step, request), 'text')));
        return;
      case 'slow':
        open();
        for (const frame of frames(step, request)) {
          response.write(frame.text);
          await new Promise((resolve) => setTimeout(resolve, 2));
        }
        response.end();
        return;
      case 'end-without-completion':
        open();
        response.end(join(frames(step, request).filter(({ kind }) => kind !== 'end')));
        return;
      case 'malformed-line': {
        const all = frames(step, request);
        const start = half(all, 'text').length;
        open();
        response.end(`${join(all.slice(0, start))}data: {"type":"response.output_te\n\n${join(all.slice(start))}`);
        return;
      }
      case 'error-event':
      case 'failed-event':
        open();
        response.end(`${join(half(frames(step, request), 'text'))}${failure(request.wire, fault)}`);
        return;
      default: {
        const bytes = wholeAnswer(
          fault?.kind === 'huge' ? { ...step, text: 'A line that is long enough. '.repeat(200_000) } : step,
          request,
        );
        open();
        for (let from = 0; from < bytes.length; from += pieceBytes) response.write(bytes.subarray(from, from + pieceBytes));
        response.end(() => options.onAnswered?.(request, now()));
      }
    }
  };

  const receive = (incoming: http.IncomingMessage, pieces: Buffer[], response: http.ServerResponse): void => {
    const bytes = Buffer.concat(pieces);
    const path = incoming.url ?? '/';
    const wire = path.endsWith('/chat/completions') ? 'chat' : 'responses';
    if (incoming.method === 'GET' && path.endsWith('/models')) {
      if (options.key !== undefined && incoming.headers.authorization !== `Bearer ${options.key}`) {
        refuse(response, 401, { code: 'invalid_api_key', message: 'Incorrect API key provided.' });
      } else
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"object":"list","data":[{"id":"gpt-5.5","object":"model"}]}');
      return;
    }
    let body: Record<string, unknown>;
    try {
      body = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
    } catch {
      violations.push(`a body that is not JSON: ${bytes.toString('utf8').slice(0, 100)}`);
      refuse(response, 400, { message: 'We could not parse the JSON body of your request.' });
      return;
    }
    const { headers, method = '' } = incoming;
    const request: SentRequest = { n: requests.length, at: now(), wire, method, path, headers, body, bytes: bytes.length };
    requests.push(request);
    options.onRequest?.(request);
    for (const wake of waiting.get(request.n) ?? []) wake(request);
    if (options.key !== undefined && headers.authorization !== `Bearer ${options.key}`) {
      refuse(response, 401, { code: 'invalid_api_key', message: 'Incorrect API key provided.' });
      return;
    }
    const wrong = checkRequest(request);
    const step = wrong === undefined ? choose(request) : undefined;
    if (step === undefined) {
      const reason = wrong ?? `the script has no answer for request ${request.n}`;
      violations.push(reason);
      refuse(response, 400, { message: reason });
      return;
    }
    void answer(request, step, response);
  };

  const server = http.createServer((incoming, response) => {
    const pieces: Buffer[] = [];
    incoming.on('data', (piece: Buffer) => pieces.push(piece));
    incoming.on('end', () => receive(incoming, pieces, response));
    incoming.on('error', () => {});
    response.on('error', () => {});
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://127.0.0.1:${port}/v1`,
    port,
    requests,
    violations,
    request(n) {
      const there = requests[n];
      if (there !== undefined) return Promise.resolve(there);
      return new Promise((resolve) => waiting.set(n, [...(waiting.get(n) ?? []), resolve]));
    },
    connections: () => new Promise((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count)))),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const join = (frames: Frame[]): string => frames.map(({ text }) => text).join('');
const asksForSeal = ({ body }: SentRequest): boolean =>
  Array.isArray(body['include']) && body['include'].includes('reasoning.encrypted_content');

function streamHeaders(request: SentRequest): Record<string, string> {
  return {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'x-request-id': `req_${request.n}`,
    'openai-processing-ms': '12',
  };
}

/** The frames up to the middle of those of a kind; all but the last when there is none of it. */
function half(frames: Frame[], kind: Frame['kind']): Frame[] {
  const places = frames.flatMap((frame, index) => (frame.kind === kind ? [index] : []));
  const middle = places[Math.floor(places.length / 2)];
  return frames.slice(0, middle ?? frames.findIndex((frame) => frame.kind === 'end'));
}

function failure(wire: WireName, fault: FaultDetail | { kind: FaultName }): string {
  const { code = 'server_error', message = 'The server had an error while processing your request. Sorry about that!' } =
    'code' in fault || 'message' in fault ? fault : {};
  if (wire === 'chat') return `data: ${JSON.stringify({ error: { message, type: code, param: null, code } })}\n\n`;
  if (fault.kind === 'error-event')
    return `event: error\ndata: ${JSON.stringify({ type: 'error', sequence_number: 99, code, message, param: null })}\n\n`;
  const response = { id: 'resp_failed', object: 'response', status: 'failed', error: { code, message }, output: [], usage: null };
  return `event: response.failed\ndata: ${JSON.stringify({ type: 'response.failed', sequence_number: 99, response })}\n\n`;
}

function refuse(
  response: http.ServerResponse,
  status: number,
  error: { code?: string | undefined; type?: string | undefined; message: string },
  headers: Record<string, string> = {},
): void {
  const { code = null, type = status >= 500 ? 'server_error' : 'invalid_request_error', message } = error;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify({ error: { message, type, param: null, code } }));
}
