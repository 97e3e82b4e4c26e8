import type { JSX } from 'react';
import type { GrantedSubject, Rule } from '../../../shared/domain/rule.ts';
import { answersAllowed } from '../../../shared/policy/bounds.ts';
import { subjectLine } from '../../items/approvals/words.ts';
import { pathBelow } from '../../items/place-words.ts';
import { Button } from '../../parts/button.tsx';
import { Lock } from '../../parts/lock.tsx';
import { visibleLine } from '../../parts/safe-text.ts';
import { agoTime } from '../../parts/time.ts';
import { useApp } from '../../store/app.ts';
import { lockOf, usePolicy } from '../../store/policy.ts';
import { act } from '../act.ts';
import { Group } from '../settings/row.tsx';

const does: Record<GrantedSubject['kind'], string> = { command: 'run', network: 'reach', read: 'read', write: 'change' };

/** What was allowed, word for word; where it holds below it. */
function Allowed({ subject, root, detail }: { subject: GrantedSubject; root: string | undefined; detail?: string }): JSX.Element {
  const below = (path: string): string => pathBelow([root], path) || path;
  const folder = subject.kind === 'command' ? pathBelow([root], subject.cwd) : '';
  const more = [folder === '' ? '' : `in ${folder}`, detail ?? ''].filter(Boolean).join(' · ');
  return (
    <div className="min-w-0 flex-1">
      <p className="flex gap-2">
        <span className="w-12 shrink-0 text-muted">{does[subject.kind]}</span>
        <span className="min-w-0 font-mono text-code wrap-anywhere">{subjectLine(subject, below)}</span>
      </p>
      {more === '' ? null : <p className="pl-14 text-caption text-faint wrap-anywhere">{visibleLine(more)}</p>}
    </div>
  );
}

/** What was answered for the rest of the thread. */
export function ThreadAnswers({ grants, root }: { grants: readonly GrantedSubject[]; root: string | undefined }): JSX.Element {
  return (
    <Group title="Allowed in this thread" text="Until the thread is over. A fork has the same.">
      {grants.length === 0 ? <p className="px-4 py-1.5 text-muted">Nothing yet.</p> : null}
      {grants.map((subject) => (
        <div key={JSON.stringify(subject)} className="px-4 py-1.5">
          <Allowed subject={subject} root={root} />
        </div>
      ))}
    </Group>
  );
}

function AlwaysRow({ rule, root }: { rule: Rule; root: string | undefined }): JSX.Element {
  const line = subjectLine(rule.subject, (path) => path);
  return (
    <div className="flex items-center gap-4 px-4 py-1.5">
      <Allowed subject={rule.subject} root={root} detail={`answered ${agoTime(rule.at, Date.now())}`} />
      <Button small aria-label={`Revoke: ${line}`} onClick={() => void act('rule.revoke', { ruleId: rule.id })}>
        Revoke
      </Button>
    </div>
  );
}

/** Every answer of "always": those of this project first, and of the others below their names. */
export function AlwaysAnswers({ projectId }: { projectId: string | undefined }): JSX.Element {
  const rules = useApp(({ app }) => app.rules);
  const projects = useApp(({ app }) => app.projects);
  const policy = usePolicy();
  const barred = !answersAllowed(policy).includes('always');
  const here = projects.find(({ id }) => id === projectId);
  const others = projects.filter(({ id }) => id !== projectId && rules.some((rule) => rule.projectId === id));
  const of = (id: string): Rule[] => rules.filter((rule) => rule.projectId === id).toReversed();
  return (
    <>
      <Group
        title={here ? `Always allowed in ${visibleLine(here.name)}` : 'Always allowed'}
        text={
          barred && rules.length > 0 ? (
            <span className="inline-flex items-center gap-1">
              <Lock words source={lockOf(policy, { key: 'approvals.answers' }) ?? ''} /> These are not in force.
            </span>
          ) : (
            'Answers of “always”: exactly this, in this project. Revoked, it asks again.'
          )
        }
      >
        {here === undefined || of(here.id).length === 0 ? <p className="px-4 py-1.5 text-muted">Nothing.</p> : null}
        {here === undefined ? null : of(here.id).map((rule) => <AlwaysRow key={rule.id} rule={rule} root={here.path} />)}
      </Group>
      {others.map((project) => (
        <Group key={project.id} title={`Always allowed in ${visibleLine(project.name)}`}>
          {of(project.id).map((rule) => (
            <AlwaysRow key={rule.id} rule={rule} root={project.path} />
          ))}
        </Group>
      ))}
    </>
  );
}
