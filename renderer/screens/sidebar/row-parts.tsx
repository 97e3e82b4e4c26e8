import { type JSX, type ReactNode, useState } from 'react';

export interface RowFrameProps {
  /** Names the row for the list. Not `id`: that belongs to whoever wraps the row. */
  rowKey: string;
  top: number;
  level: 1 | 2;
  at: number;
  of: number;
  /** It has the list's one tab stop. */
  active: boolean;
  selected?: boolean;
  expanded?: boolean;
  /** Where a dragged row would land. */
  drop: 'above' | 'below' | undefined;
  draggable: boolean;
  children: ReactNode;
}

/** What every row of the tree has in common. The list listens; `data-key` says which row it was. */
export function RowFrame(props: RowFrameProps): JSX.Element {
  const { rowKey, top, level, at, of, active, selected = false, expanded, drop, draggable, children, ...rest } = props;
  return (
    <div
      role="treeitem"
      data-key={rowKey}
      tabIndex={active ? 0 : -1}
      aria-level={level}
      aria-posinset={at + 1}
      aria-setsize={of}
      aria-selected={selected}
      {...(expanded === undefined ? {} : { 'aria-expanded': expanded })}
      draggable={draggable}
      style={{ top }}
      className="group absolute inset-x-0 flex h-(--row) items-center gap-2 rounded-box px-2 select-none hover:bg-hover aria-selected:bg-selected"
      {...rest}
    >
      {children}
      {drop ? (
        <div className={`pointer-events-none absolute inset-x-0 h-0.5 bg-accent ${drop === 'above' ? '-top-px' : '-bottom-px'}`} />
      ) : null}
    </div>
  );
}

export interface RenameProps {
  label: string;
  value: string;
  onDone: (value: string | undefined) => void;
}

/** The name itself, editable in its place: Enter keeps, Esc leaves it. */
export function Rename({ label, value, onDone }: RenameProps): JSX.Element {
  const [text, setText] = useState(value);
  const finish = (keep: boolean): void => {
    const next = text.trim();
    onDone(keep && next !== '' && next !== value ? next : undefined);
  };
  return (
    <input
      aria-label={label}
      value={text}
      maxLength={200}
      // The person has just asked for it.
      autoFocus
      onFocus={(event) => event.target.select()}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => finish(true)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.nativeEvent.isComposing) return;
        if (event.key === 'Enter') finish(true);
        if (event.key === 'Escape') finish(false);
      }}
      onClick={(event) => event.stopPropagation()}
      className="-ml-1 h-6 min-w-0 flex-1 rounded border border-line-strong bg-bg px-1 text-text"
    />
  );
}
