import { toErrorData } from '../../shared/errors.ts';
import type { Params, RequestName, Result } from '../../shared/protocol.ts';
import { toast } from '../store/ui.ts';
import { request } from './connection.ts';

/** A terminal has straight quotes, a page those of its own sentences. What is quoted in code (`key = "value"`) is left as it is. */
export function typeset(text: string): string {
  if (text.includes('["')) return text;
  return text.replaceAll(/(?<=^|\(|[^=] )"([^"\n]+)"(?=$|[\s.,;:?)])/g, '“$1”').replaceAll(/(?<=\p{L})'(?=\p{L})/gu, '’');
}

/** What a person reads of an error: what is wrong and what to do. */
export function wordsOf(thrown: unknown): string {
  const { message, hint } = toErrorData(thrown);
  return typeset(hint === undefined ? message : `${message} ${hint}`);
}

/** Asks the runtime, and says so when it fails; the answer is undefined then. */
export async function act<N extends RequestName>(name: N, params: Params<N>): Promise<Result<N> | undefined> {
  try {
    return await request(name, params);
  } catch (thrown) {
    if (toErrorData(thrown).code !== 'cancelled') toast(wordsOf(thrown), 'stop');
    return undefined;
  }
}
