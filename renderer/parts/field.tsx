import { NumberField as BaseNumber } from '@base-ui/react/number-field';
import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import { Switch as BaseSwitch } from '@base-ui/react/switch';
import { Minus, Plus } from 'lucide-react';
import { type ComponentProps, type JSX, type KeyboardEvent, useId } from 'react';

const box =
  'h-7 w-full min-w-0 rounded-box border border-line bg-bg px-2 text-text placeholder:text-faint hover:border-line-strong disabled:opacity-50 aria-invalid:border-stop';

export interface TextFieldProps extends Omit<ComponentProps<'input'>, 'className' | 'onChange' | 'value' | 'size'> {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** The label is read out only: what the field is for shows in another way. */
  hideLabel?: boolean;
  hint?: string | undefined;
  /** What is wrong and what to do. */
  error?: string | undefined;
  onEnter?: () => void;
  mono?: boolean;
}

export function TextField(props: TextFieldProps): JSX.Element {
  const { label, value, onChange, hideLabel = false, hint, error, onEnter, onKeyDown, mono = false, type = 'text', ...rest } = props;
  const id = useId();
  const press = (event: KeyboardEvent<HTMLInputElement>): void => {
    onKeyDown?.(event);
    // The Enter that ends a composition belongs to the input method.
    if (event.key === 'Enter' && !event.nativeEvent.isComposing && !event.defaultPrevented) onEnter?.();
  };
  return (
    <div className="flex min-w-0 flex-1 flex-col gap-1">
      <label htmlFor={id} className={hideLabel ? 'sr-only' : 'text-muted'}>
        {label}
      </label>
      <input
        id={id}
        type={type}
        value={value}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={press}
        className={`${box} ${mono ? 'font-mono text-code' : ''}`}
        {...(error ? { 'aria-invalid': true } : {})}
        {...(error || hint ? { 'aria-describedby': `${id}-more` } : {})}
        {...rest}
      />
      {error ? (
        <p id={`${id}-more`} role="alert" className="text-stop">
          {error}
        </p>
      ) : hint ? (
        <p id={`${id}-more`} className="text-caption text-faint">
          {hint}
        </p>
      ) : null}
    </div>
  );
}

export interface NumberFieldProps {
  label: string;
  value: number;
  min: number;
  max: number;
  step?: number;
  unit?: string;
  onChange: (value: number) => void;
}

export function NumberField({ label, value, min, max, step = 1, unit, onChange }: NumberFieldProps): JSX.Element {
  const side = 'flex h-full w-7 items-center justify-center text-muted hover:bg-hover hover:text-text data-disabled:opacity-50';
  return (
    <BaseNumber.Root value={value} min={min} max={max} step={step} onValueChange={(next) => next !== null && onChange(next)}>
      <BaseNumber.Group className="inline-flex h-7 items-center overflow-hidden rounded-box border border-line bg-raised">
        <BaseNumber.Decrement aria-label={`${label}: less`} className={side}>
          <Minus size={16} strokeWidth={1.5} aria-hidden="true" />
        </BaseNumber.Decrement>
        <BaseNumber.Input aria-label={label} className="h-full w-8 bg-transparent pr-1 text-right tabular-nums" />
        {unit ? <span className="w-6 text-faint">{unit}</span> : null}
        <BaseNumber.Increment aria-label={`${label}: more`} className={side}>
          <Plus size={16} strokeWidth={1.5} aria-hidden="true" />
        </BaseNumber.Increment>
      </BaseNumber.Group>
    </BaseNumber.Root>
  );
}

export interface SwitchProps {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  hideLabel?: boolean;
  disabled?: boolean;
}

export function Switch({ label, checked, onChange, hideLabel = false, disabled = false }: SwitchProps): JSX.Element {
  return (
    <label className="inline-flex items-center gap-2 select-none">
      <BaseSwitch.Root
        checked={checked}
        disabled={disabled}
        onCheckedChange={onChange}
        className="flex h-4 w-7 shrink-0 rounded-full border border-line-strong bg-sunken p-0.5 data-checked:border-accent-fill data-checked:bg-accent-fill data-disabled:opacity-50 focus-visible:rounded-full focus-visible:outline-offset-1"
      >
        <BaseSwitch.Thumb className="aspect-square h-full rounded-full bg-line-strong data-checked:translate-x-3 data-checked:bg-on-accent" />
      </BaseSwitch.Root>
      <span className={hideLabel ? 'sr-only' : ''}>{label}</span>
    </label>
  );
}

export interface SegmentedProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
}

/** One of a few, all in sight. */
export function Segmented<T extends string>({ label, value, options, onChange }: SegmentedProps<T>): JSX.Element {
  return (
    <RadioGroup
      aria-label={label}
      value={value}
      onValueChange={(next) => onChange(next)}
      className="inline-flex h-7 items-center gap-0.5 rounded-box border border-line bg-sunken p-0.5"
    >
      {options.map((option) => (
        <Radio.Root
          key={option.value}
          value={option.value}
          aria-label={option.label}
          className="flex h-full items-center rounded px-2.5 text-muted select-none hover:text-text data-checked:bg-raised data-checked:text-text data-checked:shadow-[0_0_0_1px_var(--line)]"
        >
          {option.label}
        </Radio.Root>
      ))}
    </RadioGroup>
  );
}
