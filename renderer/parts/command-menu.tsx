import { Dialog } from '@base-ui/react/dialog';
import { Command } from 'cmdk';
import type { LucideIcon } from 'lucide-react';
import { type JSX, type KeyboardEvent, type ReactNode, useRef } from 'react';
import { ranked } from './command-rank.ts';
import { Keys } from './keys.tsx';
import { visibleLine } from './safe-text.ts';

export interface CommandMenuItem {
  /** Unique in the menu. */
  id: string;
  label: string;
  detail?: string | undefined;
  keys?: string | undefined;
  icon?: LucideIcon;
  /** In place of the icon. */
  sign?: ReactNode;
  /** More words that it is found by. */
  words?: string;
  /** It opens the next page: the menu stays. */
  stays?: boolean;
  onSelect: () => void;
}
export interface CommandMenuGroup {
  title: string;
  items: readonly CommandMenuItem[];
}
export interface CommandMenuProps {
  open: boolean;
  label: string;
  placeholder: string;
  groups: readonly CommandMenuGroup[];
  text: string;
  onText: (text: string) => void;
  /** From a page back to the one before it; absent on the first. */
  onBack?: (() => void) | undefined;
  onClose: () => void;
}

/** A list to choose from by typing a part of a name. What was chosen happens after it has closed and the focus is back where it was. */
export function CommandMenu({ open, label, placeholder, groups, text, onText, onBack, onClose }: CommandMenuProps): JSX.Element {
  const chosen = useRef<() => void>(undefined);
  const fitting = ranked(groups, text);
  const choose = (item: CommandMenuItem): void => {
    if (item.stays) {
      item.onSelect();
      return;
    }
    chosen.current = item.onSelect;
    onClose();
  };
  const after = (isOpen: boolean): void => {
    if (isOpen) return;
    const act = chosen.current;
    chosen.current = undefined;
    act?.();
  };
  const press = (event: KeyboardEvent): void => {
    if (!onBack || event.nativeEvent.isComposing) return;
    if (event.key === 'Escape' || (event.key === 'Backspace' && text === '')) {
      event.preventDefault();
      event.stopPropagation();
      onBack();
    }
  };
  return (
    <Dialog.Root open={open} onOpenChange={(next) => !next && onClose()} onOpenChangeComplete={after}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-bg/60" />
        <Dialog.Popup
          aria-label={label}
          className="fixed top-[14vh] left-1/2 z-40 w-[min(600px,calc(100vw-32px))] -translate-x-1/2 animate-appear overflow-hidden rounded-box border bg-raised shadow-float outline-none"
        >
          <Command label={label} shouldFilter={false} loop onKeyDown={press}>
            <Command.Input
              value={text}
              onValueChange={onText}
              placeholder={placeholder}
              className="h-11 w-full border-b border-line bg-transparent px-4 outline-none placeholder:text-faint"
            />
            {fitting.length === 0 && (
              <p role="status" className="px-3 py-6 text-center text-muted">
                Nothing is called that.
              </p>
            )}
            {/* An empty list box is none. */}
            <Command.List hidden={fitting.length === 0} label={label} className="max-h-[min(420px,60vh)] overflow-y-auto p-1.5">
              {fitting.map(({ title, items }) => (
                <Command.Group
                  key={title}
                  heading={title}
                  className="not-first:mt-1 [&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:py-1 [&_[cmdk-group-heading]]:text-caption [&_[cmdk-group-heading]]:text-faint"
                >
                  {items.map((item) => (
                    <Item key={item.id} item={item} onSelect={() => choose(item)} />
                  ))}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Item({ item, onSelect }: { item: CommandMenuItem; onSelect: () => void }): JSX.Element {
  const { id, label, detail, keys, icon: Icon, sign } = item;
  return (
    <Command.Item
      value={id}
      onSelect={onSelect}
      className="flex h-8 items-center gap-2.5 rounded px-2.5 select-none data-[selected=true]:bg-selected"
    >
      <span className="flex size-4 shrink-0 items-center justify-center text-muted">
        {sign ?? (Icon ? <Icon size={16} strokeWidth={1.5} aria-hidden="true" /> : null)}
      </span>
      <span className="min-w-0 flex-1 truncate">{visibleLine(label)}</span>
      {detail === undefined ? null : <span className="max-w-1/2 shrink-0 truncate text-caption text-muted">{visibleLine(detail)}</span>}
      {keys ? <Keys combo={keys} /> : null}
    </Command.Item>
  );
}
