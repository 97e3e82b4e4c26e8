// Frames of a byte stream: four bytes of length (big-endian, of what follows), one byte of kind, then the payload.
// Kind 0 is a message as JSON; kind 1 is a chunk: four bytes of channel, then its bytes as they are.

import { readMessage } from '../../../shared/client/messages.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Message } from '../../../shared/wire.ts';

/** The largest frame in bytes, without its length field: a peer can't make us hold more than this. */
export const maxFrame = 64 * 1024 * 1024;

const jsonKind = 0;
const chunkKind = 1;

/** The message as one frame; AppError `limited` when it is too large for one. */
export function encodeFrame(message: Message): Uint8Array {
  if (message.kind === 'chunk') {
    checkSize(5 + message.bytes.length);
    const frame = Buffer.allocUnsafe(9 + message.bytes.length);
    frame.writeUInt32BE(5 + message.bytes.length, 0);
    frame[4] = chunkKind;
    frame.writeUInt32BE(message.channel, 5);
    frame.set(message.bytes, 9);
    return frame;
  }
  const json = JSON.stringify(message);
  const bytes = Buffer.byteLength(json);
  checkSize(1 + bytes);
  const frame = Buffer.allocUnsafe(5 + bytes);
  frame.writeUInt32BE(1 + bytes, 0);
  frame[4] = jsonKind;
  frame.write(json, 5, 'utf8');
  return frame;
}

function checkSize(bytes: number): void {
  if (bytes > maxFrame) throw new AppError('limited', `A message of ${bytes} bytes is too large to send; ${maxFrame} is the most.`);
}

/** Takes bytes in pieces of any size and calls back with each whole message. Throws AppError `invalid` at the first frame that is none. */
export function createFrameParser(onMessage: (message: Message) => void): (piece: Uint8Array) => void {
  let pieces: Uint8Array[] = [];
  let held = 0;
  let wanted = 4;
  let body = false;

  const take = (length: number): Buffer => {
    const whole =
      pieces.length === 1 && pieces[0] ? Buffer.from(pieces[0].buffer, pieces[0].byteOffset, held) : Buffer.concat(pieces, held);
    held -= length;
    pieces = held > 0 ? [whole.subarray(length)] : [];
    return whole.subarray(0, length);
  };

  return (piece) => {
    if (piece.length === 0) return;
    pieces.push(piece);
    held += piece.length;
    while (held >= wanted) {
      const part = take(wanted);
      if (body) {
        body = false;
        wanted = 4;
        onMessage(decode(part));
      } else {
        const length = part.readUInt32BE(0);
        if (length > maxFrame) throw new AppError('invalid', `A frame of ${length} bytes arrived; ${maxFrame} is the most.`);
        if (length === 0) throw new AppError('invalid', 'An empty frame arrived.');
        body = true;
        wanted = length;
      }
    }
  };
}

function decode(frame: Buffer): Message {
  const kind = frame[0];
  if (kind === chunkKind) {
    if (frame.length < 5) throw new AppError('invalid', 'A chunk arrived without its channel.');
    // A copy: the rest of the piece that it came in must not stay in memory as long as the chunk does.
    return { kind: 'chunk', channel: frame.readUInt32BE(1), bytes: Uint8Array.from(frame.subarray(5)) };
  }
  if (kind !== jsonKind) throw new AppError('invalid', `A frame of the unknown kind ${kind} arrived.`);
  let value: unknown;
  try {
    value = JSON.parse(frame.toString('utf8', 1));
  } catch (cause) {
    throw new AppError('invalid', 'A frame arrived that is not JSON.', { cause });
  }
  const message = readMessage(value);
  if (message.kind === 'chunk') throw new AppError('invalid', 'A chunk arrived as JSON.');
  return message;
}
