import { type JSX, useState } from 'react';
import type { Provider } from '../../../shared/domain/model.ts';
import { useFromHome } from '../../items/place-words.ts';
import { Confirm } from '../../parts/dialog.tsx';
import { useApp } from '../../store/app.ts';
import { toast } from '../../store/ui.ts';
import { act } from '../act.ts';
import { ProviderCard } from './provider-card.tsx';
import { Heading } from './row.tsx';
import { useKeys } from './use-keys.ts';
import { useSettings } from './use-settings.ts';

const sample = `[providers.workshop]
kind = "openai-compatible"
base_url = "http://localhost:11434/v1"
model = "qwen3-coder"
# wire = "responses"            # the default is "chat"
# api_key_env = "WORKSHOP_KEY"  # the name of a key, never the key itself`;

export function Providers(): JSX.Element {
  const { settings, error } = useSettings();
  const { keys, reload } = useKeys();
  const home = useApp((app) => app.health?.home);
  const short = useFromHome();
  const said = (words: string): string => (home === undefined ? words : words.replaceAll(home, short(home)));
  const [removing, setRemoving] = useState<string>();
  if (!settings) return <p className={error ? 'text-stop' : 'text-faint'}>{error ?? 'Reading config.toml …'}</p>;
  const used = new Set(settings.providers.flatMap(({ apiKeyEnv }) => apiKeyEnv ?? []));
  const spare = keys?.names.filter((name) => !used.has(name)) ?? [];
  const remove = async (name: string): Promise<void> => {
    if ((await act('key.remove', { name })) !== undefined) toast(`${name} removed`);
    reload();
  };
  const kept = (provider: Provider): boolean | undefined =>
    provider.apiKeyEnv === undefined ? undefined : keys?.names.includes(provider.apiKeyEnv);
  return (
    <>
      <div className="flex flex-col gap-3">
        {settings.providers.map((provider) => (
          <ProviderCard
            key={provider.id}
            provider={provider}
            usual={provider.id === settings.provider}
            kept={kept(provider)}
            onSet={reload}
            onRemove={setRemoving}
          />
        ))}
      </div>
      <section className="flex flex-col gap-1">
        <Heading title="Where keys are kept" text={keys ? said(keys.where) : 'Looking …'} />
        {spare.length > 0 ? (
          <p className="text-muted">
            Kept as well, for no provider of this list: <span className="font-mono text-code">{spare.join(', ')}</span>
          </p>
        ) : null}
      </section>
      <section className="flex flex-col gap-3">
        <Heading
          title="Add a provider"
          text={
            <>
              Any server that speaks OpenAI’s protocol will do, on this machine or elsewhere. Write it into{' '}
              <span className="font-mono text-code break-all">{short(home ?? '')}/config.toml</span>; it appears here at once when you come
              back.
            </>
          }
        />
        <pre
          tabIndex={0}
          aria-label="An example for config.toml"
          className="overflow-x-auto rounded-box border bg-sunken px-4 py-3 text-code text-muted"
        >
          {sample}
        </pre>
      </section>
      {removing === undefined ? null : (
        <Confirm
          open
          danger
          title={`Remove ${removing}?`}
          text="The key is deleted here; the provider still knows it. Threads that need it will stop with a message until there is another one."
          action="Remove key"
          onConfirm={() => void remove(removing)}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </>
  );
}
