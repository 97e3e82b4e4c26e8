import type { Item } from '../../../shared/domain/item.ts';
import { subjectText } from '../../../shared/domain/rule.ts';
import type { PageItem, SearchHit } from '../../../shared/protocol/thread.ts';
import { withoutAnsi } from '../../parts/ansi.ts';
import { wordsOfMarkdown } from '../../parts/markdown.tsx';

/** Items never change: what is read of them is looked up once. */
const read = new WeakMap<Item, string>();

/** The words of an item as they stand on the page. */
function wordsIn(item: Item): string {
  const known = read.get(item);
  if (known !== undefined) return known;
  const words = wordsFor(item);
  read.set(item, words);
  return words;
}

function wordsFor(item: Item): string {
  switch (item.type) {
    case 'user':
      return item.input.text.text;
    case 'text':
      return wordsOfMarkdown(item.body.text);
    case 'call':
      return `${item.title}\n${withoutAnsi(item.output?.text ?? '')}`;
    case 'reasoning':
      return wordsOfMarkdown(item.summary);
    case 'approval':
      return subjectText(item.subject);
    case 'question':
      return `${wordsOfMarkdown(item.question)}\n${item.answer ?? ''}`;
    case 'notice':
      return `${item.text} ${item.hint ?? ''}`;
    case 'compaction':
      return wordsOfMarkdown(item.summary.text);
    case 'instructions':
      return '';
    default:
      return '';
  }
}

/** One place where the words stand. */
export interface Match {
  itemId: string;
  /** Which one of its item, counted from the item's end: 0 is the last. */
  fromEnd: number;
}

/** Where the words begin in a text, in any case, one after the other. A sign that grows in lower case is compared as it is. */
export function placesOf(text: string, words: string): number[] {
  if (words === '') return [];
  const lower = text.toLowerCase();
  const same = lower.length === text.length;
  const [within, wanted] = same ? [lower, words.toLowerCase()] : [text, words];
  const places: number[] = [];
  for (let at = within.indexOf(wanted); at >= 0; at = within.indexOf(wanted, at + wanted.length)) places.push(at);
  return places;
}

/** Every match in the loaded items, newest first: also in those that are not drawn. */
export function findIn(items: readonly PageItem[], words: string): Match[] {
  return items.toReversed().flatMap(({ item }) => placesOf(wordsIn(item), words).map((_, fromEnd) => ({ itemId: item.id, fromEnd })));
}

/** The matches of the loaded items, then one for each older item of which only the runtime knows; newest first. */
export function joinMatches(loaded: readonly Match[], older: readonly SearchHit[]): Match[] {
  const ids = new Set(older.toSorted((a, b) => b.at - a.at).map(({ itemId }) => itemId));
  return [...loaded, ...[...ids].map((itemId) => ({ itemId, fromEnd: 0 }))];
}

/** Hits in items that are not loaded: how often the words stand there is known when they are. */
export function olderHits(items: readonly PageItem[], hits: readonly SearchHit[]): SearchHit[] {
  const here = new Set(items.map(({ item }) => item.id));
  return hits.filter(({ itemId }) => !here.has(itemId));
}
