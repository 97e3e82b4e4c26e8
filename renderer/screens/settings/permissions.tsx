import { type JSX, useState } from 'react';
import type { Project } from '../../../shared/domain/project.ts';
import { profileBound } from '../../../shared/policy/bounds.ts';
import { Button } from '../../parts/button.tsx';
import { Lock } from '../../parts/lock.tsx';
import { visibleLine } from '../../parts/safe-text.ts';
import { useApp } from '../../store/app.ts';
import { lockOf, usePolicy } from '../../store/policy.ts';
import { go } from '../../store/ui.ts';
import { type Asked, Asking } from '../sidebar/asking.tsx';
import { profileName } from '../thread/composer/choices.ts';
import { Group, Heading, Table } from './row.tsx';
import { useSettings } from './use-settings.ts';

// What the guard of the runtime does in this version, which has no sandbox.
const profiles: { id: string; read: string; outside: string; command: string; change: string }[] = [
  { id: 'read-only', read: 'allowed', outside: 'asks', command: 'asks', change: 'refused' },
  { id: 'workspace', read: 'allowed', outside: 'asks', command: 'asks', change: 'asks' },
  { id: 'full-access', read: 'allowed', outside: 'allowed', command: 'allowed', change: 'allowed' },
];

function Cell({ word }: { word: string }): JSX.Element {
  return <td className={`px-3 py-2 ${word === 'allowed' ? '' : 'text-muted'}`}>{word}</td>;
}

function Trust({ project, onAsk }: { project: Project; onAsk: (asked: Asked) => void }): JSX.Element {
  return (
    <div className="flex items-center gap-4 px-4 py-2">
      <div className="min-w-0 flex-1">
        <p className="truncate">{visibleLine(project.name)}</p>
        <p className="truncate font-mono text-caption text-faint">{project.path}</p>
      </div>
      <span className="shrink-0 text-muted">{project.trusted ? 'Trusted' : 'Not trusted'}</span>
      <Button small onClick={() => onAsk({ what: project.trusted ? 'untrust' : 'trust', project })}>
        {project.trusted ? 'Stop trusting' : 'Trust …'}
      </Button>
    </div>
  );
}

export function Permissions(): JSX.Element {
  const { settings } = useSettings();
  const policy = usePolicy();
  const projects = useApp(({ app }) => app.projects);
  const [asked, setAsked] = useState<Asked>();
  return (
    <>
      <section className="flex flex-col gap-3">
        <Heading
          title="Profiles"
          text="A thread works under one of these; the composer shows and switches it. This version has no sandbox, so outside of full access every command and every change of a file asks first. An answer “for this thread” covers exactly what was asked."
        />
        <Table label="Profiles">
          <thead>
            <tr className="border-b text-left text-caption text-muted *:px-3 *:py-2 *:font-normal">
              <th scope="col" className="pl-4!">
                Profile
              </th>
              <th scope="col">Read in the project</th>
              <th scope="col">Read elsewhere</th>
              <th scope="col">Run a command</th>
              <th scope="col">Change a file</th>
            </tr>
          </thead>
          <tbody className="divide-y">
            {profiles.map(({ id, read, outside, command, change }) => (
              <tr key={id}>
                <th scope="row" className="py-2 pr-3 pl-4 text-left font-normal whitespace-nowrap">
                  {profileName(id)}
                  {lockOf(policy, profileBound(policy, id)) === undefined ? null : (
                    <span className="ml-2 align-middle">
                      <Lock source={lockOf(policy, profileBound(policy, id)) ?? ''} />
                    </span>
                  )}
                  {settings?.profile === id ? <span className="ml-2 text-caption text-faint">new threads</span> : null}
                </th>
                <Cell word={read} />
                <Cell word={outside} />
                <Cell word={command} />
                <Cell word={change} />
              </tr>
            ))}
          </tbody>
        </Table>
        <div>
          <Button small onClick={() => go({ screen: 'settings', section: 'General' })}>
            Change the profile of new threads
          </Button>
        </div>
      </section>
      {projects.length > 0 ? (
        <Group
          title="Trust"
          text="Of a project that is not trusted, instruction files are named and left out, and its config.toml is not read."
        >
          {projects.map((project) => (
            <Trust key={project.id} project={project} onAsk={setAsked} />
          ))}
        </Group>
      ) : null}
      {asked ? <Asking asked={asked} onClose={() => setAsked(undefined)} /> : null}
    </>
  );
}
