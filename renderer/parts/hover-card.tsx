import { PreviewCard as Base } from '@base-ui/react/preview-card';
import { type FocusEvent, type JSX, type PointerEvent, type ReactNode, useEffect, useMemo, useRef, useState } from 'react';

const openAfter = 700;
const closeAfter = 120;

interface Shown {
  id: string;
  row: Element;
}

export interface HoverCardState {
  shown: Shown | undefined;
  close: () => void;
  /** For the list: a row is an element that `rowOf` finds from inside. */
  list: {
    onPointerOver: (event: PointerEvent) => void;
    onPointerLeave: () => void;
    onPointerDown: () => void;
    onFocus: (event: FocusEvent) => void;
    onBlur: () => void;
  };
  /** For the card, which may be pointed at too. */
  card: { onPointerEnter: () => void; onPointerLeave: () => void };
}

/** One card for all rows of a list: a card of its own for each would make long lists slow. `rowOf` answers nothing where none is due. */
export function useHoverCard(rowOf: (target: Element) => Shown | undefined): HoverCardState {
  const [shown, setShown] = useState<Shown>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const over = useRef<Element>(undefined);
  const find = useRef(rowOf);
  find.current = rowOf;
  useEffect(() => () => clearTimeout(timer.current), []);
  const handlers = useMemo(() => {
    const later = (ms: number, next: () => Shown | undefined): void => {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => setShown(next()), ms);
    };
    const close = (): void => {
      clearTimeout(timer.current);
      over.current = undefined;
      setShown(undefined);
    };
    const point = (target: EventTarget): void => {
      const found = target instanceof Element ? find.current(target) : undefined;
      if (found?.row === over.current) return;
      over.current = found?.row;
      // By then it may be the open one, or gone.
      if (found) later(openAfter, () => (found.row.isConnected ? find.current(found.row) : undefined));
      else later(closeAfter, () => undefined);
      setShown((now) => (now && found ? undefined : now));
    };
    const leave = (): void => {
      over.current = undefined;
      later(closeAfter, () => undefined);
    };
    return {
      close,
      list: {
        onPointerOver: (event: PointerEvent) => event.pointerType === 'mouse' && point(event.target),
        onPointerLeave: leave,
        onPointerDown: close,
        onFocus: (event: FocusEvent) => event.target.matches(':focus-visible') && point(event.target),
        onBlur: leave,
      },
      card: { onPointerEnter: () => clearTimeout(timer.current), onPointerLeave: leave },
    };
  }, []);
  return { shown, ...handlers };
}

export interface HoverCardProps {
  state: HoverCardState;
  side?: 'right' | 'bottom';
  children: (id: string) => ReactNode;
}

export function HoverCard({ state, side = 'right', children }: HoverCardProps): JSX.Element {
  const { shown, close, card } = state;
  return (
    <Base.Root open={shown !== undefined} onOpenChange={(open) => !open && close()}>
      <Base.Portal>
        <Base.Positioner anchor={shown?.row ?? null} side={side} align="start" sideOffset={8} className="z-30">
          <Base.Popup {...card} className="w-80 animate-appear rounded-box border bg-raised p-3 shadow-float outline-none">
            {shown ? children(shown.id) : null}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
