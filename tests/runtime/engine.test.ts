import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import type { LogPort } from '../../electron/runtime/ports.ts';
import type { AppError } from '../../shared/errors.ts';
import type { LoggedEvent } from '../../shared/protocol.ts';
import type { Push } from '../../shared/wire.ts';
import { engineOnDisk } from '../support/engine.ts';

const failure = (work: () => unknown): AppError => {
  try {
    work();
  } catch (thrown) {
    return thrown as AppError;
  }
  throw new Error('it did not fail');
};

it('answers a command that it has seen before as it did the first time, also after a restart [PRJ-5]', () => {
  const disk = engineOnDisk();
  const first = disk.engine.execute('project.add', { path: '/a' }, 'cmd-1');
  const seq = disk.log.seq();
  expect(disk.engine.execute('project.add', { path: '/a' }, 'cmd-1')).toEqual(first);
  // Whatever it says the second time: the id decides.
  expect(disk.engine.execute('project.add', { path: '/elsewhere' }, 'cmd-1')).toEqual(first);

  const refused = failure(() => disk.engine.execute('project.rename', { projectId: 'nobody', name: 'x' }, 'cmd-2'));
  expect(refused).toMatchObject({ code: 'missing', message: 'There is no project nobody.' });
  expect(failure(() => disk.engine.execute('project.rename', { projectId: 'nobody', name: 'x' }, 'cmd-2'))).toMatchObject({
    code: refused.code,
    message: refused.message,
    hint: refused.hint,
  });
  // What was refused stays refused, even if it would work now.
  const { projectId } = first;
  expect(failure(() => disk.engine.execute('project.rename', { projectId, name: 'x' }, 'cmd-2')).code).toBe('missing');
  expect(disk.log.seq()).toBe(seq);
  disk.engine.saveStates();
  disk.close();

  const again = engineOnDisk({ file: disk.file });
  expect(again.engine.execute('project.add', { path: '/a' }, 'cmd-1')).toEqual(first);
  expect(failure(() => again.engine.execute('project.rename', { projectId, name: 'x' }, 'cmd-2'))).toMatchObject({
    code: 'missing',
    hint: refused.hint,
  });
  expect(again.log.seq()).toBe(seq);
  expect(again.engine.app().projects).toHaveLength(1);
});

it('shows every listener the events in the order of the log, whatever a listener does in its callback', () => {
  const { engine, log } = engineOnDisk();
  const seen: number[][] = [[], [], []];
  let late = false;
  const listen = (index: number, react: (event: LoggedEvent) => void): void =>
    void engine.listen((push: Push) => {
      if (push.kind !== 'event') return;
      // The command inside the callback sees the state with the event in it.
      if (push.event.type === 'project.added') {
        const { id } = push.event.data.project;
        late ||= !engine.app().projects.some((project) => project.id === id);
      }
      seen[index]?.push(push.event.seq);
      react(push.event);
    });
  const rename = (projectId: string, name: string): void => void engine.execute('project.rename', { projectId, name });
  listen(0, (event) => {
    if (event.type === 'project.added') {
      rename(event.data.project.id, 'one');
      engine.execute('project.trust', { projectId: event.data.project.id, trusted: true });
    }
    if (event.type === 'project.renamed' && event.data.name === 'one') rename(event.data.projectId, 'two');
  });
  listen(1, (event) => {
    if (event.type === 'project.trusted') rename(event.data.projectId, 'three');
    throw new Error('a listener that fails harms nobody');
  });
  listen(2, (event) => {
    if (event.type === 'project.renamed' && event.data.name === 'two') engine.execute('project.add', { path: '/second' });
  });
  engine.execute('project.add', { path: '/first' });
  const all = log.events(0).map((event) => event.seq);
  expect(all.length).toBeGreaterThan(8);
  expect(all).toEqual(all.map((_, index) => index + 1));
  expect(seen).toEqual([all, all, all]);
  expect(late).toBe(false);
});

it('publishes what is durable, even if the state can not be saved beside it [PRJ-5]', () => {
  const wrap = (log: LogPort): LogPort => ({
    ...log,
    saveState: () => {
      throw new Error('no room for states');
    },
  });
  const disk = engineOnDisk({ wrap });
  const seen: number[] = [];
  disk.engine.listen((push) => void (push.kind === 'event' && seen.push(push.event.seq)));
  const { projectId } = disk.engine.execute('project.add', { path: '/a' });
  for (let n = 0; n < 200; n += 1) disk.engine.execute('project.rename', { projectId, name: `name ${n}` });
  expect(seen).toHaveLength(201);
  disk.engine.saveStates();
  expect(disk.notes.join()).toContain('no room for states');
  disk.close();
  expect(engineOnDisk({ file: disk.file }).engine.app().projects[0]?.name).toBe('name 199');
});

