import type { TextItem } from '../../../../shared/domain/item.ts';
import type { PageItem } from '../../../../shared/protocol/thread.ts';
import type { Streamed } from '../../../items/text.tsx';
import type { LiveText } from '../../../store/threads.ts';
import type { Row } from './rows.ts';

const encoder = new TextEncoder();
/** How much of two texts is compared: enough to know one answer from another. */
const compared = 200;

const sameAnswer = (item: TextItem, live: LiveText): boolean => {
  const start = live.text.slice(0, compared);
  return start.trim() !== '' && item.body.text.startsWith(start.slice(0, item.body.text.length));
};

export const liveKey = (requestId: string): string => `live ${requestId}`;

export interface LiveKeeper {
  /** What streams and stands in no item yet; and the rows, in which an item takes the place of the text that had streamed. */
  keep(items: readonly PageItem[], live: LiveText | undefined, rows: readonly Row[]): { live: LiveText | undefined; rows: readonly Row[] };
  /** The whole of an item whose body is only a part, as far as it had streamed. */
  streamed(itemId: string): Streamed | undefined;
}

/**
 * When an answer is finished its item comes and the streamed text goes. Both are one thing to the person who reads it: the row keeps its
 * key, so that nothing is made anew, and a long text keeps the middle that its item leaves out.
 */
export function createLiveKeeper(): LiveKeeper {
  let last: LiveText | undefined;
  let checked: string | undefined;
  let texts = new Map<string, Streamed>();
  let keys = new Map<string, string>();
  const renamed = new WeakMap<Row, Row>();
  return {
    keep(items, live, rows) {
      if (live) last = live;
      const tail = items.slice(-6);
      const newest = tail.at(-1)?.item.id;
      if (last && newest !== checked) {
        for (const { item } of tail) {
          if (item.type !== 'text' || keys.has(item.id) || !sameAnswer(item, last)) continue;
          // One at a time: what came before has long been shown.
          keys = new Map([...keys, [item.id, liveKey(last.requestId)]].slice(-8) as [string, string][]);
          if (item.body.whole) {
            const streamed = { text: last.text, complete: encoder.encode(last.text).length === item.body.bytes };
            texts = new Map([...texts, [item.id, streamed] as const].slice(-4));
          }
          last = undefined;
          break;
        }
        checked = newest;
      }
      const over = live !== undefined && [...keys.values()].includes(liveKey(live.requestId));
      if (over) last = undefined;
      const shown = rows.map((row) => {
        const key = row.kind === 'item' ? keys.get(row.item.id) : undefined;
        if (key === undefined) return row;
        const known = renamed.get(row) ?? { ...row, key };
        renamed.set(row, known);
        return known;
      });
      return { live: over ? undefined : live, rows: keys.size > 0 ? shown : rows };
    },
    streamed: (itemId) => texts.get(itemId),
  };
}
