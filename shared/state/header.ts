import { addTokens, noTokens } from '../domain/money.ts';
import type { OpenTurn, ThreadHeader } from '../domain/thread.ts';
import type { LoggedEvent, ThreadEventName } from '../protocol.ts';
import { reduceSummary } from './summary.ts';

type Cases = {
  [N in Exclude<ThreadEventName, 'thread.started'>]: (header: ThreadHeader, event: Extract<LoggedEvent, { type: N }>) => ThreadHeader;
};

const same = (header: ThreadHeader): ThreadHeader => header;

const inTurn = (header: ThreadHeader, change: (turn: OpenTurn) => OpenTurn): ThreadHeader =>
  header.turn ? { ...header, turn: change(header.turn) } : header;

/** A turn waits exactly while an approval or a question is open. */
const settle = (turn: OpenTurn): OpenTurn =>
  turn.status === 'stopping' ? turn : { ...turn, status: turn.approvals.length + turn.questions.length > 0 ? 'waiting' : 'running' };

const cases: Cases = {
  'thread.renamed': same,
  'thread.pinned': same,
  'thread.archived': same,
  'thread.moved': same,
  'thread.configured': (header, { data }) => ({ ...header, ...data }),

  'turn.started': (header, { data, at }) => ({
    ...header,
    turn: { id: data.turnId, startedAt: at, status: 'running', calls: [], approvals: [], questions: [] },
  }),
  'turn.stopping': (header) => inTurn(header, (turn) => ({ ...turn, status: 'stopping' })),
  'turn.ended': (header, { data, at }) => {
    const { turn: _turn, ...rest } = header;
    const lastTurn = { id: data.turnId, status: data.status, endedAt: at };
    return { ...rest, lastTurn: data.error ? { ...lastTurn, error: data.error } : lastTurn };
  },
  'item.added': (header, { data: { item } }) => {
    if (item.type !== 'call' || item.status !== 'open') return header;
    const call = { itemId: item.id, tool: item.tool, title: item.title };
    return inTurn(header, (turn) => ({ ...turn, calls: [...turn.calls, call] }));
  },
  'call.finished': (header, { data }) =>
    inTurn(header, ({ patch, ...turn }) => ({
      ...turn,
      calls: turn.calls.filter((call) => call.itemId !== data.itemId),
      ...(patch && patch.call !== data.itemId ? { patch } : {}),
    })),
  'request.started': (header, { data, at }) =>
    inTurn(header, (turn) => ({ ...turn, request: { id: data.requestId, attempt: 1, startedAt: at } })),
  'request.retried': (header, { data: { requestId, attempt, reason, retryAt }, at }) =>
    inTurn(header, (turn) => ({
      ...turn,
      request: { id: requestId, attempt, startedAt: at, retry: { reason: reason.message, at: retryAt } },
    })),
  'usage.recorded': (header, { data: { usage } }) => ({
    ...inTurn(header, ({ request, ...turn }) => (request && request.id !== usage.requestId ? { ...turn, request } : turn)),
    tokens: addTokens(header.tokens, usage.tokens),
    credits: header.credits + (usage.credits ?? 0),
    ...(usage.reported && usage.window > 0 ? { context: { tokens: usage.tokens.input + usage.tokens.output, window: usage.window } } : {}),
  }),

  'approval.opened': (header, { data }) => inTurn(header, (turn) => settle({ ...turn, approvals: [...turn.approvals, data.item] })),
  'approval.closed': (header, { data }) => {
    const next = inTurn(header, (turn) => settle({ ...turn, approvals: turn.approvals.filter((item) => item.id !== data.itemId) }));
    return data.grant ? { ...next, grants: [...next.grants, data.grant] } : next;
  },
  'question.opened': (header, { data }) => inTurn(header, (turn) => settle({ ...turn, questions: [...turn.questions, data.item] })),
  'question.closed': (header, { data }) =>
    inTurn(header, (turn) => settle({ ...turn, questions: turn.questions.filter((item) => item.id !== data.itemId) })),
  'plan.updated': (header, { data }) => ({ ...header, plan: data.plan }),
  'patch.prepared': (header, { data }) => inTurn(header, (turn) => ({ ...turn, patch: data })),
  'autorun.held': (header, { data }) => ({ ...header, held: [...(header.held ?? []), data] }),
  'autorun.settled': ({ held = [], ...header }, { data }) => {
    const rest = held.filter(({ id }) => id !== data.id);
    return rest.length > 0 ? { ...header, held: rest } : header;
  },

  'background.started': (header, { data }) => ({ ...header, commands: [...header.commands, data] }),
  'background.ended': (header, { data }) => ({ ...header, commands: header.commands.filter((command) => command.id !== data.id) }),

  'queue.added': (header, { data }) => ({ ...header, queue: [...header.queue, data.row] }),
  'queue.edited': (header, { data }) => ({
    ...header,
    queue: header.queue.map((row) => (row.id === data.queueId ? { ...row, input: data.input } : row)),
  }),
  'queue.removed': (header, { data }) => ({ ...header, queue: header.queue.filter((row) => row.id !== data.queueId) }),
  'queue.moved': (header, { data }) => {
    const moved = header.queue.find((row) => row.id === data.queueId);
    if (!moved) return header;
    const rest = header.queue.filter((row) => row !== moved);
    const at = rest.findIndex((row) => row.id === data.before);
    return { ...header, queue: at < 0 ? [...rest, moved] : [...rest.slice(0, at), moved, ...rest.slice(at)] };
  },
};

/** Everything about a thread but its items. Pure; undefined until `thread.started`. Events of other streams and unknown types change nothing. */
export function reduceHeader(header: ThreadHeader | undefined, event: LoggedEvent): ThreadHeader | undefined {
  if (event.type === 'thread.started') {
    const { id: _id, projectId: _p, title: _t, cwd: _c, parent: _parent, ...settings } = event.data.thread;
    const summary = reduceSummary(undefined, event);
    return (
      summary && {
        ...summary,
        ...settings,
        seq: event.seq,
        queue: [],
        commands: [],
        grants: event.data.grants ?? [],
        tokens: noTokens,
        credits: 0,
      }
    );
  }
  if (!header || header.id !== event.stream || !Object.hasOwn(cases, event.type)) return header;
  const reduce = cases[event.type as keyof Cases] as (header: ThreadHeader, event: LoggedEvent) => ThreadHeader;
  const row = reduceSummary(header, event) as ThreadHeader;
  return { ...reduce(row, event), seq: event.seq };
}
