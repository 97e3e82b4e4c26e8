import { type JSX, useEffect, useRef } from 'react';
import { visibleLine } from '../../../parts/safe-text.ts';
import type { Option } from './options.ts';

export interface OptionListProps {
  id: string;
  label: string;
  options: readonly Option[];
  active: number;
  /** Opens below the text: there is no room above. */
  below: boolean;
  onChoose: (option: Option) => void;
}

export const optionId = (list: string, at: number): string => `${list}-${at}`;

/** What could be meant, beside the text. The focus stays in the text. */
export function OptionList({ id, label, options, active, below, onChoose }: OptionListProps): JSX.Element {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <ul
      ref={list}
      id={id}
      role="listbox"
      aria-label={label}
      className={`absolute -left-px z-20 max-h-64 w-full max-w-120 animate-appear overflow-y-auto rounded-box border bg-raised p-1 shadow-float ${below ? 'top-full mt-1' : 'bottom-full mb-1'}`}
    >
      {options.map((option, at) => (
        // The keyboard chooses from the text area.
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
        <li
          key={option.key}
          id={optionId(id, at)}
          role="option"
          aria-selected={at === active}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onChoose(option)}
          className="flex h-7 items-center gap-3 rounded px-2 select-none hover:bg-hover aria-selected:bg-selected"
        >
          <span className="shrink-0 truncate">{visibleLine(option.label)}</span>
          {option.detail === undefined ? null : (
            <span className="min-w-0 flex-1 truncate text-right text-caption text-faint">{visibleLine(option.detail)}</span>
          )}
        </li>
      ))}
    </ul>
  );
}
