import { RotateCcw } from 'lucide-react';
import { type JSX, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { Button, IconButton } from '../../parts/button.tsx';
import { comboText, isMac } from '../../parts/keys.tsx';
import { keep, useUi } from '../../store/ui.ts';
import { bindingsOf, type Conflict, conflictsOf, useBinding } from '../shortcuts/bindings.ts';
import { comboOf, normalCombo, writeCombo } from '../shortcuts/combo.ts';
import type { Command } from '../shortcuts/commands.ts';

export interface ShortcutRowProps {
  command: Command;
  recording: boolean;
  onRecord: (on: boolean) => void;
}

function choose(id: string, keys: string | undefined): void {
  const { [id]: _old, ...rest } = useUi.getState().kept.keys;
  keep({ keys: keys === undefined ? rest : { ...rest, [id]: keys } });
}

/** Gives the keys to this command and takes them from whoever had them. */
function take(id: string, keys: string, conflicts: readonly Conflict[]): void {
  for (const conflict of conflicts) {
    if (conflict.kind !== 'error') continue;
    const left = bindingsOf(conflict.with.id).find((each) => normalCombo(each) !== keys);
    choose(conflict.with.id, left ?? '');
  }
  choose(id, keys);
}

function Notes({ conflicts }: { conflicts: readonly Conflict[] }): JSX.Element {
  return (
    <>
      {conflicts.map((conflict) => {
        if (conflict.kind === 'reserved') {
          return (
            <span key="reserved" className="block text-stop">
              Reserved: {conflict.why}
            </span>
          );
        }
        const { id, title } = conflict.with;
        return (
          <span key={id} className={`block ${conflict.kind === 'error' ? 'text-stop' : 'text-wait'}`}>
            {conflict.kind === 'error' ? `“${title}” has these keys too.` : `“${title}” has these keys too; the narrower of the two wins.`}
          </span>
        );
      })}
    </>
  );
}

/** A command, its keys, and the place where others are recorded. */
export function ShortcutRow({ command, recording, onRecord }: ShortcutRowProps): JSX.Element {
  const { id, title } = command;
  const binding = useBinding(id);
  const chosen = useUi((ui) => ui.kept.keys);
  const changed = chosen[id] !== undefined;
  const [tried, setTried] = useState('');
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!recording) setTried('');
  }, [recording]);
  const standing = recording ? conflictsOf(tried, id, chosen) : conflictsOf(changed ? (chosen[id] ?? '') : '', id, chosen);
  const refused = standing.some(({ kind }) => kind === 'reserved');

  const finish = (keys: string, conflicts: readonly Conflict[]): void => {
    take(id, keys, conflicts);
    onRecord(false);
  };
  const record = (event: KeyboardEvent): void => {
    if (!recording || event.key === 'Tab') return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape') return onRecord(false);
    if (event.key === 'Enter' && tried !== '') return refused ? undefined : finish(tried, standing);
    if (event.key === 'Backspace' && !event.ctrlKey && !event.metaKey && !event.altKey) {
      choose(id, '');
      return onRecord(false);
    }
    const combo = comboOf(event.nativeEvent, isMac);
    if (!combo) return;
    const keys = writeCombo(combo);
    const conflicts = conflictsOf(keys, id, chosen);
    if (conflicts.length === 0) finish(keys, []);
    else setTried(keys);
  };

  const keys = tried || binding;
  const shown = recording && tried === '' ? 'Press keys …' : keys === '' ? 'None' : comboText(keys);
  return (
    <div className="group flex min-h-9 items-center gap-3 px-4 py-1">
      <div className="min-w-0 flex-1">
        <p>{title}</p>
        <p className="text-caption empty:hidden">
          {recording && tried === '' ? <span className="text-faint">Esc leaves it as it is, Backspace takes the keys away.</span> : null}
          <Notes conflicts={standing} />
        </p>
      </div>
      {recording && tried !== '' && !refused ? (
        <Button small tone="primary" onClick={() => finish(tried, standing)}>
          {standing.some(({ kind }) => kind === 'error') ? 'Take them over' : 'Use them'}
        </Button>
      ) : null}
      {changed && !recording ? (
        <IconButton small label="Reset to the usual keys" icon={RotateCcw} onClick={() => choose(id, undefined)} />
      ) : null}
      <button
        ref={button}
        type="button"
        aria-label={`${title}: ${shown}`}
        aria-pressed={recording}
        onClick={() => onRecord(!recording)}
        onKeyDown={record}
        onBlur={(event) => {
          // The button beside it takes what was tried.
          if (recording && !event.currentTarget.parentElement?.contains(event.relatedTarget)) onRecord(false);
        }}
        className="-mr-2 flex h-7 min-w-24 shrink-0 items-center justify-end rounded-box border border-transparent px-2 group-hover:border-line group-hover:bg-raised aria-pressed:border-accent aria-pressed:bg-raised"
      >
        <span className={`tabular-nums ${recording ? 'text-text' : keys === '' ? 'text-faint' : 'text-muted'}`}>{shown}</span>
      </button>
    </div>
  );
}
