import type { CompactionItem } from '../../../shared/domain/item.ts';
import type { Model } from '../../../shared/domain/model.ts';
import type { ModelItem, ModelRequest } from '../ports.ts';
import { bodyOf } from './body.ts';
import { estimateTokens } from './context.ts';
import { compactionPrompt } from './prompt.ts';
import { ask } from './request.ts';
import { added, record, type Turn } from './turn.ts';

/** Tokens of input that a model can be given while leaving room for its answer. */
export function roomOf(model: Model): number {
  return Math.floor((model.contextWindow - Math.min(model.maxOutput, model.contextWindow / 3)) * 0.9);
}

const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, Math.floor(length / 2))}\n[…]\n${text.slice(text.length - Math.floor(length / 2))}`;

/** The newest items that fit in `tokens`, long ones shortened; calls lose their form, so that no result stands without its call. */
function shorten(context: ModelItem[], tokens: number): string {
  const room = tokens * 3;
  const each = Math.max(400, Math.floor(room / 20));
  const lines: string[] = [];
  let used = 0;
  for (const item of context.toReversed()) {
    const line = textOf(item, each);
    if (line === '') continue;
    if (used + line.length > room) break;
    lines.unshift(line);
    used += line.length;
  }
  return lines.join('\n\n');
}

function textOf(item: ModelItem, length: number): string {
  switch (item.type) {
    case 'user':
      return `User:\n${cut(item.text, length * 2)}`;
    case 'text':
      return `Agent:\n${cut(item.text, length)}`;
    case 'call':
      return `Agent called ${item.tool} ${cut(item.args, length)}`;
    case 'result':
      return `Result:\n${cut(item.output, length)}`;
    default:
      return '';
  }
}

/** Tokens of the context: as counted by the provider where it did, guessed otherwise, the greater of the two. */
export function tokensOf({ context, counted }: Pick<Turn, 'context' | 'counted'>): number {
  const guess = estimateTokens(context);
  return counted ? Math.max(guess, counted.tokens + estimateTokens(context.slice(counted.items))) : guess;
}

/**
 * Whether the next request would be too long. After a compaction the provider's own count may still be high (it counts otherwise, or
 * wrongly): then only what was added since is a reason for another one, or every request would be followed by one.
 */
export function needsRoom(turn: Pick<Turn, 'context' | 'counted' | 'compacted' | 'model'>): boolean {
  const room = roomOf(turn.model);
  if (tokensOf(turn) <= room) return false;
  if (turn.compacted === undefined) return true;
  const guess = estimateTokens(turn.context);
  return guess > room || guess - turn.compacted > room / 4;
}

const heading = 'The conversation before this point was replaced by what follows, to make room.\n\n';

/**
 * Replaces the context by a summary item, and never leaves the thread without a way on: when the model can't write the summary, or
 * when it was asked already and that was not enough (`pressed`), the conversation is shortened by rule, harder each time.
 */
export async function compact(turn: Turn, request: Omit<ModelRequest, 'input'>, pressed: number): Promise<void> {
  const { ids, log, clock } = turn.ports;
  const room = roomOf(turn.model);
  const before = tokensOf(turn);
  let summary = '';
  let failed: string | undefined;
  if (pressed === 0) {
    const requestId = ids.next('request');
    record(turn, [{ type: 'request.started', data: { requestId, turnId: turn.id, provider: turn.provider.id, model: turn.model.id } }]);
    // A summary is short: what is kept free for long answers may be used.
    const whole =
      before < turn.model.contextWindow * 0.9
        ? turn.context
        : [{ type: 'user' as const, text: shorten(turn.context, room * 0.6), images: [] }];
    const input: ModelItem[] = [...whole, { type: 'user', text: compactionPrompt, images: [] }];
    const { end, usage } = await ask(turn, { ...request, tools: [], input }, requestId, { quiet: true });
    record(turn, [usage]);
    if (turn.signal.aborted) return;
    summary = end.items.flatMap((item) => (item.type === 'text' ? [item.text] : [])).join('\n');
    if (end.stop === 'error' || summary.trim() === '') failed = end.error?.message ?? 'the model wrote no summary';
  }
  const way = summary.trim() === '' || failed !== undefined ? 'short' : 'model';
  const share = 0.4 / 2 ** pressed;
  // What was said while the summary was written stands before it in the log, so it has to be in it.
  const meanwhile = turn.steers.splice(0);
  turn.said.push(...meanwhile.flatMap(({ item, said }) => (said && item.type === 'user' ? [item.text] : [])));
  // What the user asked for is what the work is for: it goes along word for word as far as it fits.
  const said = cut(turn.said.join('\n\n'), Math.floor(room * share * 3));
  const rest = way === 'model' ? summary : shorten(turn.context, room * share);
  const text = `${heading}${rest}\n\nWhat the user asked for last, word for word:\n${said}`;
  const context: ModelItem[] = [{ type: 'user', text, images: [] }];
  const item: CompactionItem = {
    type: 'compaction',
    id: ids.next('item'),
    turnId: turn.id,
    at: clock.now(),
    summary: bodyOf(text, log),
    said: bodyOf(said, log),
    way,
    tokensBefore: before,
    tokensAfter: estimateTokens(context),
    ...(failed === undefined ? {} : { failed }),
  };
  record(turn, [added(item)]);
  turn.context = context;
  turn.counted = undefined;
  turn.compacted = item.tokensAfter;
}
