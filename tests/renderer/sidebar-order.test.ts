import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { movesFor, projectStep, rowsOf, sortThreads, threadStep, topOf } from '../../renderer/screens/sidebar/order.ts';
import type { Project } from '../../shared/domain/project.ts';
import type { ThreadSummary } from '../../shared/domain/thread.ts';

function thread(id: string, more: Partial<ThreadSummary> = {}): ThreadSummary {
  return {
    id,
    projectId: 'p',
    title: id,
    cwd: '/p',
    status: 'idle',
    needs: 0,
    background: 0,
    createdAt: 0,
    updatedAt: 0,
    pinned: false,
    archived: false,
    place: null,
    ...more,
  };
}
const project = (id: string): Project => ({ id, path: `/${id}`, name: id, trusted: true, addedAt: 0 });
const ids = (threads: readonly ThreadSummary[]): string[] => threads.map(({ id }) => id);

/** What the sidebar shows after the moves were made. */
function after(threads: readonly ThreadSummary[], threadId: string, before: string | undefined): string[] {
  const places = new Map(movesFor(threads, threadId, before).map((move) => [move.threadId, move.place]));
  return ids(sortThreads(threads.map((each) => ({ ...each, place: places.get(each.id) ?? each.place }))));
}

describe('the order of threads', () => {
  it('is: needs a person, pinned, by hand, newest', () => {
    const threads = [
      thread('old', { updatedAt: 1 }),
      thread('new', { updatedAt: 9 }),
      thread('second', { place: 2 }),
      thread('first', { place: 1 }),
      thread('pinned', { pinned: true }),
      thread('asks', { status: 'waiting' }),
    ];
    expect(ids(sortThreads(threads))).toEqual(['asks', 'pinned', 'first', 'second', 'new', 'old']);
  });

  it('is changed by a move to exactly what was asked, whatever had a place before', () => {
    const some = fc.uniqueArray(
      fc.record({
        id: fc.integer({ min: 0, max: 99 }),
        place: fc.option(fc.integer({ min: -5, max: 500 })),
        updatedAt: fc.nat(50),
        pinned: fc.boolean(),
      }),
      { selector: ({ id }) => id, minLength: 2, maxLength: 12 },
    );
    fc.assert(
      fc.property(some, fc.nat(), fc.nat(), (rows, a, b) => {
        // Two that share a place have no order by hand that could be kept.
        const taken = new Set<number>();
        const threads = rows.map(({ id, place, ...rest }) => {
          const free = place !== null && !taken.has(place) ? place : null;
          if (free !== null) taken.add(free);
          return thread(String(id), { ...rest, place: free });
        });
        const order = sortThreads(threads);
        const moved = order[a % order.length]!;
        const group = order.filter(({ pinned, id }) => pinned === moved.pinned && id !== moved.id);
        const before = group[b % (group.length + 1)]?.id;
        const wanted = ids(group);
        wanted.splice(before === undefined ? wanted.length : wanted.indexOf(before), 0, moved.id);
        const shown = after(threads, moved.id, before).filter((id) => wanted.includes(id));
        expect(shown).toEqual(wanted);
      }),
    );
  });

  it('keeps pinned threads among themselves', () => {
    const threads = [thread('p1', { pinned: true }), thread('a', { updatedAt: 2 }), thread('b', { updatedAt: 1 })];
    expect(after(threads, 'b', 'p1')).toEqual(['p1', 'b', 'a']);
    expect(topOf(threads, threads[2]!)).toBe('a');
  });

  it('moves by one step, and not beyond the ends', () => {
    const threads = [thread('a', { updatedAt: 3 }), thread('b', { updatedAt: 2 }), thread('c', { updatedAt: 1 })];
    expect(threadStep(threads, 'a', -1)).toBeUndefined();
    expect(threadStep(threads, 'a', 1)).toEqual({ before: 'c' });
    expect(threadStep(threads, 'b', 1)).toEqual({});
    const projects = ['a', 'b', 'c'].map(project);
    expect(projectStep(projects, 'c', -1)).toEqual({ before: 'b' });
    expect(projectStep(projects, 'b', 1)).toEqual({});
    expect(projectStep(projects, 'c', 1)).toBeUndefined();
  });
});

describe('the rows of the sidebar', () => {
  const threads = { a: thread('a'), stray: thread('stray', { projectId: 'gone' }) };

  it('hold the threads of unfolded projects, those without a project, and the archive', () => {
    const rows = rowsOf({ projects: [project('p'), project('q')], threads, folded: { q: true }, archived: 2, archive: undefined });
    expect(rows.map(({ key }) => key)).toEqual(['project:p', 'a', 'project:q', 'project:', 'stray', 'archive']);
    expect(rows.filter(({ kind }) => kind !== 'thread').map(({ at, of }) => `${at + 1}/${of}`)).toEqual(['1/4', '2/4', '3/4', '4/4']);
  });

  it('hide what is folded', () => {
    const rows = rowsOf({ projects: [project('p')], threads: { a: threads.a }, folded: { p: true }, archived: 0, archive: undefined });
    expect(rows).toMatchObject([{ kind: 'project', folded: true, threads: [{ id: 'a' }] }]);
  });
});
