// @vitest-environment jsdom
import { createElement } from 'react';
import { flushSync } from 'react-dom';
import { createRoot, type Root } from 'react-dom/client';
import type Parse from 'react-markdown';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Markdown } from '../../renderer/parts/markdown.tsx';

const work = vi.hoisted(() => ({ parsed: [] as { characters: number; task: number }[], task: 0, clock: 0 }));
vi.mock('react-markdown', async (load) => {
  const { default: parse } = await load<{ default: typeof Parse }>();
  const counted: typeof parse = (options) => {
    work.parsed.push({ characters: options.children?.length ?? 0, task: work.task });
    // Longer than React may go on for without a pause.
    work.clock += 10;
    return parse(options);
  };
  return { default: counted };
});

const words = (from: number, count: number): string => Array.from({ length: count }, (_, n) => `word${from + n} `).join('');
/** Blocks of prose are cut at this length. */
const block = 6000;

let place: HTMLElement;
let root: Root;
beforeEach(() => {
  vi.spyOn(performance, 'now').mockImplementation(() => work.clock);
  place = document.body.appendChild(document.createElement('div'));
  root = createRoot(place);
  work.parsed = [];
});
afterEach(() => {
  root.unmount();
  place.remove();
  vi.restoreAllMocks();
});

const show = (text: string, open: boolean): void => flushSync(() => root.render(createElement(Markdown, { text, open })));
/** Resolves once the page holds the words. */
const until = (last: string): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (!place.textContent?.includes(last)) return;
      observer.disconnect();
      resolve();
    };
    const observer = new MutationObserver(look);
    observer.observe(place, { childList: true, subtree: true, characterData: true });
    look();
  });

it('parses of an answer that grows what is new and its open end, however long it is', async () => {
  let text = words(0, 100);
  show(text, true);
  for (let at = 100; at < 6000; at += 100) {
    work.parsed = [];
    const piece = words(at, 100);
    text += piece;
    show(text, true);
    await until(`word${at + 99}`);
    const characters = work.parsed.reduce((sum, each) => sum + each.characters, 0);
    expect(characters).toBeLessThanOrEqual(piece.length + 2 * block);
    expect(work.parsed.length).toBeLessThanOrEqual(3);
  }
});

it('parses much that comes at once a block at a time, with pauses for whatever else the window has to do', async () => {
  // Other words than before: blocks that were parsed once are kept.
  show(words(10_000, 100), true);
  work.parsed = [];
  let over = false;
  const count = (): void => {
    work.task += 1;
    if (!over) setImmediate(count);
  };
  count();
  show(words(10_000, 8000), false);
  // Nothing of it in the update itself.
  expect(work.parsed).toEqual([]);
  await until('word17999');
  over = true;
  expect(work.parsed.length).toBeGreaterThan(9);
  const each = Map.groupBy(work.parsed, ({ task }) => task);
  expect(Math.max(...Array.from(each.values(), (list) => list.length))).toBeLessThanOrEqual(2);
});
