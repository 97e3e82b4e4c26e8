import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyHunks } from '../../../electron/runtime/agent/patch/apply.ts';
import { toLines, toText } from '../../../electron/runtime/agent/patch/lines.ts';
import { placeHunks } from '../../../electron/runtime/agent/patch/match.ts';
import { parsePatch } from '../../../electron/runtime/agent/patch/parse.ts';
import { AppError } from '../../../shared/errors.ts';
import { createWorld } from './world.ts';

interface Step {
  op: ' ' | '-' | '+';
  text: string;
}

/** An edit as a list of steps; the file before and after, and a patch with so many lines of context, follow from it. */
const side = (steps: Step[], without: '-' | '+', end: string, final: boolean): string => {
  const lines = steps.filter((step) => step.op !== without).map((step) => step.text);
  return lines.length === 0 ? '' : lines.join(end) + (final ? end : '');
};

function hunksOf(steps: Step[], context: number): string {
  const near = (index: number): boolean => steps.slice(Math.max(index - context, 0), index + context + 1).some((step) => step.op !== ' ');
  return steps
    .flatMap((step, index) => (near(index) ? [...(index === 0 || !near(index - 1) ? ['@@'] : []), step.op + step.text] : []))
    .join('\n');
}

const envelope = (body: string): string => `*** Begin Patch\n*** Update File: f\n${body}\n*** End Patch`;

const line = fc.oneof(
  fc.constantFrom('', 'a', 'b', '  a', 'a ', '}', '@@', '*** End Patch', '-x', '+x', '“a”', '"a"'),
  fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll(/[\r\n\0\uFEFF]/g, '')),
);
const steps = fc.array(fc.record({ op: fc.constantFrom<Step['op']>(' ', ' ', ' ', '-', '+'), text: line }), {
  minLength: 1,
  maxLength: 30,
});
const layout = fc.record({ end: fc.constantFrom('\n', '\r\n'), final: fc.boolean(), context: fc.integer({ min: 0, max: 30 }) });

test('a patch made from an edit gives the edited file or is refused for its ambiguity, never anything else', () => {
  let applied = 0;
  fc.assert(
    fc.property(steps, layout, (edit, { end: wantedEnd, final: wantedFinal, context }) => {
      fc.pre(edit.some((step) => step.op !== ' '));
      const old = edit.filter((step) => step.op !== '+');
      const final = wantedFinal || old.length === 0 || old.at(-1)?.text === '';
      // One unended line does not tell how lines end.
      const end = old.length === 0 || (old.length === 1 && !final) ? '\n' : wantedEnd;
      const text = toLines(side(edit, '+', end, final));
      const [change] = parsePatch(envelope(hunksOf(edit, context)));
      const placed = placeHunks(text.lines, change?.kind === 'update' ? change.hunks : []);
      if (!Array.isArray(placed)) {
        // With the whole file as context there is one place only; an empty file has no second one either.
        return (placed.kind === 'ambiguous' || placed.kind === 'nowhere') && (context < 30 || old.length === 0);
      }
      applied += 1;
      return toText(applyHunks(text, placed).file) === side(edit, '-', end, final || old.length === 0);
    }),
    { numRuns: 2000 },
  );
  expect(applied).toBeGreaterThan(700);
});

test('in a file whose lines all differ every patch with a line of context applies', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 3 }), (plain, context) => {
      const edit = plain.map((step, index) => ({ ...step, text: `${step.text} ${index}` }));
      fc.pre(edit.some((step) => step.op !== ' ') && edit.some((step) => step.op !== '+'));
      // New lines alone at the start of a hunk have the line after them, at the end the line before: both need one that stays or goes.
      const body = hunksOf(edit, context);
      fc.pre(
        body
          .split('@@\n')
          .slice(1)
          .every((hunk) => /^[ -]/m.test(hunk)),
      );
      const text = toLines(side(edit, '+', '\n', true));
      const [change] = parsePatch(envelope(body));
      const placed = placeHunks(text.lines, change?.kind === 'update' ? change.hunks : []);
      if (!Array.isArray(placed)) throw new Error(placed.kind);
      expect(toText(applyHunks(text, placed).file)).toBe(side(edit, '-', '\n', true));
    }),
    { numRuns: 500 },
  );
});

const mutation = fc.record({
  kind: fc.constantFrom('drop', 'double', 'swap', 'cut', 'change', 'mark'),
  at: fc.nat(),
  text: fc.string({ maxLength: 5 }),
});

function mutate(patch: string, { kind, at, text }: { kind: string; at: number; text: string }): string {
  const lines = patch.split('\n');
  const place = at % lines.length;
  const here = lines[place] ?? '';
  if (kind === 'cut') return patch.slice(0, at % patch.length);
  if (kind === 'drop') lines.splice(place, 1);
  if (kind === 'double') lines.splice(place, 0, here);
  if (kind === 'swap') lines.splice(place, 2, lines[place + 1] ?? '', here);
  if (kind === 'change') lines[place] = here.slice(0, 1) + text;
  if (kind === 'mark') lines[place] = (['+', '-', ' ', '@@ ', '*** ', '\\'][at % 6] ?? '') + here.slice(1);
  return lines.join('\n');
}

const whole = `*** Begin Patch
*** Update File: a.txt
@@ two
 three
-four
+FOUR
@@
-nine
+NINE
*** Update File: sub/b.txt
*** Move to: sub/c.txt
@@
-x
+X
*** Add File: new/d.txt
+one
+
+three
*** Delete File: gone.txt
*** End Patch`;

test('a damaged patch is applied wholly or not at all, and never crashes', async () => {
  const names = ['a.txt', 'sub/b.txt', 'sub/c.txt', 'new/d.txt', 'gone.txt'];
  const world = createWorld();
  const reset = async (): Promise<Record<string, string | undefined>> => {
    const content: Record<string, string> = { 'a.txt': 'one\ntwo\nthree\nfour\nfive\nnine\n', 'sub/b.txt': 'x\r\ny', 'gone.txt': 'gone\n' };
    await world.files.replace(['sub/c.txt', 'new/d.txt'].map((name) => ({ path: path.join(world.cwd, name), bytes: null, mode: 0 })));
    world.write(content);
    return content;
  };
  const state = async (): Promise<(string | undefined)[]> => Promise.all(names.map((name) => world.read(name)));
  await reset();
  await world.call('apply_patch', { patch: whole });
  const intended = await state();
  expect(intended).toEqual(['one\ntwo\nthree\nFOUR\nfive\nNINE\n', undefined, 'X\r\ny', 'one\n\nthree\n', undefined]);
  await fc.assert(
    fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 3 }), async (mutations) => {
      const before = await reset();
      world.facts.length = 0;
      const thrown = await world.call('apply_patch', { patch: mutations.reduce(mutate, whole) }).then(
        () => undefined,
        (error: unknown) => error,
      );
      const prepared = (world.facts[0]?.data ?? { files: [] }) as { files: { path: string; after: string | null }[] };
      const hashes = await Promise.all(
        prepared.files.map(async (file) => {
          const bytes = await world.files.read(file.path);
          return bytes === undefined ? null : world.files.hash(bytes);
        }),
      );
      expect(hashes).toEqual(prepared.files.map((file) => file.after));
      const untouched = thrown !== undefined;
      expect(prepared.files.length === 0).toBe(untouched);
      expect(untouched ? await state() : []).toEqual(untouched ? names.map((name) => before[name]) : []);
      return thrown === undefined || (thrown instanceof AppError && thrown.code !== 'broken');
    }),
    { numRuns: 150 },
  );
});
