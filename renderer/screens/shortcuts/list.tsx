import type { JSX } from 'react';
import { Button } from '../../parts/button.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Keys } from '../../parts/keys.tsx';
import { go, useUi } from '../../store/ui.ts';
import { slashCommands } from '../thread/composer/slash.ts';
import { bindingsOf, type Chosen } from './bindings.ts';
import { onLayout } from './combo.ts';
import { type Command, commands } from './commands.ts';
import { useLayout } from './layout.ts';

const groups: Command['group'][] = ['Threads', 'This thread', 'View', 'Window'];

/** Keys that belong to the text area and can't be changed. */
const writing: [string, string][] = [
  ['Enter', 'Send, or queue while a turn runs'],
  ['Mod+Enter', 'Steer the running turn'],
  ['Shift+Enter', 'New line'],
  ['ArrowUp', 'Take the last message again (in an empty box)'],
  ['Escape', 'Twice: stop the turn'],
  ['Alt+ArrowUp', 'Move a waiting message up, or down'],
];

function Line({ title, keys }: { title: string; keys: readonly string[] }): JSX.Element {
  return (
    <div className="flex h-7 items-center gap-3">
      <dt className="min-w-0 flex-1 truncate">{title}</dt>
      <dd className="flex shrink-0 items-center gap-2">
        {keys.map((combo, at) => (
          <span key={combo} className="flex items-center gap-2">
            {at > 0 && <span className="text-caption text-faint">or</span>}
            <Keys combo={combo} />
          </span>
        ))}
      </dd>
    </div>
  );
}

function Group({ title, children }: { title: string; children: JSX.Element[] }): JSX.Element {
  return (
    <section className="break-inside-avoid pb-4">
      <h3 className="pb-1 text-caption text-faint">{title}</h3>
      <dl>{children}</dl>
    </section>
  );
}

function Lists({ chosen }: { chosen: Chosen }): JSX.Element {
  const layout = useLayout();
  const keysOf = (command: Command): string[] => bindingsOf(command.id, chosen).map((combo) => onLayout(combo, layout));
  // Nine that differ by a digit are one line.
  const shown = commands.filter((command) => !/^thread-[2-9]$/.test(command.id) && keysOf(command).length > 0);
  return (
    // It has the focus, so that the keys scroll.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div tabIndex={0} role="group" aria-label="All shortcuts" className="columns-2 gap-8 outline-none">
      {groups.map((group) => (
        <Group key={group} title={group}>
          {shown
            .filter((command) => command.group === group)
            .map((command) => (
              <Line key={command.id} title={command.id === 'thread-1' ? 'Go to thread 1 … 9' : command.title} keys={keysOf(command)} />
            ))}
        </Group>
      ))}
      <Group title="While writing">
        {writing.map(([combo, title]) => (
          <Line key={combo} title={title} keys={[combo]} />
        ))}
      </Group>
      <section className="break-inside-avoid pb-4">
        <h3 className="pb-1 text-caption text-faint">Commands in a message</h3>
        <dl>
          {slashCommands.map(({ name, about }) => (
            <div key={name} className="flex h-7 items-center gap-3">
              <dt className="w-24 shrink-0 font-mono text-code">/{name}</dt>
              <dd className="min-w-0 flex-1 truncate text-muted">{about}</dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  );
}

/** All shortcuts at a glance. */
export function ShortcutList(): JSX.Element | null {
  const open = useUi((ui) => ui.shortcuts);
  const chosen = useUi((ui) => ui.kept.keys);
  if (!open) return null;
  const close = (): void => useUi.setState({ shortcuts: false });
  return (
    <Dialog
      open
      size="wide"
      title="Keyboard shortcuts"
      onClose={close}
      actions={
        <Button
          onClick={() => {
            close();
            go({ screen: 'settings', section: 'Shortcuts' });
          }}
        >
          Change shortcuts
        </Button>
      }
    >
      <Lists chosen={chosen} />
    </Dialog>
  );
}
