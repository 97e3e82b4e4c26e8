import type { Body, Image, Input } from '../../../../shared/domain/item.ts';
import type { Attachment, Draft } from '../../../store/ui.ts';
import { fenced } from '../markdown.ts';

const encoder = new TextEncoder();

/** Pasted text longer than this becomes an attachment. */
export const longText = { characters: 2000, lines: 30 };
/** What a draft may hold in all: it is kept with the window's other small things. */
export const mostCharacters = 400_000;

export function isLong(text: string): boolean {
  if (text.length > longText.characters) return true;
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines > longText.lines;
}

/** A name that no other attachment of the draft has. */
export function freeName(taken: readonly Attachment[], wanted = 'pasted text'): string {
  const names = new Set(taken.map(({ name }) => name));
  if (!names.has(wanted)) return wanted;
  for (let n = 2; ; n += 1) if (!names.has(`${wanted} ${n}`)) return `${wanted} ${n}`;
}

export function bodyFrom(text: string): Body {
  return { text, bytes: encoder.encode(text).length };
}

/** What is sent for a draft: its words, then each attachment under its name, in a fence of its own. */
export function inputFrom(draft: Draft): Input {
  const parts = draft.attachments.map(({ name, text }) => `${name}:\n${fenced(text)}`);
  const text = [draft.text.trim(), ...parts].filter((part) => part !== '').join('\n\n');
  return inputOf(text, draft.images);
}

export function inputOf(text: string, images: readonly Image[] | undefined): Input {
  return { text: bodyFrom(text), ...(images && images.length > 0 ? { images: [...images] } : {}) };
}

export function isEmpty(draft: Draft): boolean {
  return draft.text.trim() === '' && draft.images.length + draft.attachments.length === 0;
}

/** What is left of a draft once `sent` of it is on its way: what was typed in the meantime. */
export function rest(now: Draft, sent: Draft): Draft {
  return {
    text: now.text.startsWith(sent.text) ? now.text.slice(sent.text.length).trimStart() : now.text,
    images: now.images.filter((image) => !sent.images.includes(image)),
    attachments: now.attachments.filter((attachment) => !sent.attachments.includes(attachment)),
  };
}
