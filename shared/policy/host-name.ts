// One spelling for each host: names in lower case ASCII without a trailing dot, IPv4 as four numbers, IPv6 in full.

/** The one spelling of a host; undefined when it is none. What is to be connected to is this, and not what was asked for. */
export function canonicalHost(host: string): string | undefined {
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  if (bare !== host || bare.includes(':')) return canonicalV6(bare);
  const name = bare
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\u3002\uff61]/g, '.')
    .replace(/\.$/, '');
  const labels = name.split('.').map((label) => (/^[\x20-\x7e]*$/.test(label) ? label : `xn--${punycode(label)}`));
  if (labels.some((label) => !/^[a-z0-9_-]{1,63}$/.test(label)) || name.length > 253) return undefined;
  return /^(?:\d+|0x[\da-f]*)$/.test(labels.at(-1) ?? '') ? canonicalV4(labels) : labels.join('.');
}

/** Also `127.1`, `0x7f.1` and `2130706433`: whatever system calls would take for an address (URL Standard, "IPv4 parser"). */
function canonicalV4(parts: readonly string[]): string | undefined {
  if (parts.length > 4) return undefined;
  const numbers = parts.map((part) => {
    if (/^0x[\da-f]*$/.test(part)) return Number.parseInt(part.slice(2) || '0', 16);
    if (!/^\d+$/.test(part)) return Number.NaN;
    return part.startsWith('0') && part.length > 1 ? (/^[0-7]+$/.test(part) ? Number.parseInt(part, 8) : Number.NaN) : Number(part);
  });
  const last = numbers.pop() ?? Number.NaN;
  if (numbers.some((number) => !(number <= 255)) || !(last < 256 ** (4 - numbers.length))) return undefined;
  const value = numbers.reduce((sum, number, n) => sum + number * 256 ** (3 - n), last);
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
}

/** RFC 4291, 2.2. An IPv4 address in IPv6's clothes is the IPv4 address; one with a zone is none. */
function canonicalV6(text: string): string | undefined {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text);
  const v4 = dotted && canonicalV4((dotted[2] ?? '').split('.'));
  if (dotted && v4 !== dotted[2]) return undefined;
  const [a, b, c, d] = (v4 ?? '').split('.').map(Number);
  const hex = dotted ? `${dotted[1] ?? ''}${((a ?? 0) * 256 + (b ?? 0)).toString(16)}:${((c ?? 0) * 256 + (d ?? 0)).toString(16)}` : text;
  const halves = hex.split('::');
  if (halves.length > 2) return undefined;
  const [head = [], tail = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array.from({ length: missing }, () => '0'), ...tail];
  if (!groups.every((group) => /^[\da-fA-F]{1,4}$/.test(group))) return undefined;
  const numbers = groups.map((group) => Number.parseInt(group, 16));
  if (numbers.slice(0, 5).every((number) => number === 0) && numbers[5] === 0xffff)
    return [6, 7].flatMap((at) => [(numbers[at] ?? 0) >> 8, (numbers[at] ?? 0) & 255]).join('.');
  return numbers.map((number) => number.toString(16)).join(':');
}

/** RFC 3492: a label with other than ASCII letters as DNS knows it, without the `xn--`. */
function punycode(label: string): string {
  const points = Array.from(label, (character) => character.codePointAt(0) ?? 0);
  const basic = points.filter((point) => point < 128);
  let output = String.fromCodePoint(...basic) + (basic.length > 0 ? '-' : '');
  let [current, delta, bias, done] = [128, 0, 72, basic.length];
  while (done < points.length) {
    const next = Math.min(...points.filter((point) => point >= current));
    delta += (next - current) * (done + 1);
    current = next;
    for (const point of points) {
      if (point < current) delta++;
      if (point !== current) continue;
      let rest = delta;
      for (let k = 36; ; k += 36) {
        const threshold = Math.max(1, Math.min(26, k - bias));
        if (rest < threshold) break;
        output += digit(threshold + ((rest - threshold) % (36 - threshold)));
        rest = Math.floor((rest - threshold) / (36 - threshold));
      }
      output += digit(rest);
      bias = adapt(delta, done + 1, done === basic.length);
      delta = 0;
      done++;
    }
    delta++;
    current++;
  }
  return output;
}

const digit = (value: number): string => 'abcdefghijklmnopqrstuvwxyz0123456789'.charAt(value);

function adapt(delta: number, count: number, first: boolean): number {
  let rest = Math.floor(delta / (first ? 700 : 2));
  rest += Math.floor(rest / count);
  let k = 0;
  for (; rest > 455; k += 36) rest = Math.floor(rest / 35);
  return k + Math.floor((36 * rest) / (rest + 38));
}
