// Items, turns and headers for tests of the transcript.
import type { ApprovalItem, Body, CallItem, Item, ReasoningItem, TextItem, UserItem } from '../../shared/domain/item.ts';
import type { OpenTurn } from '../../shared/domain/thread.ts';
import type { Turn } from '../../shared/domain/turn.ts';
import type { PageItem } from '../../shared/protocol/thread.ts';

export const body = (text: string, more: Partial<Body> = {}): Body => ({ text, bytes: text.length, ...more });
const base = (id: string, turnId: string): { id: string; turnId: string; at: number } => ({ id, turnId, at: 1000 });

export const user = (id: string, text = 'Do it.', turnId = 't1'): UserItem => ({
  type: 'user',
  ...base(id, turnId),
  input: { text: body(text) },
});
export const text = (id: string, words = 'Done.', turnId = 't1'): TextItem => ({ type: 'text', ...base(id, turnId), body: body(words) });
export const thought = (id: string, summary = 'Hm.', turnId = 't1'): ReasoningItem => ({ type: 'reasoning', ...base(id, turnId), summary });
export const call = (id: string, tool: string, more: Partial<CallItem> = {}): CallItem => ({
  type: 'call',
  ...base(id, 't1'),
  callId: `c-${id}`,
  tool,
  args: body(JSON.stringify({ path: id, command: id })),
  title: `Ran ${id}`,
  status: 'done',
  endedAt: 3000,
  output: body('ok'),
  ...more,
});
export const approval = (id: string, callId: string, more: Partial<ApprovalItem> = {}): ApprovalItem => ({
  type: 'approval',
  ...base(id, 't1'),
  call: callId,
  subject: { kind: 'command', command: 'rm -r build', cwd: '/w' },
  rule: 'workspace',
  status: 'open',
  ...more,
});
export const page = (...items: Item[]): PageItem[] => items.map((item, index) => ({ seq: index + 1, item }));
export const turn = (id = 't1', more: Partial<Turn> = {}): Turn => ({
  id,
  startedAt: 0,
  endedAt: 252_000,
  status: 'done',
  tokens: { input: 17_000, cached: 0, output: 1204, reasoning: 0 },
  credits: 1.9,
  ...more,
});
export const openTurn = (more: Partial<OpenTurn> = {}): OpenTurn => ({
  id: 't1',
  startedAt: 0,
  status: 'running',
  calls: [],
  approvals: [],
  questions: [],
  ...more,
});
