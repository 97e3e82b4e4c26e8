import type { Item } from '../../../shared/domain/item.ts';

/** What a person may search an item by; undefined when there is nothing worth finding. */
export function wordsOf(item: Item): string | undefined {
  switch (item.type) {
    case 'user':
      return item.input.text.text;
    case 'text':
      return item.body.text;
    case 'call':
      return `${item.title}\n${item.output?.text ?? ''}`;
    case 'question':
      return `${item.question}\n${item.answer ?? ''}`;
    case 'compaction':
      return item.summary.text;
    default:
      return undefined;
  }
}

/** The text around the first match of any of the words, with every match in it between U+E000 and U+E001. */
export function excerptOf(text: string, words: string[]): string {
  const lower = text.toLowerCase();
  const wanted = words.map((word) => word.toLowerCase()).filter((word) => word !== '');
  const hits = wanted.map((word) => ({ at: lower.indexOf(word), length: word.length })).filter((hit) => hit.at >= 0);
  const first = hits.sort((a, b) => a.at - b.at || b.length - a.length)[0];
  if (!first) return text.slice(0, 120);
  const from = Math.max(0, first.at - 50);
  const to = Math.min(text.length, first.at + first.length + 70);
  let marked = '';
  let at = from;
  while (at < to) {
    const word = at < first.at ? undefined : longestAt(lower, wanted, at, to);
    marked += word === undefined ? text.slice(at, at + 1) : `\uE000${text.slice(at, at + word.length)}\uE001`;
    at += word?.length ?? 1;
  }
  return `${from > 0 ? '…' : ''}${marked}${to < text.length ? '…' : ''}`.replace(/\s+/g, ' ');
}

const longestAt = (lower: string, words: string[], at: number, to: number): string | undefined =>
  words
    .filter((word) => at + word.length <= to && lower.startsWith(word, at))
    .toSorted((a, b) => b.length - a.length)
    .at(0);
