import type { JSX } from 'react';
import type { ApprovalAnswer, ApprovalItem } from '../../../shared/domain/item.ts';
import { grantOf } from '../../../shared/domain/rule.ts';
import { Button } from '../../parts/button.tsx';
import { Lock } from '../../parts/lock.tsx';
import { visibleLine } from '../../parts/safe-text.ts';
import { useUi } from '../../store/ui.ts';
import { usePlaces } from '../place-words.ts';
import { keptWords, subjectLine, verbOf } from './words.ts';

export interface AnswersProps {
  item: ApprovalItem;
  offered: readonly ApprovalAnswer[];
  lock: string | undefined;
  sent: boolean;
  /** The first answer stands out. */
  bright: boolean;
  /** What keys do now. */
  hint: string;
  onAnswer: (answer: ApprovalAnswer) => void;
  onNote: () => void;
}

/** The answers as buttons; "always" says first what it would keep. */
export function Answers({ item, offered, lock, sent, bright, hint, onAnswer, onNote }: AnswersProps): JSX.Element {
  const { subject } = item;
  const [primary] = offered;
  return (
    <div className="flex min-h-7 flex-wrap items-center gap-2">
      {offered.map((answer) => (
        <Button
          key={answer}
          disabled={sent}
          tone={answer !== primary || answer === 'no' ? 'plain' : subject.kind === 'outside' ? 'danger' : bright ? 'primary' : 'plain'}
          onClick={() => onAnswer(answer)}
        >
          {verbOf(subject, answer)}
        </Button>
      ))}
      <Button disabled={sent} tone="quiet" aria-label="No, with a note …" onClick={onNote}>
        With a note …
      </Button>
      {lock === undefined ? null : <Lock source={lock} />}
      {hint === '' ? null : <span className="text-caption text-faint">{hint}</span>}
    </div>
  );
}

export interface NotingProps {
  note: string;
  focus: boolean;
  sent: boolean;
  onNote: (text: string) => void;
  onRefuse: () => void;
  onBack: () => void;
}

/** A refusal with words for the agent. */
export function Noting({ note, focus, sent, onNote, onRefuse, onBack }: NotingProps): JSX.Element {
  return (
    <form
      className="flex items-center gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        onRefuse();
      }}
    >
      <input
        // oxlint-disable-next-line jsx-a11y/no-autofocus
        autoFocus={focus}
        value={note}
        onChange={(event) => onNote(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          onBack();
        }}
        aria-label="Note to the agent"
        placeholder="Tell the agent what to do instead"
        className="h-7 min-w-0 flex-1 rounded-box border border-line-strong bg-bg px-2 outline-none placeholder:text-faint focus-visible:border-accent"
      />
      <Button type="submit" disabled={sent}>
        Refuse
      </Button>
    </form>
  );
}

export interface KeepingProps {
  item: ApprovalItem;
  sent: boolean;
  onKeep: () => void;
  onBack: () => void;
}

/** What "always" would write, word for word, before it is written. */
export function Keeping({ item, sent, onKeep, onBack }: KeepingProps): JSX.Element | null {
  const { project, below } = usePlaces();
  const kept = grantOf(item.subject);
  if (!kept) return null;
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions
    <div
      className="flex flex-col gap-2"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onBack();
      }}
    >
      <p className="text-pretty text-muted">
        In <span className="text-text">{visibleLine(project)}</span>, always:{' '}
        <span className="font-mono text-code wrap-anywhere text-text">{subjectLine(kept, below)}</span> {keptWords(kept)}. Nothing else, and
        what your organisation asks about is still asked. Revoke it in{' '}
        <button
          type="button"
          className="rounded font-mono text-code text-accent underline-offset-2 hover:underline"
          onClick={() => useUi.setState({ permissions: true })}
        >
          /permissions
        </button>
        .
      </p>
      <div className="flex min-h-7 items-center gap-2">
        {/* The person has just asked for it. */}
        {/* oxlint-disable-next-line jsx-a11y/no-autofocus */}
        <Button tone="primary" autoFocus disabled={sent} onClick={onKeep}>
          Always allow this
        </Button>
        <Button disabled={sent} onClick={onBack}>
          Back
        </Button>
      </div>
    </div>
  );
}
