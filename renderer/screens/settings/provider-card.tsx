import { CircleCheck, CircleX } from 'lucide-react';
import { type JSX, useState } from 'react';
import type { Provider } from '../../../shared/domain/model.ts';
import { modelBound } from '../../../shared/policy/bounds.ts';
import { request } from '../../connection/connection.ts';
import { Button } from '../../parts/button.tsx';
import { TextField } from '../../parts/field.tsx';
import { Lock } from '../../parts/lock.tsx';
import { visibleLine } from '../../parts/safe-text.ts';
import { useApp } from '../../store/app.ts';
import { lockOf, usePolicy } from '../../store/policy.ts';
import { toast } from '../../store/ui.ts';
import { wordsOf } from '../act.ts';
import { modelOf, providerName } from '../thread/composer/choices.ts';

const kinds: Record<Provider['kind'], string> = {
  openai: 'OpenAI’s own servers',
  'openai-compatible': 'A server that speaks OpenAI’s protocol',
  rehearsal: 'A built-in script for trying things out. No model, no key, no cost.',
};

export interface ProviderCardProps {
  provider: Provider;
  /** New threads use it. */
  usual: boolean;
  /** Whether its key is kept; undefined when it needs none. */
  kept: boolean | undefined;
  onSet: () => void;
  onRemove: (name: string) => void;
}

function KeyEntry({ name, onDone }: { name: string; onDone: (set: boolean) => void }): JSX.Element {
  const [value, setValue] = useState('');
  const [error, setError] = useState<string>();
  const save = async (): Promise<void> => {
    if (value.trim() === '') return setError('Paste the key, or cancel.');
    try {
      await request('key.set', { name, value: value.trim() });
      toast(`${name} kept`);
      onDone(true);
    } catch (thrown) {
      setError(wordsOf(thrown));
    }
  };
  return (
    <div className="flex items-start gap-2">
      <TextField
        label={`Key for ${name}`}
        hideLabel
        type="password"
        autoComplete="off"
        autoFocus
        mono
        value={value}
        placeholder={`Paste ${name}`}
        hint="It is stored encrypted and never shown again."
        error={error}
        onChange={setValue}
        onEnter={() => void save()}
        onKeyDown={(event) => event.key === 'Escape' && onDone(false)}
      />
      <Button tone="primary" onClick={() => void save()}>
        Keep key
      </Button>
      <Button onClick={() => onDone(false)}>Cancel</Button>
    </div>
  );
}

/** One provider: what it is, whether it has its key, and whether it answers. */
export function ProviderCard({ provider, usual, kept, onSet, onRemove }: ProviderCardProps): JSX.Element {
  const { id, kind, baseUrl, wire, apiKeyEnv, defaultModel } = provider;
  const settings = useApp((app) => app.settings);
  const policy = usePolicy();
  const locked = lockOf(policy, modelBound(policy, { provider: id, baseUrl }));
  const [entering, setEntering] = useState(false);
  const [test, setTest] = useState<'running' | { ok: boolean; message: string }>();
  const run = async (): Promise<void> => {
    setTest('running');
    try {
      setTest(await request('provider.test', { provider: id }));
    } catch (thrown) {
      setTest({ ok: false, message: wordsOf(thrown) });
    }
  };
  const Sign = typeof test === 'object' && test.ok ? CircleCheck : CircleX;
  return (
    <section aria-label={providerName(provider)} className="flex flex-col gap-3 rounded-box border p-4">
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <h2 className="flex items-baseline gap-2 font-strong">
            {visibleLine(providerName(provider))}
            {locked === undefined ? null : <Lock words source={locked} />}
            {usual ? <span className="text-caption font-normal text-faint">used by new threads</span> : null}
          </h2>
          <p className="text-muted [overflow-wrap:anywhere]">
            {kinds[kind]}
            {baseUrl ? <span className="block font-mono text-code">{baseUrl}</span> : null}
          </p>
          {kind === 'rehearsal' ? null : (
            <p className="text-caption text-faint">
              {defaultModel ? `${modelOf(settings, defaultModel)?.name ?? defaultModel} · ` : ''}
              {wire === 'chat' ? 'Chat Completions' : 'Responses'}
            </p>
          )}
        </div>
        <Button small disabled={test === 'running' || locked !== undefined} onClick={() => void run()}>
          {test === 'running' ? 'Asking …' : 'Test'}
        </Button>
      </div>
      {typeof test === 'object' ? (
        <p role="status" className={`flex items-start gap-2 ${test.ok ? 'text-go' : 'text-stop'}`}>
          <Sign size={16} strokeWidth={1.5} className="mt-0.5 shrink-0" aria-hidden="true" />
          <span className="min-w-0 [overflow-wrap:anywhere]">{test.message}</span>
        </p>
      ) : null}
      {apiKeyEnv === undefined ? null : entering ? (
        <KeyEntry
          name={apiKeyEnv}
          onDone={(set) => {
            setEntering(false);
            if (!set) return;
            setTest(undefined);
            onSet();
          }}
        />
      ) : (
        <div className="flex items-center gap-2 border-t pt-3">
          <p className="min-w-0 flex-1 text-muted">
            <span className="font-mono text-code">{apiKeyEnv}</span>
            {kept === undefined ? '' : kept ? ' is kept here.' : ' is not kept here. One in the environment is used when there is one.'}
          </p>
          <Button small onClick={() => setEntering(true)}>
            {kept ? 'Replace key' : 'Add key'}
          </Button>
          {kept ? (
            <Button small tone="danger" onClick={() => onRemove(apiKeyEnv)}>
              Remove key
            </Button>
          ) : null}
        </div>
      )}
    </section>
  );
}
