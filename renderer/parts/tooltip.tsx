import { Tooltip as Base } from '@base-ui/react/tooltip';
import type { JSX, ReactElement } from 'react';
import { Keys } from './keys.tsx';

export interface TooltipProps {
  label: string;
  /** A combination like `Mod+K`. */
  keys?: string | undefined;
  side?: 'top' | 'right' | 'bottom' | 'left';
  /** One element that takes a ref and the usual handlers. */
  children: ReactElement;
}

/** Says what a sign means. It never holds what can be learnt nowhere else. */
export function Tooltip({ label, keys, side = 'bottom', children }: TooltipProps): JSX.Element {
  return (
    <Base.Root>
      <Base.Trigger delay={500} closeDelay={0} render={children} />
      <Base.Portal>
        <Base.Positioner side={side} sideOffset={4} className="z-50">
          <Base.Popup className="flex max-w-80 animate-appear items-center gap-2 rounded-box border bg-raised px-2 py-1 text-caption text-text shadow-float">
            {label}
            {keys ? <Keys combo={keys} /> : null}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
