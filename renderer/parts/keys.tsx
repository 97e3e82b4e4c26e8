import type { JSX } from 'react';

export const isMac = typeof navigator !== 'undefined' && /mac|iphone|ipad/i.test(navigator.platform);

const macSigns: Record<string, string> = { Mod: '⌘', Meta: '⌘', Ctrl: '⌃', Alt: '⌥', Shift: '⇧' };
const otherWords: Record<string, string> = { Mod: 'Ctrl', Meta: 'Win' };
const signs: Record<string, string> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  ' ': 'Space',
  Delete: 'Del',
};

/** What stands on the keys of a combination like `Mod+Shift+K`, one text for each key. */
export function keysOf(combo: string, mac = isMac): string[] {
  // The plus key itself is written as a last plus: `Mod++`.
  const plus = combo.endsWith('++');
  const parts = (plus ? combo.slice(0, -2) : combo).split('+').filter((part) => part !== '');
  if (plus || combo === '+') parts.push('+');
  return parts.map((part) => (mac ? macSigns[part] : otherWords[part]) ?? signs[part] ?? (part.length === 1 ? part.toUpperCase() : part));
}

/** A combination in words, for labels: `Ctrl+K`, or `⌘K` on a Mac. */
export function comboText(combo: string, mac = isMac): string {
  return keysOf(combo, mac).join(mac ? '' : '+');
}

/** A combination as it is written on this platform. */
export function Keys({ combo }: { combo: string }): JSX.Element | null {
  return combo === '' ? null : <kbd className="shrink-0 font-sans text-caption text-faint">{comboText(combo)}</kbd>;
}
