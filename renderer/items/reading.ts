import { request } from '../connection/connection.ts';

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (each) => each.charCodeAt(0));
}

export interface Part {
  text: string;
  from: number;
  /** Where the next part begins. */
  to: number;
  bytes: number;
}

/** A part of an item's whole text of at most `length` bytes, ending with a line where it can, and never inside of a character. */
export async function readPart(threadId: string, itemId: string, from: number, length: number): Promise<Part> {
  for (let less = 0; ; less += 1) {
    const wanted = length - less;
    const { text, bytes } = await request('item.read', { threadId, itemId, from, length: wanted });
    const end = Math.min(bytes, from + wanted);
    // The last bytes may be the start of a character: then it is read with the next part.
    if (text.endsWith('\ufffd') && end < bytes && less < 3) continue;
    const newline = end < bytes ? text.lastIndexOf('\n') : -1;
    const tail = newline < 0 ? 0 : new TextEncoder().encode(text.slice(newline + 1)).length;
    // Bytes that are no UTF-8 count for more than they were; such a text is not cut at its lines.
    if (newline > 0 && !text.includes('\ufffd')) return { text: text.slice(0, newline), from, to: end - tail, bytes };
    return { text, from, to: end, bytes };
  }
}

export function byteWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const kilo = bytes / 1024;
  return kilo < 1024 ? `${kilo < 10 ? kilo.toFixed(1) : Math.round(kilo)} KB` : `${(kilo / 1024).toFixed(1)} MB`;
}
