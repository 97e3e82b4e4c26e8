import type { ListHandle } from '../../../parts/list.tsx';

/**
 * Where the view stands in the transcript:
 * - `end`: at the end, and stays there as more comes.
 * - `pinned`: the person's last message is at the top, and the answer grows below it, into empty room and then out of view.
 * - `free`: where the person put it. Nothing moves it.
 */
export type Mode = 'end' | 'pinned' | 'free';

/** How far from the end still counts as at the end, in pixels. */
const near = 24;
const above = 12;

export interface Below {
  /** More came below the view than the person has seen. */
  fresh: boolean;
  /** The end is out of sight. */
  far: boolean;
}

export interface Placing {
  mode(): Mode;
  /** Sizes have changed: keep the view where its mode says. */
  settle(): void;
  /** The person moved the view. */
  moved(): void;
  /** The person took hold of it: nothing moves it until it is put somewhere. */
  held(): void;
  toEnd(): void;
  pin(key: string): void;
  show(index: number, align: 'center' | 'nearest' | 'start'): void;
}

export interface PlacingParts {
  scroller(): HTMLElement | null;
  list(): ListHandle | null;
  /** Empty room after the last row, so that a message can stand at the top. */
  room(): HTMLElement | null;
  count(): number;
  indexOf(key: string): number;
  keyOf(index: number): string;
  below(state: Below): void;
}

export function createPlacing(parts: PlacingParts): Placing {
  let mode: Mode = 'end';
  let pinned: string | undefined;
  /** The last row and its height when the end was last in view. */
  let seen = { key: '', size: 0 };

  const contentEnd = (list: ListHandle): number => {
    const last = parts.count() - 1;
    return last < 0 ? 0 : list.offsetOf(last) + list.sizeOf(last);
  };

  /** Makes room for the pinned row to stand at the top; answers where the view must be for that. */
  const makeRoom = (scroller: HTMLElement, list: ListHandle): number | undefined => {
    const index = pinned === undefined ? -1 : parts.indexOf(pinned);
    const room = parts.room();
    if (!room) return undefined;
    const top = index < 0 ? undefined : Math.max(0, list.offsetOf(index) - (index === 0 ? 0 : above));
    const height = top === undefined ? 0 : Math.max(0, scroller.clientHeight - (contentEnd(list) - top) - padding(scroller));
    const text = `${height}px`;
    if (room.style.height !== text) room.style.height = text;
    return top;
  };

  const tell = (scroller: HTMLElement, list: ListHandle): void => {
    const end = contentEnd(list);
    const viewEnd = scroller.scrollTop + scroller.clientHeight;
    const last = parts.count() - 1;
    const now = { key: parts.keyOf(last), size: list.sizeOf(last) };
    if (viewEnd >= end - near) seen = now;
    const fresh = now.key !== seen.key || now.size > seen.size + near;
    parts.below({ fresh, far: end - viewEnd > scroller.clientHeight });
  };

  const toEnd = (scroller: HTMLElement): void => {
    scroller.scrollTop = scroller.scrollHeight;
  };

  const settle = (): void => {
    const scroller = parts.scroller();
    const list = parts.list();
    if (!scroller || !list) return;
    const top = makeRoom(scroller, list);
    if (mode === 'end') toEnd(scroller);
    else if (mode === 'pinned' && top !== undefined && Math.abs(scroller.scrollTop - top) > 1) scroller.scrollTop = top;
    tell(scroller, list);
  };

  return {
    mode: () => mode,
    settle,
    held() {
      mode = 'free';
    },
    moved() {
      const scroller = parts.scroller();
      const list = parts.list();
      if (!scroller || !list) return;
      const empty = (parts.room()?.offsetHeight ?? 0) > 0;
      if (mode === 'free' && !empty && scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < near) mode = 'end';
      tell(scroller, list);
    },
    toEnd() {
      mode = 'end';
      pinned = undefined;
      settle();
    },
    pin(key) {
      mode = 'pinned';
      pinned = key;
      settle();
    },
    show(index, align) {
      mode = 'free';
      parts.list()?.scrollToRow(index, align);
    },
  };
}

function padding(scroller: HTMLElement): number {
  return Number.parseFloat(getComputedStyle(scroller).paddingBottom) || 0;
}
