import type { ComponentType } from 'react';
import type { Item } from '../../shared/domain/item.ts';
import { Approval } from './approvals/asks.tsx';
import { Compaction } from './compaction.tsx';
import { Instructions } from './instructions.tsx';
import { Notice } from './notice.tsx';
import { Question } from './question.tsx';
import { Reasoning } from './reasoning.tsx';
import { Text } from './text.tsx';
import { User } from './user.tsx';

/** Items that are a row by themselves. Calls are not: they come in groups (Work) or as plans (PlanUpdate). */
export type RowItem = Exclude<Item, { type: 'call' }>;
type Registry = { [T in RowItem['type']]: ComponentType<{ item: Extract<RowItem, { type: T }> }> };

const registry: Registry = {
  user: User,
  text: Text,
  reasoning: Reasoning,
  approval: Approval,
  question: Question,
  compaction: Compaction,
  instructions: Instructions,
  notice: Notice,
};

/** The component that shows an item; a type without one does not compile. */
export function componentFor(item: RowItem): ComponentType<{ item: RowItem }> {
  return registry[item.type] as ComponentType<{ item: RowItem }>;
}
