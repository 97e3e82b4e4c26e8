// Connects one client's channel to the runtime. Nothing that a client sends can make this throw.
import { createHash, timingSafeEqual } from 'node:crypto';
import { checkFields, idOf } from '../../shared/client/messages.ts';
import { AppError, toErrorData } from '../../shared/errors.ts';
import { isRequestName, protocol } from '../../shared/protocol.ts';
import { type Channel, type Hello, type Message, type Push, type Request, type Subscribe, wireVersion } from '../../shared/wire.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { type ChunkSender, createChunkSender } from './chunks.ts';

interface ServeOptions {
  token: string;
  /** The owner's version, told to the client. */
  program: string;
  abilities?: string[];
  /** The client was let in. */
  onReady?(client: string): void;
  onClose?(): void;
  /** For the person who looks after the program. */
  note(line: string): void;
}

/** How long a connection may stay without saying who it is, in milliseconds. */
const helloTimeout = 10_000;
/** Output channels that one client may have open. */
const maxOutputs = 256;

export function serve(runtime: Runtime, channel: Channel, options: ServeOptions): { close(): void } {
  let open = true;
  let hello: Hello | undefined;
  let nextOutput = 1;
  const subscriptions = new Map<string, () => void>();
  const outputs = new Map<number, ChunkSender>();

  const late = setTimeout(() => refuse(new AppError('invalid', 'The connection did not say who it is.')), helloTimeout);
  late.unref();

  const send = (message: Message): void => {
    if (!open) return;
    try {
      channel.send(message);
    } catch (thrown) {
      // A value too large for a frame, or one that can't be written as JSON: the client is told, whatever it waits for.
      if (message.kind === 'reply') channel.send({ kind: 'reply', id: message.id, error: toErrorData(thrown) });
      else options.note(`a ${message.kind} could not be sent: ${toErrorData(thrown).message}`);
    }
  };
  const ended = (): void => {
    if (!open) return;
    open = false;
    clearTimeout(late);
    for (const stop of subscriptions.values()) stop();
    for (const output of outputs.values()) output.close();
    subscriptions.clear();
    outputs.clear();
    options.onClose?.();
  };
  const refuse = (error: AppError): void => {
    send({ kind: 'refusal', error: toErrorData(error) });
    channel.close();
    ended();
  };
  const fail = (id: number, thrown: unknown): void => {
    const error = toErrorData(thrown);
    if (error.code === 'broken') options.note(thrown instanceof Error ? (thrown.stack ?? thrown.message) : error.message);
    send({ kind: 'reply', id, error });
  };

  const greet = (message: Hello): void => {
    if (!sameToken(message.token, options.token)) {
      refuse(new AppError('denied', 'The token of the connection is not the one of this data folder.'));
      return;
    }
    if (message.version !== wireVersion) {
      refuse(
        new AppError(
          'conflict',
          `The running Switchyard ${options.program} speaks version ${wireVersion} of the protocol, not ${message.version}.`,
          {
            hint: 'End the running one (`switchyard daemon stop`, or close its window) and try again.',
            data: { reason: 'version' },
          },
        ),
      );
      return;
    }
    clearTimeout(late);
    const first = !hello;
    // Said again, it brings keys that the client has found out about since.
    hello = message;
    send({ kind: 'welcome', version: wireVersion, program: options.program, abilities: options.abilities ?? [] });
    if (first) options.onReady?.(message.client);
  };

  const openOutput = (request: Request): void => {
    const read = protocol['output.open'].params.safeParse(request.params);
    if (!read.success)
      throw new AppError('invalid', 'output.open needs a thread, the id of a command and, if at all, a byte to start from.');
    if (outputs.size >= maxOutputs) throw new AppError('limited', `${maxOutputs} outputs are open already.`);
    const { threadId, id, from = 0 } = read.data;
    const output = runtime.output(threadId, id);
    // Refused now, not by an end of the channel, when there is no such output.
    output.read(from, 0);
    const number = nextOutput++;
    // Output that grows calls back by itself; that the command has ended is an event of its thread.
    const watch = (callback: () => void): (() => void) => {
      const unwatch = output.watch(callback);
      const events = runtime.subscribe(threadId, Number.MAX_SAFE_INTEGER, (push) => {
        if (push.kind === 'event') callback();
      });
      return () => {
        unwatch();
        events.stop();
      };
    };
    const source = { ...output, watch };
    send({ kind: 'reply', id: request.id, value: { channel: number } });
    outputs.set(number, createChunkSender({ channel: number, source, from, send, onEnd: () => void outputs.delete(number) }));
  };

  const answer = async (request: Request, keys: Record<string, string>): Promise<void> => {
    const { id, name, params, commandId } = request;
    try {
      if (!isRequestName(name)) throw new AppError('invalid', `There is no request named ${JSON.stringify(name.slice(0, 60))}.`);
      if (name === 'output.open') {
        openOutput(request);
        return;
      }
      const value = await runtime.request({ name, params, keys, ...(commandId === undefined ? {} : { commandId }) });
      send({ kind: 'reply', id, value: value ?? null });
    } catch (thrown) {
      fail(id, thrown);
    }
  };

  const subscribe = ({ id, stream, after }: Subscribe): void => {
    subscriptions.get(stream)?.();
    subscriptions.delete(stream);
    // The answer goes first, whatever is published while it is being made.
    let held: Push[] | undefined = [];
    const listener = (push: Push): void => {
      if (held) held.push(push);
      else send(push);
    };
    const { first, stop } = runtime.subscribe(stream, after, listener);
    subscriptions.set(stream, stop);
    send({ kind: 'reply', id, value: first });
    for (const push of held) send(push);
    held = undefined;
  };

  const receive = (message: Message): void => {
    checkFields(message);
    if (message.kind === 'hello') return greet(message);
    if (!hello) return refuse(new AppError('invalid', 'The first message must be a hello.'));
    switch (message.kind) {
      case 'request':
        void answer(message, hello.keys);
        return;
      case 'subscribe':
        return subscribe(message);
      case 'unsubscribe':
        subscriptions.get(message.stream)?.();
        subscriptions.delete(message.stream);
        return;
      case 'credit':
        outputs.get(message.channel)?.credit(message.bytes);
        return;
      case 'end':
        outputs.get(message.channel)?.close();
        return;
      case 'chunk':
        // Nothing takes bytes from clients yet; an end says so.
        return send({ kind: 'end', channel: message.channel });
      case 'refusal':
        channel.close();
        return ended();
      case 'welcome':
      case 'reply':
      case 'event':
      case 'delta':
        throw new AppError('invalid', `A client can't send a ${message.kind}.`);
    }
  };

  channel.onClose(ended);
  channel.onMessage((message) => {
    if (!open) return;
    try {
      receive(message);
    } catch (thrown) {
      const id = idOf(message);
      if (id !== undefined) fail(id, thrown);
      else refuse(thrown instanceof AppError ? thrown : new AppError('broken', 'A message could not be dealt with.', { cause: thrown }));
    }
  });
  return {
    close: () => {
      channel.close();
      ended();
    },
  };
}

/** In constant time: how long it takes says nothing about how much was right. */
function sameToken(given: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}
