import { describe, expect, it } from 'vitest';
import { type Block, createSplitter, splitBlocks } from '../../renderer/parts/blocks.ts';

const short = (blocks: Block[]): string[] =>
  blocks.map((block) => (block.kind === 'code' ? `${block.open ? 'open ' : ''}code ${block.language}: ${block.text}` : block.text));

const document = `# Title

A paragraph
of two lines.

- one
- two

  still two
- three

\`\`\`ts
const a = 1;

const b = 2;
\`\`\`

> quoted

| a | b |
|---|---|
| 1 | 2 |

The end.`;

describe('blocks', () => {
  it('are what stands between blank lines; lists and code stay whole', () => {
    expect(short(splitBlocks(document))).toEqual([
      '# Title',
      'A paragraph\nof two lines.',
      '- one\n- two\n\n  still two\n- three',
      'code ts: const a = 1;\n\nconst b = 2;',
      '> quoted',
      '| a | b |\n|---|---|\n| 1 | 2 |',
      'The end.',
    ]);
  });

  it('know code whose fence is not closed', () => expect(short(splitBlocks('```js\nlet x'))).toEqual(['open code js: let x']));
  it('close a fence with one as long', () => expect(short(splitBlocks('````\n```\n````'))).toEqual(['code : ```']));
  it('take inline code for what it is', () => expect(short(splitBlocks('```not a fence``` here'))).toEqual(['```not a fence``` here']));

  it('are never endless', () => {
    const blocks = splitBlocks('word '.repeat(10_000));
    expect(blocks.length).toBeGreaterThan(5);
    expect(Math.max(...blocks.map(({ text }) => text.length))).toBeLessThanOrEqual(6000);
    expect(
      splitBlocks('x'.repeat(100_000))
        .map(({ text }) => text)
        .join(''),
    ).toBe('x'.repeat(100_000));
  });

  it('of a growing text are the same as of the whole, and settled ones are the same objects', () => {
    const split = createSplitter();
    let before: Block[] = [];
    for (let end = 1; end <= document.length; end += 1) {
      const blocks = split(document.slice(0, end));
      expect(short(blocks)).toEqual(short(splitBlocks(document.slice(0, end))));
      for (const [index, block] of before.slice(0, -2).entries()) expect(blocks[index]).toBe(block);
      before = blocks;
    }
  });

  it('start anew with another text', () => {
    const split = createSplitter();
    split('one\n\ntwo');
    expect(short(split('three'))).toEqual(['three']);
  });
});
