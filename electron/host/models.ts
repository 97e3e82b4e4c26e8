// Which adapter serves which provider, and where its key comes from. Adapters are loaded when they are first used.
import type { Provider } from '../../shared/domain/model.ts';
import { AppError, toErrorData } from '../../shared/errors.ts';
import type { ClockPort, ModelStream, ModelsPort } from '../runtime/ports.ts';

const keyOfOpenAi = 'OPENAI_API_KEY';
const addressOfOpenAi = 'OPENAI_BASE_URL';

export function createModels({ home, clock, stories }: { home: string; clock: ClockPort; stories: string }): ModelsPort {
  const opened = new Map<string, ModelStream>();
  let rehearsal: ModelStream | undefined;

  const keptKey = async (name: string): Promise<string | undefined> => {
    const { createKeychain } = await import('../adapters/keychain/keychain.ts');
    return createKeychain({ home }).get(name);
  };

  const openRehearsal = async (): Promise<ModelStream> => {
    const { createRehearsal } = await import('../adapters/rehearsal/rehearsal.ts');
    return (rehearsal ??= createRehearsal({ folder: stories }));
  };

  const optionsFor = async (provider: Provider, keys: Record<string, string>) => {
    const name = provider.apiKeyEnv;
    const baseUrl = provider.kind === 'openai' ? keys[addressOfOpenAi] : undefined;
    const apiKey = name === undefined ? undefined : keys[name] || (await keptKey(name));
    if (!apiKey && name !== undefined && baseUrl === undefined && needsKey(provider)) throw noKey(provider, name);
    return {
      provider,
      now: () => clock.now(),
      after: (ms: number, callback: () => void) => clock.at(clock.now() + ms, callback),
      ...(apiKey ? { apiKey } : {}),
      ...(baseUrl === undefined ? {} : { baseUrl }),
    };
  };

  const openServer = async (provider: Provider, keys: Record<string, string>): Promise<ModelStream> => {
    const options = await optionsFor(provider, keys);
    // Connections are kept between the requests of one provider with the same key.
    const place = JSON.stringify(options);
    const known = opened.get(place);
    if (known) return known;
    const { createOpenAi } = await import('../adapters/openai/openai.ts');
    const stream = createOpenAi(options);
    opened.set(place, stream);
    return stream;
  };

  return {
    open: (provider, keys) => (provider.kind === 'rehearsal' ? openRehearsal() : openServer(provider, keys)),
    test: async (provider, keys) => {
      if (provider.kind === 'rehearsal') return { ok: true, message: 'It is built in and needs nothing.' };
      try {
        const options = await optionsFor(provider, keys);
        const { listModels } = await import('../adapters/openai/list-models.ts');
        return await listModels(options);
      } catch (thrown) {
        const { message, hint } = toErrorData(thrown);
        return { ok: false, message: hint === undefined ? message : `${message} ${hint}` };
      }
    },
    keyNames: (providers) => [...new Set([keyOfOpenAi, addressOfOpenAi, ...providers.flatMap(({ apiKeyEnv }) => apiKeyEnv ?? [])])],
  };
}

/** A server of one's own may do without a key although a name for one is given; OpenAI does not. */
const needsKey = (provider: Provider): boolean => provider.kind === 'openai';

function noKey(provider: Provider, name: string): AppError {
  return new AppError('denied', `There is no key for ${provider.id}.`, {
    hint: `Set it in the environment (export ${name}=...), keep it (switchyard keys set ${name}), or see how it all works without one: switchyard rehearse, or --provider rehearsal.`,
    data: { reason: 'no-key' },
  });
}
