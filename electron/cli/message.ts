// Texts on their way to and from the runtime, of any length.
import type { Body, Input } from '../../shared/domain/item.ts';
import type { Connection } from '../host/connect.ts';

/** How much of a long text is read at a time, in bytes. */
const readBytes = 1024 * 1024;

/** However long it is: the runtime keeps the whole and shows its head and tail. */
export function inputFrom(text: string): Input {
  return { text: { text, bytes: Buffer.byteLength(text) } };
}

/** Every word of an item's text. */
export async function wholeText(client: Connection, threadId: string, itemId: string, body: Body): Promise<string> {
  if (!body.whole) return body.text;
  const parts: string[] = [];
  for (let from = 0; from < body.bytes; ) {
    const part = await client.request('item.read', { threadId, itemId, from, length: readBytes });
    const length = Buffer.byteLength(part.text);
    if (length === 0) break;
    parts.push(part.text);
    from = part.from + length;
  }
  return parts.join('');
}
