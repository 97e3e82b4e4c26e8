import type { Body } from '../../../shared/domain/item.ts';
import { request } from '../../connection/connection.ts';
import { bytesOf } from '../../items/reading.ts';

/** Every word of a text; a long one is kept apart as a blob. One that was kept as a file gives what is inline. */
export async function wholeText({ text, whole }: Body): Promise<string> {
  if (whole?.kind !== 'blob') return text;
  const { base64 } = await request('blob.read', { hash: whole.id });
  return new TextDecoder().decode(bytesOf(base64));
}
