// Checks the outline of what came over a wire before anything reads its fields.
import { AppError, type ErrorData } from '../errors.ts';
import { type Hello, type Message, wireVersion } from '../wire.ts';

type Fields = Record<string, unknown>;
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isText = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
const isError = (value: unknown): value is ErrorData => isObject(value) && isText(value['code']) && isText(value['message']);

const outlines: Record<Message['kind'], (fields: Fields) => boolean> = {
  hello: (hello) =>
    isNumber(hello['version']) &&
    isText(hello['token']) &&
    isText(hello['client']) &&
    Array.isArray(hello['abilities']) &&
    isObject(hello['keys']) &&
    Object.values(hello['keys']).every(isText),
  welcome: (welcome) => isNumber(welcome['version']) && isText(welcome['program']) && Array.isArray(welcome['abilities']),
  request: (request) =>
    isNumber(request['id']) && isText(request['name']) && (request['commandId'] === undefined || isText(request['commandId'])),
  subscribe: (ask) => isNumber(ask['id']) && isText(ask['stream']) && (ask['after'] === undefined || isNumber(ask['after'])),
  unsubscribe: (ask) => isText(ask['stream']),
  reply: (reply) => isNumber(reply['id']) && (!('error' in reply) || isError(reply['error'])),
  event: (push) => isObject(push['event']) && isNumber(push['event']['seq']) && isText(push['event']['type']),
  delta: (push) => isObject(push['delta']) && isText(push['delta']['type']),
  chunk: (chunk) => isNumber(chunk['channel']) && isBytes(chunk['bytes']),
  credit: (credit) => isNumber(credit['channel']) && isNumber(credit['bytes']),
  end: (end) => isNumber(end['channel']),
  refusal: (refusal) => isError(refusal['error']),
};

/** The value as a message by its kind; AppError `invalid` when it is none. The fields are still to be checked. */
export function readMessage(value: unknown): Message {
  if (!isObject(value) || !isText(value['kind'])) throw new AppError('invalid', 'A message without a kind arrived.');
  const { kind } = value;
  if (!Object.hasOwn(outlines, kind))
    throw new AppError('invalid', `A message of an unknown kind arrived: ${JSON.stringify(kind.slice(0, 40))}.`);
  return value as unknown as Message;
}

/** Throws AppError `invalid` when a field is missing or of the wrong type. Parameters and results are for whoever knows the row. */
export function checkFields(message: Message): void {
  if (outlines[message.kind](message as unknown as Fields)) return;
  throw new AppError('invalid', `A ${message.kind} message arrived with a field missing or of the wrong type.`);
}

/** The id to answer a malformed request with, when it has one. */
export function idOf(value: unknown): number | undefined {
  return isObject(value) && (value['kind'] === 'request' || value['kind'] === 'subscribe') && isNumber(value['id'])
    ? value['id']
    : undefined;
}

export function helloFrom(parts: { token: string; client: string; keys: Record<string, string> }): Hello {
  return { kind: 'hello', version: wireVersion, abilities: [], ...parts };
}
