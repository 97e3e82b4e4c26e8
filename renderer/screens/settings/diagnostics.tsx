import { type JSX, useState } from 'react';
import { readHealth } from '../../connection/connection.ts';
import { useFromHome } from '../../items/place-words.ts';
import { Button } from '../../parts/button.tsx';
import { useApp } from '../../store/app.ts';
import { toast } from '../../store/ui.ts';
import { wordsOf } from '../act.ts';
import { copyWords } from '../copy.ts';
import { HealthRow } from '../home/health.tsx';
import { Group } from './row.tsx';

function Value({ name, children }: { name: string; children: string }): JSX.Element {
  return (
    <div className="grid grid-cols-[176px_1fr] gap-6 px-4 py-2">
      <dt className="text-muted">{name}</dt>
      <dd className="font-mono text-code [overflow-wrap:anywhere]">{children}</dd>
    </div>
  );
}

export function Diagnostics(): JSX.Element {
  const health = useApp((app) => app.health);
  const link = useApp((app) => app.link);
  const abilities = useApp((app) => app.abilities);
  const settings = useApp((app) => app.settings);
  const projects = useApp(({ app }) => app.projects.length);
  const threads = useApp(({ app }) => Object.keys(app.threads).length);
  const archived = useApp(({ app }) => app.archived);
  const short = useFromHome();
  const [checking, setChecking] = useState(false);
  if (!health) return <p className="text-faint">Checking …</p>;
  const facts: [string, string][] = [
    ['Version', health.version],
    ['Data folder', short(health.home)],
    ['Connection', link.state === 'up' ? 'up' : `${link.state}${link.detail ? `: ${link.detail}` : ''}`],
    ['Host', abilities.size > 0 ? 'desktop' : 'browser'],
    ['Browser engine', navigator.userAgent],
    ['Projects', String(projects)],
    ['Threads', `${threads}, and ${archived} in the archive`],
    ...(settings ? [['New threads use', `${settings.provider}, ${settings.model}, ${settings.profile}`] as [string, string]] : []),
  ];
  const check = async (): Promise<void> => {
    setChecking(true);
    await readHealth().catch((thrown: unknown) => toast(wordsOf(thrown), 'stop'));
    setChecking(false);
  };
  const report = [
    'Switchyard diagnostics',
    ...facts.map(([name, value]) => `${name}: ${value}`),
    ...health.checks.map(({ name, status, detail, remedy }) => `${name}: ${status}: ${detail}${remedy ? ` ${remedy}` : ''}`),
    ...(settings?.warnings ?? []).map(({ file, line, message }) => `${short(file)}:${line}: ${message}`),
  ].join('\n');
  return (
    <>
      <Group title="Checks">
        <ul className="divide-y">
          {health.checks.map((one) => (
            <HealthRow key={one.name} check={one} />
          ))}
        </ul>
      </Group>
      <Group title="This installation">
        <dl className="divide-y">
          {facts.map(([name, value]) => (
            <Value key={name} name={name}>
              {value}
            </Value>
          ))}
        </dl>
      </Group>
      <div className="flex flex-col gap-3">
        <div className="flex gap-2">
          <Button disabled={checking} onClick={() => void check()}>
            {checking ? 'Checking …' : 'Check again'}
          </Button>
          <Button onClick={() => void copyWords(report, 'Report')}>Copy report</Button>
        </div>
        <p className="max-w-prose text-caption text-pretty text-faint">
          The report holds the lines above and the warnings about config.toml: no keys, no messages, no file contents. Read it before you
          send it.
        </p>
      </div>
    </>
  );
}
