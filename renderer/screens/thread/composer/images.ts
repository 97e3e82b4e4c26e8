import type { Image } from '../../../../shared/domain/item.ts';
import { request } from '../../../connection/connection.ts';
import type { Attachment, Draft } from '../../../store/ui.ts';
import { freeName, mostCharacters } from './input.ts';

export const imageTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];
const largestImage = 20 * 1024 * 1024;
const largestText = 1024 * 1024;

function base64Of(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () => resolve((reader.result as string).replace(/^[^,]*,/, '')));
    reader.addEventListener('error', () => reject(new Error('The file could not be read.')));
    reader.readAsDataURL(file);
  });
}

async function textOf(file: Blob): Promise<string | undefined> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await file.arrayBuffer());
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

export interface Taken {
  images: Image[];
  attachments: Attachment[];
  /** What could not be taken, and why. */
  problem?: string;
}

/** Images are kept by the runtime at once; text files become attachments. */
export async function takeFiles(files: readonly File[], draft: Draft): Promise<Taken> {
  const taken: Taken = { images: [], attachments: [] };
  for (const file of files) {
    const name = file.name || 'image';
    if (imageTypes.includes(file.type)) {
      if (file.size > largestImage) taken.problem = `${name} is larger than 20 MB. Make it smaller first.`;
      else taken.images.push({ mime: file.type, blob: (await request('blob.put', { base64: await base64Of(file) })).hash, name });
      continue;
    }
    const text = file.size > largestText ? undefined : await textOf(file);
    if (text === undefined) taken.problem = `${name} is no image and no short text. Put it into the project and mention it with @.`;
    else if (roomIn(draft) < text.length) taken.problem = `${name} is too long to send. Put it into the project and mention it with @.`;
    else taken.attachments.push({ id: crypto.randomUUID(), name: freeName([...draft.attachments, ...taken.attachments], name), text });
  }
  return taken;
}

/** How many characters a draft can still take. */
export function roomIn(draft: Draft): number {
  return draft.attachments.reduce((room, { text }) => room - text.length, mostCharacters - draft.text.length);
}
