import { useUi } from '../../store/ui.ts';
import { normalCombo, onLayout, parseCombo } from './combo.ts';
import { type Command, commandOf, commands, type When } from './commands.ts';
import { useLayout } from './layout.ts';

export type Chosen = Readonly<Record<string, string>>;

/** All keys of a command: the person's choice, or the defaults. A choice of '' is none. */
export function bindingsOf(id: string, chosen: Chosen = useUi.getState().kept.keys): readonly string[] {
  const own = chosen[id];
  if (own !== undefined) return own === '' ? [] : [own];
  return commandOf(id)?.keys ?? [];
}

/** The keys to show; '' when it has none. */
export function bindingOf(id: string, chosen: Chosen = useUi.getState().kept.keys): string {
  return bindingsOf(id, chosen)[0] ?? '';
}

/** The keys of a command as they stand on the person's keyboard, for menus and tooltips. */
export function useBinding(id: string): string {
  const own = useUi((ui) => ui.kept.keys[id]);
  const layout = useLayout();
  return onLayout(bindingOf(id, own === undefined ? {} : { [id]: own }), layout);
}

export type Conflict =
  /** Both would be meant at the same time. */
  | { kind: 'error'; with: Command }
  /** The narrower one wins where it applies. */
  | { kind: 'shadowing'; with: Command }
  /** The system, the browser or a text field keeps it. */
  | { kind: 'reserved'; why: string };

const reserved: Record<string, string> = {
  'Mod+C': 'It copies.',
  'Mod+V': 'It pastes.',
  'Mod+X': 'It cuts.',
  'Mod+A': 'It selects everything.',
  'Mod+Z': 'It undoes.',
  'Mod+Shift+Z': 'It does again what was undone.',
  'Mod+Y': 'It does again what was undone.',
  'Mod+Enter': 'It steers the running turn.',
  'Mod+W': 'It closes the window.',
  'Mod+Q': 'It quits.',
  'Mod+M': 'It minimises the window.',
  'Mod+H': 'It hides the window on a Mac.',
  'Mod+Tab': 'The system switches windows with it.',
  'Alt+Tab': 'The system switches windows with it.',
  'Alt+F4': 'The system closes the window with it.',
  'Ctrl+ArrowUp': 'The system shows all windows with it.',
};

function reservedBecause(text: string): string | undefined {
  const combo = parseCombo(text);
  if (!combo) return 'It is no combination of keys.';
  const known = reserved[normalCombo(text)];
  if (known !== undefined) return known;
  const bare = !combo.mod && !combo.ctrl && !combo.alt;
  if (bare && !/^F\d+$/.test(combo.key)) return 'Without Ctrl, Cmd or Alt it is needed for typing and for moving about.';
  return undefined;
}

/** `turn` and `approval` lie within `thread`, and that within `always`. An approval is only open while a turn runs. */
const depth: Record<When, number> = { always: 0, thread: 1, turn: 2, approval: 3 };

/** What stands against giving these keys to a command (or, without `id`, to any). */
export function conflictsOf(combo: string, id?: string, chosen: Chosen = useUi.getState().kept.keys): Conflict[] {
  if (combo === '') return [];
  const why = reservedBecause(combo);
  const found: Conflict[] = why === undefined ? [] : [{ kind: 'reserved', why }];
  const wanted = normalCombo(combo);
  const when = id === undefined ? undefined : commandOf(id)?.when;
  for (const other of commands) {
    if (other.id === id || !bindingsOf(other.id, chosen).some((keys) => normalCombo(keys) === wanted)) continue;
    found.push({ kind: when !== undefined && depth[when] !== depth[other.when] ? 'shadowing' : 'error', with: other });
  }
  return found;
}
