import { type JSX, useState } from 'react';
import type { Project } from '../../../shared/domain/project.ts';
import { useFromHome } from '../../items/place-words.ts';
import { Button } from '../../parts/button.tsx';
import { visibleLine } from '../../parts/safe-text.ts';
import { Select } from '../../parts/select.tsx';
import { useApp } from '../../store/app.ts';
import { lockOf, usePolicy } from '../../store/policy.ts';
import { PermissionsPanel } from '../permissions/panel.tsx';
import { currentProject } from '../shortcuts/window-actions.ts';
import { type Asked, Asking } from '../sidebar/asking.tsx';
import { Group, Heading } from './row.tsx';
import { useSettings } from './use-settings.ts';

function Trust({ project, onAsk }: { project: Project; onAsk: (asked: Asked) => void }): JSX.Element {
  const short = useFromHome();
  return (
    <div className="flex items-center gap-4 px-4 py-2">
      <div className="min-w-0 flex-1">
        <p className="truncate">{visibleLine(project.name)}</p>
        <p className="truncate font-mono text-caption text-faint">{visibleLine(short(project.path))}</p>
      </div>
      <span className="shrink-0 text-muted">{project.trusted ? 'Trusted' : 'Not trusted'}</span>
      <Button small onClick={() => onAsk({ what: project.trusted ? 'untrust' : 'trust', project })}>
        {project.trusted ? 'Stop trusting' : 'Trust …'}
      </Button>
    </div>
  );
}

export function Permissions(): JSX.Element {
  const { settings, write } = useSettings();
  const policy = usePolicy();
  const projects = useApp(({ app }) => app.projects);
  const [asked, setAsked] = useState<Asked>();
  const [chosen, setChosen] = useState(currentProject);
  const project = projects.find(({ id }) => id === chosen) ?? projects[0];
  return (
    <>
      <div className="flex items-end justify-between gap-6">
        <Heading text="What an agent may do without asking, which rule says so, and where it stands. A thread has its own in /permissions." />
        {projects.length > 1 && project ? (
          <span className="w-48 shrink-0">
            <Select
              label="Project"
              value={project.id}
              options={projects.map(({ id, name }) => ({ value: id, label: visibleLine(name) }))}
              onChange={setChosen}
            />
          </span>
        ) : null}
      </div>
      <PermissionsPanel
        scope={{ projectId: project?.id }}
        profile={settings?.profile ?? ''}
        whose="New threads, unless the composer chooses another one"
        locked={policy.values['profiles.default'] === undefined ? undefined : lockOf(policy, { key: 'profiles.default' })}
        onProfile={(profile) => void write({ profile })}
      />
      {projects.length > 0 ? (
        <Group
          title="Trust"
          text="Of a project that is not trusted, instruction files are named and left out, and its config.toml is not read."
        >
          {projects.map((each) => (
            <Trust key={each.id} project={each} onAsk={setAsked} />
          ))}
        </Group>
      ) : null}
      {asked ? <Asking asked={asked} onClose={() => setAsked(undefined)} /> : null}
    </>
  );
}
