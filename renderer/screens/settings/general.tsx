import { type JSX, useEffect, useState } from 'react';
import { modelBound, profileBound } from '../../../shared/policy/bounds.ts';
import type { Result } from '../../../shared/protocol.ts';
import { useFromHome } from '../../items/place-words.ts';
import { Switch, TextField } from '../../parts/field.tsx';
import { Select, type SelectOption } from '../../parts/select.tsx';
import { useApp } from '../../store/app.ts';
import { useSandboxWorks } from '../../store/permissions.ts';
import { lockOf, usePolicy } from '../../store/policy.ts';
import { keep, useUi } from '../../store/ui.ts';
import { effortNames, profileOptions, providerName } from '../thread/composer/choices.ts';
import { Group, SettingRow } from './row.tsx';
import { useSettings } from './use-settings.ts';

type Settings = Result<'settings.read'>;

/** A model of a server of one's own has any name: it is typed. */
function ModelName({ value, onDone }: { value: string; onDone: (value: string) => void }): JSX.Element {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const finish = (): void => {
    if (text.trim() !== value) onDone(text.trim());
  };
  return (
    <TextField
      label="Model"
      hideLabel
      mono
      value={text}
      onChange={setText}
      onEnter={finish}
      onBlur={finish}
      placeholder="Name of a model"
    />
  );
}

function modelChoices({ provider: id, providers, models }: Settings): SelectOption[] {
  const provider = providers.find((each) => each.id === id);
  if (provider?.kind === 'rehearsal') return [{ value: 'rehearsal', label: 'Rehearsal (no model)' }];
  return models
    .filter((model) => model.id !== 'rehearsal')
    .map(({ id, name, preview }) => ({ value: id, label: preview ? `${name}, preview` : name }));
}

const asModel = 'as the model';

function Notifications(): JSX.Element | null {
  const able = useApp((app) => app.abilities.has('showNotification'));
  const notices = useUi((ui) => ui.kept.notices);
  if (!able) return null;
  return (
    <Group title="Notifications">
      <SettingRow
        label="When a thread needs you, fails or finishes"
        detail="While this window is behind others or shows another thread; with the title, never with what was said"
      >
        <Switch label="Notifications" hideLabel checked={notices} onChange={(next) => keep({ notices: next })} />
      </SettingRow>
    </Group>
  );
}

export function General(): JSX.Element {
  const { settings, error, write } = useSettings();
  const policy = usePolicy();
  const home = useApp((app) => app.health?.home);
  const works = useSandboxWorks();
  const short = useFromHome();
  if (!settings) return <p className={error ? 'text-stop' : 'text-faint'}>{error ?? 'Reading config.toml …'}</p>;
  const { provider, model, profile, effort, providers, models, warnings } = settings;
  const own = providers.find(({ id }) => id === provider);
  const efforts = models.find(({ id }) => id === model)?.efforts ?? [];
  const usual = models.find(({ id }) => id === model)?.defaultEffort;
  return (
    <>
      {error ? (
        <p role="alert" className="rounded-box bg-stop-soft px-3 py-2 text-stop">
          {error}
        </p>
      ) : null}
      <Group
        title="New threads start with"
        text="The composer can choose others for one thread. A trusted project’s own config.toml may too."
        note={
          home === undefined ? undefined : (
            <>
              Kept in <span className="font-mono break-all">{short(home)}/config.toml</span>, which may be edited by hand as well.
            </>
          )
        }
      >
        <SettingRow label="Provider" detail="Who serves the model">
          <Select
            label="Provider"
            value={provider}
            options={providers.map((each) => ({
              value: each.id,
              label: providerName(each),
              detail: each.baseUrl,
              locked: lockOf(policy, modelBound(policy, { provider: each.id, baseUrl: each.baseUrl })),
            }))}
            onChange={(next) => void write({ provider: next, model: null })}
          />
        </SettingRow>
        <SettingRow
          label="Model"
          detail={own?.defaultModel && own.defaultModel !== model ? `The provider’s own is ${own.defaultModel}` : 'Which one does the work'}
        >
          {own?.kind === 'openai-compatible' ? (
            <ModelName value={model} onDone={(next) => void write({ model: next === '' ? null : next })} />
          ) : (
            <Select
              label="Model"
              value={model}
              options={modelChoices(settings).map((option) => ({
                ...option,
                locked: lockOf(policy, modelBound(policy, { provider, model: option.value })),
              }))}
              onChange={(next) => void write({ model: next })}
            />
          )}
        </SettingRow>
        <SettingRow label="Effort" detail="How long it thinks before it answers">
          <Select
            label="Effort"
            value={effort ?? asModel}
            disabled={efforts.length === 0}
            options={[
              { value: asModel, label: usual ? `As suggested: ${effortNames[usual].toLowerCase()}` : 'As suggested' },
              ...efforts.map((each) => ({ value: each, label: effortNames[each] })),
            ]}
            onChange={(next) => void write({ effort: next === asModel ? null : next })}
          />
        </SettingRow>
        <SettingRow label="Profile" detail="What the agent may do without asking">
          <Select
            label="Profile"
            value={profile}
            locked={policy.values['profiles.default'] === undefined ? undefined : lockOf(policy, { key: 'profiles.default' })}
            options={profileOptions(settings, works, profile).map((option) => ({
              ...option,
              locked: lockOf(policy, profileBound(policy, option.value)),
            }))}
            onChange={(next) => void write({ profile: next })}
          />
        </SettingRow>
      </Group>
      {warnings.length > 0 ? (
        <Group title="What the files say that is wrong or left out">
          {warnings.map(({ file, line, message }) => (
            <div key={`${file}:${line}:${message}`} className="px-4 py-2">
              <p>{message}</p>
              <p className="font-mono text-code break-all text-faint">
                {short(file)}:{line}
              </p>
            </div>
          ))}
        </Group>
      ) : null}
      <Notifications />
    </>
  );
}
