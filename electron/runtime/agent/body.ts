import type { Body } from '../../../shared/domain/item.ts';
import type { LogPort } from '../ports.ts';
import { byteLength, charBorder } from './bounded.ts';

/** Longer texts than this go to a blob, with their head and tail inline. */
const inlineBytes = 32 * 1024;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A text as an item holds it; a long one is kept whole as a blob, durable when this returns. */
export function bodyOf(text: string, log: Pick<LogPort, 'putBlob'>): Body {
  if (text.length * 3 <= inlineBytes) return { text, bytes: byteLength(text) };
  const bytes = encoder.encode(text);
  if (bytes.length <= inlineBytes) return { text, bytes: bytes.length };
  const half = Math.floor(inlineBytes / 2);
  const head = bytes.subarray(0, charBorder(bytes, half));
  const tail = bytes.subarray(charBorder(bytes, bytes.length - half));
  const shown = `${decoder.decode(head)}\n[… ${bytes.length - head.length - tail.length} bytes left out here …]\n${decoder.decode(tail)}`;
  return { text: shown, bytes: bytes.length, whole: { kind: 'blob', id: log.putBlob(bytes) } };
}

/** Every word of a body that was kept as a blob; of one kept as a file, what is inline. */
export function wholeText(body: Body, log: Pick<LogPort, 'blob'>): string {
  const bytes = body.whole?.kind === 'blob' ? log.blob(body.whole.id) : undefined;
  return bytes ? decoder.decode(bytes) : body.text;
}
