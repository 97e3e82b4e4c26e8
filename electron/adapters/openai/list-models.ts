import { type ClientOptions, connectClient } from './client.ts';
import { createFaults } from './faults.ts';
import type { After, Now } from './silence.ts';

/** Asks for the server's list of models: free, and proves address and key. Never throws. */
export async function listModels(options: ClientOptions & { now: Now; after: After }): Promise<{ ok: boolean; message: string }> {
  const secrets = [options.apiKey ?? '', ...Object.values(options.provider.headers)];
  const faults = createFaults({ provider: options.provider, modelId: '', now: options.now, secrets });
  const stopper = new AbortController();
  const cancel = options.after(15_000, () => stopper.abort());
  try {
    const response = await connectClient(options).get('/models', { signal: stopper.signal }).asResponse();
    const { data } = JSON.parse(await response.text()) as { data?: unknown };
    return {
      ok: true,
      message: Array.isArray(data) ? `It answers, with ${data.length} ${data.length === 1 ? 'model' : 'models'}.` : 'It answers.',
    };
  } catch (thrown) {
    if (stopper.signal.aborted) return { ok: false, message: 'It did not answer within 15 seconds.' };
    const error = faults.of(thrown);
    return { ok: false, message: `${error.message}${error.hint ? ` ${error.hint}` : ''}` };
  } finally {
    cancel();
  }
}
