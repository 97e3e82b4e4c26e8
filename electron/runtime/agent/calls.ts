import type { Confinement } from '../../../shared/domain/confinement.ts';
import type { ApprovalItem, CallItem, QuestionItem, Subject } from '../../../shared/domain/item.ts';
import { answersFor as answersThatSuit } from '../../../shared/domain/rule.ts';
import type { BackgroundCommand } from '../../../shared/domain/thread.ts';
import { AppError, toErrorData } from '../../../shared/errors.ts';
import type { TurnFact } from '../../../shared/protocol/turn.ts';
import { checkProfileAllowed } from '../policy/bounds.ts';
import { guard, type Verdict } from '../policy/guard.ts';
import { redacted } from '../policy/redact.ts';
import type { AutorunChange, AutorunWatch } from '../ports/autorun.ts';
import type { RunningCommand } from '../ports.ts';
import { heldWords, hold, holdMeanwhile, settleHeld } from './autorun.ts';
import { wholeText } from './body.ts';
import { bound, byteLength } from './bounded.ts';
import { resultOf } from './context.ts';
import type { PlannedCall, ToolContext, ToolResult } from './tool.ts';
import { findTool, parseArgs } from './tools/registry.ts';
import { added, callOf, headerOf, record, type Turn } from './turn.ts';

/** The commands of all threads that go on in the background. */
export interface Background {
  find(threadId: string, id: string): RunningCommand | undefined;
  keep(threadId: string, command: RunningCommand, watched?: AutorunWatch, confine?: Confinement): void;
  /** Ends one; `said` goes behind what it has printed. */
  stop(id: string, said: string): Promise<void>;
  /** What those of a thread that still run have changed of the files that run by themselves, and the call of one that did. */
  changes(threadId: string): Promise<{ call: string; changed: AutorunChange[] } | undefined>;
}

/** A call's end, as a fact and as the model reads it. */
type Finished = Extract<TurnFact, { type: 'call.finished' }>;
type Outcome = { facts: TurnFact[]; finished: Finished; changed?: AutorunChange[]; watched?: AutorunWatch } | 'waiting';

function finish(turn: Turn, call: CallItem, status: Finished['data']['status'], said: string, more: Partial<ToolResult> = {}): Finished {
  const output = turn.redact(said);
  const { whole, detail } = more;
  const body = whole
    ? { text: output, bytes: whole.bytes, whole: { kind: whole.kind, id: whole.id } }
    : { text: output, bytes: byteLength(output) };
  return { type: 'call.finished', data: { itemId: call.id, status, output: body, ...(detail ? { detail } : {}) } };
}

/** What people have answered about this call, from the log: it also holds what was answered after a restart. */
function answersFor(turn: Turn, call: CallItem): { approvals: ApprovalItem[]; question: QuestionItem | undefined } {
  const approvals: ApprovalItem[] = [];
  let question: QuestionItem | undefined;
  // Newest first, back to the call itself: one answer of a model may ask for any number of things.
  for (let before: number | undefined; ; ) {
    const { items, before: older } = turn.ports.log.page(turn.threadId, { limit: 200, ...(before === undefined ? {} : { before }) });
    for (const { item } of items.toReversed()) {
      if (item.id === call.id) return { approvals: approvals.reverse(), question };
      if (item.type === 'approval' && item.call === call.id) approvals.push(item);
      if (item.type === 'question' && item.call === call.id) question ??= item;
    }
    if (older === undefined) return { approvals: approvals.reverse(), question };
    before = older;
  }
}

async function contextFor(turn: Turn, call: CallItem, background: Background): Promise<ToolContext> {
  const { commands, log, clock } = turn.ports;
  const keep: ToolContext['background']['keep'] = (command, text, { confine, watched } = {}) => {
    const started: BackgroundCommand = { id: command.id, command: text, startedAt: clock.now(), ...(confine ? {} : { outside: true }) };
    record(turn, [{ type: 'background.started', data: started }]);
    background.keep(turn.threadId, command, watched, confine);
  };
  const { files, search } = await turn.hands.look();
  return {
    threadId: turn.threadId,
    call,
    cwd: headerOf(turn).cwd,
    model: turn.model,
    files,
    commands,
    search,
    log,
    hands: turn.hands,
    autorun: turn.autorun,
    redact: turn.redact,
    now: clock.now,
    after: (ms, callback) => clock.at(clock.now() + ms, callback),
    record: (facts) => record(turn, facts),
    background: {
      list: () => headerOf(turn).commands,
      find: (id) => background.find(turn.threadId, id),
      keep,
      changes: async () => (await background.changes(turn.threadId))?.changed ?? [],
    },
  };
}

