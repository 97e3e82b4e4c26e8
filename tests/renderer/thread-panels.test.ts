import { describe, expect, it } from 'vitest';
import { changedFiles, partsOf } from '../../renderer/screens/thread/dock/file-changes.ts';
import { findIn, joinMatches, olderHits, placesOf } from '../../renderer/screens/thread/find-in.ts';
import { fenced, threadMarkdown } from '../../renderer/screens/thread/markdown.ts';
import { nextTab } from '../../renderer/screens/thread/next-tab.ts';
import type { CallItem, Item } from '../../shared/domain/item.ts';

const body = (text: string) => ({ text, bytes: text.length });
const base = (id: string) => ({ id, turnId: 't', at: 1 });
const user = (id: string, text: string): Item => ({ ...base(id), type: 'user', input: { text: body(text) } });
const said = (id: string, text: string): Item => ({ ...base(id), type: 'text', body: body(text) });
const call = (id: string): CallItem => ({
  ...base(id),
  type: 'call',
  callId: id,
  tool: 'apply_patch',
  args: body(''),
  title: 'Changed a',
  status: 'done',
});

const first = ['--- a/src/a.ts', '+++ b/src/a.ts', '@@ -1,2 +1,2 @@', ' keep', '--- a/not a header', '+++ b/not a header either', ''].join(
  '\n',
);
const added = ['--- /dev/null', '+++ b/new.md', '@@ -0,0 +1,2 @@', '+one', '+two', '\\ No newline at end of file', ''].join('\n');
const moved = ['--- a/old name.ts', '+++ b/lib/new.ts', ''].join('\n');

describe('changes', () => {
  it('splits a diff into files and takes no line of a hunk for a header', () => {
    expect(partsOf(first + added + moved)).toEqual([
      { path: 'src/a.ts', kind: 'changed', added: 1, removed: 1, diff: first },
      { path: 'new.md', kind: 'added', added: 2, removed: 0, diff: added },
      { path: 'lib/new.ts', from: 'old name.ts', kind: 'renamed', added: 0, removed: 0, diff: moved },
    ]);
    expect(partsOf('no diff at all')).toEqual([]);
  });

  it('joins what several calls did to one file, oldest first', () => {
    const gone = ['--- a/new.md', '+++ /dev/null', '@@ -1,2 +0,0 @@', '-one', '-two', ''].join('\n');
    const files = changedFiles([
      { item: call('second'), diff: gone },
      { item: call('first'), diff: added + first },
    ]);
    expect(files.map(({ path, kind, added, removed }) => [path, kind, added, removed])).toEqual([
      ['new.md', 'removed', 2, 2],
      ['src/a.ts', 'changed', 1, 1],
    ]);
    expect(files[0]?.parts.map(({ callId }) => callId)).toEqual(['first', 'second']);
  });
});

describe('find in thread', () => {
  const items = [user('a', 'Mend the Discount of discounts'), said('b', 'nothing'), said('c', 'discount mended')].map((item, seq) => ({
    seq,
    item,
  }));
  const loaded = [
    { itemId: 'c', fromEnd: 0 },
    { itemId: 'a', fromEnd: 0 },
    { itemId: 'a', fromEnd: 1 },
  ];
  const hit = (itemId: string, at: number) => ({ threadId: 't', itemId, title: '', excerpt: '', at });

  it('finds every word of the loaded items, newest first, drawn or not', () => {
    expect(findIn(items, 'discount')).toEqual(loaded);
    expect(findIn(items, '')).toEqual([]);
  });

  it('counts what stands on the page: no link addresses, no signs of Markdown, no escape sequences', () => {
    const text =
      'A **bold** [link](https://example.com/hidden) and `code`.\n\n```ts\nconst code = 1;\n```\n\n| a | b |\n|---|---|\n| code | d |';
    const output: Item = { ...call('out'), output: body('\u001b[31mred\u001b[0m text') };
    const page = [said('md', text), output].map((item, seq) => ({ seq, item }));
    const counts = (words: string): number => findIn(page, words).length;
    expect(['hidden', 'example', '**', '](', '---', '[31m'].map(counts)).toEqual([0, 0, 0, 0, 0, 0]);
    expect([counts('a bold link and code.'), counts('code'), counts('red text')]).toEqual([1, 3, 1]);
  });

  it('adds older items that only the runtime knows', () => {
    const older = olderHits(items, [hit('x', 1), hit('a', 5), hit('y', 2)]);
    expect(joinMatches(loaded, older)).toEqual([...loaded, { itemId: 'y', fromEnd: 0 }, { itemId: 'x', fromEnd: 0 }]);
  });

  it('finds words where they stand, in any case, and takes none twice', () => {
    expect(placesOf('AaaA', 'aa')).toEqual([0, 2]);
    // A sign that has two in lower case moves nothing.
    expect(placesOf('İ then then', 'then')).toEqual([2, 7]);
  });
});

describe('a thread as Markdown', () => {
  it('fences what has fences', () => {
    expect(fenced('a ```` b')).toBe('`````\na ```` b\n`````');
  });
  it('has what was said and done', () => {
    const text = threadMarkdown('Title', [user('a', 'Do it'), { ...call('b'), detail: { diff: body(moved) } }, said('c', 'Done.')]);
    expect(text).toBe(`# Title\n\n## You\n\nDo it\n\n**Changed a**\n\n\`\`\`diff\n${moved.trimEnd()}\n\`\`\`\n\nDone.\n`);
  });
});

it('tabs go round', () => {
  const tabs = ['a', 'b', 'c'] as const;
  expect(nextTab('ArrowRight', tabs, 'c')).toBe('a');
  expect(nextTab('ArrowLeft', tabs, 'a')).toBe('c');
  expect(nextTab('End', tabs, 'a')).toBe('c');
  expect(nextTab('x', tabs, 'a')).toBeUndefined();
});
