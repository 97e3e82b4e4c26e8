import { ShieldOff } from 'lucide-react';
import { type JSX, useState } from 'react';
import type { Project } from '../../../shared/domain/project.ts';
import { Button } from '../../parts/button.tsx';
import { Lock } from '../../parts/lock.tsx';
import { visibleLine } from '../../parts/safe-text.ts';
import { keep, useUi } from '../../store/ui.ts';
import { act } from '../act.ts';
import { focusComposer } from '../shortcuts/window-actions.ts';
import { Asking } from '../sidebar/asking.tsx';
import { kindName, loadWords, stampOf, useLoads } from '../sidebar/loads.ts';
import { useTrustLock } from '../sidebar/trust-lock.ts';

const mostNamed = 6;

/**
 * Whether a project is to be trusted, asked once where a thread is begun in it: with what that would load. "Not now" holds until that
 * changes; from then on one line says how it stands.
 */
export function TrustQuestion({ project }: { project: Project }): JSX.Element | null {
  const found = useLoads(project);
  const later = useUi((ui) => ui.kept.later[project.id]);
  const locked = useTrustLock(project);
  const [reading, setReading] = useState(false);
  if (project.trusted || found === undefined) return null;
  const name = visibleLine(project.name);
  const asking = reading ? <Asking asked={{ what: 'trust', project }} onClose={() => setReading(false)} /> : null;
  const stamp = stampOf(found);
  if (found.loads.length === 0 || later === stamp || locked !== undefined)
    return (
      <p className="flex items-center gap-2 text-muted">
        <ShieldOff size={16} strokeWidth={1.5} className="shrink-0 text-faint" aria-hidden="true" />
        <span className="min-w-0 flex-1">
          {found.loads.length === 0
            ? `${name} is not trusted; there is nothing in it that would be loaded.`
            : `${name} is not trusted: ${loadWords(found)} left out.`}
        </span>
        {locked === undefined ? null : <Lock words source={locked} />}
        <Button small tone="quiet" onClick={() => setReading(true)}>
          Trust …
        </Button>
        {asking}
      </p>
    );
  // The question goes, and the focus with it.
  const notNow = (): void => {
    keep({ later: { ...useUi.getState().kept.later, [project.id]: stamp } });
    focusComposer();
  };
  const trust = (): void => {
    void act('project.trust', { projectId: project.id, trusted: true });
    focusComposer();
  };
  return (
    <section aria-label={`Trust ${name}?`} className="flex flex-col gap-2 rounded-box border bg-raised px-4 py-3">
      <h2 className="font-strong">Do you trust what {name} brings along?</h2>
      <p className="text-pretty text-muted">
        Until you do, this is left out: {loadWords(found)}. Instructions tell the agent what to do; settings can choose the model and
        tighten permissions, never widen them.
      </p>
      <ul className="flex flex-col">
        {found.loads.slice(0, mostNamed).map(({ kind, path, leads }) => (
          <li key={`${kind} ${path}`} className="grid grid-cols-[7.5rem_minmax(0,1fr)] gap-3">
            <span className="text-muted">{kindName(kind)}</span>
            <span className="font-mono text-code wrap-anywhere">
              {visibleLine(path)}
              {leads === undefined ? null : <span className="text-wait"> leads out of the project, to {visibleLine(leads)}</span>}
            </span>
          </li>
        ))}
        {found.loads.length > mostNamed || found.more ? (
          <li className="text-muted">{found.more ? 'and others' : `and ${found.loads.length - mostNamed} more`}</li>
        ) : null}
      </ul>
      <div className="flex flex-wrap items-center gap-2">
        <Button onClick={trust}>Trust this project</Button>
        <Button onClick={notNow}>Not now</Button>
        <Button tone="quiet" onClick={() => setReading(true)}>
          Read them first …
        </Button>
      </div>
      {asking}
    </section>
  );
}
