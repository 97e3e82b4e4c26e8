import { PreviewCard as Base } from '@base-ui/react/preview-card';
import type { JSX, ReactElement, ReactNode } from 'react';

/** One card that many rows share: it shows what belongs to the row under the pointer. */
export type HoverCardHandle = ReturnType<typeof Base.createHandle<string>>;
export const createHoverCard = (): HoverCardHandle => Base.createHandle<string>();

export interface HoverCardRowProps {
  card: HoverCardHandle;
  /** What the card is told about the row. */
  id: string;
  children: ReactElement;
}

export function HoverCardRow({ card, id, children }: HoverCardRowProps): JSX.Element {
  return <Base.Trigger handle={card} payload={id} delay={700} closeDelay={80} render={children} />;
}

export interface HoverCardProps {
  card: HoverCardHandle;
  side?: 'right' | 'bottom';
  children: (id: string) => ReactNode;
}

export function HoverCard({ card, side = 'right', children }: HoverCardProps): JSX.Element {
  return (
    <Base.Root
      handle={card}
      onOpenChange={(open, details) => {
        // Who has just opened a row, or stands in it, sees all of it already.
        if (open && details.trigger?.getAttribute('aria-selected') === 'true') details.cancel();
      }}
    >
      {({ payload }) => (
        <Base.Portal>
          <Base.Positioner side={side} align="start" sideOffset={8} className="z-30">
            <Base.Popup className="w-80 animate-appear rounded-box border bg-raised p-3 shadow-float outline-none">
              {payload === undefined ? null : children(payload)}
            </Base.Popup>
          </Base.Positioner>
        </Base.Portal>
      )}
    </Base.Root>
  );
}
