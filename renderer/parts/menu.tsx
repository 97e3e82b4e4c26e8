import { ContextMenu as BaseContext } from '@base-ui/react/context-menu';
import { Menu as Base } from '@base-ui/react/menu';
import { Check, type LucideIcon } from 'lucide-react';
import type { JSX, ReactElement } from 'react';
import { Keys } from './keys.tsx';

export interface MenuItem {
  label: string;
  keys?: string | undefined;
  icon?: LucideIcon;
  onSelect: () => void;
  danger?: boolean;
  /** Present for what is on or off. */
  checked?: boolean;
  disabled?: boolean;
}
export type MenuEntry = MenuItem | 'separator';
/** A function is asked when the menu opens. */
export type MenuEntries = readonly MenuEntry[] | (() => readonly MenuEntry[]);

const popup =
  'min-w-44 max-w-80 animate-appear overflow-y-auto rounded-box border bg-raised p-1 text-text shadow-float outline-none max-h-(--available-height)';
const row =
  'flex h-7 items-center gap-2 rounded px-2 outline-none select-none data-highlighted:bg-hover data-disabled:text-faint data-disabled:opacity-60';

function Entry({ entry, signs }: { entry: MenuItem; signs: boolean }): JSX.Element {
  const { label, keys, icon: Icon, onSelect, danger, checked, disabled = false } = entry;
  const inside = (
    <>
      {signs ? (
        <span className="flex size-4 shrink-0 items-center justify-center text-muted">
          {checked ? (
            <Check size={16} strokeWidth={1.5} aria-hidden="true" />
          ) : Icon ? (
            <Icon size={16} strokeWidth={1.5} aria-hidden="true" />
          ) : null}
        </span>
      ) : null}
      <span className="min-w-0 flex-1 truncate">{label}</span>
      {keys ? <Keys combo={keys} /> : null}
    </>
  );
  const className = `${row} ${danger ? 'text-stop' : ''}`;
  if (checked === undefined) {
    return (
      <Base.Item className={className} disabled={disabled} onClick={onSelect}>
        {inside}
      </Base.Item>
    );
  }
  return (
    <Base.CheckboxItem className={className} disabled={disabled} checked={checked} onCheckedChange={onSelect} closeOnClick>
      {inside}
    </Base.CheckboxItem>
  );
}

function Entries({ items }: { items: MenuEntries }): JSX.Element {
  const entries = typeof items === 'function' ? items() : items;
  // One entry with a sign moves all of them, so that their words stand under one another.
  const signs = entries.some((entry) => entry !== 'separator' && (entry.icon !== undefined || entry.checked !== undefined));
  return (
    <>
      {entries.map((entry, at) =>
        entry === 'separator' ? (
          <Base.Separator key={`separator ${at}`} className="mx-1 my-1 h-px bg-line" />
        ) : (
          <Entry key={entry.label} entry={entry} signs={signs} />
        ),
      )}
    </>
  );
}

export interface MenuProps {
  /** The button that opens it: a Button or an IconButton. */
  trigger: ReactElement;
  items: MenuEntries;
  align?: 'start' | 'center' | 'end';
  side?: 'top' | 'bottom';
  onOpenChange?: (open: boolean) => void;
}

export function Menu({ trigger, items, align = 'start', side = 'bottom', onOpenChange }: MenuProps): JSX.Element {
  return (
    <Base.Root onOpenChange={(open) => onOpenChange?.(open)}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner side={side} align={align} sideOffset={4} className="z-40 outline-none">
          <Base.Popup className={popup}>
            <Entries items={items} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export interface ContextMenuProps {
  items: MenuEntries;
  /** The area that answers to a right click, and to the menu key. */
  children: ReactElement;
}

export function ContextMenu({ items, children }: ContextMenuProps): JSX.Element {
  return (
    <BaseContext.Root>
      <BaseContext.Trigger render={children} />
      <BaseContext.Portal>
        <BaseContext.Positioner className="z-40 outline-none">
          <BaseContext.Popup className={popup}>
            <Entries items={items} />
          </BaseContext.Popup>
        </BaseContext.Positioner>
      </BaseContext.Portal>
    </BaseContext.Root>
  );
}
