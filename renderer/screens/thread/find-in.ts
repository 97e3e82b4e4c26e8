import type { Item } from '../../../shared/domain/item.ts';
import { subjectText } from '../../../shared/domain/rule.ts';
import type { PageItem, SearchHit } from '../../../shared/protocol/thread.ts';

/** The words of an item that find in thread looks through. */
function wordsIn(item: Item): string {
  switch (item.type) {
    case 'user':
      return item.input.text.text;
    case 'text':
      return item.body.text;
    case 'call':
      return `${item.title}\n${item.output?.text ?? ''}`;
    case 'reasoning':
      return item.summary;
    case 'approval':
      return subjectText(item.subject);
    case 'question':
      return `${item.question}\n${item.answer ?? ''}`;
    case 'notice':
      return item.text;
    case 'compaction':
      return item.summary.text;
    case 'instructions':
      return '';
    default:
      return '';
  }
}

/** Ids of the loaded items that hold the text, newest first. */
export function findIn(items: readonly PageItem[], text: string): string[] {
  const wanted = text.toLowerCase();
  if (wanted === '') return [];
  return items
    .filter(({ item }) => wordsIn(item).toLowerCase().includes(wanted))
    .map(({ item }) => item.id)
    .reverse();
}

/** The matches of the loaded items, then those that the runtime knows of older ones; newest first. */
export function joinMatches(loaded: readonly string[], items: readonly PageItem[], hits: readonly SearchHit[]): string[] {
  const here = new Set(items.map(({ item }) => item.id));
  const older = hits.filter(({ itemId }) => !here.has(itemId)).toSorted((a, b) => b.at - a.at);
  return [...loaded, ...new Set(older.map(({ itemId }) => itemId))];
}
