// The TOML parser tells no positions, so messages get theirs from here: one pass over a document that has parsed, noting where each
// key stands. TOML 1.1 (toml.io/en/v1.1.0). On a document that would not parse it still ends, with positions that mean nothing.

/** Keys, and places in lists counted from 0. */
export type KeyPath = readonly (string | number)[];

export interface Locations {
  /** The line, counted from 1, on which this key is set; a table's line is that of its header, or of the first key that implies it. */
  line(path: KeyPath): number | undefined;
  paths(): KeyPath[];
}

const escapes: Record<string, string> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', e: '\x1b', '"': '"', '\\': '\\' };

function unescape(text: string): string {
  return text.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/g,
    (whole, x?: string, u?: string, long?: string, single?: string) => {
      const hex = x ?? u ?? long;
      if (hex === undefined) return escapes[single ?? ''] ?? whole;
      const code = Number.parseInt(hex, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

export function locate(text: string): Locations {
  const found = new Map<string, { path: KeyPath; at: number; explicit: boolean }>();
  /** Lists of tables, and how many each has so far. */
  const lists = new Map<string, number>();
  const keyOf = (path: KeyPath): string => JSON.stringify(path);
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;

  /** The first mention of a key counts, but a table's own header comes before what merely implies it. */
  const note = (path: KeyPath, start: number, explicit: boolean): void => {
    const key = keyOf(path);
    const before = found.get(key);
    if (before === undefined || (explicit && !before.explicit)) found.set(key, { path: [...path], at: start, explicit });
  };

  const skip = (characters: string): void => {
    while (at < text.length && characters.includes(text.charAt(at))) at++;
  };
  const skipToEndOfLine = (): void => {
    while (at < text.length && text[at] !== '\n') at++;
  };
  const skipBlanks = (): void => {
    for (;;) {
      skip(' \t\r\n');
      if (text[at] !== '#') return;
      skipToEndOfLine();
    }
  };

  /** Reads a string from its opening quote on; answers what stands between the quotes. */
  const quoted = (): string => {
    const quote = text.charAt(at);
    const long = text.startsWith(quote.repeat(3), at);
    const start = at + (long ? 3 : 1);
    at = start;
    while (at < text.length) {
      if (quote === '"' && text[at] === '\\') at += 2;
      else if (!long && text[at] === '\n') break;
      else if (!long && text[at] === quote) break;
      else if (long && text.startsWith(quote.repeat(3), at)) break;
      else at++;
    }
    const inside = text.slice(start, at);
    if (!long) at++;
    // A long string may end in up to five quotes: the last three close it.
    else for (let n = 0; n < 5 && text[at] === quote; n++) at++;
    at = Math.min(at, text.length);
    return quote === '"' ? unescape(inside) : inside;
  };

  const keys = (): string[] => {
    const read: string[] = [];
    for (;;) {
      skip(' \t');
      if (text[at] === '"' || text[at] === "'") read.push(quoted());
      else {
        const start = at;
        while (at < text.length && /[^\s.=\]}#,"']/.test(text.charAt(at))) at++;
        read.push(text.slice(start, at));
      }
      skip(' \t');
      if (text[at] !== '.') return read;
      at++;
    }
  };

  const value = (path: KeyPath): void => {
    skip(' \t');
    const first = text[at];
    if (first === '"' || first === "'") quoted();
    else if (first === '[') {
      at++;
      for (let n = 0; ; n++) {
        skipBlanks();
        if (at >= text.length || text[at] === ']') break;
        const start = at;
        note([...path, n], at, true);
        value([...path, n]);
        skipBlanks();
        if (text[at] === ',') at++;
        else if (at === start) at++;
      }
      at++;
    } else if (first === '{') {
      at++;
      for (;;) {
        skipBlanks();
        if (at >= text.length || text[at] === '}') break;
        const start = at;
        pair(path);
        skipBlanks();
        if (text[at] === ',') at++;
        else if (at === start) at++;
      }
      at++;
    } else while (at < text.length && !',]}#\n'.includes(text.charAt(at))) at++;
  };

  const pair = (prefix: KeyPath): void => {
    const start = at;
    const names = keys();
    names.forEach((_, n) => note([...prefix, ...names.slice(0, n + 1)], start, n === names.length - 1));
    if (text[at] !== '=') return;
    at++;
    value([...prefix, ...names]);
  };

  /** A header's path, with the place of the newest entry put in after each list of tables on the way. */
  const header = (): KeyPath => {
    const start = at;
    const isList = text.startsWith('[[', at);
    at += isList ? 2 : 1;
    const names = keys();
    const path: (string | number)[] = [];
    names.forEach((name, n) => {
      path.push(name);
      const last = n === names.length - 1;
      const count = lists.get(keyOf(path));
      note(path, start, last);
      if (last && isList) {
        lists.set(keyOf(path), (count ?? 0) + 1);
        path.push(count ?? 0);
        note(path, start, true);
      } else if (!last && count !== undefined) path.push(count - 1);
    });
    skip(' \t]');
    return path;
  };

  let table: KeyPath = [];
  for (;;) {
    skipBlanks();
    if (at >= text.length) break;
    const start = at;
    if (text[at] === '[') table = header();
    else pair(table);
    if (at === start) at++;
  }

  const starts = [0];
  for (let n = text.indexOf('\n'); n !== -1; n = text.indexOf('\n', n + 1)) starts.push(n + 1);
  return {
    line: (path) => {
      const place = found.get(keyOf(path));
      return place && starts.findLastIndex((start) => start <= place.at) + 1;
    },
    paths: () => [...found.values()].map(({ path }) => path),
  };
}
