import type { PolicyState } from '../domain/policy.ts';
import type { Project } from '../domain/project.ts';
import type { Rule } from '../domain/rule.ts';
import type { ThreadSummary } from '../domain/thread.ts';
import { type AppEventName, audienceOf, type LoggedEvent } from '../protocol.ts';
import { reduceSummary } from './summary.ts';

/** What every window shows of everything: projects in the user's order and the threads that are not archived. */
export interface AppState {
  projects: Project[];
  threads: Record<string, ThreadSummary>;
  archived: number;
  /** Answers of "always", oldest first. */
  rules: Rule[];
  /** The organisation's policy as it is in force; absent: there never was one. */
  policy?: PolicyState;
}

export const emptyApp: AppState = { projects: [], threads: {}, archived: 0, rules: [] };

type Cases = { [N in AppEventName]: (state: AppState, event: Extract<LoggedEvent, { type: N }>) => AppState };

const withProject = (state: AppState, id: string, change: (project: Project) => Project): AppState => ({
  ...state,
  projects: state.projects.map((project) => (project.id === id ? change(project) : project)),
});

const withThread = (state: AppState, event: LoggedEvent): AppState => {
  const before = state.threads[event.stream];
  const after = reduceSummary(before, event);
  return after === before || after === undefined ? state : { ...state, threads: { ...state.threads, [event.stream]: after } };
};

const cases: Cases = {
  'policy.applied': (state, { data }) => ({ ...state, policy: data.policy }),

  'project.added': (state, { data }) => ({ ...state, projects: [...state.projects, data.project] }),
  'project.renamed': (state, { data }) => withProject(state, data.projectId, (project) => ({ ...project, name: data.name })),
  'project.trusted': (state, { data }) => withProject(state, data.projectId, (project) => ({ ...project, trusted: data.trusted })),
  'project.moved': (state, { data }) => {
    const moved = state.projects.find((project) => project.id === data.projectId);
    if (!moved) return state;
    const rest = state.projects.filter((project) => project !== moved);
    const at = rest.findIndex((project) => project.id === data.before);
    return { ...state, projects: at < 0 ? [...rest, moved] : [...rest.slice(0, at), moved, ...rest.slice(at)] };
  },
  'project.removed': (state, { data }) => ({
    ...state,
    projects: state.projects.filter((project) => project.id !== data.projectId),
    rules: state.rules.filter((rule) => rule.projectId !== data.projectId),
  }),

  'rule.added': (state, { data }) => ({ ...state, rules: [...state.rules, data.rule] }),
  'rule.revoked': (state, { data }) => ({ ...state, rules: state.rules.filter((rule) => rule.id !== data.ruleId) }),

  'thread.started': withThread,
  'thread.renamed': withThread,
  'thread.pinned': withThread,
  'thread.moved': withThread,
  'thread.configured': withThread,
  'thread.archived': (state, event) => {
    const { [event.stream]: thread, ...rest } = state.threads;
    if (event.data.archived) return thread ? { ...state, threads: rest, archived: state.archived + 1 } : state;
    return event.data.thread
      ? { ...state, threads: { ...state.threads, [event.stream]: event.data.thread }, archived: Math.max(0, state.archived - 1) }
      : state;
  },
  'thread.deleted': (state, { data }) => {
    const { [data.threadId]: thread, ...rest } = state.threads;
    return thread ? { ...state, threads: rest } : { ...state, archived: Math.max(0, state.archived - 1) };
  },
  'turn.started': withThread,
  'turn.ended': withThread,
  'approval.opened': withThread,
  'approval.closed': withThread,
  'question.opened': withThread,
  'question.closed': withThread,
  'background.started': withThread,
  'background.ended': withThread,
};

/** Pure. Events that are not the app's change nothing. */
export function reduceApp(state: AppState, event: LoggedEvent): AppState {
  const to = audienceOf(event.type);
  if (to === undefined || to === 'thread') return state;
  const reduce = cases[event.type as AppEventName] as (state: AppState, event: LoggedEvent) => AppState;
  return reduce(state, event);
}
