import type { JSX } from 'react';
import { profileBound } from '../../../shared/policy/bounds.ts';
import { Select } from '../../parts/select.tsx';
import { useApp } from '../../store/app.ts';
import { isOpen, useSandbox, useSandboxWorks } from '../../store/permissions.ts';
import { lockOf, usePolicy } from '../../store/policy.ts';
import { HealthRow } from '../home/health.tsx';
import { Group, SettingRow } from '../settings/row.tsx';
import { profileOptions } from '../thread/composer/choices.ts';
import { AlwaysAnswers, ThreadAnswers } from './answers.tsx';
import { Rules } from './rules.tsx';
import { TryIt } from './try-it.tsx';
import { type Scope, useListed } from './use-listed.ts';

export interface PermissionsPanelProps {
  scope: Scope;
  /** The profile in use there. */
  profile: string;
  onProfile: (profile: string) => void;
  /** Whose profile it is. */
  whose: string;
  /** The organisation has chosen it: where that stands. */
  locked?: string | undefined;
}

/** What an agent may do somewhere, which rule says so, and where it stands. */
export function PermissionsPanel({ scope, profile, onProfile, whose, locked }: PermissionsPanelProps): JSX.Element {
  const { listed, error } = useListed(scope);
  const settings = useApp((app) => app.settings);
  const projects = useApp(({ app }) => app.projects);
  const sandbox = useSandbox();
  const works = useSandboxWorks();
  const policy = usePolicy();
  const open = isOpen(settings, profile);
  const options = profileOptions(settings, works, profile);
  const shown = listed?.profiles.find(({ name }) => name === profile);
  const root = projects.find(({ id }) => id === scope.projectId)?.path;
  return (
    <>
      <Group>
        <SettingRow label="Profile" detail={whose}>
          <Select
            label="Profile"
            value={profile}
            locked={locked}
            options={options.map((option) => ({ ...option, locked: lockOf(policy, profileBound(policy, option.value)) }))}
            onChange={onProfile}
          />
        </SettingRow>
        <p className={`px-4 py-2 ${open ? 'bg-stop-soft text-stop' : 'text-muted'}`}>
          {options.find(({ value }) => value === profile)?.detail}
        </p>
        {sandbox && !open ? (
          <ul>
            <HealthRow check={sandbox} />
          </ul>
        ) : null}
      </Group>
      {error === undefined ? null : (
        <p role="alert" className="text-stop">
          {error}
        </p>
      )}
      <TryIt scope={scope} profile={profile} stamp={listed} />
      {scope.threadId === undefined || listed === undefined ? null : <ThreadAnswers grants={listed.grants} root={root} />}
      <AlwaysAnswers projectId={scope.projectId} />
      {shown === undefined ? null : <Rules profile={shown} works={works} />}
    </>
  );
}