/** The arguments as the model wrote them. AppError `missing`: they held a secret, which the log does not keep. */
function argsOf(turn: Turn, call: CallItem): string {
  const known = turn.args.get(call.id);
  if (known !== undefined) return known;
  const args = wholeText(call.args, turn.ports.log);
  if (!call.secret) return args;
  throw new AppError('missing', 'The arguments held a secret, which is not kept, and the program was restarted since.', {
    hint: 'Send the call again.',
  });
}

async function planOf(turn: Turn, call: CallItem, background: Background): Promise<PlannedCall> {
  checkProfileAllowed(turn.ports.policy.current(), headerOf(turn).profile);
  const tool = findTool(call.tool);
  return tool.plan(parseArgs(tool, argsOf(turn, call)), await contextFor(turn, call, background));
}

interface Asks {
  refused?: string;
  ask: { subject: Subject; verdict: Verdict }[];
}

/** The guard's word on each subject of a call, with what a person has answered already. A subject is shown and compared without secrets. */
function judge(turn: Turn, planned: PlannedCall, approvals: ApprovalItem[]): Asks {
  const standing = turn.hands.standing();
  const ask: Asks['ask'] = [];
  for (const raw of planned.subjects) {
    const verdict = guard(raw, standing);
    if (verdict.decision === 'refuse') {
      const { source } = verdict;
      const where = source ? `; ${source.where}${source.line === undefined ? '' : `:${source.line}`}` : '';
      return { refused: `Refused by a rule (${verdict.rule}${where}).`, ask: [] };
    }
    if (verdict.decision === 'allow') continue;
    const whole = standing.sandboxed || raw.kind !== 'command' ? raw : { ...raw, unconfined: true as const };
    const subject = redacted(whole, turn.redact);
    // What is kept of it would never fit the command again, which nobody may keep with its secret in it.
    if (subject !== whole && raw.kind === 'command')
      verdict.answers = (verdict.answers ?? answersThatSuit(subject)).filter((answer) => answer === 'once' || answer === 'no');
    const answer = approvals.findLast((item) => JSON.stringify(item.subject) === JSON.stringify(subject));
    if (answer?.status === 'refused') return { refused: `The user said no.${answer.note ? ` Their note: ${answer.note}` : ''}`, ask: [] };
    if (answer?.status !== 'granted') ask.push({ subject, verdict });
  }
  return { ask };
}

function approvalsOf(turn: Turn, call: CallItem, { reason }: PlannedCall, { ask }: Asks): TurnFact[] {
  return ask.map(({ subject, verdict: { rule, source, answers } }) =>
    added({
      type: 'approval',
      id: turn.ports.ids.next('item'),
      turnId: turn.id,
      at: turn.ports.clock.now(),
      call: call.id,
      subject,
      ...(reason === undefined ? {} : { reason: turn.redact(reason) }),
      rule,
      ...(source ? { source } : {}),
      ...(answers ? { answers } : {}),
      status: 'open',
    }),
  );
}

/** The files that a call would change: what comes after it can't be judged before it has run. */
const writesOf = ({ subjects }: PlannedCall): string[] => subjects.flatMap((each) => (each.kind === 'write' ? each.paths : []));

/** Asks for all open calls of the answer at once, as far as they can be judged before the ones in front of them have run. */
async function askAhead(turn: Turn, calls: readonly CallItem[], background: Background): Promise<boolean> {
  const facts: TurnFact[] = [];
  const written = new Set<string>();
  for (const call of calls) {
    const planned = await planOf(turn, call, background).catch(() => undefined);
    if (!planned) continue;
    const writes = writesOf(planned);
    const known = writes.some((path) => written.has(path));
    for (const path of writes) written.add(path);
    const asks = known || planned.subjects.length === 0 ? undefined : judge(turn, planned, answersFor(turn, call).approvals);
    if (asks) facts.push(...approvalsOf(turn, call, planned, asks));
  }
  record(turn, facts);
  return facts.length > 0;
}

