import { Circle, CircleCheck, CircleDot, ListChecks } from 'lucide-react';
import type { JSX } from 'react';
import type { PlanStep } from '../../../../shared/domain/turn.ts';
import { Empty } from '../../../parts/empty.tsx';
import { visible } from '../../../parts/safe-text.ts';
import { useThreads } from '../../../store/threads.ts';

const signs: Record<PlanStep['status'], { icon: typeof Circle; colour: string; text: string; word: string }> = {
  done: { icon: CircleCheck, colour: 'text-go', text: 'text-muted', word: 'done' },
  active: { icon: CircleDot, colour: 'text-accent', text: 'text-text font-strong', word: 'in work' },
  pending: { icon: Circle, colour: 'text-faint', text: 'text-text', word: 'to do' },
};

/** The agent's plan as it stands. */
export function PlanPanel({ threadId }: { threadId: string }): JSX.Element {
  const plan = useThreads((threads) => threads[threadId]?.state?.header.plan);
  if (!plan || plan.steps.length === 0) {
    return <Empty icon={ListChecks} text="For longer work the agent writes a plan, and ticks off here what is done." />;
  }
  const done = plan.steps.filter(({ status }) => status === 'done').length;
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-4 py-3">
      <p className="pb-2 text-caption text-faint tabular-nums">
        {done} of {plan.steps.length} done
      </p>
      <ol className="flex flex-col gap-1">
        {plan.steps.map(({ text, status }, at) => {
          const { icon: Icon, colour, text: tone, word } = signs[status];
          return (
            // oxlint-disable-next-line react/no-array-index-key
            <li key={at} className="flex gap-2 py-0.5">
              <Icon size={16} strokeWidth={1.5} className={`mt-0.5 shrink-0 ${colour}`} aria-label={word} role="img" />
              <span className={`min-w-0 wrap-anywhere ${tone}`}>{visible(text)}</span>
            </li>
          );
        })}
      </ol>
      {plan.note && <p className="pt-3 text-muted wrap-anywhere">{visible(plan.note)}</p>}
    </div>
  );
}
