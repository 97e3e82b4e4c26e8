// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { typeset } from '../../renderer/connection/act.ts';
import { Glyph, glyphOf } from '../../renderer/parts/glyph.tsx';
import { comboText, keysOf } from '../../renderer/parts/keys.tsx';
import { agoTime, coarseDuration, count, duration, shortTime } from '../../renderer/parts/time.ts';
import { grouped, piecesOf } from '../../renderer/screens/search/excerpt.ts';

afterEach(cleanup);

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const now = new Date(2026, 4, 20, 12).getTime();

it('sets what the runtime says in the quotes of a page, and leaves code alone', () => {
  expect(typeset(`The thread "Say "hi"" can't be archived (see "a b").`)).toContain('can’t be archived (see “a b”)');
  expect(typeset('There is no profile "safe".')).toBe('There is no profile “safe”.');
  expect(typeset('One of these: "a", "b"; "*" is a pattern.')).toBe('One of these: “a”, “b”; “*” is a pattern.');
  expect(typeset('prefix = ["git", "push", "x"]')).toBe('prefix = ["git", "push", "x"]');
  expect(typeset(`Write model = "gpt-5.5" or 'x'.`)).toBe(`Write model = "gpt-5.5" or 'x'.`);
});

describe('times in words', () => {
  it('are relative under a day and absolute after', () => {
    expect(shortTime(now - 30 * second, now)).toBe('now');
    expect(shortTime(now - 5 * minute, now)).toBe('5 m');
    expect(shortTime(now - 23 * hour, now)).toBe('23 h');
    expect(shortTime(now - 24 * hour, now)).toMatch(/19/);
    expect(shortTime(now - 24 * hour, now)).not.toMatch(/2026/);
    expect(shortTime(new Date(2025, 11, 31).getTime(), now)).toMatch(/2025/);
    expect(agoTime(now - 5 * minute, now)).toBe('5 min ago');
    expect(agoTime(now + 5 * second, now)).toBe('just now');
  });

  it('tell how long something took, and in steps of ten seconds while it goes on', () => {
    expect([400, 12 * second, 4 * minute + 12 * second, 2 * hour + 14 * minute].map(duration)).toEqual([
      '0.4 s',
      '12 s',
      '4 m 12 s',
      '2 h 14 m',
    ]);
    expect([0, 9 * second, 19 * second, 4 * minute + 59 * second, hour].map(coarseDuration)).toEqual([
      '0 s',
      '0 s',
      '10 s',
      '4 m',
      '1 h 0 m',
    ]);
    expect(count(18204)).toBe('18,204');
  });
});

describe('a shortcut', () => {
  it('is written as the keyboard of the platform has it', () => {
    expect(comboText('Mod+Shift+K', false)).toBe('Ctrl+Shift+K');
    expect(comboText('Mod+Shift+K', true)).toBe('⌘⇧K');
    expect(keysOf('Mod++', false)).toEqual(['Ctrl', '+']);
    expect(keysOf('Alt+ArrowUp', false)).toEqual(['Alt', '↑']);
    expect(keysOf('', false)).toEqual([]);
  });
});

describe('the glyph of a thread', () => {
  it('is one of five, with its word', () => {
    const glyph = (status: 'idle' | 'working' | 'waiting' | 'failed' | 'interrupted', seenAt?: number) =>
      glyphOf({ status, createdAt: 1, updatedAt: 10 }, seenAt);
    expect([glyph('waiting', 10), glyph('failed', 10), glyph('working', 10)]).toEqual(['needs', 'failed', 'working']);
    expect([glyph('idle'), glyph('idle', 9), glyph('interrupted', 9), glyph('idle', 10)]).toEqual(['unseen', 'unseen', 'unseen', 'idle']);
    expect(glyphOf({ status: 'idle', createdAt: 10, updatedAt: 10 }, undefined)).toBe('idle');
    render(<Glyph state="needs" />);
    expect(screen.getByRole('img', { name: 'Needs you' })).toBeTruthy();
  });
});

describe('search results', () => {
  it('mark what was looked for and nothing else', () => {
    expect(piecesOf('…a \uE000match\uE001 b')).toEqual([
      { text: '…a ', marked: false },
      { text: 'match', marked: true },
      { text: ' b', marked: false },
    ]);
    expect(piecesOf('<b>plain</b>')).toEqual([{ text: '<b>plain</b>', marked: false }]);
  });

  it('are grouped by thread, in the order of the best', () => {
    const hit = (threadId: string, itemId: string) => ({ threadId, itemId, title: threadId, excerpt: '', at: 0 });
    const groups = grouped([hit('a', '1'), hit('b', '2'), hit('a', '3')]);
    expect(groups.map(({ threadId, hits }) => [threadId, hits.length])).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });
});