async function runOne(turn: Turn, call: CallItem, background: Background): Promise<Outcome> {
  try {
    const planned = await planOf(turn, call, background);
    const answered = planned.question !== undefined || planned.subjects.length > 0 ? answersFor(turn, call) : undefined;
    const asks = judge(turn, planned, answered?.approvals ?? []);
    if (asks.refused !== undefined) return { facts: [], finished: finish(turn, call, 'refused', asks.refused) };
    if (asks.ask.length > 0) {
      record(turn, approvalsOf(turn, call, planned, asks));
      return 'waiting';
    }
    const { question } = planned;
    if (question && answered?.question?.status !== 'answered') {
      const base = { id: turn.ports.ids.next('item'), turnId: turn.id, at: turn.ports.clock.now(), call: call.id };
      record(turn, [{ type: 'question.opened', data: { item: { type: 'question', ...base, ...question, status: 'open' } } }]);
      return 'waiting';
    }
    const result = await planned.run(turn.signal, answered?.question?.answer);
    const { changed = [], watched } = result;
    if (turn.signal.aborted && changed.length > 0) await holdMeanwhile(turn.ports, turn.engine, headerOf(turn), call.id, changed);
    if (turn.signal.aborted || changed.length === 0) watched?.end();
    // A command that was stopped with the turn is closed with it: as interrupted, with what it had printed.
    if (turn.signal.aborted && result.failed) throw new AppError('cancelled', 'Stopped.');
    if (call.tool === 'shell' && result.whole?.kind !== 'file' && !result.detail?.background) turn.spent.push(call.id);
    const said = changed.length === 0 ? result.output : `${result.output}\n${heldWords(headerOf(turn).cwd, changed)}`;
    const finished = finish(turn, call, result.failed ? 'failed' : 'done', said, result);
    return {
      facts: result.facts ?? [],
      finished,
      ...(changed.length > 0 && !turn.signal.aborted ? { changed, ...(watched ? { watched } : {}) } : {}),
    };
  } catch (thrown) {
    if (turn.signal.aborted || headerOf(turn).turn?.id !== turn.id) throw new AppError('cancelled', 'Stopped.', { cause: thrown });
    const error = toErrorData(thrown);
    if (error.code === 'broken')
      turn.ports.note(`tool ${call.tool}: ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : error.message}`);
    const said = bound(turn.redact(`Error: ${error.message}${error.hint ? `\n${error.hint}` : ''}`)).text;
    return { facts: [], finished: finish(turn, call, error.data?.['reason'] === 'policy' ? 'refused' : 'failed', said) };
  }
}

const discardSpent = (turn: Turn): void => {
  for (const id of turn.spent.splice(0)) turn.ports.commands.discard(id);
};

/**
 * Runs the open calls of the turn one after another and adds their results to the context. What asks is asked before the first of them
 * runs. Results are committed as they come, but those of the last call are handed back: they go into the log together with the intent of
 * the next request. `waiting`: a person has to answer first; all that came before is committed.
 */
export async function runCalls(turn: Turn, background: Background): Promise<TurnFact[] | 'waiting'> {
  if ((await settleHeld(turn)) === 'waiting') return 'waiting';
  const open = (headerOf(turn).turn?.calls ?? []).map(({ itemId }) => callOf(turn, itemId));
  if (open.length > 1 && (await askAhead(turn, open, background))) return 'waiting';
  for (const [index, call] of open.entries()) {
    if (turn.signal.aborted) throw new AppError('cancelled', 'Stopped.');
    const outcome = await runOne(turn, call, background);
    if (outcome === 'waiting') {
      discardSpent(turn);
      return outcome;
    }
    const { status, output, detail } = outcome.finished.data;
    const item: CallItem = { ...call, status, output, ...(detail ? { detail } : {}) };
    turn.context.push(resultOf(item, { provider: turn.provider.id, model: turn.model, log: turn.ports.log }));
    turn.args.delete(call.id);
    const facts = [...outcome.facts, outcome.finished];
    if (outcome.changed) {
      await hold(turn, call.id, outcome.changed, facts);
      outcome.watched?.end();
      discardSpent(turn);
      return 'waiting';
    }
    if (index === open.length - 1) return facts;
    record(turn, facts);
  }
  return [];
}
