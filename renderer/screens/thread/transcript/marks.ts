import { type RefObject, useEffect, useRef } from 'react';
import { useUi } from '../../../store/ui.ts';
import { type Match, placesOf } from '../find-in.ts';

/** What stands in a row and is nobody's words: labels and buttons. */
const unsaid = '[data-unsaid], .sr-only, .select-none, button:not([aria-expanded])';
const all = 'found';
const now = 'found-now';
/** Room above and below a match that is brought into view, in pixels. */
const margin = 48;

/** The bundler's style compiler does not know `::highlight` yet: these two rules are added by hand. Answers what takes them away. */
function addStyles(): () => void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(
    `::highlight(${all}) { background-color: var(--mark); color: var(--text); }
     ::highlight(${now}) { background-color: var(--mark-now); color: var(--on-mark); }`,
  );
  document.adoptedStyleSheets.push(sheet);
  return () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== sheet);
  };
}

/** The words in what is drawn of an element, across the pieces that its text is made of. */
function rangesIn(element: Element, words: string): Range[] {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT, (node) =>
    node.parentElement?.closest(unsaid) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  );
  const pieces: { node: Node; start: number }[] = [];
  let text = '';
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    pieces.push({ node, start: text.length });
    text += node.nodeValue ?? '';
  }
  const pieceAt = (at: number): { node: Node; start: number } | undefined => pieces.findLast(({ start }) => start <= at);
  return placesOf(text, words).flatMap((at) => {
    const last = at + words.length - 1;
    const from = pieceAt(at);
    const to = pieceAt(last);
    if (!from || !to) return [];
    const range = document.createRange();
    range.setStart(from.node, at - from.start);
    range.setEnd(to.node, last - to.start + 1);
    return [range];
  });
}

/** Brings a match into view in the boxes between it and the transcript that scroll by themselves. */
function scrollWithin(range: Range, view: HTMLElement): void {
  for (let box = range.startContainer.parentElement; box && box !== view; box = box.parentElement) {
    if (box.scrollHeight <= box.clientHeight || !['auto', 'scroll'].includes(getComputedStyle(box).overflowY)) continue;
    const [at, frame] = [range.getBoundingClientRect(), box.getBoundingClientRect()];
    if (at.top < frame.top || at.bottom > frame.bottom) box.scrollTop += at.top - frame.top - frame.height / 3;
  }
}

function elementOf(view: HTMLElement, itemId: string): Element | null {
  const id = CSS.escape(itemId);
  return view.querySelector(`[data-item="${id}"]`) ?? view.querySelector(`[data-row="${id}"]`);
}

/**
 * Marks the words of find in thread in the rows that are drawn, and brings the one that was asked for into view when its row is there.
 * Marks are highlights of the browser: the document stays as it is.
 */
export function useMarks(scroller: RefObject<HTMLElement | null>): void {
  const words = useUi((ui) => ui.find?.text ?? '');
  const match = useUi((ui) => ui.find?.match);
  /** Brought into view once; then the view is the person's. */
  const brought = useRef<Match>(undefined);
  useEffect(() => {
    const view = scroller.current;
    if (!view || words === '' || !('highlights' in CSS)) return undefined;
    const dropStyles = addStyles();
    let frame = 0;
    const mark = (): void => {
      frame = 0;
      const rows = [...view.querySelectorAll('[data-row]:not([data-row^="end "])')];
      CSS.highlights.set(all, new Highlight(...rows.flatMap((row) => rangesIn(row, words))));
      const element = match && elementOf(view, match.itemId);
      const ranges = element ? rangesIn(element, words) : [];
      // Less is drawn than was counted where an output is cut: then the first that is drawn.
      const range = match && (ranges[ranges.length - 1 - match.fromEnd] ?? ranges[0]);
      if (!range) return void CSS.highlights.delete(now);
      const highlight = new Highlight(range);
      highlight.priority = 1;
      CSS.highlights.set(now, highlight);
      if (brought.current === match) return;
      brought.current = match;
      scrollWithin(range, view);
      const [at, box] = [range.getBoundingClientRect(), view.getBoundingClientRect()];
      if (at.top >= box.top + margin && at.bottom <= box.bottom - margin) return;
      view.scrollTop += at.top - box.top - box.height / 3;
    };
    const later = (): void => {
      frame ||= requestAnimationFrame(mark);
    };
    later();
    const observer = new MutationObserver(later);
    observer.observe(view, { childList: true, subtree: true, characterData: true });
    // Whoever takes hold of the view is not pulled away.
    const leave = (): void => {
      brought.current = match;
    };
    view.addEventListener('wheel', leave, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      observer.disconnect();
      view.removeEventListener('wheel', leave);
      CSS.highlights.delete(all);
      CSS.highlights.delete(now);
      dropStyles();
    };
  }, [scroller, words, match]);
}
