// @vitest-environment jsdom
import { cleanup, fireEvent, render } from '@testing-library/react';
import { createElement } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { Diff, type DiffProps } from '../../renderer/parts/diff.tsx';
import { changedWords, parseDiff, splitRows } from '../../renderer/parts/diff-lines.ts';
import { TerminalText } from '../../renderer/parts/terminal-text.tsx';

afterEach(cleanup);

const sample = `--- a/src/pay.ts
+++ b/src/pay.ts
@@ -3,4 +3,4 @@ export function pay() {
 const a = 1;
-const b = a > 2;
+const b = a >= 2;
 return b;
 }
--- /dev/null
+++ b/new.ts
@@ -0,0 +1 @@
+hello
\\ No newline at end of file
--- a/old.ts
+++ /dev/null
@@ -1,2 +0,0 @@
--- a line that looks like a header
-+++ and another
`;

describe('a unified diff', () => {
  it('has files, hunks and numbered lines', () => {
    const files = parseDiff(sample);
    expect(files.map(({ path, kind, added, removed }) => [path, kind, added, removed])).toEqual([
      ['src/pay.ts', 'changed', 1, 1],
      ['new.ts', 'added', 1, 0],
      ['old.ts', 'removed', 0, 2],
    ]);
    expect(files[0]?.hunks[0]?.header).toBe('export function pay() {');
    expect(files[0]?.hunks[0]?.lines.map(({ kind, before, after }) => [kind, before, after])).toEqual([
      ['same', 3, 3],
      ['removed', 4, undefined],
      ['added', undefined, 4],
      ['same', 5, 5],
      ['same', 6, 6],
    ]);
    expect(files[1]?.hunks[0]?.lines.at(-1)).toEqual({ kind: 'note', text: 'No newline at end of file' });
    expect(files[2]?.hunks[0]?.lines[0]?.text).toBe('-- a line that looks like a header');
  });

  it('knows a file that was renamed', () => {
    expect(parseDiff('--- a/x.ts\n+++ b/y.ts\n')[0]).toMatchObject({ path: 'y.ts', from: 'x.ts', kind: 'renamed' });
  });

  it('survives being cut, and text that is none', () => {
    const cut = parseDiff('--- a/x\n+++ b/x\n@@ -1,9 +1,9 @@\n a\n[... 40 KB left out ...]\n');
    expect(cut[0]?.hunks[0]?.lines.at(-1)).toEqual({ kind: 'note', text: '[... 40 KB left out ...]' });
    expect(parseDiff('no diff at all')).toEqual([]);
  });

  it('puts lines that replace each other side by side', () => {
    const rows = splitRows(parseDiff(sample)[0]?.hunks[0]?.lines ?? []);
    expect(rows.map(({ left, right }) => [left?.before, right?.after])).toEqual([
      [3, 3],
      [4, 4],
      [5, 5],
      [6, 6],
    ]);
  });

  it('marks the words that changed, when lines have something in common', () => {
    const marked = (a: string, b: string): string | undefined =>
      changedWords(a, b)
        ?.map(({ text, changed }) => (changed ? `[${text}]` : text))
        .join('');
    expect(marked('const b = a >= 2;', 'const b = a > 2;')).toBe('const b = a >[=] 2;');
    expect(marked('return total + tax;', 'return total;')).toBe('return total[ + tax];');
    expect(marked('completely different', 'nothing of the kind')).toBeUndefined();
  });
});

// jsdom has no layout and none of this.
Object.assign(document.defaultView ?? {}, {
  ResizeObserver: function ResizeObserver() {
    return { observe: () => {}, unobserve: () => {}, disconnect: () => {} };
  },
});

const show = (props: DiffProps): HTMLElement => render(createElement(Diff, props)).container;

describe('a shown diff', () => {
  it('folds a file', () => {
    const element = show({ text: sample });
    expect(element.querySelectorAll('[data-line]')).toHaveLength(8);
    fireEvent.click(element.querySelector('[aria-expanded]')!);
    expect(element.querySelectorAll('[data-line]')).toHaveLength(3);
  });

  it('draws a part of a long one only', () => {
    const lines = Array.from({ length: 50_000 }, (_, index) => `+line ${index}`).join('\n');
    const element = show({ text: `--- a/x\n+++ b/x\n@@ -0,0 +1,50000 @@\n${lines}\n` });
    expect(element.querySelectorAll('[data-line]').length).toBeLessThan(500);
  });

  it('shows hostile names and lines as text, and cuts what is too long', () => {
    const element = show({
      text: `--- /dev/null\n+++ b/a\u202Etxt.exe\n@@ -0,0 +1,2 @@\n+<img src=x onerror="window.pwned = 1">\n+${'x'.repeat(5_000_000)}\n`,
    });
    expect(element.querySelector('img, script')).toBeNull();
    expect(element.textContent).toContain('a⟨U+202E⟩txt.exe');
    expect(element.textContent).toContain('<img src=x onerror="window.pwned = 1">');
    expect(element.textContent?.length).toBeLessThan(5000);
    expect(element.textContent).toContain('Show more (4,998,000 characters)');
  });
});

it('output of a command is text, whatever is in it', () => {
  const evil = '\u001b[31mred\u001b[0m \u001b]8;;javascript:alert(1)\u0007link\u001b]8;;\u0007 <b onclick=x>b</b> \u202E';
  const { container } = render(createElement(TerminalText, { text: `${evil}\n${'y'.repeat(5_000_000)}` }));
  expect(container.querySelector('b, a, [href], [onclick]')).toBeNull();
  expect(container.textContent).toContain('red link <b onclick=x>b</b> ⟨U+202E⟩');
  expect(container.textContent?.length).toBeLessThan(3000);
  fireEvent.click(container.querySelector('button')!);
  expect(container.textContent?.length).toBeGreaterThan(20_000);
});
