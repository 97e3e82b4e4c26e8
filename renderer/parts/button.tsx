import type { LucideIcon } from 'lucide-react';
import type { ComponentProps, JSX } from 'react';
import { Tooltip } from './tooltip.tsx';

export type Tone = 'plain' | 'primary' | 'quiet' | 'danger';

const tones: Record<Tone, string> = {
  plain: 'border-line bg-raised text-text hover:bg-hover',
  primary: 'border-transparent bg-accent-fill font-strong text-on-accent hover:brightness-110',
  quiet: 'border-transparent text-muted hover:bg-hover hover:text-text',
  danger: 'border-line bg-raised text-stop hover:bg-stop-soft',
};

export interface ButtonProps extends Omit<ComponentProps<'button'>, 'className'> {
  tone?: Tone;
  small?: boolean;
  icon?: LucideIcon;
}

/** Its words are a verb that says what will happen. */
export function Button({ tone = 'plain', small = false, icon: Icon, children, type = 'button', ...rest }: ButtonProps): JSX.Element {
  const size = small ? 'h-6 gap-1 px-2' : 'h-7 gap-1.5 px-3';
  return (
    <button
      type={type}
      className={`inline-flex shrink-0 items-center justify-center rounded-box border whitespace-nowrap select-none aria-disabled:opacity-50 disabled:pointer-events-none disabled:opacity-50 focus-visible:outline-offset-1 ${size} ${tones[tone]}`}
      {...rest}
    >
      {Icon ? <Icon size={16} strokeWidth={1.5} aria-hidden="true" /> : null}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Omit<ComponentProps<'button'>, 'className' | 'children'> {
  label: string;
  icon: LucideIcon;
  /** Shown beside the label in the tooltip. */
  keys?: string | undefined;
  /** For a button that turns something on and off. */
  pressed?: boolean;
  small?: boolean;
  side?: 'top' | 'right' | 'bottom' | 'left';
}

export function IconButton({ label, icon: Icon, keys, pressed, small = false, side = 'bottom', ...rest }: IconButtonProps): JSX.Element {
  return (
    <Tooltip label={label} keys={keys} side={side}>
      <button
        type="button"
        aria-label={label}
        {...(pressed === undefined ? {} : { 'aria-pressed': pressed })}
        className={`inline-flex shrink-0 items-center justify-center rounded-box text-muted hover:bg-hover hover:text-text aria-pressed:bg-hover aria-pressed:text-text data-popup-open:bg-hover data-popup-open:text-text disabled:pointer-events-none disabled:opacity-50 ${small ? 'size-6' : 'size-7'}`}
        {...rest}
      >
        <Icon size={16} strokeWidth={1.5} aria-hidden="true" />
      </button>
    </Tooltip>
  );
}
