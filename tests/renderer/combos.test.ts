import { describe, expect, it } from 'vitest';
import { bindingsOf, conflictsOf } from '../../renderer/screens/shortcuts/bindings.ts';
import {
  comboOf,
  composing,
  matches,
  onLayout,
  type Press,
  parseCombo,
  terminalKeeps,
  typing,
  writeCombo,
} from '../../renderer/screens/shortcuts/combo.ts';
import { commands } from '../../renderer/screens/shortcuts/commands.ts';

const press = (key: string, code: string, more: Partial<Press> = {}): Press => ({
  key,
  code,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
});
const ctrl = (key: string, code: string, more: Partial<Press> = {}): Press => press(key, code, { ctrlKey: true, ...more });

describe('combinations of keys', () => {
  it('are read in any order and written in one', () => {
    expect(writeCombo(parseCombo('shift+mod+k')!)).toBe('Mod+Shift+K');
    expect(writeCombo(parseCombo('Alt + Mod + esc')!)).toBe('Mod+Alt+Escape');
    expect(parseCombo('Mod+')).toBeUndefined();
    expect(parseCombo('Hyper+K')).toBeUndefined();
    expect(parseCombo('Mod+Ü')).toBeUndefined();
  });

  it('mean Ctrl, or Cmd on a Mac', () => {
    expect(matches('Mod+K', ctrl('k', 'KeyK'), false)).toBe(true);
    expect(matches('Mod+K', ctrl('k', 'KeyK'), true)).toBe(false);
    expect(matches('Mod+K', press('k', 'KeyK', { metaKey: true }), true)).toBe(true);
    expect(matches('Mod+K', ctrl('k', 'KeyK', { metaKey: true }), false)).toBe(false);
    expect(matches('Mod+K', ctrl('K', 'KeyK', { shiftKey: true }), false)).toBe(false);
    expect(matches('Mod+Shift+K', ctrl('K', 'KeyK', { shiftKey: true }), false)).toBe(true);
  });

  it('go by the letter that a layout types, and by its place where it types none', () => {
    // AZERTY: the key in the place of Q types A.
    expect(matches('Mod+A', ctrl('a', 'KeyQ'), false)).toBe(true);
    expect(matches('Mod+Q', ctrl('a', 'KeyQ'), false)).toBe(false);
    // Russian, and Option on a Mac.
    expect(matches('Mod+K', ctrl('л', 'KeyK'), false)).toBe(true);
    expect(matches('Mod+Alt+B', press('∫', 'KeyB', { metaKey: true, altKey: true }), true)).toBe(true);
  });

  it('go by the place for digits and signs, and by the sign where it stands elsewhere', () => {
    expect(matches('Mod+1', ctrl('&', 'Digit1'), false)).toBe(true);
    expect(matches('Mod+[', ctrl('ü', 'BracketLeft'), false)).toBe(true);
    expect(matches('Mod+Shift+[', ctrl('{', 'BracketLeft', { shiftKey: true }), false)).toBe(true);
    expect(matches('Mod+Shift+/', ctrl('?', 'Slash', { shiftKey: true }), false)).toBe(true);
    // AZERTY types the comma where others have M.
    expect(matches('Mod+,', ctrl(',', 'KeyM'), false)).toBe(true);
  });

  it('are never what an input method or AltGr types', () => {
    expect(comboOf(press('Enter', 'Enter', { isComposing: true }), false)).toBeUndefined();
    expect(composing({ keyCode: 229 })).toBe(true);
    const altGr = press('[', 'Digit8', { ctrlKey: true, altKey: true, getModifierState: (name) => name === 'AltGraph' });
    expect(matches('Mod+Alt+8', altGr, false)).toBe(false);
  });

  it('are shown as they stand on the person’s own keys', () => {
    const german = new Map([['BracketLeft', 'ü']]);
    expect(onLayout('Mod+Shift+[', german)).toBe('Mod+Shift+Ü');
    expect(onLayout('Mod+K', german)).toBe('Mod+K');
    expect(onLayout('Mod+[', undefined)).toBe('Mod+[');
  });

  it('leave to text fields and terminals what these need', () => {
    expect(typing(press('a', 'KeyA'), false)).toBe(true);
    expect(typing(ctrl('a', 'KeyA'), false)).toBe(true);
    expect(typing(ctrl('z', 'KeyZ', { shiftKey: true }), false)).toBe(true);
    expect(typing(press('Escape', 'Escape'), false)).toBe(true);
    expect(typing(ctrl('k', 'KeyK'), false)).toBe(false);
    expect(typing(press('F2', 'F2'), false)).toBe(false);
    expect(typing(press('a', 'KeyA', { ctrlKey: true }), true)).toBe(true);
    expect(terminalKeeps(ctrl('c', 'KeyC'), false)).toBe(true);
    expect(terminalKeeps(ctrl('d', 'KeyD'), false)).toBe(true);
    expect(terminalKeeps(ctrl('k', 'KeyK'), false)).toBe(false);
    expect(terminalKeeps(press('d', 'KeyD', { metaKey: true }), true)).toBe(false);
  });
});

describe('bindings', () => {
  it('of the defaults can all be read, and none conflicts with another', () => {
    for (const command of commands) {
      for (const combo of command.keys) {
        expect(parseCombo(combo), combo).toBeDefined();
        expect(conflictsOf(combo, command.id, {}), `${command.id} ${combo}`).toEqual([]);
      }
    }
    expect(new Set(commands.map(({ id }) => id)).size).toBe(commands.length);
  });

  it('are the person’s own where there are some; none is a choice too', () => {
    expect(bindingsOf('palette', {})).toEqual(['Mod+K']);
    expect(bindingsOf('palette', { palette: 'Mod+P' })).toEqual(['Mod+P']);
    expect(bindingsOf('palette', { palette: '' })).toEqual([]);
  });

  it('that clash are said: two at once, one in the other’s shadow, and what others keep', () => {
    expect(conflictsOf('shift+mod+f', 'palette', {})).toEqual([{ kind: 'error', with: expect.objectContaining({ id: 'search-threads' }) }]);
    expect(conflictsOf('Mod+K', 'fork', {})).toEqual([{ kind: 'shadowing', with: expect.objectContaining({ id: 'palette' }) }]);
    expect(conflictsOf('Mod+C', 'fork', {})).toEqual([{ kind: 'reserved', why: 'It copies.' }]);
    expect(conflictsOf('K', 'fork', {})[0]?.kind).toBe('reserved');
    // What was taken away is free.
    expect(conflictsOf('Mod+K', 'fork', { palette: '' })).toEqual([]);
    expect(conflictsOf('', 'fork', {})).toEqual([]);
  });
});
