import type { ApprovalItem, CallItem, QuestionItem, Subject } from '../../../shared/domain/item.ts';
import type { BackgroundCommand } from '../../../shared/domain/thread.ts';
import { AppError, toErrorData } from '../../../shared/errors.ts';
import type { TurnFact } from '../../../shared/protocol/turn.ts';
import { guard, type Verdict } from '../policy/guard.ts';
import type { RunningCommand } from '../ports.ts';
import { wholeText } from './body.ts';
import { bound, byteLength } from './bounded.ts';
import { resultOf } from './context.ts';
import type { PlannedCall, ToolContext, ToolResult } from './tool.ts';
import { findTool, parseArgs } from './tools/registry.ts';
import { added, callOf, headerOf, record, type Turn } from './turn.ts';

/** The commands of all threads that go on in the background. */
export interface Background {
  find(threadId: string, id: string): RunningCommand | undefined;
  keep(threadId: string, command: RunningCommand): void;
}

/** A call's end, as a fact and as the model reads it. */
type Finished = Extract<TurnFact, { type: 'call.finished' }>;
type Outcome = { facts: TurnFact[]; finished: Finished } | 'waiting';

const finish = (call: CallItem, status: Finished['data']['status'], output: string, more: Partial<ToolResult> = {}): Finished => ({
  type: 'call.finished',
  data: {
    itemId: call.id,
    status,
    output: more.whole
      ? { text: output, bytes: more.whole.bytes, whole: { kind: more.whole.kind, id: more.whole.id } }
      : { text: output, bytes: byteLength(output) },
    ...(more.detail ? { detail: more.detail } : {}),
  },
});

const sameSubject = (a: Subject, b: Subject): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What people have answered about this call, from the log: it also holds what was answered after a restart. */
function answersFor(turn: Turn, call: CallItem): { approvals: ApprovalItem[]; question: QuestionItem | undefined } {
  const items = turn.ports.log.page(turn.threadId, { limit: 200 }).items.map(({ item }) => item);
  return {
    approvals: items.filter((item): item is ApprovalItem => item.type === 'approval' && item.call === call.id),
    question: items.findLast((item): item is QuestionItem => item.type === 'question' && item.call === call.id),
  };
}

function contextFor(turn: Turn, call: CallItem, background: Background): ToolContext {
  const { files, commands, search, log, clock } = turn.ports;
  const keep = (command: RunningCommand, text: string): void => {
    const started: BackgroundCommand = { id: command.id, command: text, startedAt: clock.now() };
    record(turn, [{ type: 'background.started', data: started }]);
    background.keep(turn.threadId, command);
  };
  return {
    threadId: turn.threadId,
    call,
    cwd: headerOf(turn).cwd,
    model: turn.model,
    files,
    commands,
    search,
    log,
    now: clock.now,
    after: (ms, callback) => clock.at(clock.now() + ms, callback),
    record: (facts) => record(turn, facts),
    background: { list: () => headerOf(turn).commands, find: (id) => background.find(turn.threadId, id), keep },
  };
}

/** The guard's word on each subject of a call, with what a person has answered already. */
function judge(
  turn: Turn,
  planned: PlannedCall,
  approvals: ApprovalItem[],
): { refused?: string; ask: { subject: Subject; verdict: Verdict }[] } {
  const { profile, grants } = headerOf(turn);
  const ask: { subject: Subject; verdict: Verdict }[] = [];
  for (const subject of planned.subjects) {
    const verdict = guard(subject, { profile, grants, roots: turn.roots, own: turn.own });
    if (verdict.decision === 'refuse') return { refused: `Refused by a rule (${verdict.rule}).`, ask: [] };
    if (verdict.decision === 'allow') continue;
    const answer = approvals.findLast((item) => sameSubject(item.subject, subject));
    if (answer?.status === 'refused') return { refused: `The user said no.${answer.note ? ` Their note: ${answer.note}` : ''}`, ask: [] };
    if (answer?.status !== 'granted') ask.push({ subject, verdict });
  }
  return { ask };
}

async function runOne(turn: Turn, call: CallItem, args: string, background: Background): Promise<Outcome> {
  const context = contextFor(turn, call, background);
  try {
    const tool = findTool(call.tool);
    const planned = await tool.plan(parseArgs(tool, args), context);
    const mayAsk = planned.question !== undefined || (planned.subjects.length > 0 && headerOf(turn).profile !== 'full-access');
    const answered = mayAsk ? answersFor(turn, call) : undefined;
    const { refused, ask } = judge(turn, planned, answered?.approvals ?? []);
    if (refused !== undefined) return { facts: [], finished: finish(call, 'refused', refused) };
    const base = (): { id: string; turnId: string; at: number; call: string } => ({
      id: turn.ports.ids.next('item'),
      turnId: turn.id,
      at: turn.ports.clock.now(),
      call: call.id,
    });
    if (ask.length > 0) {
      record(
        turn,
        ask.map(({ subject, verdict }) => added({ type: 'approval', ...base(), subject, rule: verdict.rule, status: 'open' })),
      );
      return 'waiting';
    }
    const { question } = planned;
    if (question && answered?.question?.status !== 'answered') {
      record(turn, [{ type: 'question.opened', data: { item: { type: 'question', ...base(), ...question, status: 'open' } } }]);
      return 'waiting';
    }
    const result = await planned.run(turn.signal, answered?.question?.answer);
    // A command that was stopped with the turn is closed with it: as interrupted, with what it had printed.
    if (turn.signal.aborted && result.failed) throw new AppError('cancelled', 'Stopped.');
    if (call.tool === 'shell' && result.whole?.kind !== 'file' && !result.detail?.background) turn.spent.push(call.id);
    return { facts: result.facts ?? [], finished: finish(call, result.failed ? 'failed' : 'done', result.output, result) };
  } catch (thrown) {
    if (turn.signal.aborted || headerOf(turn).turn?.id !== turn.id) throw new AppError('cancelled', 'Stopped.', { cause: thrown });
    const error = toErrorData(thrown);
    if (error.code === 'broken')
      turn.ports.note(`tool ${call.tool}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : error.message}`);
    const said = bound(`Error: ${error.message}${error.hint ? `\n${error.hint}` : ''}`).text;
    return { facts: [], finished: finish(call, 'failed', said) };
  }
}

/**
 * Runs the open calls of the turn one after another and adds their results to the context. Results are committed as they come, but
 * those of the last call are handed back: they go into the log together with the intent of the next request. `waiting`: a person
 * has to answer first.
 */
export async function runCalls(turn: Turn, background: Background): Promise<TurnFact[] | 'waiting'> {
  const open = headerOf(turn).turn?.calls ?? [];
  for (const [index, { itemId }] of open.entries()) {
    if (turn.signal.aborted) throw new AppError('cancelled', 'Stopped.');
    const call = callOf(turn, itemId);
    const outcome = await runOne(turn, call, wholeText(call.args, turn.ports.log), background);
    if (outcome === 'waiting') {
      // All that came before is committed.
      for (const id of turn.spent.splice(0)) turn.ports.commands.discard(id);
      return outcome;
    }
    const { status, output, detail } = outcome.finished.data;
    const item: CallItem = { ...call, status, output, ...(detail ? { detail } : {}) };
    turn.context.push(resultOf(item, { provider: turn.provider.id, model: turn.model, log: turn.ports.log }));
    const facts = [...outcome.facts, outcome.finished];
    if (index === open.length - 1) return facts;
    record(turn, facts);
  }
  return [];
}
