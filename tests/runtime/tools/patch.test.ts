import { describe, expect, test } from 'vitest';
import { applyHunks, countEdits } from '../../../electron/runtime/agent/patch/apply.ts';
import { describeProblem } from '../../../electron/runtime/agent/patch/closest.ts';
import { unifiedDiff } from '../../../electron/runtime/agent/patch/diff.ts';
import { toLines, toText } from '../../../electron/runtime/agent/patch/lines.ts';
import { placeHunks } from '../../../electron/runtime/agent/patch/match.ts';
import { parsePatch } from '../../../electron/runtime/agent/patch/parse.ts';

const envelope = (body: string): string => `*** Begin Patch\n*** Update File: f\n${body}\n*** End Patch`;

/** The file after the patch, or why it can't be applied. */
function patch(file: string, body: string): string {
  const [change] = parsePatch(envelope(body));
  if (change?.kind !== 'update') throw new Error('not an update');
  const text = toLines(file);
  const placed = placeHunks(text.lines, change.hunks);
  if (!Array.isArray(placed)) return `refused: ${describeProblem(text.lines, change.hunks, placed)}`;
  return toText(applyHunks(text, placed).file);
}

describe('patches that apply', () => {
  const good: [name: string, file: string, patch: string, result: string][] = [
    ['one line', 'a\nb\nc\n', '@@\n a\n-b\n+B\n c', 'a\nB\nc\n'],
    ['no @@ before the first hunk', 'a\nb\nc\n', ' a\n-b\n+B\n c', 'a\nB\nc\n'],
    ['no context at all', 'a\nb\nc\n', '@@\n-b\n+B', 'a\nB\nc\n'],
    ['two hunks', 'a\nb\nc\nd\ne\n', '@@\n-a\n+A\n@@\n-e\n+E', 'A\nb\nc\nd\nE\n'],
    ['lines go', 'a\nb\nc\n', '@@\n a\n-b\n-c', 'a\n'],
    ['every line goes', 'a\n', '@@\n-a', ''],
    ['every line goes, no last line end', 'a', '@@\n-a', ''],
    ['into an empty file', '', '@@\n+a\n+b', 'a\nb\n'],
    ['at the end', 'a\nb\n', '@@\n+c\n*** End of File', 'a\nb\nc\n'],
    ['at the end, no last line end', 'a\nb', '@@\n+c\n*** End of File', 'a\nb\nc'],
    ['the last line, no line end', 'a\nb', '@@\n a\n-b\n+B', 'a\nB'],
    ['the last line end stays missing in Windows files', 'a\r\nb', '@@\n-b\n+B\n+C', 'a\r\nB\r\nC'],
    ['Windows line ends stay', 'a\r\nb\r\nc\r\n', '@@\n a\n-b\n+B\n+X\n c', 'a\r\nB\r\nX\r\nc\r\n'],
    ['mixed line ends stay where they are', 'a\r\nb\nc\r\n', '@@\n-b\n+B', 'a\r\nB\nc\r\n'],
    ['a byte order mark stays', '\uFEFFa\nb\n', '@@\n-a\n+A', '\uFEFFA\nb\n'],
    ['an empty line without its space', 'a\n\nb\n', '@@\n a\n\n-b\n+B', 'a\n\nB\n'],
    ['an empty line after the hunk', 'a\nb\n', '@@\n-b\n+B\n', 'a\nB\n'],
    ['the end of the file as an empty line of context', 'a\nb\n', '@@\n-b\n+B\n ', 'a\nB\n'],
    ['trailing space in the file', 'a  \nb\t\nc\n', '@@\n a\n-b\n+B\n c', 'a  \nB\nc\n'],
    ['trailing space in the patch', 'a\nb\nc\n', '@@\n a \n-b  \n+B\n c', 'a\nB\nc\n'],
    ['indentation off by a level', 'if x:\n    a\n    b\n', '@@\n a\n-b\n+B\n+  C', 'if x:\n    a\n    B\n      C\n'],
    ['indentation a level too deep', 'a\nb\n', '@@\n     a\n-    b\n+    B', 'a\nB\n'],
    ['indentation off in no single way', '  a\n    b\n', '@@\n a\n-b\n+B', '  a\nB\n'],
    ['typographic punctuation in the file', 'say(“hi” – it’s…)\nb\n', '@@\n say("hi" - it\'s...)\n-b\n+B', 'say(“hi” – it’s…)\nB\n'],
    ['typographic punctuation in the patch', "it's\nb\n", '@@\n it’s\n-b\n+B', "it's\nB\n"],
    ['no-break spaces', 'a\u00a0b\nc\n', '@@\n a b\n-c\n+C', 'a\u00a0b\nC\n'],
    ['exact before weaker', ' x\nx\n', '@@\n-x\n+y', ' x\ny\n'],
    ['a place by @@', 'class A\n  x\nclass B\n  x\n', '@@ class B\n-  x\n+  y', 'class A\n  x\nclass B\n  y\n'],
    [
      'a place by the beginning of a line',
      'class A(Base):\n  x\nclass B(Base):\n  x\n',
      '@@ class B\n-  x\n+  y',
      'class A(Base):\n  x\nclass B(Base):\n  y\n',
    ],
    [
      'a place by nested @@',
      'class A\n  def f\n    x\nclass B\n  def f\n    x\n  def g\n    x\n',
      '@@ class B\n@@   def f\n-    x\n+    y',
      'class A\n  def f\n    x\nclass B\n  def f\n    y\n  def g\n    x\n',
    ],
    ['@@ names the first line of the hunk', 'a\nb\na\nc\n', '@@ b\n b\n-a\n+A', 'a\nb\nA\nc\n'],
    ['@@ and only new lines', 'a\nb\nc\n', '@@ b\n+x', 'a\nb\nx\nc\n'],
    ['@@ ended like it began', 'def f\n  x\n', '@@ def f @@\n-  x\n+  y', 'def f\n  y\n'],
    ['@@ with numbers', 'a\nb\n', '@@ -1,2 +1,2 @@ anything\n-b\n+B', 'a\nB\n'],
    ['names of files under the header', 'a\nb\n', '--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n-b\n+B', 'a\nB\n'],
    ['a place by the order of the hunks', 'x\na\nx\n', '@@\n-x\n+1\n@@\n a\n-x\n+2', '1\na\n2\n'],
    ['the first of two alike by the hunk after it', 'x\na\nx\nb\n', '@@\n-x\n+1\n@@\n-a\n+A', '1\nA\nx\nb\n'],
    ['a place by the end of the file', 'x\na\nx\n', '@@\n-x\n+y\n*** End of File', 'x\na\ny\n'],
    ['hunks from bottom to top, one place each', 'a\nb\nc\nd\n', '@@\n-d\n+D\n@@\n-a\n+A', 'A\nb\nc\nD\n'],
    ['lines that begin with patch marks', '-a\n+b\n@@\n', '@@\n--a\n+-A\n +b\n-@@\n+*** End Patch', '-A\n+b\n*** End Patch\n'],
    ['removed and added the same', 'a\nb\nc\n', '@@\n-a\n+a\n-b\n+B', 'a\nB\nc\n'],
    ['"\\ No newline" is passed over', 'a\nb', '@@\n-b\n\\ No newline at end of file\n+B\n\\ No newline at end of file', 'a\nB'],
  ];
  test.each(good)('%s', (_name, file, body, result) => {
    expect(patch(file, body)).toBe(result);
  });

  test('with Windows line ends throughout', () => {
    const text = envelope('@@\n a\n-b\n+B').replaceAll('\n', '\r\n');
    expect(parsePatch(text)).toEqual(parsePatch(envelope('@@\n a\n-b\n+B')));
  });

  test.each([
    ['a here-document', `apply_patch <<'EOF'\n${envelope('-a\n+b')}\nEOF\n`],
    ['a here-document after a change of folder', `cd x && apply_patch << "PATCH"\n${envelope('-a\n+b')}\nPATCH`],
    ['a code fence', `\`\`\`diff\n${envelope('-a\n+b')}\n\`\`\`\n`],
    ['empty lines', `\n\n${envelope('-a\n+b')}\n\n`],
  ])('inside %s', (_name, text) => {
    expect(parsePatch(text)).toMatchObject([{ kind: 'update', path: 'f', hunks: [{ lines: [{ op: '-' }, { op: '+' }] }] }]);
  });
});

