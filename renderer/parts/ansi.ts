// A terminal's output as styled text. Only colours and weight are taken from escape sequences (ECMA-48 SGR); every other sequence
// (cursor, title, links, clipboard) is dropped whole, so that nothing but text reaches the page.

export type AnsiColour = 'faint' | 'stop' | 'go' | 'wait' | 'note' | 'accent' | 'text';
export interface AnsiStyle {
  colour?: AnsiColour;
  back?: AnsiColour;
  strong?: boolean;
  dim?: boolean;
  italic?: boolean;
  underline?: boolean;
}
export interface AnsiSpan {
  text: string;
  style: AnsiStyle;
}
export type AnsiLine = AnsiSpan[];

/** Black, red, green, yellow, blue, magenta, cyan, white: to the window's own colours. */
const palette: readonly AnsiColour[] = ['faint', 'stop', 'go', 'wait', 'note', 'accent', 'accent', 'text'];

function nearest(red: number, green: number, blue: number): AnsiColour {
  const most = Math.max(red, green, blue);
  const least = Math.min(red, green, blue);
  if (most - least < 40) return most < 128 ? 'faint' : 'text';
  if (least === blue && Math.abs(red - green) < (most - least) * 0.5) return 'wait';
  if (most === red) return least === green && blue > (red + green) / 2 ? 'accent' : 'stop';
  if (most === green) return blue > red + (green - red) * 0.6 ? 'accent' : 'go';
  return green > (red + blue) / 2 ? 'accent' : 'note';
}

function indexed(index: number): AnsiColour {
  if (index < 16) return palette[index % 8] ?? 'text';
  if (index >= 232) return index < 244 ? 'faint' : 'text';
  const cube = index - 16;
  return nearest(Math.floor(cube / 36) * 51, (Math.floor(cube / 6) % 6) * 51, (cube % 6) * 51);
}

/** Colours of more than eight take several parameters. */
function extended(codes: number[], at: number): { colour?: AnsiColour; used: number } {
  if (codes[at + 1] === 5) return { colour: indexed(codes[at + 2] ?? 0), used: 2 };
  if (codes[at + 1] === 2) return { colour: nearest(codes[at + 2] ?? 0, codes[at + 3] ?? 0, codes[at + 4] ?? 0), used: 4 };
  return { used: 0 };
}

const without = (style: AnsiStyle, ...keys: (keyof AnsiStyle)[]): AnsiStyle => {
  const next = { ...style };
  for (const key of keys) delete next[key];
  return next;
};

function restyle(style: AnsiStyle, parameters: string): AnsiStyle {
  const codes = parameters.split(/[;:]/).map((code) => Number.parseInt(code || '0', 10) || 0);
  let next = style;
  for (let at = 0; at < codes.length; at += 1) {
    const code = codes[at] ?? 0;
    if (code === 0) next = {};
    else if (code === 1) next = { ...next, strong: true };
    else if (code === 2) next = { ...next, dim: true };
    else if (code === 3) next = { ...next, italic: true };
    else if (code === 4) next = { ...next, underline: true };
    else if (code === 22) next = without(next, 'strong', 'dim');
    else if (code === 23) next = without(next, 'italic');
    else if (code === 24) next = without(next, 'underline');
    else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) next = { ...next, colour: palette[code % 10] ?? 'text' };
    else if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) next = { ...next, back: palette[code % 10] ?? 'text' };
    else if (code === 39) next = without(next, 'colour');
    else if (code === 49) next = without(next, 'back');
    else if (code === 38 || code === 48) {
      const { colour, used } = extended(codes, at);
      at += used;
      if (colour) next = { ...next, [code === 38 ? 'colour' : 'back']: colour };
    }
  }
  return next;
}

// CSI; OSC, DCS, SOS, PM and APC strings up to their end (or that of the line, when none comes); two- and three-byte escapes.
const sequence =
  // oxlint-disable-next-line no-control-regex
  /(?:\u001b\[|\u009b)([0-?]*)[ -/]*([@-~])|(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])[^\u0007\u001b\u0090\u0098\u009c-\u009f]*(?:\u0007|\u001b\\|\u009c|(?=[\u001b\u0090\u0098\u009d-\u009f])|$)|\u001b[ -/]*[0-~]?|\u009b/g;

/** Lines as a terminal would leave them: what a carriage return or a backspace wrote over is gone. */
function overwritten(line: string): string {
  let text = line.endsWith('\r') ? line.slice(0, -1) : line;
  const last = text.lastIndexOf('\r');
  if (last >= 0) text = text.slice(last + 1);
  if (!text.includes('\b')) return text;
  const kept: string[] = [];
  for (const character of text) {
    if (character === '\b') kept.pop();
    else kept.push(character);
  }
  return kept.join('');
}

/** Styled spans, line by line; `style` is what was in force before. */
export function parseAnsi(text: string): AnsiLine[] {
  let style: AnsiStyle = {};
  return text.split('\n').map((raw) => {
    const line = overwritten(raw);
    const spans: AnsiLine = [];
    let from = 0;
    for (const match of line.matchAll(sequence)) {
      if (match.index > from) spans.push({ text: line.slice(from, match.index), style });
      from = match.index + match[0].length;
      if (match[2] === 'm' && !/[<-?]/.test(match[1] ?? '')) style = restyle(style, match[1] ?? '');
    }
    if (from < line.length) spans.push({ text: line.slice(from), style });
    return spans;
  });
}

/** The words only. */
export function withoutAnsi(text: string): string {
  return text.replace(sequence, '');
}
