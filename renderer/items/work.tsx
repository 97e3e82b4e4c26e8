import type { JSX } from 'react';
import type { ApprovalItem, CallItem, ReasoningItem } from '../../shared/domain/item.ts';
import { Counts } from '../parts/diff.tsx';
import { visibleLine } from '../parts/safe-text.ts';
import { sumOf } from './approvals/words.ts';
import { Call, OutsideMark, ranOutside } from './call.tsx';
import { Line } from './line.tsx';
import { setOpened, useOpened } from './opened.ts';
import { Reasoning } from './reasoning.tsx';
import { standsOut, sumFiles, type WorkKind, workTime, workTitle } from './work-words.ts';

export interface WorkProps {
  work: WorkKind;
  calls: readonly CallItem[];
  parts: readonly (CallItem | ReasoningItem)[];
  answers: ReadonlyMap<string, readonly ApprovalItem[]>;
  /** The call that runs now. */
  running: string | undefined;
}

/** Calls of one sort in one line; those that are open or failed stand below it by themselves. */
export function Work({ work, calls, parts, answers, running }: WorkProps): JSX.Element {
  const first = calls[0];
  const last = calls.at(-1);
  // A group may grow at either end: it is open when it was opened by either of its ends.
  const [byFirst] = useOpened(`work ${first?.id ?? ''}`);
  const [byLast] = useOpened(`work ${last?.id ?? ''}`);
  const open = byFirst || byLast;
  const call = (each: CallItem, thoughts?: readonly ReasoningItem[]): JSX.Element => (
    <Call key={each.id} call={each} answers={answers.get(each.id)} running={each.id === running} {...(thoughts ? { thoughts } : {})} />
  );
  if (first && calls.length === 1) {
    return call(
      first,
      parts.filter((part) => part.type === 'reasoning'),
    );
  }
  const toggle = (): void => {
    for (const each of calls) setOpened(`work ${each.id}`, false);
    if (open) return;
    setOpened(`work ${first?.id ?? ''}`, true);
    setOpened(`work ${last?.id ?? ''}`, true);
  };
  const time = workTime(calls, (each) => answers.has(each.id));
  const given = calls.flatMap((each) => answers.get(each.id) ?? []);
  const sum = sumOf(given);
  const files = work === 'edit' ? sumFiles(calls) : undefined;
  const visibleCalls = calls.filter(standsOut);
  return (
    <div>
      <Line
        open={open}
        onToggle={toggle}
        meta={
          <>
            {files && <Counts added={files.added} removed={files.removed} />}
            {time !== undefined && <span>{time}</span>}
            {ranOutside(given) && <OutsideMark />}
            {sum !== undefined && <span>{sum}</span>}
          </>
        }
      >
        {visibleLine(workTitle(calls))}
      </Line>
      {(open || visibleCalls.length > 0) && (
        <div className="ml-5">
          {open
            ? parts.map((part) => (part.type === 'call' ? call(part) : <Reasoning key={part.id} item={part} />))
            : visibleCalls.map((each) => call(each))}
        </div>
      )}
    </div>
  );
}
