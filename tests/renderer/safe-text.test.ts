import { describe, expect, it } from 'vitest';
import { cutLine, visible, visibleLine } from '../../renderer/parts/safe-text.ts';

describe('visible text', () => {
  it.each([
    ['plain words stay', 'a b\tc\nd', 'a b\tc\nd'],
    ['letters of the world stay', 'Grüße, 你好, שלום, नमस्ते', 'Grüße, 你好, שלום, नमस्ते'],
    ['joined emoji stay', '👩‍💻 ❤️ 🏳️‍🌈', '👩‍💻 ❤️ 🏳️‍🌈'],
    ['direction overrides are written out', 'a\u202Etxt.exe', 'a⟨U+202E⟩txt.exe'],
    ['isolates too', '\u2066x\u2069', '⟨U+2066⟩x⟨U+2069⟩'],
    ['zero-width characters', 'a\u200Bb\uFEFFc\u2060', 'a⟨U+200B⟩b⟨U+FEFF⟩c⟨U+2060⟩'],
    ['a joiner that joins nothing', 'pass\u200D word', 'pass⟨U+200D⟩ word'],
    ['tag characters', 'x\u{E0041}', 'x⟨U+E0041⟩'],
    ['controls', '\u0000\u0007\u001B[2J\u007F', '⟨U+0000⟩⟨U+0007⟩⟨U+001B⟩[2J⟨U+007F⟩'],
    ['Windows line ends are line ends', 'a\r\nb', 'a\nb'],
    ['a lone return is not', 'a\rb', 'a⟨U+000D⟩b'],
    ['line separators', 'a\u2028b\u0085', 'a⟨U+2028⟩b⟨U+0085⟩'],
  ])('%s', (_name, given, expected) => expect(visible(given)).toBe(expected));

  it('keeps names on one line', () => expect(visibleLine('a\nb\tc')).toBe('a⏎b c'));
});

describe('long lines', () => {
  it('are cut, and say how much is left', () => {
    expect(cutLine('x'.repeat(5_000_000))).toEqual({ text: 'x'.repeat(2000), more: 4_998_000 });
    expect(cutLine('short')).toEqual({ text: 'short', more: 0 });
  });
  it('are not cut inside of a character', () => expect(cutLine('a😀b', 2)).toEqual({ text: 'a', more: 3 }));
});
