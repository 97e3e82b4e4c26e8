import { Ban, CircleCheck, CircleHelp, type LucideIcon } from 'lucide-react';
import { type JSX, useEffect, useState } from 'react';
import type { ExplainedVerdict, PermissionExplained } from '../../../shared/protocol/permission.ts';
import { request } from '../../connection/connection.ts';
import { Source } from '../../items/source.tsx';
import { Segmented, TextField } from '../../parts/field.tsx';
import { visibleLine } from '../../parts/safe-text.ts';
import { wordsOf } from '../act.ts';
import { Group } from '../settings/row.tsx';
import { placeOf, type Scope } from './use-listed.ts';

type Kind = 'command' | 'path' | 'domain';
const kinds: { value: Kind; label: string }[] = [
  { value: 'command', label: 'Command' },
  { value: 'path', label: 'Path' },
  { value: 'domain', label: 'Host' },
];
const examples: Record<Kind, string> = {
  command: 'For example git push origin main',
  path: 'For example ~/.ssh or src/main.ts',
  domain: 'For example registry.npmjs.org',
};
const doesWords: Record<ExplainedVerdict['does'], string> = {
  read: 'Read',
  write: 'Change',
  run: 'Run',
  outside: 'Run outside',
  reach: 'Reach',
};
const looks: Record<ExplainedVerdict['decision'], { icon: LucideIcon; colour: string; word: string }> = {
  allow: { icon: CircleCheck, colour: 'text-go', word: 'unasked' },
  ask: { icon: CircleHelp, colour: 'text-wait', word: 'asks you' },
  refuse: { icon: Ban, colour: 'text-stop', word: 'refused' },
};
/** A pause in typing, in milliseconds. */
const after = 200;

function Verdict({ verdict }: { verdict: ExplainedVerdict }): JSX.Element {
  const { icon: Icon, colour, word } = looks[verdict.decision];
  return (
    <li className="grid grid-cols-[5.5rem_5.5rem_minmax(0,1fr)] items-start gap-x-3 px-4 py-1.5">
      <span>{doesWords[verdict.does]}</span>
      <span className={`flex items-center gap-1.5 ${colour}`}>
        <Icon size={14} strokeWidth={1.5} className="shrink-0" aria-hidden="true" />
        {word}
      </span>
      <span className="min-w-0 text-muted wrap-anywhere">
        {visibleLine(verdict.rule)}
        {verdict.source === undefined ? null : (
          <span className="ml-2 text-caption text-faint">
            <Source source={verdict.source} words={false} />
          </span>
        )}
      </span>
    </li>
  );
}

/** Asks the guard what it would say, and nothing happens. */
export function TryIt({ scope, profile, stamp }: { scope: Scope; profile: string; stamp: unknown }): JSX.Element {
  const { threadId, projectId } = scope;
  const [kind, setKind] = useState<Kind>('command');
  const [text, setText] = useState('');
  const [found, setFound] = useState<PermissionExplained>();
  const [error, setError] = useState<string>();
  const asked = text.trim();
  useEffect(() => {
    if (asked === '') {
      setFound(undefined);
      setError(undefined);
      return undefined;
    }
    let here = true;
    const timer = setTimeout(() => {
      request('permission.explain', { ...placeOf({ threadId, projectId }), profile, [kind]: asked }).then(
        (explained) => {
          if (!here) return;
          setFound(explained);
          setError(undefined);
        },
        (thrown: unknown) => {
          if (!here) return;
          setFound(undefined);
          setError(wordsOf(thrown));
        },
      );
    }, after);
    return () => {
      here = false;
      clearTimeout(timer);
    };
    // `stamp` changes with the rules that the answer depends on.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [threadId, projectId, profile, kind, asked, stamp]);
  return (
    <Group title="Try it" text="What would happen, which rule says so, and where it stands. Nothing is run.">
      <div className="flex items-start gap-3 px-4 py-3">
        <Segmented label="What to try" value={kind} options={kinds} onChange={setKind} />
        <TextField
          label="What to try"
          hideLabel
          mono
          value={text}
          placeholder={examples[kind]}
          maxLength={2000}
          error={error}
          onChange={setText}
        />
      </div>
      {found === undefined ? null : (
        <div role="status">
          {found.command?.understood === false ? (
            <p className="px-4 pt-2 text-wait">This line can’t be taken apart for certain: rules for commands make it ask.</p>
          ) : null}
          <ul aria-label="What would happen" className="py-1">
            {found.verdicts.map((verdict) => (
              <Verdict key={verdict.does} verdict={verdict} />
            ))}
          </ul>
          {found.path?.rule === undefined ? null : (
            <p className="px-4 pb-2 text-caption text-faint wrap-anywhere">
              The rule for <span className="font-mono">{visibleLine(found.path.rule.path)}</span> decides about{' '}
              <span className="font-mono">{visibleLine(found.subject.text)}</span>
            </p>
          )}
        </div>
      )}
    </Group>
  );
}
