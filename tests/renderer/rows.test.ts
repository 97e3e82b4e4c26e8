import { describe, expect, it } from 'vitest';
import { callTitle, creditWords, standsOut, workTime, workTitle } from '../../renderer/items/work-words.ts';
import { createRowBuilder, itemsIn, liveRows, type Row } from '../../renderer/screens/thread/transcript/rows.ts';
import type { CallItem, Item } from '../../shared/domain/item.ts';
import { approval, body, call, openTurn, page, text, thought, turn, user } from './thread-items.ts';

/** A row in a few letters: what it is and what is in it. */
function short(row: Row): string {
  if (row.kind === 'work') return `${row.work}(${row.parts.map((part) => part.id).join(' ')})`;
  if (row.kind === 'asks') return `asks(${row.items.map(({ id }) => id).join(' ')})`;
  if (row.kind === 'item') return `${row.item.type}:${row.item.id}`;
  return row.kind === 'plan' ? `plan:${row.call.id}` : row.kind;
}
const rowsOf = (...items: Item[]): string[] => createRowBuilder()({ items: page(...items), turns: [], whole: true }).map(short);

describe('rows of a turn', () => {
  const cases: [string, Item[], string[]][] = [
    ['texts stand alone', [user('u'), text('a'), text('b')], ['user:u', 'text:a', 'text:b']],
    ['calls of one sort are one row', [call('a', 'shell'), call('b', 'shell_output'), call('c', 'shell')], ['run(a b c)']],
    [
      'calls of another sort are another row',
      [call('a', 'read_file'), call('b', 'search'), call('c', 'apply_patch'), call('d', 'shell')],
      ['look(a b)', 'edit(c)', 'run(d)'],
    ],
    ['a text ends a group', [call('a', 'shell'), text('t'), call('b', 'shell')], ['run(a)', 'text:t', 'run(b)']],
    ['thoughts do not', [thought('x'), call('a', 'shell'), thought('y'), call('b', 'shell')], ['run(x a y b)']],
    ['a thought before a text is a row', [call('a', 'shell'), thought('x'), text('t')], ['run(a)', 'reasoning:x', 'text:t']],
    ['an empty thought is none', [thought('x', '  '), text('t')], ['text:t']],
    ['a plan is a row of its own', [call('a', 'shell'), call('p', 'update_plan'), call('b', 'shell')], ['run(a)', 'plan:p', 'run(b)']],
    ['a plan that failed is a call', [call('p', 'update_plan', { status: 'failed' })], ['other(p)']],
    [
      'a closed approval is said in its call',
      [call('a', 'shell'), approval('q', 'a', { status: 'granted' }), call('b', 'shell')],
      ['run(a b)'],
    ],
    ['an open one stands for its call', [call('a', 'shell', { status: 'open' }), approval('q', 'a')], ['asks(q)']],
    [
      'those that are asked together are one row, also those that are answered by now',
      [
        call('a', 'shell', { status: 'open' }),
        call('b', 'shell', { status: 'open' }),
        approval('p', 'a', { status: 'granted' }),
        approval('q', 'b'),
      ],
      ['asks(p q)'],
    ],
    [
      'an answer to a call that has run is none of them',
      [call('a', 'shell'), approval('p', 'a', { status: 'granted' }), call('b', 'shell', { status: 'open' }), approval('q', 'b')],
      ['run(a)', 'asks(q)'],
    ],
    [
      'files that are held back stand below their call',
      [call('a', 'shell'), approval('q', 'a', { subject: { kind: 'autorun', paths: ['/w/.envrc'], diff: '' } })],
      ['run(a)', 'asks(q)'],
    ],
    ['an approval without its call is a row', [approval('q', 'elsewhere', { status: 'granted' })], ['approval:q']],
    [
      'a question stands for its call',
      [
        call('a', 'ask_user', { status: 'open' }),
        { type: 'question', id: 'q', turnId: 't1', at: 0, call: 'a', question: '?', choices: [], status: 'answered', answer: 'yes' },
      ],
      ['question:q'],
    ],
  ];
  it.each(cases)('%s', (_name, items, expected) => expect(rowsOf(...items)).toEqual(expected));

  it('ends an ended turn with a footer that sums up its files', () => {
    const files = [{ path: 'a.ts', before: 'x', after: 'y', added: 40, removed: 9 }];
    const items = page(user('u'), call('a', 'apply_patch', { detail: { files } }), call('b', 'apply_patch', { detail: { files } }));
    const rows = createRowBuilder()({ items, turns: [turn()], whole: true });
    expect(rows.at(-1)).toMatchObject({ kind: 'footer', files: { files: 1, added: 80, removed: 18 }, last: true });
  });

  it('says nothing of files where the start of the turn is not loaded', () => {
    const rows = createRowBuilder()({ items: page(text('a')), turns: [turn()], whole: false });
    expect(rows.at(-1)).toMatchObject({ kind: 'footer' });
    expect(rows.at(-1)).not.toHaveProperty('files');
  });

  it('keeps the very same rows for turns that did not change', () => {
    const build = createRowBuilder();
    const first = page(user('u1'), text('a'), call('b', 'shell'));
    const before = build({ items: first, turns: [turn()], whole: true });
    const after = build({ items: [...first, ...page(user('u2', 'Go on.', 't2'))], turns: [turn()], whole: true });
    for (const index of [0, 1, 2]) expect(after[index]).toBe(before[index]);
  });

  it('knows in which row an item is', () => {
    const [row] = createRowBuilder()({
      items: page(thought('x'), call('a', 'shell'), approval('q', 'a', { status: 'granted' })),
      turns: [],
      whole: true,
    });
    expect(row && itemsIn(row)).toEqual(['x', 'a', 'q']);
  });

  it('makes rows of 10,000 items in a moment', () => {
    const items = page(...Array.from({ length: 10_000 }, (_, index) => (index % 3 === 0 ? text(`t${index}`) : call(`c${index}`, 'shell'))));
    const build = createRowBuilder();
    build({ items, turns: [], whole: true });
    const from = performance.now();
    build({ items: [...items, ...page(text('new'))], turns: [], whole: true });
    expect(performance.now() - from).toBeLessThan(200);
  });
});

