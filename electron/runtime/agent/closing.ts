import type { Body, Item } from '../../../shared/domain/item.ts';
import { noTokens } from '../../../shared/domain/money.ts';
import type { OpenPatch, ThreadHeader } from '../../../shared/domain/thread.ts';
import { type ErrorData, toErrorData } from '../../../shared/errors.ts';
import type { TurnFact } from '../../../shared/protocol/turn.ts';
import type { Engine } from '../engine/engine.ts';
import type { Ports } from '../ports.ts';
import { bodyOf } from './body.ts';
import { boundRange } from './bounded.ts';
import { createHands, type Hands } from './hands.ts';
import { type RecoveredPatch, recoverPatch } from './patch/recover.ts';
import { record } from './turn.ts';

/** What a command had printed so far, for people and for the model; nothing when it had not started. */
export function printedSoFar({ commands }: Pick<Ports, 'commands'>, id: string): Body {
  try {
    const { total } = commands.output(id, { from: 0, length: 0 });
    const { text, bytes, exact } = boundRange((range) => commands.output(id, range), { from: 0, to: total });
    return exact ? { text, bytes } : { text, bytes, whole: { kind: 'file', id } };
  } catch (thrown) {
    if (toErrorData(thrown).code === 'missing') return { text: '', bytes: 0 };
    throw thrown;
  }
}

/** What had streamed of an answer that did not become whole, as items. */
export function streamedFacts(ports: Ports, turnId: string, streamed: { text: string; reasoning: string }): TurnFact[] {
  const base = (): { id: string; turnId: string; at: number } => ({ id: ports.ids.next('item'), turnId, at: ports.clock.now() });
  const items: Item[] = [];
  if (streamed.reasoning.trim() !== '') items.push({ type: 'reasoning', ...base(), summary: streamed.reasoning });
  if (streamed.text.trim() !== '') items.push({ type: 'text', ...base(), body: bodyOf(streamed.text, ports.log), interrupted: true });
  return items.map((item) => ({ type: 'item.added', data: { item } }));
}

/** A request that was sent and whose answer nobody saw: what it cost is not known, but that it was made is. */
function unseenRequest(ports: Ports, { turn, provider, model }: ThreadHeader): TurnFact[] {
  const { request } = turn ?? {};
  if (!turn || !request || (request.retry && request.retry.at > ports.clock.now())) return [];
  const usage = { requestId: request.id, turnId: turn.id, provider, model, tokens: noTokens, reported: false, window: 0 };
  return [{ type: 'usage.recorded', data: { usage } }];
}

/** A patch that was under way, brought to its end; also one that can't be: its thread must not stay shut for that. */
async function endPatch(patch: OpenPatch, ports: Ports, engine: Engine, threadId: string): Promise<RecoveredPatch> {
  let hands: Hands | undefined;
  try {
    hands = await createHands(ports, engine, threadId);
    const { files } = await hands.look(patch.files.map((file) => file.path));
    return await recoverPatch(patch, files, ports.log);
  } catch (thrown) {
    const paths = patch.files.map(({ path }) => path).join(', ');
    const text = `The patch was interrupted and could not be finished: ${toErrorData(thrown).message} Look at each of its files: ${paths}.`;
    return { outcome: 'foreign', text, files: [] };
  } finally {
    await hands?.close();
  }
}

/**
 * The facts that bring an open turn to its end when nobody works on it any more: what had streamed and what commands had printed is
 * kept, a patch under way is finished or found untouched, questions are withdrawn. No side effect is repeated. Calls run one after
 * another, so only the first open one can have started.
 */
async function closingFacts(ports: Ports, engine: Engine, header: ThreadHeader): Promise<TurnFact[]> {
  const { turn } = header;
  if (!turn) return [];
  const facts: TurnFact[] = [];
  const live = ports.log.live(header.id);
  if (live && live.requestId === turn.request?.id) facts.push(...streamedFacts(ports, turn.id, live));
  facts.push(...unseenRequest(ports, header));
  const asked = new Set([...turn.approvals, ...turn.questions].map((item) => item.call));
  for (const { id } of turn.approvals) facts.push({ type: 'approval.closed', data: { itemId: id, status: 'withdrawn' } });
  for (const { id } of turn.questions) facts.push({ type: 'question.closed', data: { itemId: id, status: 'withdrawn' } });

  for (const [index, { itemId, tool }] of turn.calls.entries()) {
    if (turn.patch?.call === itemId) {
      const { outcome, text, files } = await endPatch(turn.patch, ports, engine, header.id);
      const status = outcome === 'applied' ? 'done' : outcome === 'foreign' ? 'failed' : 'interrupted';
      facts.push({ type: 'call.finished', data: { itemId, status, output: bodyOf(text, ports.log), detail: { files } } });
      continue;
    }
    // While anything is asked nothing runs.
    const mayHaveRun = index === 0 && asked.size === 0;
    const printed = mayHaveRun && tool === 'shell' ? printedSoFar(ports, itemId) : { text: '', bytes: 0 };
    const said = mayHaveRun ? '[interrupted: it may have run, wholly or in part]' : '[interrupted: it did not run]';
    const output = { ...printed, text: printed.text === '' ? said : `${printed.text}\n${said}` };
    facts.push({ type: 'call.finished', data: { itemId, status: 'interrupted', output } });
  }
  return facts;
}

/** The least that ends a turn: for when looking at what it left behind fails. Nothing is read, nothing is finished. */
export function endPlainly(ports: Ports, engine: Engine, header: ThreadHeader, error: ErrorData): void {
  const { turn } = header;
  if (!turn) return;
  ports.note(`turn ${turn.id} was ended without looking at what it left: ${error.message}`);
  const text = '[interrupted: it may have run, wholly or in part]';
  record({ engine, threadId: header.id, id: turn.id }, [
    ...turn.approvals.map(({ id }): TurnFact => ({ type: 'approval.closed', data: { itemId: id, status: 'withdrawn' } })),
    ...turn.questions.map(({ id }): TurnFact => ({ type: 'question.closed', data: { itemId: id, status: 'withdrawn' } })),
    ...turn.calls.map(
      ({ itemId }): TurnFact => ({
        type: 'call.finished',
        data: { itemId, status: 'interrupted', output: { text, bytes: text.length } },
      }),
    ),
    { type: 'turn.ended', data: { turnId: turn.id, status: 'failed', error } },
  ]);
}

/** Ends the thread's open turn as interrupted, or as failed with `error`, whatever it was doing. */
export async function closeTurn(ports: Ports, engine: Engine, header: ThreadHeader, error?: ErrorData): Promise<void> {
  if (!header.turn) return;
  const { id } = header.turn;
  const facts = await closingFacts(ports, engine, header);
  const end: TurnFact = { type: 'turn.ended', data: { turnId: id, ...(error ? { status: 'failed', error } : { status: 'interrupted' }) } };
  record({ engine, threadId: header.id, id }, [...facts, end]);
  for (const fact of facts) {
    if (fact.type === 'call.finished' && fact.data.output.whole?.kind !== 'file') ports.commands.discard(fact.data.itemId);
  }
}
