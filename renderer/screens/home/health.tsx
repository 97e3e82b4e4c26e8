import { CircleCheck, CircleX, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { JSX, ReactNode } from 'react';
import type { HealthCheck } from '../../../shared/protocol/app.ts';

const looks: Record<HealthCheck['status'], { icon: LucideIcon; colour: string; word: string }> = {
  ok: { icon: CircleCheck, colour: 'text-go', word: 'Works' },
  warning: { icon: TriangleAlert, colour: 'text-wait', word: 'Works with limits' },
  fail: { icon: CircleX, colour: 'text-stop', word: 'Does not work' },
};

export interface HealthRowProps {
  check: HealthCheck;
  action?: ReactNode;
}

/** One thing that was tried: how it went, and what to do about it. */
export function HealthRow({ check, action }: HealthRowProps): JSX.Element {
  const { icon: Icon, colour, word } = looks[check.status];
  return (
    <li className="flex items-start gap-3 px-4 py-2">
      <Icon size={16} strokeWidth={1.5} className={`mt-0.5 shrink-0 ${colour}`} role="img" aria-label={word} />
      <span className="w-20 shrink-0 font-strong">{check.name}</span>
      <span className="min-w-0 flex-1 text-muted [overflow-wrap:anywhere]">
        {check.detail}
        {check.remedy ? <span className="block text-text">{check.remedy}</span> : null}
      </span>
      {action}
    </li>
  );
}
