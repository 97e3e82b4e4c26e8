import { Circle, CircleCheck, CircleDot } from 'lucide-react';
import type { JSX } from 'react';
import type { CallItem } from '../../shared/domain/item.ts';
import { visible, visibleLine } from '../parts/safe-text.ts';
import { planOf } from './arguments.ts';
import { Line } from './line.tsx';
import { useOpened } from './opened.ts';

const signs = {
  done: { icon: CircleCheck, tone: 'text-go', word: 'done' },
  active: { icon: CircleDot, tone: 'text-accent', word: 'in work' },
  pending: { icon: Circle, tone: 'text-faint', word: 'to do' },
};

/** A plan as it was then: how far, and what is next. */
export function PlanUpdate({ call }: { call: CallItem }): JSX.Element {
  const [open, toggle] = useOpened(call.id);
  const plan = planOf(call);
  const steps = plan?.steps ?? [];
  const done = steps.filter((step) => step.status === 'done').length;
  const active = steps.find((step) => step.status === 'active') ?? steps.find((step) => step.status === 'pending');
  return (
    <div>
      <Line open={open} onToggle={toggle}>
        Plan · {done} of {steps.length} done{active ? ` · ${visibleLine(active.text)}` : ''}
      </Line>
      {open && (
        <ol className="ml-5 py-1">
          {steps.map((step, index) => {
            const { icon: Icon, tone, word } = signs[step.status];
            return (
              // oxlint-disable-next-line react/no-array-index-key
              <li key={index} className={`flex gap-2 py-0.5 ${step.status === 'active' ? 'text-text' : 'text-muted'}`}>
                <Icon size={14} strokeWidth={1.5} className={`mt-0.75 shrink-0 ${tone}`} aria-label={word} />
                <span className="min-w-0 wrap-anywhere">{visible(step.text)}</span>
              </li>
            );
          })}
          {plan?.note && <li className="mt-1 text-faint">{visible(plan.note)}</li>}
        </ol>
      )}
    </div>
  );
}
