import { randomFillSync } from 'node:crypto';
import type { IdsPort } from '../../runtime/ports.ts';

// Crockford's base 32, small letters: no i, l, o, u; its order is that of the characters.
const digits = '0123456789abcdefghjkmnpqrstvwxyz';
const half = 2 ** 40;

function base32(value: number, length: number): string {
  let text = '';
  for (let rest = value, n = 0; n < length; n++, rest = Math.floor(rest / 32)) text = digits.charAt(rest % 32) + text;
  return text;
}

/**
 * `<kind>_` + 10 digits of milliseconds + 16 digits of chance (80 bits). Within a millisecond, and when the clock goes back, the last
 * number is counted up, so that the ids of one process sort in the order of their making.
 */
export function createIds(now: () => number = Date.now): IdsPort {
  const bytes = Buffer.alloc(10);
  let at = -1;
  let time = '';
  let high = 0;
  let low = 0;
  return {
    next(kind) {
      const current = now();
      if (current > at) {
        at = current;
        time = base32(at, 10);
        randomFillSync(bytes);
        high = bytes.readUIntBE(0, 5);
        low = bytes.readUIntBE(5, 5);
      } else if (++low === half) {
        low = 0;
        if (++high === half) {
          high = 0;
          time = base32(++at, 10);
        }
      }
      return `${kind}_${time}${base32(high, 8)}${base32(low, 8)}`;
    },
    random: () => Math.random(),
  };
}
