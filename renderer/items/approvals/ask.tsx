import { Check, type LucideIcon, ShieldAlert, ShieldOff, ShieldQuestion, X } from 'lucide-react';
import { type JSX, type Ref, useImperativeHandle, useState } from 'react';
import type { ApprovalItem, Subject } from '../../../shared/domain/item.ts';
import { visible, visibleLine } from '../../parts/safe-text.ts';
import { Source } from '../source.tsx';
import { useAnswer } from '../use-answer.ts';
import { Answers, Keeping, Noting } from './answers.tsx';
import { Asked, Folder } from './subject.tsx';
import { useAnswering, useOffered } from './use-answering.ts';
import { asks, outcomeOf } from './words.ts';

/** What keys do with a question. */
export interface AskHandle {
  /** Enter: the first of the answers; one that is kept says first what it keeps. */
  allow: () => void;
  refuse: () => void;
}

export const signOf = ({ kind }: Subject): { icon: LucideIcon; colour: string } => {
  if (kind === 'outside') return { icon: ShieldOff, colour: 'text-stop' };
  return { icon: kind === 'autorun' ? ShieldAlert : ShieldQuestion, colour: 'text-wait' };
};

/** What makes this one graver than others. */
function Warning({ subject }: { subject: Subject }): JSX.Element | null {
  if (subject.kind === 'outside')
    return (
      <p className="rounded-box bg-stop-soft px-3 py-1.5 text-pretty text-stop">
        Outside it runs with all your rights: it can read and change whatever you can, and reach every host.
      </p>
    );
  if (subject.kind === 'autorun')
    return (
      <p className="text-pretty text-muted">
        A command changed them in the sandbox; they were put back as they were. If they change, what stands in them runs outside of it,
        later and unasked.
      </p>
    );
  return null;
}

function Outcome({ item }: { item: ApprovalItem }): JSX.Element {
  const Icon = item.status === 'granted' ? Check : X;
  return (
    <div className="flex min-h-7 items-center gap-1.5 text-muted">
      <Icon size={14} strokeWidth={1.5} className="shrink-0" aria-hidden="true" />
      <span className="min-w-0 wrap-anywhere">
        {outcomeOf(item)}
        {item.note ? `: ${visible(item.note)}` : ''}
      </span>
    </div>
  );
}

export interface AskProps {
  item: ApprovalItem;
  /** Its place among several; absent when it stands alone. */
  place?: string;
  hint: string;
  /** Keys would answer this one: of several only one is. */
  active: boolean;
  handle: Ref<AskHandle>;
  /** The focus is to go back to where keys answer. */
  onBack: () => void;
  /** An answer was given, by pointer or by key. */
  onAnswered: () => void;
}

/** One question with all that it takes to answer it. */
export function Ask({ item, place, hint, active, handle, onBack, onAnswered }: AskProps): JSX.Element {
  const { subject, reason, rule, source } = item;
  const { sent, error, answer } = useAnswering(item);
  const { offered, lock } = useOffered(item);
  const [note, setNote] = useAnswer(item.id);
  const [mode, setMode] = useState<'answers' | 'kept note' | 'note' | 'always'>(note === '' ? 'answers' : 'kept note');
  const give: typeof answer = (given, words) => {
    answer(given, words);
    onAnswered();
  };
  const [primary = 'no'] = offered;
  const choose = (given: typeof primary): void => (given === 'always' ? setMode('always') : give(given));
  useImperativeHandle(handle, () => ({ allow: () => primary !== 'no' && choose(primary), refuse: () => give('no') }));
  const back = (): void => {
    setMode('answers');
    onBack();
  };
  const { icon: Icon, colour } = signOf(subject);
  const buttons = (
    <Answers
      item={item}
      offered={offered}
      lock={lock}
      sent={sent}
      bright={active}
      hint={hint}
      onAnswer={choose}
      onNote={() => setMode('note')}
    />
  );
  return (
    <>
      <div className="flex items-center gap-2">
        <Icon size={16} strokeWidth={1.5} className={`shrink-0 ${item.status === 'open' ? colour : 'text-faint'}`} aria-hidden="true" />
        <span className="min-w-0 flex-1 font-strong">{place === undefined ? asks[subject.kind].alone : asks[subject.kind].among}</span>
        {place === undefined ? null : <span className="shrink-0 text-caption text-faint tabular-nums">{place}</span>}
      </div>
      <Warning subject={subject} />
      <Asked item={item} />
      {reason === undefined ? null : (
        <div className="border-l-2 border-line-strong pl-3 whitespace-pre-wrap wrap-anywhere">
          <span className="text-faint">The agent: </span>
          {visible(reason)}
        </div>
      )}
      <div className="flex flex-wrap gap-x-1.5 text-caption text-faint">
        {'cwd' in subject ? (
          <>
            <Folder cwd={subject.cwd} />
            <span aria-hidden="true">·</span>
          </>
        ) : null}
        <span className="wrap-anywhere">Rule: {visibleLine(rule)}</span>
        {source === undefined ? null : (
          <>
            <span aria-hidden="true">·</span>
            <Source source={source} />
          </>
        )}
      </div>
      {error && (
        <div role="alert" className="text-stop">
          {error.message} {error.hint}
        </div>
      )}
      {item.status === 'open' ? (
        mode === 'always' ? (
          <Keeping item={item} sent={sent} onKeep={() => give('always')} onBack={back} />
        ) : mode === 'answers' ? (
          buttons
        ) : (
          <Noting note={note} focus={mode === 'note'} sent={sent} onNote={setNote} onRefuse={() => give('no', note)} onBack={back} />
        )
      ) : (
        // As high as the buttons were, in however many lines: what stands below does not move.
        <div className="grid *:[grid-area:1/1]">
          <div className="invisible" aria-hidden="true" inert>
            {buttons}
          </div>
          <Outcome item={item} />
        </div>
      )}
    </>
  );
}
