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
const writing: [title: string, keys: string[], between?: string][] = [
  ['Send, or queue while a turn runs', ['Enter']],
  ['Steer the running turn', ['Mod+Enter']],
  ['New line', ['Shift+Enter']],
  ['Last message again (empty box)', ['ArrowUp']],
  ['Stop the turn', ['Escape', 'Escape'], 'then'],
  ['Move a waiting message', ['Alt+ArrowUp', 'Alt+ArrowDown']],
];

interface LineProps {
  title: string;
  keys: readonly string[];
  between?: string | undefined;
}

function Line({ title, keys, between = 'or' }: LineProps): JSX.Element {
  return (
    <div className="flex h-7 items-center gap-3">
      <dt className="min-w-0 flex-1 truncate">{title}</dt>
      <dd className="flex shrink-0 items-center gap-2">
        {keys.map((combo, at) => (
          <span key={`${at}${combo}`} className="flex items-center gap-2">
            {at > 0 && <span className="text-caption text-faint">{between}</span>}
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
  const ninth = commands.filter(({ id }) => id === 'thread-9').flatMap(keysOf);
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it has the focus, so that the keys scroll
    <div tabIndex={0} role="group" aria-label="All shortcuts" className="scroll-mt-4 columns-2 gap-8 outline-none">
      {groups.map((group) => (
        <Group key={group} title={group}>
          {shown
            .filter((command) => command.group === group)
            .map((command) =>
              command.id === 'thread-1' ? (
                <Line key={command.id} title="Go to thread 1 to 9" keys={[...keysOf(command), ...ninth]} between="to" />
              ) : (
                <Line key={command.id} title={command.title} keys={keysOf(command)} />
              ),
            )}
        </Group>
      ))}
      <Group title="While writing">
        {writing.map(([title, keys, between]) => (
          <Line key={title} title={title} keys={keys} between={between} />
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
