import { type JSX, type ReactElement, type RefObject, useImperativeHandle, useRef } from 'react';
import { type CustomContainerComponentProps, Virtualizer, type VirtualizerHandle } from 'virtua';

export interface ListHandle {
  /** Brings a row into view; its place is found also when nothing near it was measured yet. */
  scrollToRow(index: number, align: 'start' | 'center' | 'end' | 'nearest'): void;
  /** From the start of the rows, in pixels. */
  offsetOf(index: number): number;
  sizeOf(index: number): number;
  /** The row at an offset. */
  rowAt(offset: number): number;
}

export interface ListProps<T> {
  rows: readonly T[];
  /** Each row's element, with its key. */
  children: (row: T, index: number) => ReactElement;
  /** The element that scrolls. */
  scroller: RefObject<HTMLElement | null>;
  handle: RefObject<ListHandle | null>;
  /** True in the one render in which rows were put before the others: what is in view stays where it is. */
  prepended: boolean;
  /** Rows that stay on the page wherever the view is: what grows must not be made anew. */
  kept?: readonly number[];
  onScroll?: () => void;
  /** A row or the view has another size. */
  onResize?: () => void;
}

/**
 * The element around the rows. The library takes pointer events off it while it scrolls; that is inherited by every element within, and
 * counting their styles anew takes a second when a row is an answer of many thousand words.
 */
function Container({ style, children, ref }: CustomContainerComponentProps): JSX.Element {
  return (
    <div ref={ref} style={{ ...style, pointerEvents: 'auto' }}>
      {children}
    </div>
  );
}

/** Rows of any height, of which only those near the view are on the page. What is in view stays still when rows above it change. */
export function List<T>({ rows, children, scroller, handle, prepended, kept, onScroll, onResize }: ListProps<T>): JSX.Element {
  const inner = useRef<VirtualizerHandle>(null);
  useImperativeHandle(
    handle,
    () => ({
      scrollToRow: (index, align) => inner.current?.scrollToIndex(index, { align }),
      offsetOf: (index) => inner.current?.getItemOffset(index) ?? 0,
      sizeOf: (index) => inner.current?.getItemSize(index) ?? 0,
      rowAt: (offset) => inner.current?.findItemIndex(offset) ?? 0,
    }),
    [],
  );
  return (
    <Virtualizer
      ref={inner}
      data={rows}
      scrollRef={scroller}
      shift={prepended}
      bufferSize={600}
      as={Container}
      {...(kept ? { keepMounted: kept } : {})}
      {...(onScroll ? { onScroll } : {})}
      {...(onResize ? { onResize } : {})}
    >
      {children}
    </Virtualizer>
  );
}
