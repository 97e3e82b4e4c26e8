import { describe, expect, it } from 'vitest';
import { wantsAfter } from '../../renderer/connection/wants.ts';
import { wordsFor } from '../../renderer/screens/notices.ts';
import { loadWords, stampOf } from '../../renderer/screens/sidebar/loads.ts';
import { profileOptions, type Settings } from '../../renderer/screens/thread/composer/choices.ts';
import { isOpen, sandboxWorks } from '../../renderer/store/permissions.ts';
import type { ProjectLoad } from '../../shared/domain/project.ts';
import type { ThreadSummary } from '../../shared/domain/thread.ts';
import type { LoggedEvent } from '../../shared/protocol.ts';
import { approval } from './thread-items.ts';

const settings = {
  profiles: [
    { name: 'read-only', about: '', sandbox: true },
    { name: 'workspace', about: '', sandbox: true },
    { name: 'full-access', about: '', sandbox: false },
    { name: 'careful', about: 'For the shop.', sandbox: true },
  ],
} as unknown as Settings;

describe('profiles', () => {
  it('say what is true with a sandbox and without one', () => {
    const words = (works: boolean): string[] => profileOptions(settings, works).map(({ label, detail }) => `${label}: ${detail}`);
    expect(words(true)).toEqual([
      'Read only: Reads files and runs commands in the sandbox; changes nothing.',
      'Workspace: Works in the project, inside the sandbox; asks before it leaves it.',
      'Full access: No sandbox and no questions: can do whatever you can.',
      'careful: For the shop.',
    ]);
    expect(words(false).join('\n')).not.toContain('inside the sandbox');
    expect(words(false).at(-1)).toBe('careful: For the shop. Asks before every command and every change.');
  });

  it('list the chosen one, also when it is no more', () => {
    expect(profileOptions(settings, true, 'gone').at(-1)).toMatchObject({ value: 'gone', label: 'gone' });
    expect(profileOptions(undefined, true).map(({ value }) => value)).toEqual(['read-only', 'workspace', 'full-access']);
  });

  it('are open when nothing confines them', () => {
    expect(['workspace', 'careful', 'full-access'].map((name) => isOpen(settings, name))).toEqual([false, false, true]);
    expect(isOpen(undefined, 'full-access')).toBe(true);
  });

  it('count on the sandbox until it is known that there is none', () => {
    const health = (status: 'ok' | 'warning') => ({ health: { checks: [{ name: 'Sandbox', status, detail: '' }], version: '', home: '' } });
    expect([sandboxWorks({}), sandboxWorks(health('ok')), sandboxWorks(health('warning'))]).toEqual([true, true, false]);
  });
});

describe('what a project would load', () => {
  const load = (kind: ProjectLoad['kind'], path: string, bytes = 10): ProjectLoad => ({ kind, path, bytes });
  const loads = [load('instructions', 'AGENTS.md'), load('instructions', 'docs/AGENTS.md'), load('config', '.switchyard/config.toml')];

  it('is summed up by kind', () => {
    expect(loadWords({ loads, more: false })).toBe('2 instruction files, 1 settings file');
    expect(loadWords({ loads: [load('skill', 'x')], more: true })).toBe('1 skill and others');
  });

  it('has another stamp when a file comes, goes, changes its length or leads elsewhere', () => {
    const stamp = stampOf({ loads, more: false });
    const [first] = loads;
    const others = [
      [...loads, load('hook', 'h')],
      loads.slice(1),
      [load('instructions', 'AGENTS.md', 11), ...loads.slice(1)],
      [{ ...(first as ProjectLoad), leads: '/etc/passwd' }, ...loads.slice(1)],
    ];
    expect(stampOf({ loads: [...loads], more: false })).toBe(stamp);
    for (const changed of others) expect(stampOf({ loads: changed, more: false })).not.toBe(stamp);
  });
});

const opened = (id: string, kind: 'outside' | 'network'): LoggedEvent => ({
  seq: 1,
  at: 0,
  stream: 't',
  type: 'approval.opened',
  data: {
    item: approval(id, 'c', {
      subject: kind === 'outside' ? { kind, command: 'cat secret', cwd: '/' } : { kind, hosts: ['secret.example'] },
    }),
  },
});

describe('a notification', () => {
  const thread = { id: 't', projectId: 'p', title: 'Release' } as ThreadSummary;

  it('says which kinds of answers are wanted, and never which command', () => {
    const wants = wantsAfter(wantsAfter({}, opened('a', 'network')), opened('b', 'outside'));
    const said = wordsFor([{ notice: 'needs', thread, wants: Object.values(wants['t'] ?? {}) }], () => 'web-shop');
    expect(said).toEqual({ title: 'Needs you: Release', body: 'Leave the sandbox · Reach hosts · web-shop', threadId: 't' });
    const closed = { seq: 2, at: 0, stream: 't', type: 'approval.closed', data: { itemId: 'b', status: 'granted' } } as LoggedEvent;
    expect(wantsAfter(wants, closed)).toEqual({ t: { a: 'network' } });
    const over = { seq: 3, at: 0, stream: 't', type: 'turn.ended', data: { turnId: 'x', status: 'done' } } as LoggedEvent;
    expect(wantsAfter(wants, over)).toEqual({});
  });
});