describe('patches that have no single place', () => {
  const bad: [name: string, file: string, patch: string, said: RegExp][] = [
    [
      'a line that is not there',
      'a\nb\nc\n',
      '@@\n a\n-x\n+y\n c',
      /hunk 1 \(patch line 3\).*patch line 5 "-x" is not there.*closest lines:\n +1 {2}a\n +2 {2}b\n +3 {2}c/s,
    ],
    [
      'a line that is nearly there',
      'one\nconst total = 1;\n',
      '@@\n-const totals = 1;\n+x',
      /patch line 4 "-const totals = 1;".*2 {2}const total = 1;/s,
    ],
    ['nothing like it', 'a\nb\n', '@@\n-something quite different\n+x', /Nothing in the file is like it/],
    ['an empty file', '', '@@\n-a\n+b', /The file is empty/],
    ['the second hunk', 'a\nb\n', '@@\n-a\n+A\n@@\n-q\n+Q', /hunk 2 \(patch line 6\)/],
    ['two places', 'x\na\nx\n', '@@\n-x\n+y', /fits in several places \(at lines 1, 3\)/],
    ['two places by a weaker comparison', ' x\n  x\n', '@@\n-x\n+y', /several places \(at lines 1, 2\)/],
    ['two places by @@', 'f\nx\nf\nx\n', '@@ f\n-x\n+y', /several places/],
    ['two places for new lines', 'f\nf\n', '@@ f\n+y', /several places/],
    ['only new lines', 'a\n', '@@\n+b', /nothing says where/],
    [
      '@@ that is not there',
      'class Alpha\nx\n',
      '@@ class Alphabet\n-x\n+y',
      /"class Alphabet" is not in the file. The closest line:\n +1 {2}class Alpha/,
    ],
    ['the same line twice', 'a\nb\n', '@@\n-a\n+A\n@@\n-a\n+B', /fits only above the hunk before it \(at line 1\)/],
  ];
  test.each(bad)('%s', (_name, file, body, said) => {
    expect(patch(file, body)).toMatch(said);
  });
});

