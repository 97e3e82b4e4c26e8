import type { JSX } from 'react';
import { modelBound, profileBound } from '../../../../shared/policy/bounds.ts';
import { Select } from '../../../parts/select.tsx';
import { useApp } from '../../../store/app.ts';
import { isOpen, useSandboxWorks } from '../../../store/permissions.ts';
import { lockOf, usePolicy } from '../../../store/policy.ts';
import { effortNames, modelOf, modelOptions, modelValue, profileOptions, withModel } from './choices.ts';
import { configure, isEffort, type Target, useChoice } from './target.ts';

/** Model, effort and profile: of the thread, or of the next new one. */
export function Pickers({ target }: { target: Target }): JSX.Element | null {
  const settings = useApp((app) => app.settings);
  const choice = useChoice(target);
  const policy = usePolicy();
  const works = useSandboxWorks();
  if (!choice) return null;
  const models = modelOptions(settings, choice).map((option) => ({ ...option, locked: lockOf(policy, modelBound(policy, option)) }));
  const model = modelOf(settings, choice.model);
  const efforts = model?.efforts ?? [];
  const effort = choice.effort ?? model?.defaultEffort;
  // Below the box of a thread there is no room, above that of a new one stands its title.
  const side = target.threadId === undefined ? 'bottom' : 'top';
  const profiles = profileOptions(settings, works, choice.profile);
  return (
    <>
      <Select
        quiet
        side={side}
        label="Model"
        value={modelValue(choice.provider, choice.model)}
        options={models}
        onChange={(value) => {
          const option = models.find((each) => each.value === value);
          if (option) configure(target, withModel(settings, choice, option.provider, option.model));
        }}
      />
      {efforts.length > 0 && (
        <Select
          quiet
          side={side}
          label="Effort"
          value={effort ?? ''}
          placeholder="Effort"
          options={efforts.map((value) => ({ value, label: effortNames[value] }))}
          onChange={(value) => {
            if (isEffort(value, efforts)) configure(target, { effort: value });
          }}
        />
      )}
      <Select
        quiet
        side={side}
        label="Profile"
        alarm={isOpen(settings, choice.profile)}
        value={choice.profile}
        options={profiles.map((option) => ({ ...option, locked: lockOf(policy, profileBound(policy, option.value)) }))}
        onChange={(profile) => configure(target, { profile })}
      />
    </>
  );
}
