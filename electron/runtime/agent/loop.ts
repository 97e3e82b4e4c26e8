import type { Item } from '../../../shared/domain/item.ts';
import type { ErrorData } from '../../../shared/errors.ts';
import type { TurnFact } from '../../../shared/protocol/turn.ts';
import type { AnswerItem, ModelRequest } from '../ports.ts';
import { hold, settleHeld } from './autorun.ts';
import { bodyOf } from './body.ts';
import { type Background, runCalls } from './calls.ts';
import { streamedFacts } from './closing.ts';
import { compact, needsRoom } from './compaction.ts';
import { modelItemOf } from './context.ts';
import { systemPrompt } from './prompt.ts';
import { ask } from './request.ts';
import { findTitle, toolSpecs } from './tools/registry.ts';
import { added, headerOf, record, type Turn } from './turn.ts';

/** Compactions in a row that did not make the request fit, before the turn gives up. */
const squeezes = 4;

function itemsOf(turn: Turn, answer: AnswerItem[]): Item[] {
  const { ids, clock, log } = turn.ports;
  return answer.map((part): Item => {
    const base = { id: ids.next('item'), turnId: turn.id, at: clock.now() };
    if (part.type === 'text') return { type: 'text', ...base, body: bodyOf(turn.redact(part.text), log) };
    if (part.type === 'reasoning')
      return { type: 'reasoning', ...base, summary: part.summary, ...(part.opaque ? { opaque: part.opaque } : {}) };
    const { callId, tool } = part;
    const args = turn.redact(part.args);
    const secret = args !== part.args;
    if (secret) turn.args.set(base.id, part.args);
    const call = {
      type: 'call' as const,
      ...base,
      callId,
      tool,
      args: bodyOf(args, log),
      title: findTitle(tool, args),
      status: 'open' as const,
    };
    return secret ? { ...call, secret } : call;
  });
}

/** The next request without its input; the profile and the effort may have been switched since the last one. */
function requestFor(turn: Turn): Omit<ModelRequest, 'input'> {
  const header = headerOf(turn);
  const prompt = systemPrompt(header, turn.hands.standing());
  const effort = header.effort ?? turn.model.defaultEffort;
  return {
    model: turn.model,
    instructions: turn.instructions === '' ? prompt : `${prompt}\n\n${turn.instructions}`,
    tools: toolSpecs(),
    cacheKey: turn.threadId,
    idleTimeoutMs: turn.provider.idleTimeoutMs,
    ...(effort === undefined ? {} : { effort }),
  };
}

const failedFor = (error: ErrorData | undefined): ErrorData =>
  error ?? { code: 'broken', message: 'The model ended with an error that it did not name.' };

/**
 * Keeps a turn going until it rests: open calls run, their results and the intent of the next request are committed, the model
 * answers, its answer is committed before any of its calls runs. Returns when the turn has ended or waits for a person; throws
 * `cancelled` when it is being stopped.
 */
export async function runTurn(turn: Turn, background: Background): Promise<void> {
  const reader = { provider: turn.provider.id, model: turn.model, log: turn.ports.log };
  const end = async (facts: TurnFact[], error?: ErrorData): Promise<void> => {
    const found = await background.changes(turn.threadId);
    if (found) return hold(turn, found.call, found.changed, facts);
    if (headerOf(turn).held) {
      // A command that ended meanwhile has left something to ask about.
      record(turn, facts.splice(0));
      if ((await settleHeld(turn)) === 'waiting') return;
    }
    record(turn, [
      ...facts,
      { type: 'turn.ended', data: { turnId: turn.id, status: error ? 'failed' : 'done', ...(error ? { error } : {}) } },
    ]);
  };
  let pressed = 0;

  for (;;) {
    const results = await runCalls(turn, background);
    if (results === 'waiting') return;
    if (turn.signal.aborted) {
      record(turn, results);
      return;
    }
    for (const steer of turn.steers.splice(0)) {
      turn.context.push(steer.item);
      if (steer.said && steer.item.type === 'user') turn.said.push(steer.item.text);
    }
    const request = requestFor(turn);

    if (pressed > 0 || needsRoom(turn)) {
      record(turn, results);
      await compact(turn, request, pressed);
      if (turn.signal.aborted) return;
      results.length = 0;
    }
    const requestId = turn.ports.ids.next('request');
    record(turn, [
      ...results,
      { type: 'request.started', data: { requestId, turnId: turn.id, provider: turn.provider.id, model: turn.model.id } },
    ]);
    for (const id of turn.spent.splice(0)) turn.ports.commands.discard(id);
    const { end: answer, streamed, usage } = await ask(turn, { ...request, input: turn.context }, requestId);
    if (turn.signal.aborted) {
      record(turn, [...streamedFacts(turn.ports, turn.id, streamed), usage]);
      return;
    }

    if (answer.stop === 'error') {
      if (answer.error?.code === 'limited' && answer.error.data?.reason === 'context' && pressed < squeezes) {
        record(turn, [usage]);
        pressed += 1;
        continue;
      }
      await end([usage, ...streamedFacts(turn.ports, turn.id, streamed)], failedFor(answer.error));
      return;
    }
    pressed = 0;
    const items = itemsOf(turn, answer.items);
    const facts: TurnFact[] = [usage, ...items.map(added)];
    for (const item of items) {
      const mine = modelItemOf(item, reader);
      if (mine) turn.context.push(mine);
    }
    if (answer.tokens) turn.counted = { tokens: answer.tokens.input + answer.tokens.output, items: turn.context.length };
    if (items.some((item) => item.type === 'call')) {
      record(turn, facts);
    } else if (turn.steers.length > 0) {
      record(turn, facts);
    } else if (answer.stop === 'length') {
      await end(facts, {
        code: 'limited',
        message: 'The model reached the longest answer that it may give.',
        hint: 'Say "continue" to go on.',
      });
      return;
    } else {
      const silent = !items.some((item) => item.type === 'text');
      await end(
        facts,
        silent
          ? { code: 'unavailable', message: 'The model ended its answer without a word.', hint: 'Say "continue" to ask it again.' }
          : undefined,
      );
      return;
    }
  }
}
