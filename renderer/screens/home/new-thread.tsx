import { type JSX, useMemo } from 'react';
import type { ThreadSummary } from '../../../shared/domain/thread.ts';
import { useFromHome } from '../../items/place-words.ts';
import { visibleLine } from '../../parts/safe-text.ts';
import { Select } from '../../parts/select.tsx';
import { useApp } from '../../store/app.ts';
import { useUi } from '../../store/ui.ts';
import { Composer } from '../thread/composer/composer.tsx';
import { HealthRow } from './health.tsx';
import { ThreadList } from './thread-list.tsx';
import { TrustQuestion } from './trust-question.tsx';

const recentCount = 8;

function split(threads: Readonly<Record<string, ThreadSummary>>): { needing: ThreadSummary[]; recent: ThreadSummary[] } {
  const all = Object.values(threads).toSorted((a, b) => b.updatedAt - a.updatedAt);
  const needing = all.filter(({ status }) => status === 'waiting');
  return { needing, recent: all.filter(({ status }) => status !== 'waiting').slice(0, recentCount) };
}

/** A new thread: in which project, and the first message. Below it, what waits for a person anywhere. */
export function NewThread(): JSX.Element {
  const projects = useApp(({ app }) => app.projects);
  const threads = useApp(({ app }) => app.threads);
  const health = useApp((app) => app.health);
  const asked = useUi(({ place }) => place.projectId);
  const { needing, recent } = useMemo(() => split(threads), [threads]);
  const project = projects.find(({ id }) => id === asked) ?? projects[0];
  const short = useFromHome();
  const failing = health?.checks.filter(({ status }) => status === 'fail') ?? [];
  if (!project) return <></>;
  // Not a place of its own: Back does not walk through the projects that were looked at.
  const choose = (projectId: string): void => useUi.setState({ place: { screen: 'home', projectId } });
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-col gap-8 px-8 pt-[14vh] pb-12">
      <section aria-label="New thread" className="flex flex-col gap-2">
        <div className="flex items-center gap-1 text-title">
          <h1 className="font-strong">New thread in</h1>
          <Select
            label="Project"
            quiet
            value={project.id}
            options={projects.map(({ id, name, path }) => ({ value: id, label: name, detail: visibleLine(short(path)) }))}
            onChange={choose}
          />
        </div>
        <Composer key={project.id} projectId={project.id} />
        <TrustQuestion key={`trust ${project.id}`} project={project} />
      </section>
      {failing.length > 0 ? (
        <ul aria-label="What does not work" className="divide-y rounded-box border">
          {failing.map((check) => (
            <HealthRow key={check.name} check={check} />
          ))}
        </ul>
      ) : null}
      <ThreadList title="Needs you" threads={needing} />
      <ThreadList title="Recent" threads={recent} />
      {needing.length + recent.length === 0 ? (
        <p className="max-w-prose text-faint">
          Say what should be different, and how you would check it. For example: “The invoice total ignores discounts; make the tests in
          test/invoice pass.”
        </p>
      ) : null}
    </div>
  );
}
