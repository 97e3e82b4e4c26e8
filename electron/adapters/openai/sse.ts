// Server-sent events (WHATWG HTML, 9.2.6), as far as streams of answers use them: `data` and `event`, other fields are skipped.

const carriageReturn = 13;
const field = /^(?:data|event|id|retry)(?::|\r?$)/;

export interface Sse {
  /** Takes the next piece of the stream, cut anywhere. */
  push(text: string): void;
  /** The stream is over: what stands without its closing empty line counts too. */
  end(): void;
}

/** `take` gets the data and the name of each event; `stray` a line that no event stream holds. Both may throw. */
export function createSse(take: (data: string, name: string) => void, stray: (line: string) => void): Sse {
  let rest = '';
  let started = false;
  let data: string | undefined;
  let name = '';

  const dispatch = (): void => {
    if (data === undefined) {
      name = '';
      return;
    }
    const whole = data;
    const called = name;
    data = undefined;
    name = '';
    take(whole, called);
  };

  const line = (text: string, from: number, to: number): void => {
    if (from === to) dispatch();
    else if (text.startsWith('data:', from)) {
      const value = text.slice(text[from + 5] === ' ' ? from + 6 : from + 5, to);
      data = data === undefined ? value : `${data}\n${value}`;
    } else if (text.startsWith('event:', from)) name = text.slice(from + 6, to).trim();
    else if (text[from] !== ':') {
      const other = text.slice(from, to);
      if (!field.test(other)) stray(other);
    }
  };

  return {
    push(piece) {
      let text = piece;
      if (!started && text.length > 0) {
        started = true;
        if (text.startsWith('\uFEFF')) text = text.slice(1);
      }
      // Only the new piece is searched, so that a line of many pieces isn't read again with each of them.
      let to = text.indexOf('\n');
      if (to < 0) {
        rest += text;
        return;
      }
      if (rest !== '') {
        to += rest.length;
        text = rest + text;
      }
      let from = 0;
      while (to >= 0) {
        line(text, from, to > from && text.charCodeAt(to - 1) === carriageReturn ? to - 1 : to);
        from = to + 1;
        to = text.indexOf('\n', from);
      }
      rest = text.slice(from);
    },
    end() {
      if (rest !== '') line(rest, 0, rest.length);
      rest = '';
      dispatch();
    },
  };
}
