import type { Project } from '../../../shared/domain/project.ts';
import type { ThreadSummary } from '../../../shared/domain/thread.ts';

/** Pinned first, then what was ordered by hand, then the newest. */
const byPlace = (a: ThreadSummary, b: ThreadSummary): number =>
  Number(b.pinned) - Number(a.pinned) ||
  (a.place ?? Number.POSITIVE_INFINITY) - (b.place ?? Number.POSITIVE_INFINITY) ||
  b.updatedAt - a.updatedAt ||
  (a.id < b.id ? -1 : 1);

/** As the sidebar shows them: what needs a person comes before everything. Infinity - Infinity is NaN, which counts as equal. */
export function sortThreads(threads: readonly ThreadSummary[]): ThreadSummary[] {
  return threads.toSorted((a, b) => Number(b.status === 'waiting') - Number(a.status === 'waiting') || byPlace(a, b));
}

export type Row =
  | { kind: 'project'; key: string; project: Project; folded: boolean; threads: ThreadSummary[]; at: number; of: number }
  | { kind: 'thread'; key: string; thread: ThreadSummary; at: number; of: number }
  | { kind: 'archive'; key: string; count: number; folded: boolean; at: number; of: number };

/** Threads whose project was taken off the list and that came back from the archive stand here. */
export const strayProject: Project = { id: '', path: '', name: 'Without a project', trusted: true, addedAt: 0 };

const projectKey = (id: string): string => `project:${id}`;
export const archiveKey = 'archive';

export interface RowsOf {
  projects: readonly Project[];
  threads: Readonly<Record<string, ThreadSummary>>;
  folded: Readonly<Record<string, boolean>>;
  archived: number;
  /** The archive's threads, once they were asked for. */
  archive: readonly ThreadSummary[] | undefined;
}

/** The sidebar's tree as a flat list of rows. */
export function rowsOf({ projects, threads, folded, archived, archive }: RowsOf): Row[] {
  const groups = new Map<string, ThreadSummary[]>(projects.map(({ id }) => [id, []]));
  const stray: ThreadSummary[] = [];
  for (const thread of Object.values(threads)) (groups.get(thread.projectId) ?? stray).push(thread);
  const all = stray.length > 0 ? [...projects, strayProject] : projects;
  groups.set('', stray);
  const of = all.length + (archived > 0 ? 1 : 0);
  const rows: Row[] = [];
  all.forEach((project, at) => {
    const own = sortThreads(groups.get(project.id) ?? []);
    const isFolded = folded[project.id] === true;
    rows.push({ kind: 'project', key: projectKey(project.id), project, folded: isFolded, threads: own, at, of });
    if (!isFolded) own.forEach((thread, at) => rows.push({ kind: 'thread', key: thread.id, thread, at, of: own.length }));
  });
  if (archived > 0) {
    rows.push({ kind: 'archive', key: archiveKey, count: archived, folded: archive === undefined, at: of - 1, of });
    archive?.forEach((thread, at) => rows.push({ kind: 'thread', key: thread.id, thread, at, of: archive.length }));
  }
  return rows;
}

export interface Move {
  threadId: string;
  place: number;
}

/**
 * What puts `threadId` before `before` (last without it) among the threads of its project. Threads that go by time stand after all that
 * have a place, so those that stay above it get places too. A pinned thread stays among the pinned ones.
 */
export function movesFor(threads: readonly ThreadSummary[], threadId: string, before: string | undefined): Move[] {
  const moved = threads.find(({ id }) => id === threadId);
  if (!moved || before === threadId) return [];
  const group = threads.filter(({ pinned, id }) => pinned === moved.pinned && id !== threadId).toSorted(byPlace);
  const found = group.findIndex(({ id }) => id === before);
  const target = threads.find(({ id }) => id === before);
  // Over a thread of the other group: at the end of this one that is nearest.
  const at = found >= 0 ? found : target && !moved.pinned ? 0 : group.length;
  const last = group[at - 1]?.place ?? null;
  const next = group[at]?.place ?? null;
  if (at === 0) return [{ threadId, place: (next ?? 1) - 1 }];
  if (last !== null) return [{ threadId, place: next === null ? last + 1 : (last + next) / 2 }];
  const moves: Move[] = [];
  let place = 0;
  for (const thread of group.slice(0, at)) {
    if (thread.place === null) moves.push({ threadId: thread.id, place: (place += 1) });
    else place = thread.place;
  }
  return [...moves, { threadId, place: place + 1 }];
}

/** The first thread of the group that this one is ordered in. */
export function topOf(threads: readonly ThreadSummary[], { pinned }: ThreadSummary): string | undefined {
  return threads.filter((each) => each.pinned === pinned).toSorted(byPlace)[0]?.id;
}

/** Before which project it goes when it moves up or down by one; undefined when it can't. Without `before`: last. */
export function projectStep(projects: readonly Project[], id: string, by: -1 | 1): { before?: string } | undefined {
  const at = projects.findIndex((project) => project.id === id);
  const to = at + by;
  if (at < 0 || to < 0 || to >= projects.length) return undefined;
  const before = by < 0 ? projects[to]?.id : projects[to + 1]?.id;
  return before === undefined ? {} : { before };
}

/** The same for a thread within its group: before which thread. */
export function threadStep(threads: readonly ThreadSummary[], id: string, by: -1 | 1): { before?: string } | undefined {
  const moved = threads.find((thread) => thread.id === id);
  const group = threads.filter(({ pinned }) => pinned === moved?.pinned).toSorted(byPlace);
  const at = group.findIndex((thread) => thread.id === id);
  const to = at + by;
  if (at < 0 || to < 0 || to >= group.length) return undefined;
  const before = by < 0 ? group[to]?.id : group[to + 1]?.id;
  return before === undefined ? {} : { before };
}
