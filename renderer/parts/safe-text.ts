// Text that somebody else wrote, made fit to be looked at: nothing in it is invisible, turns the reading direction or stretches the layout.

/** Bidirectional controls, zero-width characters and other marks without a shape. Zero-width joiners stay where they join emoji or letters. */
const invisible =
  /[\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|(?<![\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f])\u200d|\u200d(?![\p{L}\p{Extended_Pictographic}])/gu;
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\r(?!\n)/g;
const c1 = /[\u0080-\u009f\u2028\u2029]/g;
// oxlint-disable-next-line no-control-regex
const plain = /^[\t\n\u0020-\u007e]*$/;

const codePoint = (character: string): string => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;
/** The same text with every control, direction and zero-width character written out. Line breaks and tabs stay. */
export function visible(text: string): string {
  if (plain.test(text)) return text;
  return text.replaceAll('\r\n', '\n').replace(control, codePoint).replace(c1, codePoint).replace(invisible, codePoint);
}

/** For one line: names, titles, paths. Breaks become visible too. */
export function visibleLine(text: string): string {
  return visible(text).replaceAll('\n', '⏎').replaceAll('\t', ' ');
}

/** The longest line that is laid out as it is: what is longer slows any engine down. */
export const longestLine = 2000;

export interface CutLine {
  text: string;
  /** Characters that were left out. */
  more: number;
}

/** A line's first `most` characters, not ending inside of a character. */
export function cutLine(line: string, most = longestLine): CutLine {
  if (line.length <= most) return { text: line, more: 0 };
  const last = line.charCodeAt(most - 1);
  const end = most > 0 && last >= 0xd800 && last <= 0xdbff ? most - 1 : most;
  return { text: line.slice(0, end), more: line.length - end };
}
