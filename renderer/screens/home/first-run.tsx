import { FolderPlus, Play } from 'lucide-react';
import { type JSX, useState } from 'react';
import type { HealthCheck } from '../../../shared/protocol/app.ts';
import { Button } from '../../parts/button.tsx';
import { useApp } from '../../store/app.ts';
import { useSandboxWorks } from '../../store/permissions.ts';
import { usePolicy } from '../../store/policy.ts';
import { go } from '../../store/ui.ts';
import { useKeys } from '../settings/use-keys.ts';
import { modelOf, providerName } from '../thread/composer/choices.ts';
import { askForProject } from './add-project.tsx';
import { HealthRow } from './health.tsx';
import { trySample } from './sample.ts';

/** The provider of new threads as a row beside git and the sandbox: a missing key is what stops most people. */
function useProviderCheck(): HealthCheck | undefined {
  const settings = useApp((app) => app.settings);
  const { keys } = useKeys();
  const provider = settings?.providers.find(({ id }) => id === settings.provider);
  if (!provider || !keys) return undefined;
  const name = provider.apiKeyEnv;
  if (name === undefined || keys.names.includes(name))
    return {
      name: 'Provider',
      status: 'ok',
      detail: `${providerName(provider)}, ${modelOf(settings, settings?.model ?? '')?.name ?? (settings?.model || 'no model chosen')}`,
    };
  return {
    name: 'Provider',
    status: 'warning',
    detail: `No key for ${providerName(provider)} is kept. One in the environment as ${name} works too.`,
  };
}

/** Both ways to begin share their columns, so that the buttons are of one width. */
const card = 'col-span-2 grid grid-cols-subgrid items-center rounded-box border bg-raised p-4';

/** One page without a tour: does everything work, and two ways to begin. */
export function FirstRun(): JSX.Element {
  const health = useApp((app) => app.health);
  const provider = useProviderCheck();
  const works = useSandboxWorks();
  const governed = usePolicy().status !== 'none';
  // That no organisation sets anything tells a newcomer nothing.
  const checks = health?.checks.filter(({ name }) => governed || name !== 'Policy');
  const [busy, setBusy] = useState(false);
  const start = (): void => {
    setBusy(true);
    void trySample().finally(() => setBusy(false));
  };
  return (
    <div className="mx-auto flex min-h-full w-full max-w-2xl flex-col justify-center gap-8 px-8 py-12">
      <header className="flex flex-col gap-1">
        <h1 className="text-title font-strong">Put an agent to work</h1>
        <p className="text-muted">
          Switchyard lets coding agents work in your projects. You see every command and every change, and decide what may happen.
        </p>
      </header>

      <section aria-labelledby="begin" className="grid grid-cols-[minmax(0,1fr)_auto] gap-3">
        <h2 id="begin" className="sr-only">
          Begin
        </h2>
        <div className={card}>
          <div>
            <h3 className="font-strong">See a whole job in a minute</h3>
            <p className="text-muted">
              Rehearsal, a script that needs no key, finds the bug in a small shop’s code and mends it
              {works ? ', inside the sandbox.' : ', and asks you before it changes a file.'}
            </p>
          </div>
          <Button tone="primary" icon={Play} disabled={busy} onClick={start}>
            {busy ? 'Preparing …' : 'Try the sample project'}
          </Button>
        </div>
        <div className={card}>
          <div>
            <h3 className="font-strong">Start with your own code</h3>
            <p className="text-muted">Add a folder, with git or without. It starts untrusted: nothing in it is loaded or run by itself.</p>
          </div>
          <Button icon={FolderPlus} onClick={() => void askForProject()}>
            Add a folder
          </Button>
        </div>
      </section>

      <section aria-labelledby="checks" className="flex flex-col gap-2">
        <h2 id="checks" className="font-strong">
          What was checked
        </h2>
        <ul className="divide-y rounded-box border">
          {checks?.map((check) => (
            <HealthRow key={check.name} check={check} />
          ))}
          {provider ? (
            <HealthRow
              check={provider}
              action={
                provider.status === 'ok' ? null : (
                  <Button small onClick={() => go({ screen: 'settings', section: 'Providers' })}>
                    Add a key
                  </Button>
                )
              }
            />
          ) : null}
          {health ? null : <li className="px-4 py-2 text-faint">Checking git and the sandbox …</li>}
        </ul>
      </section>
    </div>
  );
}
