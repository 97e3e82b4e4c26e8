import { type ErrorData, toErrorData } from '../../shared/errors.ts';
import type { Params, RequestName, Result } from '../../shared/protocol.ts';
import { request } from '../connection/connection.ts';
import { toast } from '../store/ui.ts';

const wordsOf = ({ message, hint }: ErrorData): string => (hint === undefined ? message : `${message} ${hint}`);

/** Asks the runtime; a failure is said and answers undefined. */
export async function ask<N extends RequestName>(name: N, params: Params<N>): Promise<Result<N> | undefined> {
  try {
    return await request(name, params);
  } catch (thrown) {
    const error = toErrorData(thrown);
    if (error.code !== 'cancelled') toast(wordsOf(error), 'stop');
    return undefined;
  }
}
