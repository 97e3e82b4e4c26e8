import { describe, expect, it } from 'vitest';
import { type AnsiLine, parseAnsi, withoutAnsi } from '../../renderer/parts/ansi.ts';

const e = '\u001b';
const words = (lines: AnsiLine[]): string[] => lines.map((line) => line.map(({ text }) => text).join(''));

describe('colours', () => {
  it.each([
    [`${e}[31mred${e}[0m`, { colour: 'stop' }],
    [`${e}[1;92mok`, { strong: true, colour: 'go' }],
    [`${e}[38;5;196mx`, { colour: 'stop' }],
    [`${e}[38;2;20;200;40mx`, { colour: 'go' }],
    [`${e}[38;2;230;200;20mx`, { colour: 'wait' }],
    [`${e}[38;5;244mx`, { colour: 'text' }],
    [`${e}[48;5;21mx`, { back: 'note' }],
    [`${e}[1m${e}[22mx`, {}],
    [`${e}[31;39mx`, {}],
    [`${e}[mx`, {}],
    [`\u009b32mx`, { colour: 'go' }],
  ])('%j', (text, style) => expect(parseAnsi(text)[0]?.[0]?.style).toEqual(style));

  it('go on over line ends', () => expect(parseAnsi(`${e}[31ma\nb`)[1]?.[0]?.style).toEqual({ colour: 'stop' }));
});

describe('everything else is dropped whole', () => {
  it.each([
    ['clear screen and move', `${e}[2J${e}[Hx`, 'x'],
    ['titles', `${e}]0;title\u0007x`, 'x'],
    ['links', `${e}]8;;javascript:alert(1)${e}\\text${e}]8;;${e}\\`, 'text'],
    ['the clipboard', `${e}]52;c;aGk=\u0007x`, 'x'],
    ['device strings', `${e}Pq#0;2;0${e}\\x`, 'x'],
    ['an unfinished string ends with the line', `${e}]0;never ends\nnext`, '\nnext'],
    ['private modes', `${e}[?1049hx${e}[?25l`, 'x'],
    ['a private sequence that ends with m is no colour', `${e}[>4;2mx`, 'x'],
    ['a lone escape', `a${e}`, 'a'],
    ['C1 forms', '\u009d0;t\u009cx', 'x'],
    ['progress lines', '10 %\r50 %\r100 %', '100 %'],
    ['Windows line ends', 'a\r\nb', 'a\nb'],
    ['backspaces', 'abc\b\bd', 'ad'],
  ])('%s', (_name, given, expected) => expect(words(parseAnsi(given)).join('\n')).toBe(expected));

  it('has no slow cases', () => {
    const from = performance.now();
    for (const piece of [`${e}]`, '\u0090', `${e}[`, `${e}[1;`, '\b', 'a\r', `${e}[38;5;`]) {
      parseAnsi(piece.repeat(200_000));
      withoutAnsi(piece.repeat(200_000));
    }
    expect(performance.now() - from).toBeLessThan(5000);
  });
});