describe('what goes on and is no item yet', () => {
  const request = { id: 'r', attempt: 1, startedAt: 5 };
  const live = { requestId: 'r', text: 'Hello', reasoning: 'Hm' };
  it.each([
    ['nothing without a turn', liveRows(undefined, live), []],
    ['thought and text', liveRows(openTurn({ request }), live), ['thinking', 'live']],
    ['a wait for the model', liveRows(openTurn({ request }), undefined), ['waiting']],
    ['nothing while a call runs', liveRows(openTurn({ calls: [{ itemId: 'a', tool: 'shell', title: '' }] }), undefined), []],
    ['nothing while a person is asked', liveRows(openTurn({ status: 'waiting' }), undefined), []],
    ['a retry', liveRows(openTurn({ request: { ...request, retry: { reason: '429', at: 9 } } }), undefined), ['retry']],
    ['a stop', liveRows(openTurn({ status: 'stopping' }), undefined), ['waiting']],
  ] as [string, Row[], string[]][])('%s', (_name, rows, expected) => expect(rows.map(short)).toEqual(expected));
});

describe('titles of work', () => {
  it.each([
    [[call('a', 'shell'), call('b', 'shell')], 'Ran 2 commands'],
    [[call('a', 'read_file'), call('b', 'read_file'), call('c', 'search')], 'Read 2 files, searched 1 time'],
    [[call('a', 'read_file'), call('a', 'read_file')], 'Read 1 file'],
    [[call('a', 'list_files'), call('b', 'view_image')], 'Listed 1 folder, looked at 1 image'],
    [[call('a', 'apply_patch'), call('b', 'apply_patch')], 'Edited 1 file'],
    [[call('a', 'other_tool'), call('b', 'other_tool')], 'Called other_tool 2 times'],
  ] as [CallItem[], string][])('%#', (calls, title) => expect(workTitle(calls)).toBe(title));

  it('says what goes on in the present, and what has not run as a wish', () => {
    expect(callTitle(call('npm test', 'shell', { status: 'open' }), true)).toBe('Running npm test');
    expect(callTitle(call('npm test', 'shell', { status: 'open' }), false)).toBe('Run npm test');
    expect(callTitle(call('npm test', 'shell', { status: 'refused' }), false)).toBe('Run npm test');
    expect(callTitle(call('npm test', 'shell'), false)).toBe('Ran npm test');
  });

  it('lets calls stand out that failed, run, or ended badly', () => {
    expect(standsOut(call('a', 'shell'))).toBe(false);
    expect(standsOut(call('a', 'shell', { detail: { exit: 0 } }))).toBe(false);
    for (const more of [{ status: 'open' }, { status: 'failed' }, { detail: { exit: 1 } }, { detail: { timedOut: true } }] as const) {
      expect(standsOut(call('a', 'shell', more))).toBe(true);
    }
  });

  it('tells no time when a person had to be waited for', () => {
    const calls = [call('a', 'shell'), call('b', 'shell', { endedAt: 7000 })];
    expect(workTime(calls, () => false)).toBe('6 s');
    expect(workTime(calls, (each) => each.id === 'a')).toBeUndefined();
    expect(workTime([call('a', 'shell', { output: body('') })], () => false)).toBe('2 s');
  });

  it('writes credits with as many digits as say something', () => {
    expect([0.0123, 1, 1.94, 1234.5].map(creditWords)).toEqual(['0.012 credits', '1 credit', '1.9 credits', '1,235 credits']);
  });
});
