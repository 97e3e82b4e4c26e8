import { type JSX, useEffect, useState } from 'react';
import type { PolicyExplained } from '../../../shared/protocol/policy.ts';
import { typeset } from '../../connection/act.ts';
import { request } from '../../connection/connection.ts';
import { Lock } from '../../parts/lock.tsx';
import { usePolicy } from '../../store/policy.ts';
import { wordsOf } from '../act.ts';
import { Group, Heading } from './row.tsx';

/** Values as they are written in the file. */
function written(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(written).join(', ');
  if (typeof value === 'object' && value !== null)
    return Object.values(value)
      .map((each) => (Array.isArray(each) ? each.join(' ') : String(each)))
      .join(' · ');
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}

function Row({ policy: { key, about, value, source = '', overrode } }: { policy: PolicyExplained }): JSX.Element {
  return (
    <div className="flex flex-col gap-1 px-4 py-3">
      <div className="flex items-baseline gap-2">
        <span className="font-mono text-code">{key}</span>
        <Lock source={source} />
        <span className="min-w-0 flex-1 text-right font-mono text-code wrap-anywhere">{written(value)}</span>
      </div>
      <p className="text-caption text-pretty text-muted">{typeset(about)}</p>
      <p className="text-caption text-faint wrap-anywhere">
        {source}
        {overrode ? `, instead of ${written(overrode.value)} (${overrode.where})` : ''}
      </p>
    </div>
  );
}

/** What the organisation has set, and where it stands. */
export function Policy(): JSX.Element {
  const policy = usePolicy();
  const [keys, setKeys] = useState<PolicyExplained[]>([]);
  const [error, setError] = useState<string>();
  useEffect(() => {
    let here = true;
    request('policy.read', {}).then(
      (read) => here && setKeys(read.keys),
      (thrown: unknown) => here && setError(wordsOf(thrown)),
    );
    return () => {
      here = false;
    };
  }, [policy]);
  const set = keys.filter(({ value }) => value !== undefined);
  const said = [...policy.problems, ...policy.warnings];
  if (error !== undefined) return <p className="text-stop">{error}</p>;
  return (
    <>
      <Heading
        text={
          policy.status === 'none'
            ? 'Your organisation sets nothing on this machine: all settings are yours.'
            : 'Your organisation sets these for everybody on this machine. They take effect at once and cannot be changed here.'
        }
      />
      {said.length > 0 ? (
        <Group title={policy.status === 'invalid' ? 'The file can’t be used' : 'What the file says that is not known'}>
          {said.map(({ line, message }) => (
            <div key={`${line}:${message}`} className="px-4 py-2">
              <p className="wrap-anywhere">{typeset(message)}</p>
              <p className="font-mono text-code break-all text-faint">
                {policy.file}
                {line > 0 ? `:${line}` : ''}
              </p>
            </div>
          ))}
        </Group>
      ) : null}
      {set.length > 0 ? (
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard (WCAG 2.1.1)
        <div tabIndex={0} role="group" aria-label="Set by your organisation">
          <Group title="Set by your organisation">
            {set.map((each) => (
              <Row key={each.key} policy={each} />
            ))}
          </Group>
        </div>
      ) : null}
    </>
  );
}
