import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameParser, encodeFrame, maxFrame } from '../../electron/host/channels/framing.ts';
import { AppError } from '../../shared/errors.ts';
import type { Message } from '../../shared/wire.ts';

const text = fc.string({ unit: 'binary' });
const message: fc.Arbitrary<Message> = fc.oneof(
  fc.record({ kind: fc.constant('request' as const), id: fc.nat(), name: text, params: fc.jsonValue() }),
  fc.record({ kind: fc.constant('reply' as const), id: fc.nat(), value: fc.jsonValue() }),
  fc.record({ kind: fc.constant('unsubscribe' as const), stream: text }),
  fc.record({ kind: fc.constant('credit' as const), channel: fc.nat(), bytes: fc.nat() }),
  fc.record({ kind: fc.constant('chunk' as const), channel: fc.nat({ max: 0xffffffff }), bytes: fc.uint8Array({ maxLength: 500 }) }),
);
const plain = (one: Message): unknown => JSON.parse(JSON.stringify(one.kind === 'chunk' ? { ...one, bytes: [...one.bytes] } : one));

function parse(bytes: Uint8Array, cuts: readonly number[]): Message[] {
  const found: Message[] = [];
  const push = createFrameParser((one) => found.push(one));
  let from = 0;
  for (const cut of [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].toSorted((a, b) => a - b)) {
    push(bytes.subarray(from, cut));
    from = cut;
  }
  return found;
}

const frame = (kind: number, payload: string | Uint8Array): Buffer => {
  const body = Buffer.concat([Buffer.from([kind]), Buffer.from(payload as string)]);
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
};

describe('frames', () => {
  it('give the same messages however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 30 }), (messages, cuts) => {
        const bytes = Buffer.concat(messages.map(encodeFrame));
        expect(parse(bytes, cuts).map(plain)).toEqual(messages.map(plain));
      }),
    );
  });

  it('give whole messages byte by byte', () => {
    const messages: Message[] = [
      { kind: 'unsubscribe', stream: 'ä€😀' },
      { kind: 'chunk', channel: 7, bytes: Uint8Array.of(0, 255) },
    ];
    const bytes = Buffer.concat(messages.map(encodeFrame));
    const everywhere = Array.from(bytes, (_, n) => n);
    expect(parse(bytes, everywhere).map(plain)).toEqual(messages.map(plain));
  });

  it.each([
    ['no JSON', frame(0, '{"kind":'), 'is not JSON'],
    ['no message', frame(0, '[1]'), 'without a kind'],
    ['an unknown kind of message', frame(0, '{"kind":"constructor"}'), 'unknown kind'],
    ['an unknown kind of frame', frame(9, 'x'), 'unknown kind 9'],
    ['a chunk without a channel', frame(1, 'abc'), 'without its channel'],
    ['a chunk as JSON', frame(0, '{"kind":"chunk","channel":1,"bytes":{}}'), 'as JSON'],
    ['nothing', Buffer.from([0, 0, 0, 0]), 'empty frame'],
    ['too much', Buffer.from([4, 0, 0, 1]), `${maxFrame} is the most`],
  ])('refuse %s', (_what, bytes, reason) => {
    expect(() => parse(bytes, [])).toThrow(
      expect.objectContaining({ code: 'invalid', message: expect.stringContaining(reason) as string }),
    );
  });

  it('are refused or understood, never anything else', () => {
    const understood = fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        parse(bytes, []);
        return true;
      } catch (thrown) {
        return thrown instanceof AppError && thrown.code === 'invalid';
      }
    });
    expect(() => fc.assert(understood)).not.toThrow();
  });
});
