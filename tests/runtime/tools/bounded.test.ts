import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bound, boundRange, byteLength, charBorder } from '../../../electron/runtime/agent/bounded.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const reader =
  (bytes: Uint8Array) =>
  ({ from, length }: { from: number; length: number }) => ({ bytes: bytes.subarray(from, from + length), total: bytes.length });

describe('output for the model [AGT-2]', () => {
  test('what fits is given as it is', () => {
    expect(bound('')).toEqual({ text: '', bytes: 0, cut: false, exact: true });
    expect(bound('a\n\nb\n')).toEqual({ text: 'a\n\nb', bytes: 5, cut: false, exact: true });
    expect(bound('ä €\tx')).toEqual({ text: 'ä €\tx', bytes: 8, cut: false, exact: true });
  });

  test('of what is long, whole lines of the head and the tail', () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `line ${index + 1}`);
    const whole = lines.join('\n');
    const { text, cut, bytes, exact } = bound(whole, { whole: 'see the file' });
    expect({ cut, bytes, exact }).toEqual({ cut: true, bytes: byteLength(whole), exact: false });
    expect(byteLength(text)).toBeLessThanOrEqual(16 * 1024);
    expect(byteLength(text)).toBeGreaterThan(15 * 1024);
    const [head = '', tail = ''] = text.split(/^\[\.\.\. .* see the file\]$/m);
    expect(whole.startsWith(head)).toBe(true);
    expect(whole.endsWith(tail.slice(1))).toBe(true);
    const [, skipped, count] = /\[\.\.\. (\d+) bytes \((\d+) lines\) left out; see the file\]/.exec(text) ?? [];
    expect(byteLength(head) + Number(skipped) + byteLength(tail.slice(1))).toBe(bytes);
    expect(head.split('\n').length - 1 + Number(count) + tail.slice(1).split('\n').length).toBe(10_000);
  });

  test('of one line of 5 MB the beginning and the end, at characters', () => {
    const { text } = bound(`short\n${'€'.repeat(1_700_000)}`);
    expect(byteLength(text)).toBeLessThanOrEqual(16 * 1024);
    expect(text).toMatch(/^short\n€{2000,}\n\[\.\.\. \d+ bytes \(0 lines\) left out\]\n€{2000,}$/);
  });

  test('progress is shown as a terminal leaves it', () => {
    const progress = Array.from({ length: 100_000 }, (_, index) => `\r${index} of 100000`).join('');
    expect(bound(`start\n${progress}\r\nend\r\n`)).toMatchObject({ text: 'start\n99999 of 100000\nend', cut: false, exact: false });
  });

  test('colours go, other control characters are made visible, broken bytes too', () => {
    expect(bound('\u001b[31mred\u001b[0m \u001b]0;title\u0007x').text).toBe('red x');
    expect(bound('a\0b\u0007\u001b').text).toBe('a\\x00b\\x07\\x1b');
    expect(bound(Uint8Array.of(97, 0xff, 0xe2, 0x82, 98)).text).toBe('a\uFFFD\uFFFDb');
    expect(bound('\u001b[31mred')).toMatchObject({ exact: false, cut: false });
  });

  test('too long to load: only its ends are read', () => {
    const bytes = encode(Array.from({ length: 1_000_000 }, (_, index) => `line ${index}`).join('\n'));
    let read = 0;
    const source = reader(bytes);
    const view = bound((range) => {
      read += range.length;
      return source(range);
    });
    expect(read).toBeLessThan(1024 * 1024);
    expect(view.text).toMatch(/^line 0\nline 1\n[^]*\n\[\.\.\. \d+ bytes left out\]\n[^]*\nline 999999$/);
    expect(view.bytes).toBe(bytes.length);
    expect(boundRange(source, { from: 7, to: 20 }).text).toBe('line 1\nline 2');
  });

  test('never more than asked for, never a broken character, head and tail always from the input', () => {
    const input = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 3000 }),
      fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { maxLength: 60 }).map((lines) => lines.join('\n')),
    );
    fc.assert(
      fc.property(input, fc.integer({ min: 400, max: 2000 }), (text, bytes) => {
        const view = bound(text, { bytes });
        expect(byteLength(view.text)).toBeLessThanOrEqual(bytes);
        expect(view.text.isWellFormed()).toBe(true);
        const same = [text, text.replace(/\n$/, '')].includes(view.text);
        const plain = !/[\p{Cc}]/u.test(text.replaceAll('\n', '')) && text.isWellFormed();
        return view.exact ? same : view.cut || !plain;
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        expect(byteLength(bound(bytes, { bytes: 500 }).text)).toBeLessThanOrEqual(500);
      }),
    );
  });

  test('a character border', () => {
    const bytes = encode('a€😀');
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 99].map((at) => charBorder(bytes, at))).toEqual([0, 1, 1, 1, 4, 4, 4, 4, 8, 8]);
  });
});
