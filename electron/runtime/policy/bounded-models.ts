import { toErrorData } from '../../../shared/errors.ts';
import type { ModelStream, ModelsPort, PolicyPort } from '../ports.ts';
import { addressOf } from './bounded-config.ts';
import { checkModelAllowed } from './bounds.ts';

/** The models as the organisation's policy leaves them, asked before each request: what it forbids meanwhile is asked nothing more. */
export function boundModels(models: ModelsPort, policy: Pick<PolicyPort, 'current'>): ModelsPort {
  return {
    ...models,
    open: async (provider, keys) => {
      const baseUrl = addressOf(provider, keys);
      checkModelAllowed(policy.current(), { provider: provider.id, baseUrl });
      const stream = await models.open(provider, keys);
      const bounded: ModelStream = async function* (request, signal) {
        try {
          checkModelAllowed(policy.current(), { provider: provider.id, model: request.model.id, baseUrl });
        } catch (thrown) {
          yield { type: 'end', stop: 'error', items: [], error: toErrorData(thrown) };
          return;
        }
        yield* stream(request, signal);
      };
      return bounded;
    },
    test: async (provider, keys) => {
      checkModelAllowed(policy.current(), { provider: provider.id, baseUrl: addressOf(provider, keys) });
      return models.test(provider, keys);
    },
  };
}
