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

/** The text around the first match of any of the words, with the match between U+E000 and U+E001. */
export function excerptOf(text: string, words: string[]): string {
  const lower = text.toLowerCase();
  const hits = words.map((word) => ({ at: lower.indexOf(word.toLowerCase()), length: word.length })).filter((hit) => hit.at >= 0);
  const first = hits.sort((a, b) => a.at - b.at)[0];
  if (!first) return text.slice(0, 120);
  const from = Math.max(0, first.at - 50);
  const to = Math.min(text.length, first.at + first.length + 70);
  const before = (from > 0 ? '…' : '') + text.slice(from, first.at);
  const after = text.slice(first.at + first.length, to) + (to < text.length ? '…' : '');
  return `${before}\uE000${text.slice(first.at, first.at + first.length)}\uE001${after}`.replace(/\s+/g, ' ');
}
