// Combinations of keys as text: `Mod+Alt+Shift+K`. Mod is Cmd on a Mac and Ctrl elsewhere.

export interface Combo {
  mod: boolean;
  ctrl: boolean;
  alt: boolean;
  shift: boolean;
  /** A capital letter, a digit, a sign of the US layout, or a name such as `Enter` or `ArrowUp`. */
  key: string;
}

/** What a keyboard event has that matters here. */
export interface Press {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  isComposing?: boolean;
  keyCode?: number;
  getModifierState?: (name: string) => boolean;
}

/** The sign that stands on a key of the US layout, by its place. */
const signs: Record<string, string> = {
  BracketLeft: '[',
  BracketRight: ']',
  Slash: '/',
  Backslash: '\\',
  Comma: ',',
  Period: '.',
  Semicolon: ';',
  Quote: "'",
  Backquote: '`',
  Minus: '-',
  Equal: '=',
};
const places = new Map(Object.entries(signs).map(([place, sign]) => [sign, place]));
const named = new Set(
  'Enter Escape Tab Backspace Delete Insert Space Home End PageUp PageDown ArrowUp ArrowDown ArrowLeft ArrowRight'.split(' '),
);
const aliases: Record<string, string> = {
  esc: 'Escape',
  up: 'ArrowUp',
  down: 'ArrowDown',
  left: 'ArrowLeft',
  right: 'ArrowRight',
  del: 'Delete',
};

function keyFrom(text: string): string | undefined {
  if (/^[a-z\d]$/i.test(text)) return text.toUpperCase();
  if (places.has(text)) return text;
  if (/^f([1-9]|1\d|2[0-4])$/i.test(text)) return text.toUpperCase();
  const lower = text.toLowerCase();
  return aliases[lower] ?? [...named].find((name) => name.toLowerCase() === lower);
}

/** Undefined for what is no combination. */
export function parseCombo(text: string): Combo | undefined {
  const parts = text.split('+').map((part) => part.trim());
  const key = keyFrom(parts.pop() ?? '');
  if (key === undefined) return undefined;
  const combo: Combo = { mod: false, ctrl: false, alt: false, shift: false, key };
  for (const part of parts) {
    const name = part.toLowerCase();
    if (name === 'mod') combo.mod = true;
    else if (name === 'ctrl') combo.ctrl = true;
    else if (name === 'alt') combo.alt = true;
    else if (name === 'shift') combo.shift = true;
    else return undefined;
  }
  return combo;
}

/** The one way to write it, so that two that are equal are equal as text. */
export function writeCombo({ mod, ctrl, alt, shift, key }: Combo): string {
  return [mod && 'Mod', ctrl && 'Ctrl', alt && 'Alt', shift && 'Shift', key].filter(Boolean).join('+');
}

/** Equal combinations as equal text; what can't be read stays as it is. */
export function normalCombo(text: string): string {
  const combo = parseCombo(text);
  return combo ? writeCombo(combo) : text;
}

/** True while an input method has the keys: 229 is what browsers report that send no flag with the key that ends a composition. */
export function composing(press: Pick<Press, 'isComposing' | 'keyCode'>): boolean {
  return press.isComposing === true || press.keyCode === 229;
}

const letter = /^[a-z]$/i;

/** The key as this module names it: letters by what they type, unless the layout types no Latin ones; digits and signs by their place. */
function keyOf({ key, code }: Press): string | undefined {
  if (letter.test(key)) return key.toUpperCase();
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  if (digit !== undefined) return digit;
  const place = /^Key([A-Z])$/.exec(code)?.[1];
  if (place !== undefined && (key.length > 1 || key.charCodeAt(0) > 127)) return place;
  if (key === ' ') return 'Space';
  return signs[code] ?? keyFrom(key);
}

/** The combination that is being pressed, for recording one; undefined for a modifier alone, and for AltGr, which types signs. */
export function comboOf(press: Press, mac: boolean): Combo | undefined {
  if (composing(press) || press.getModifierState?.('AltGraph')) return undefined;
  const key = keyOf(press);
  if (key === undefined) return undefined;
  return {
    mod: mac ? press.metaKey : press.ctrlKey,
    ctrl: mac && press.ctrlKey,
    alt: press.altKey,
    shift: press.shiftKey,
    key,
  };
}

/** Whether a press is this combination. A sign also counts where the layout has it on another key. */
export function matches(text: string, press: Press, mac: boolean): boolean {
  const wanted = parseCombo(text);
  const pressed = comboOf(press, mac);
  if (!wanted || !pressed || (!mac && press.metaKey)) return false;
  const sameKey = wanted.key === pressed.key || (!press.shiftKey && wanted.key === press.key && places.has(wanted.key));
  return (
    sameKey && wanted.mod === pressed.mod && wanted.ctrl === pressed.ctrl && wanted.alt === pressed.alt && wanted.shift === pressed.shift
  );
}

/** The same combination with what stands on that key of the person's own layout (place → sign). */
export function onLayout(text: string, layout: ReadonlyMap<string, string> | undefined): string {
  const combo = layout && parseCombo(text);
  if (!combo) return text;
  const place = places.get(combo.key);
  const sign = place === undefined ? undefined : layout.get(place);
  return sign === undefined || sign === '+' ? text : writeCombo({ ...combo, key: sign.toUpperCase() });
}

/** Keys that edit text: an input keeps them, whatever they are bound to. */
const editing = new Set([
  'A',
  'C',
  'V',
  'X',
  'Z',
  'Y',
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
  'Backspace',
  'Delete',
  'Home',
  'End',
]);

/** True when a text field needs this press for itself. */
export function typing(press: Press, mac: boolean): boolean {
  const combo = comboOf(press, mac);
  if (!combo) return true;
  if (/^F\d+$/.test(combo.key)) return false;
  if (combo.key === 'Escape') return true;
  // Alt types signs on a Mac, and walks words with the arrows.
  if (!combo.mod && !combo.ctrl) return !combo.alt || mac || editing.has(combo.key);
  // On a Mac, Ctrl with a letter moves in the text as it does in a shell.
  if (combo.ctrl && !combo.mod) return true;
  return !combo.alt && editing.has(combo.key) && !(combo.shift && combo.key === 'Backspace');
}

/** What a terminal's program needs: these never leave it. */
const terminals = new Set(['C', 'D', 'Z']);
export function terminalKeeps(press: Press, mac: boolean): boolean {
  const combo = comboOf(press, mac);
  if (!combo) return true;
  const control = mac ? combo.ctrl : combo.mod;
  return (!combo.mod && !combo.ctrl) || (control && !combo.alt && !combo.shift && terminals.has(combo.key));
}
