import { expect, it } from 'vitest';
import { createLiveKeeper } from '../../renderer/screens/thread/transcript/live-keeper.ts';
import { createRowBuilder } from '../../renderer/screens/thread/transcript/rows.ts';
import { body, page, text, user } from './thread-items.ts';

const live = { requestId: 'r1', text: 'The answer grows and grows', reasoning: '' };
const rowsFor = (items: ReturnType<typeof page>) => createRowBuilder()({ items, turns: [], whole: true });

it('gives the finished answer the row of the text that had streamed, and shows it once', () => {
  const keeper = createLiveKeeper();
  const before = page(user('u'));
  expect(keeper.keep(before, live, rowsFor(before)).live).toBe(live);
  const after = [...before, ...page(text('a', 'The answer grows and grows.'))];
  const kept = keeper.keep(after, live, rowsFor(after));
  expect(kept.live).toBeUndefined();
  expect(kept.rows.map((row) => row.key)).toEqual(['u', 'live r1']);
  expect(keeper.keep(after, undefined, rowsFor(after)).rows.map((row) => row.key)).toEqual(['u', 'live r1']);
});

it('keeps what had streamed of a text whose item holds a part only', () => {
  const keeper = createLiveKeeper();
  keeper.keep([], live, []);
  const item = { ...text('a'), body: body('The answer [...]'.slice(0, 10), { bytes: 100, whole: { kind: 'blob' as const, id: 'h' } }) };
  keeper.keep(page(item), undefined, rowsFor(page(item)));
  expect(keeper.streamed('a')).toEqual({ text: live.text, complete: false });
});

it('leaves other answers alone', () => {
  const keeper = createLiveKeeper();
  keeper.keep([], live, []);
  const items = page(text('b', 'Something else.'));
  expect(keeper.keep(items, live, rowsFor(items))).toMatchObject({ live, rows: [{ key: 'b' }] });
});
