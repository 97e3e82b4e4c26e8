import type { Body } from '../../shared/domain/item.ts';
import { wordsOf } from '../connection/act.ts';
import { request } from '../connection/connection.ts';
import { toast } from '../store/ui.ts';

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

/** Some bytes of an item's whole text as text, never ending inside of a character. `to`: where the rest begins. */
async function readBytes(threadId: string, itemId: string, from: number, length: number): Promise<Part> {
  for (let less = 0; ; less += 1) {
    const wanted = length - less;
    const { text, bytes } = await request('item.read', { threadId, itemId, from, length: wanted });
    const to = Math.min(bytes, from + wanted);
    // The last bytes may be the start of a character: then it is read with the next part.
    if (!text.endsWith('\ufffd') || to >= bytes || less >= 3) return { text, from, to, bytes };
  }
}

/** A part of an item's whole text of at most `length` bytes, ending with a line where it can. */
export async function readPart(threadId: string, itemId: string, from: number, length: number): Promise<Part> {
  const { text, to, bytes } = await readBytes(threadId, itemId, from, length);
  const newline = to < bytes ? text.lastIndexOf('\n') : -1;
  // Bytes that are no UTF-8 count for more than they were; such a text is not cut at its lines.
  if (newline <= 0 || text.includes('\ufffd')) return { text, from, to, bytes };
  const tail = new TextEncoder().encode(text.slice(newline + 1)).length;
  return { text: text.slice(0, newline), from, to: to - tail, bytes };
}

export function byteWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const kilo = bytes / 1024;
  return kilo < 1024 ? `${kilo < 10 ? kilo.toFixed(1) : Math.round(kilo)} KB` : `${(kilo / 1024).toFixed(1)} MB`;
}

/** What is copied at most, in bytes: a clipboard that holds more stops other programs. */
const mostCopied = 10_000_000;
/** In one request: the runtime gives no more. */
const atOnce = 4 * 1024 * 1024;

/** An item's whole text, up to what is copied at most. That it can't be read is said. */
export async function readAll(threadId: string, itemId: string): Promise<string> {
  const parts: string[] = [];
  try {
    for (let from = 0; from < mostCopied; ) {
      const part = await readBytes(threadId, itemId, from, Math.min(atOnce, mostCopied - from));
      parts.push(part.text);
      if (part.to >= part.bytes || part.to <= from) break;
      from = part.to;
    }
  } catch (thrown) {
    toast(wordsOf(thrown), 'stop');
    throw thrown;
  }
  return parts.join('');
}

/** What a copy button says: when it copies less than everything, that too. */
export function copyLabel(label: string, { bytes, whole }: Body): string {
  return whole && bytes > mostCopied ? `${label} (the first ${byteWords(mostCopied)} of ${byteWords(bytes)})` : label;
}
