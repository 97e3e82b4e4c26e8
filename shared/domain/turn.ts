import type { ErrorData } from '../errors.ts';
import type { Tokens } from './money.ts';

export type TurnEnd = 'done' | 'failed' | 'interrupted';

/** A turn that has ended, as the newest page and the turn footer show it. */
export interface Turn {
  id: string;
  startedAt: number;
  endedAt?: number;
  status: 'open' | TurnEnd;
  error?: ErrorData;
  tokens: Tokens;
  credits: number;
  /** What answered last. */
  model?: string;
}

export interface PlanStep {
  text: string;
  status: 'pending' | 'active' | 'done';
}
export interface Plan {
  steps: PlanStep[];
  note?: string;
}