describe('patches that are none', () => {
  const broken: [name: string, text: string, said: RegExp][] = [
    ['nothing', '', /no "\*\*\* Begin Patch"/],
    ['no end', '*** Begin Patch\n*** Add File: a\n+x', /no "\*\*\* End Patch".*cut off/],
    ['no change', '*** Begin Patch\n*** End Patch', /changes no file/],
    ['words before', `Here it is:\n${envelope('-a')}`, /Patch line 1: nothing may stand before/],
    ['words after', `${envelope('-a')}\nDone, I think.`, /nothing may stand after/],
    ['no header', '*** Begin Patch\n-a\n+b\n*** End Patch', /Patch line 2: "-a" is not/],
    ['an unknown header', '*** Begin Patch\n*** Rename File: a\n*** End Patch', /Patch line 2/],
    ['no path', '*** Begin Patch\n*** Add File:  \n+x\n*** End Patch', /path is missing/],
    ['no hunk', '*** Begin Patch\n*** Update File: a\n*** End Patch', /what to change in a/],
    ['only context', envelope('@@\n a\n b'), /Patch line 3: this hunk changes nothing/],
    ['a line with no mark', envelope('@@\n-a\nb'), /Patch line 5: "b" must begin with/],
    [
      'an added file with a line without +',
      '*** Begin Patch\n*** Add File: a\n+x\ny\n*** End Patch',
      /Patch line 4: "y" must begin with \+/,
    ],
    ['lines of a deleted file', '*** Begin Patch\n*** Delete File: a\n-x\n*** End Patch', /a deleted file has no lines/],
    ['the end of the file before any line', envelope('@@\n*** End of File'), /belongs after/],
  ];
  test.each(broken)('%s', (_name, text, said) => {
    expect(() => parsePatch(text)).toThrow(said);
  });
});

test('a diff shows what really changes, with three lines around it', () => {
  const before = toLines(Array.from({ length: 30 }, (_, index) => `line ${index + 1}`).join('\n'));
  const [change] = parsePatch(envelope('@@\n line 4\n-line 5\n+LINE 5\n+new\n line 6\n@@\n-line 29\n-line 30\n+line 29\n+LINE 30'));
  const placed = placeHunks(before.lines, change?.kind === 'update' ? change.hunks : []);
  if (!Array.isArray(placed)) throw new Error('not placed');
  const { file, edits } = applyHunks(before, placed);
  expect(countEdits(edits)).toEqual({ added: 3, removed: 2 });
  expect(unifiedDiff({ old: 'f', new: 'f' }, before, file, edits)).toBe(
    `--- a/f
+++ b/f
@@ -2,7 +2,8 @@
 line 2
 line 3
 line 4
-line 5
+LINE 5
+new
 line 6
 line 7
 line 8
@@ -27,4 +28,4 @@
 line 27
 line 28
 line 29
-line 30
\\ No newline at end of file
+LINE 30
\\ No newline at end of file
`,
  );
});
