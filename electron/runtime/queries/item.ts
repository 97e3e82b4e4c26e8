import type { Body, Item } from '../../../shared/domain/item.ts';
import { AppError } from '../../../shared/errors.ts';
import type { Ports } from '../ports.ts';

/** The long text of an item: what a person would open to read whole. */
function bodyIn(item: Item): Body | undefined {
  switch (item.type) {
    case 'user':
      return item.input.text;
    case 'text':
    case 'instructions':
      return item.body;
    case 'call':
      return item.output;
    case 'compaction':
      return item.summary;
    default:
      return undefined;
  }
}

/** Bytes `from` up to `length` of an item's whole text, as UTF-8. */
export function readItem(
  ports: Pick<Ports, 'log' | 'commands'>,
  { threadId, itemId, from, length }: { threadId: string; itemId: string; from: number; length: number },
): { text: string; from: number; bytes: number } {
  const item = ports.log.item(threadId, itemId)?.item;
  if (!item) throw new AppError('missing', 'There is no such item in this thread.');
  const body = bodyIn(item) ?? { text: '', bytes: 0 };
  const decoder = new TextDecoder();
  if (body.whole?.kind === 'file') {
    const part = ports.commands.output(body.whole.id, { from, length });
    return { text: decoder.decode(part.bytes), from, bytes: part.total };
  }
  const bytes = (body.whole && ports.log.blob(body.whole.id)) ?? new TextEncoder().encode(body.text);
  return { text: decoder.decode(bytes.subarray(from, from + length)), from, bytes: bytes.length };
}