it('keeps nothing of a commit that the log refuses, and goes on afterwards [PRJ-5]', () => {
  let broken = false;
  const disk = engineOnDisk({
    wrap: (log) => ({
      ...log,
      commit: (commit) => {
        if (broken) throw Object.assign(new Error('gone'), { code: 'unavailable' });
        return log.commit(commit);
      },
    }),
  });
  const { projectId } = disk.engine.execute('project.add', { path: '/a' });
  const before = disk.engine.app();
  const seen: Push[] = [];
  disk.engine.listen((push) => void seen.push(push));
  broken = true;
  expect(failure(() => disk.engine.execute('project.rename', { projectId, name: 'b' }, 'cmd-9')).message).toBe('gone');
  expect(disk.engine.app()).toBe(before);
  expect(seen).toEqual([]);
  broken = false;
  disk.engine.execute('project.rename', { projectId, name: 'b' }, 'cmd-9');
  expect(disk.engine.app().projects[0]?.name).toBe('b');
});

it('refuses to remove a project whose thread works or has a command in the background', () => {
  const { engine, thread, send } = engineOnDisk();
  const { projectId } = engine.execute('project.add', { path: '/a' });
  const threadId = thread(projectId);
  const { turnId } = send(threadId, 'hello');
  expect(failure(() => engine.execute('project.remove', { projectId })).code).toBe('conflict');
  const call = { type: 'call', id: 'i1', turnId, at: 1, callId: 'c1', tool: 'shell', title: 'x', status: 'open' } as const;
  engine.execute('turn.record', {
    threadId,
    turnId,
    facts: [
      { type: 'item.added', data: { item: { ...call, args: { text: '{}', bytes: 2 } } } },
      { type: 'background.started', data: { id: 'i1', command: 'x', startedAt: 1 } },
      { type: 'call.finished', data: { itemId: 'i1', status: 'done', output: { text: '', bytes: 0 } } },
      { type: 'turn.ended', data: { turnId, status: 'done' } },
    ],
  });
  // Its end could not be recorded, nor its survivors found, once the thread is out of sight.
  expect(failure(() => engine.execute('project.remove', { projectId })).code).toBe('conflict');
  engine.execute('background.record', { threadId, id: 'i1', exit: 0, output: { text: '', bytes: 0 } });
  engine.execute('project.remove', { projectId });
  expect(engine.app()).toMatchObject({ projects: [], threads: {}, archived: 1 });
});

it('lets through no report that does not fit the turn', () => {
  const { engine, thread, send, log } = engineOnDisk();
  const { projectId } = engine.execute('project.add', { path: '/a' });
  const threadId = thread(projectId);
  const { turnId } = send(threadId, 'hello');
  const record = (...facts: { type: string; data: unknown }[]): AppError =>
    failure(() => engine.execute('turn.record', { threadId, turnId, facts }));
  const call = {
    type: 'item.added',
    data: {
      item: { type: 'call', id: 'i1', turnId, at: 1, callId: 'c', tool: 'x', title: 'x', status: 'open', args: { text: '', bytes: 0 } },
    },
  };
  const end = { type: 'turn.ended', data: { turnId, status: 'done' } };
  const seq = log.seq();
  expect(record({ type: 'call.finished', data: { itemId: 'i9', status: 'done', output: { text: '', bytes: 0 } } }).code).toBe('broken');
  expect(record(call, end).code).toBe('broken');
  expect(record(call, { type: 'request.started', data: { requestId: 'r', turnId, provider: 'p', model: 'm' } }).code).toBe('broken');
  expect(record(end, end).code).toBe('conflict');
  expect(log.seq()).toBe(seq);
  engine.execute('turn.interrupt', { threadId });
  expect(record({ type: 'request.started', data: { requestId: 'r', turnId, provider: 'p', model: 'm' } }).code).toBe('cancelled');
  engine.execute('turn.record', { threadId, turnId, facts: [end] });
  expect(record(end).code).toBe('conflict');
});

it('makes a long thread again a part at a time, and only once', () => {
  const disk = engineOnDisk();
  const { projectId } = disk.engine.execute('project.add', { path: '/a' });
  const threadId = disk.thread(projectId);
  for (let n = 0; n < 600; n += 1) disk.engine.execute('thread.rename', { threadId, title: `title ${n}` });
  const header = disk.engine.header(threadId);
  const app = disk.engine.app();
  disk.close();
  // Nothing is saved: all of it has to be reduced.
  const db = new Database(disk.file);
  db.exec('DELETE FROM states');
  db.close();

  const open = (): number[] => {
    const reads: number[] = [];
    const wrap = (log: LogPort): LogPort => ({
      ...log,
      events: (after, options) => {
        const found = log.events(after, options);
        reads.push(found.length);
        return found;
      },
    });
    const again = engineOnDisk({ file: disk.file, wrap });
    expect(again.engine.app()).toEqual(app);
    expect(again.engine.header(threadId)).toEqual(header);
    again.close();
    return reads;
  };
  const first = open();
  expect(first.reduce((sum, count) => sum + count)).toBeGreaterThan(1200);
  expect(Math.max(...first)).toBeLessThanOrEqual(256);
  // The second start finds the states saved.
  expect(open()).toEqual([0, 0]);
});
