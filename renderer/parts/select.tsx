import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronDown, Lock as Sign } from 'lucide-react';
import type { JSX } from 'react';
import { Lock, lockedWords } from './lock.tsx';

export interface SelectOption {
  value: string;
  label: string;
  /** A faint line below the label. */
  detail?: string | undefined;
  /** The organisation does not allow it: where that stands. */
  locked?: string | undefined;
}
export interface SelectProps {
  /** What is chosen here; for screen readers. */
  label: string;
  value: string;
  options: readonly SelectOption[];
  onChange: (value: string) => void;
  /** Without a frame, for toolbars. */
  quiet?: boolean;
  /** What is chosen is dangerous, and stays red. */
  alarm?: boolean;
  disabled?: boolean;
  /** The organisation has chosen: where that stands. */
  locked?: string | undefined;
  /** Shown for a value that is in no option. */
  placeholder?: string;
  side?: 'top' | 'bottom';
}

export function Select(props: SelectProps): JSX.Element {
  const {
    label,
    value,
    options,
    onChange,
    quiet = false,
    alarm = false,
    disabled = false,
    locked,
    placeholder = 'Choose …',
    side = 'bottom',
  } = props;
  const chosen = options.find((option) => option.value === value)?.label ?? (value === '' ? placeholder : value);
  const colour = alarm ? 'text-stop' : 'text-muted hover:text-text data-popup-open:text-text';
  const look = quiet
    ? `h-6 min-w-16 max-w-48 border-transparent px-1.5 hover:bg-hover data-popup-open:bg-hover ${colour}`
    : 'h-7 w-full min-w-0 border-line bg-raised px-2 hover:bg-hover';
  const select = (
    <Base.Root
      items={options}
      value={value}
      disabled={disabled || locked !== undefined}
      onValueChange={(next) => next !== null && onChange(next)}
    >
      <Base.Trigger
        aria-label={`${label}: ${chosen}`}
        className={`inline-flex items-center gap-1 rounded-box border text-left select-none data-disabled:opacity-50 ${look}`}
      >
        <Base.Value className="min-w-0 flex-1 truncate">{chosen}</Base.Value>
        <Base.Icon className="shrink-0 text-faint">
          <ChevronDown size={quiet ? 12 : 16} strokeWidth={1.5} aria-hidden="true" />
        </Base.Icon>
      </Base.Trigger>
      <Base.Portal>
        <Base.Positioner alignItemWithTrigger={false} side={side} align="start" sideOffset={4} className="z-50 outline-none">
          <Base.Popup
            aria-label={label}
            className="max-h-[min(400px,var(--available-height))] min-w-[max(var(--anchor-width),160px)] max-w-96 animate-appear overflow-y-auto rounded-box border bg-raised p-1 shadow-float outline-none"
          >
            {options.map((option) => (
              <Base.Item
                key={option.value}
                value={option.value}
                disabled={option.locked !== undefined}
                className="flex min-h-7 items-start gap-2 rounded px-2 py-1 outline-none select-none data-highlighted:bg-hover data-disabled:text-faint"
              >
                <span className="flex h-5 w-4 shrink-0 items-center text-accent">
                  <Base.ItemIndicator>
                    <Check size={16} strokeWidth={1.5} aria-hidden="true" />
                  </Base.ItemIndicator>
                </span>
                <span className="min-w-0 flex-1">
                  <Base.ItemText className="block truncate">{option.label}</Base.ItemText>
                  {option.detail ? <span className="block text-caption text-faint">{option.detail}</span> : null}
                  {option.locked === undefined ? null : (
                    <span className="flex items-center gap-1 text-caption text-muted">
                      <Sign size={12} strokeWidth={1.5} className="shrink-0" aria-hidden="true" />
                      <span className="min-w-0" title={option.locked}>
                        {lockedWords}
                      </span>
                    </span>
                  )}
                </span>
              </Base.Item>
            ))}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
  if (locked === undefined) return select;
  return (
    <span className="flex min-w-0 flex-1 items-center gap-2">
      <Lock source={locked} />
      <span className="min-w-0 flex-1">{select}</span>
    </span>
  );
}
