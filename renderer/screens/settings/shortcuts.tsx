import { type JSX, useMemo, useState } from 'react';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/field.tsx';
import { keep, useUi } from '../../store/ui.ts';
import { type Command, commands } from '../shortcuts/commands.ts';
import { Group } from './row.tsx';
import { ShortcutRow } from './shortcut-row.tsx';

const groups: Command['group'][] = ['Threads', 'This thread', 'View', 'Window'];

export function Shortcuts(): JSX.Element {
  const [filter, setFilter] = useState('');
  const [recording, setRecording] = useState<string>();
  const changed = useUi((ui) => Object.keys(ui.kept.keys).length);
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
            {own.map((command) => (
              <ShortcutRow
                key={command.id}
                command={command}
                recording={recording === command.id}
                onRecord={(on) => setRecording(on ? command.id : undefined)}
              />
            ))}
          </Group>
        );
      })}
      {shown.length === 0 ? <p className="text-muted">No command is called that.</p> : null}
    </>
  );
}
