import type { JSX, KeyboardEvent, PointerEvent } from 'react';

export interface ResizeHandleProps {
  /** What it resizes. */
  label: string;
  value: number;
  min: number;
  max: number;
  /** On which edge of that it lies: dragging outwards makes it larger. */
  edge: 'left' | 'right' | 'top';
  onChange: (value: number) => void;
  /** The size that a double click goes back to. */
  usual: number;
}

const step = 16;

/** A separator that is moved with the pointer or, focused, with the arrow keys. */
export function ResizeHandle({ label, value, min, max, edge, onChange, usual }: ResizeHandleProps): JSX.Element {
  const across = edge === 'top';
  const set = (next: number): void => onChange(Math.round(Math.max(min, Math.min(max, next))));
  const drag = (down: PointerEvent<HTMLDivElement>): void => {
    if (down.button !== 0) return;
    const target = down.currentTarget;
    const start = across ? down.clientY : down.clientX;
    target.setPointerCapture(down.pointerId);
    const move = (event: globalThis.PointerEvent): void => {
      const by = (across ? event.clientY : event.clientX) - start;
      set(value + (edge === 'right' ? by : -by));
    };
    const end = (): void => {
      target.removeEventListener('pointermove', move);
      target.removeEventListener('pointerup', end);
      target.removeEventListener('pointercancel', end);
    };
    target.addEventListener('pointermove', move);
    target.addEventListener('pointerup', end);
    target.addEventListener('pointercancel', end);
  };
  const press = (event: KeyboardEvent): void => {
    const more = across ? 'ArrowUp' : edge === 'right' ? 'ArrowRight' : 'ArrowLeft';
    const less = across ? 'ArrowDown' : edge === 'right' ? 'ArrowLeft' : 'ArrowRight';
    const next: Record<string, number> = { [more]: value + step, [less]: value - step, Home: min, End: max, Enter: usual };
    const to = next[event.key];
    if (to === undefined) return;
    event.preventDefault();
    set(to);
  };
  return (
    <div
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={across ? 'horizontal' : 'vertical'}
      aria-valuenow={value}
      aria-valuemin={min}
      aria-valuemax={max}
      onPointerDown={drag}
      onDoubleClick={() => set(usual)}
      onKeyDown={press}
      className={`group absolute z-10 touch-none select-none ${across ? 'inset-x-0 -top-1 h-2 cursor-row-resize' : `inset-y-0 w-2 cursor-col-resize ${edge === 'right' ? '-right-1' : '-left-1'}`}`}
    >
      <div
        className={`absolute bg-transparent group-hover:bg-line-strong group-focus-visible:bg-accent group-active:bg-accent ${across ? 'inset-x-0 top-[3px] h-0.5' : 'inset-y-0 left-[3px] w-0.5'}`}
      />
    </div>
  );
}
