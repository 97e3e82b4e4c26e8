// The model port over the two streaming protocols that OpenAI defined, for OpenAI itself and for every server compatible with it.
// The `openai` package builds, authenticates and sends the request and names its errors; the stream is read here, because its own
// reader costs four times as much for each delta.

import { AppError, toErrorData } from '../../../shared/errors.ts';
import type { ModelEvent, ModelStream } from '../../runtime/ports.ts';
import { type AnswerReader, createCallIds, createOutbox, sendable, withoutCalls } from './answer.ts';
import { chatWire } from './chat.ts';
import { type ClientOptions, connect, type Send } from './client.ts';
import { createFaults, type Faults } from './faults.ts';
import { responsesWire } from './responses.ts';
import { type After, createSilence, type Now } from './silence.ts';
import { createSse } from './sse.ts';
import type { HttpAnswer } from './transport.ts';

export interface OpenAiOptions extends ClientOptions {
  now: Now;
  after: After;
}

/** How long a server may take to close its stream after the answer is whole, before the connection is given up. */
const drainMs = 1000;

export function createOpenAi(options: OpenAiOptions): ModelStream {
  const { provider } = options;
  const wire = provider.wire === 'chat' ? chatWire : responsesWire;
  const secrets = [options.apiKey ?? '', ...Object.values(provider.headers), ...Object.values(options.headers ?? {})];
  let send: Send | undefined;

  return async function* stream(request, signal) {
    const faults = createFaults({ provider, modelId: request.model.id, now: options.now, secrets });
    const out = createOutbox();
    const callIds = createCallIds(request.input);
    const reader = wire.read({ providerId: provider.id, modelId: request.model.id, out, callIds, faults });
    const stopper = new AbortController();
    let answer: HttpAnswer | undefined;
    const stop = (): void => {
      stopper.abort();
      answer?.body.destroy();
    };
    const silence = createSilence(request.idleTimeoutMs, options, stop);
    const whole = (): boolean => reader.complete();
    signal.addEventListener('abort', stop, { once: true });

    let thrown: unknown;
    try {
      signal.throwIfAborted();
      send ??= connect(options);
      const body = wire.body(request, provider.kind === 'openai');
      silence.wait();
      answer = await send(wire.path, body, stopper.signal);
      if (!mayStream(answer)) throw await refusal(answer, faults);
      const sse = createSse(
        (data, name) => void (whole() || reader.take(data, name)),
        (line) => {
          if (!whole()) throw faults.stray(line);
        },
      );
      // Leaving the iterator must not end the connection: it serves the next request.
      const pieces = answer.body.iterator({ destroyOnReturn: false }) as AsyncIterator<string>;
      while (!whole()) {
        silence.wait();
        const piece = await pieces.next();
        silence.heard();
        if (piece.done === true) {
          sse.end();
          break;
        }
        sse.push(piece.value);
        yield* out.empty();
      }
      // Everything is here: the next request finds the connection free.
      while (answer.body.complete && (await pieces.next()).done !== true);
    } catch (caught) {
      thrown = caught;
    } finally {
      silence.close();
      signal.removeEventListener('abort', stop);
      // Also when nobody wants the rest: the iteration was left.
      if (whole() && answer !== undefined) drain(answer, options.after);
      else stop();
    }
    yield* out.empty();
    yield ending(
      reader,
      signal,
      (): AppError => {
        if (silence.expired()) return faults.silent(request.idleTimeoutMs);
        if (thrown instanceof AppError) return thrown;
        return answer === undefined ? faults.of(thrown) : faults.cut();
      },
      thrown instanceof AppError,
    );
  };
}

/** The last event. An answer that was whole stays whole, whatever happened to its connection afterwards. */
function ending(reader: AnswerReader, signal: AbortSignal, fault: () => AppError, failed: boolean): ModelEvent {
  const how = failed ? undefined : reader.ending();
  const items = reader.items();
  const counted = reader.tokens();
  const tokens = counted === undefined ? {} : { tokens: counted };
  if (how === 'length') return { type: 'end', stop: 'length', items: withoutCalls(items), ...tokens };
  if (how === 'stop')
    return { type: 'end', stop: items.some(({ type }) => type === 'call') ? 'tools' : 'stop', items: sendable(items), ...tokens };
  if (signal.aborted) return { type: 'end', stop: 'aborted', items: withoutCalls(items), ...tokens };
  return { type: 'end', stop: 'error', items: withoutCalls(items), ...tokens, error: toErrorData(fault()) };
}

/** Some servers name no type, or a general one; what they send shows. */
const mayStream = ({ headers }: HttpAnswer): boolean => !/json(?!l)|html|xml|image|pdf/.test(headers.get('content-type') ?? '');

/** An answer that is no stream, and the error that some servers put into it. */
async function refusal(answer: HttpAnswer, faults: Faults): Promise<AppError> {
  const text = await answer.text();
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    if (error) return faults.told(error);
  } catch {
    // No JSON: it is shown as it is.
  }
  return faults.stray(text);
}

function drain({ body }: HttpAnswer, after: After): void {
  body.resume();
  if (body.complete) return;
  const cancel = after(drainMs, () => body.destroy());
  body.once('close', cancel);
}
