import { type JSX, type ReactNode, type Ref, useImperativeHandle, useLayoutEffect, useRef, useState } from 'react';

export interface RowsHandle {
  /** Brings a row into view; does nothing when it is. */
  show(index: number): void;
}

export interface RowsProps {
  ref?: Ref<RowsHandle>;
  count: number;
  /** Of every row, in pixels. */
  height: number;
  /** This row stays in the document wherever the list is scrolled to: the one with the focus. */
  keep: number;
  /** Its element is as high as said above, and stands `top` pixels below the top. */
  row: (index: number, top: number) => ReactNode;
}

/** Below this many rows all of them are there, so that the browser's own search finds them. */
const windowedAbove = 200;
const overscan = 12;

/** A scrolling list of rows of one height. Long ones hold only what is near the window. */
export function Rows({ ref, count, height, keep, row }: RowsProps): JSX.Element {
  const scroller = useRef<HTMLDivElement>(null);
  const [span, setSpan] = useState({ from: 0, to: 60 });
  const windowed = count > windowedAbove;

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!windowed || !element) return undefined;
    const measure = (): void => {
      const from = Math.max(0, Math.floor(element.scrollTop / height) - overscan);
      const to = Math.ceil((element.scrollTop + element.clientHeight) / height) + overscan;
      // In steps, so that a slow scroll does not render with each pixel.
      setSpan((now) => (from >= now.from && to <= now.to && now.to - now.from < (to - from) * 2 ? now : { from: from - 6, to: to + 6 }));
    };
    measure();
    element.addEventListener('scroll', measure, { passive: true });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => {
      element.removeEventListener('scroll', measure);
      observer.disconnect();
    };
  }, [windowed, height]);

  useImperativeHandle(ref, () => ({
    show: (index) => {
      const element = scroller.current;
      if (!element) return;
      const top = index * height;
      if (top < element.scrollTop) element.scrollTop = top;
      else if (top + height > element.scrollTop + element.clientHeight) element.scrollTop = top + height - element.clientHeight;
    },
  }));

  const from = windowed ? Math.max(0, span.from) : 0;
  const to = windowed ? Math.min(count, span.to) : count;
  const indices = Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
  if (keep >= 0 && keep < count && (keep < from || keep >= to)) indices.push(keep);
  return (
    <div ref={scroller} role="presentation" className="min-h-0 flex-1 overflow-y-auto [scrollbar-width:thin]">
      <div role="presentation" className="relative mx-2" style={{ height: count * height }}>
        {indices.map((index) => row(index, index * height))}
      </div>
    </div>
  );
}
