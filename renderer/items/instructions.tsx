import { ShieldAlert } from 'lucide-react';
import { type JSX, useState } from 'react';
import type { InstructionsItem } from '../../shared/domain/item.ts';
import { act } from '../connection/act.ts';
import { Button } from '../parts/button.tsx';
import { Lock } from '../parts/lock.tsx';
import { visibleLine } from '../parts/safe-text.ts';
import { useApp } from '../store/app.ts';
import { lockOf, usePolicy } from '../store/policy.ts';
import { Line } from './line.tsx';
import { useOpened } from './opened.ts';
import { Output } from './output.tsx';
import { usePlaces } from './place-words.ts';
import { byteWords } from './reading.ts';
import { useThread } from './thread-context.ts';

const fileName = (path: string): string => visibleLine(path.split(/[\\/]/).at(-1) ?? path);

/** Which instruction files the turn was given, and which it was not because nobody trusts the project yet. */
export function Instructions({ item }: { item: InstructionsItem }): JSX.Element {
  const { projectId } = useThread();
  const { below } = usePlaces();
  const [open, toggle] = useOpened(item.id);
  const [sent, setSent] = useState(false);
  const trusted = useApp(({ app }) => app.projects.find((project) => project.id === projectId)?.trusted ?? true);
  const names = [...new Set(item.sources.map(({ path }) => fileName(path)))];
  const files = `${item.withheld.length} instruction ${item.withheld.length === 1 ? 'file is' : 'files are'}`;
  const policy = usePolicy();
  const locked = policy.values['projects.trust'] === 'never' ? lockOf(policy, { key: 'projects.trust' }) : undefined;
  const trust = (): void => {
    setSent(true);
    void act('project.trust', { projectId, trusted: true }).then(() => setSent(false));
  };
  return (
    <div>
      {item.sources.length > 0 && (
        <Line open={open} onToggle={toggle}>
          <span className="text-faint">Instructions · {names.join(', ')}</span>
        </Line>
      )}
      {open && (
        <div className="ml-5">
          {item.sources.map((source) => (
            <div key={source.path} className="flex gap-2 py-0.5 text-muted">
              <span className="min-w-0 truncate font-mono text-code" title={visibleLine(source.path)}>
                {visibleLine(below(source.path))}
              </span>
              <span className="shrink-0 text-faint tabular-nums">
                {byteWords(source.bytes)}
                {source.cut ? ', cut: too long' : ''}
              </span>
            </div>
          ))}
          <Output itemId={item.id} body={item.body} end={false} />
        </div>
      )}
      {item.withheld.length > 0 && (
        <div className="flex gap-2 py-1">
          <ShieldAlert size={16} strokeWidth={1.5} className="mt-0.5 shrink-0 text-wait" aria-hidden="true" />
          <div className="min-w-0 flex-1">
            <div>{trusted ? `${files} used from the next turn on.` : `${files} not used: this project is not trusted yet.`}</div>
            {item.withheld.map((path) => (
              <div key={path} className="truncate font-mono text-code text-muted" title={visibleLine(path)}>
                {visibleLine(below(path))}
              </div>
            ))}
          </div>
          {locked === undefined || trusted ? null : (
            <span className="flex h-6 items-center">
              <Lock source={locked} />
            </span>
          )}
          {!trusted && (
            <Button small disabled={sent || locked !== undefined} onClick={trust}>
              Trust this project
            </Button>
          )}
        </div>
      )}
    </div>
  );
}
