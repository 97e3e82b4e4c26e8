import type { JSX } from 'react';
import type { RuleSource } from '../../shared/domain/profile.ts';
import { Lock, lockedWords } from '../parts/lock.tsx';
import { visibleLine } from '../parts/safe-text.ts';
import { useFromHome } from './place-words.ts';

/** A rule's place in words: `/etc/switchyard/policy.toml:3`. */
export const sourceText = ({ where, line }: RuleSource): string => visibleLine(line === undefined ? where : `${where}:${line}`);

/** Where a rule stands: the organisation's with a lock, files with their line. */
export function Source({ source, words = true }: { source: RuleSource; words?: boolean }): JSX.Element {
  const text = useFromHome()(sourceText(source));
  if (source.kind === 'policy')
    return (
      <span className="inline-flex min-w-0 flex-wrap items-baseline gap-x-1">
        <span className="self-center">
          <Lock source={text} />
        </span>
        {words ? <span>{lockedWords.toLowerCase()}:</span> : null}
        <span className="wrap-anywhere">{text}</span>
      </span>
    );
  return <span className="wrap-anywhere">{text}</span>;
}
