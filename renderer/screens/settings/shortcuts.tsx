import { type JSX, useMemo, useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/field.tsx';
import { comboText } from '../../parts/keys.tsx';
import { keep, useUi } from '../../store/ui.ts';
import { useBinding } from '../shortcuts/bindings.ts';
import { type Command, commands } from '../shortcuts/commands.ts';
import { Group } from './row.tsx';
import { ShortcutRow } from './shortcut-row.tsx';

const groups: Command['group'][] = ['Threads', 'This thread', 'View', 'Window'];

const isJump = ({ id }: Command): boolean => /^thread-[1-9]$/.test(id);

/** Nine commands that differ by a digit, in one row until somebody wants to change them. */
function Jumps({ onOpen }: { onOpen: () => void }): JSX.Element {
  const [first, last] = [useBinding('thread-1'), useBinding('thread-9')];
  return (
    <div className="flex min-h-9 items-center gap-3 px-4 py-1">
      <p className="min-w-0 flex-1">Go to thread 1 to 9</p>
      <Button small tone="quiet" onClick={onOpen}>
        Show each
      </Button>
      <span className="pr-px text-muted tabular-nums">
        {comboText(first)} to {comboText(last)}
      </span>
    </div>
  );
}

export function Shortcuts(): JSX.Element {
  const [filter, setFilter] = useState('');
  const [recording, setRecording] = useState<string>();
  const changed = useUi((ui) => Object.keys(ui.kept.keys).length);
  const [unfolded, setUnfolded] = useState(false);
  const folds = useUi((ui) => !commands.some((command) => isJump(command) && ui.kept.keys[command.id] !== undefined)) && !unfolded;
  const shown = useMemo(() => {
    const words = filter.toLowerCase().trim();
    return commands.filter(({ title, keys }) => `${title} ${keys.join(' ')}`.toLowerCase().includes(words));
  }, [filter]);
  return (
    <>
      <div className="flex items-center gap-2">
        <TextField label="Find a command" hideLabel placeholder="Find a command" value={filter} onChange={setFilter} />
        <Button disabled={changed === 0} onClick={() => keep({ keys: {} })}>
          Reset all
        </Button>
      </div>
      {groups.map((group) => {
        const own = shown.filter((command) => command.group === group);
        if (own.length === 0) return null;
        return (
          <Group key={group} title={group}>
            {own.map((command) =>
              folds && isJump(command) ? (
                command.id === 'thread-1' && <Jumps key="jumps" onOpen={() => setUnfolded(true)} />
              ) : (
                <ShortcutRow
                  key={command.id}
                  command={command}
                  recording={recording === command.id}
                  onRecord={(on) => setRecording(on ? command.id : undefined)}
                />
              ),
            )}
          </Group>
        );
      })}
      {shown.length === 0 ? <p className="text-muted">No command is called that.</p> : null}
    </>
  );
}
