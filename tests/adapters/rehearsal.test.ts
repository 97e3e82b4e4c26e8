import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { initRepository } from '../../electron/adapters/git/init.ts';
import { createRehearsal } from '../../electron/adapters/rehearsal/rehearsal.ts';
import { prepareSample } from '../../electron/adapters/rehearsal/sample.ts';
import { fill, fillArgs, readStories } from '../../electron/adapters/rehearsal/story.ts';
import type { AnswerItem, ModelEvent, ModelItem, ModelRequest, ToolSpec } from '../../electron/runtime/ports.ts';

const resources = path.resolve(import.meta.dirname, '../../resources');
const folder = path.join(resources, 'rehearsal');
const root = fs.mkdtempSync(path.join(os.tmpdir(), 'switchyard-rehearsal-'));
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

const stream = createRehearsal({ folder, delayMs: 0 });
const tool = (name: string): ToolSpec => ({ name, description: '', parameters: {} });
const requestFor = (input: ModelItem[], more: Partial<ModelRequest> = {}): ModelRequest => ({
  model: { id: 'rehearsal', name: 'Rehearsal', contextWindow: 400_000, maxOutput: 1000, inputs: ['text'], efforts: [] },
  instructions: 'Folder: /scratch/corner-shop',
  input,
  tools: ['shell', 'read_file', 'list_files', 'apply_patch', 'update_plan'].map(tool),
  cacheKey: 'thread',
  idleTimeoutMs: 1000,
  ...more,
});
const user = (text: string): ModelItem => ({ type: 'user', text, images: [] });
const ask = 'Find out why the tests fail and fix it.';

async function all(stream: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> {
  const events: ModelEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}
type End = Extract<ModelEvent, { type: 'end' }>;
async function answerTo(request: ModelRequest): Promise<{ end: End; events: ModelEvent[] }> {
  const events = await all(stream(request, new AbortController().signal));
  return { end: events.at(-1) as End, events };
}
const textOf = (items: (AnswerItem | ModelItem)[]): string => items.flatMap((item) => (item.type === 'text' ? [item.text] : [])).join('\n');

// ---- a small loop with tools that really act on a copy of the sample project

type Args = Record<string, string>;
let cwd = '';
let count = 0;
beforeEach(() => {
  cwd = path.join(root, `copy${count++}`, 'corner-shop');
  fs.cpSync(path.join(resources, 'sample'), cwd, { recursive: true });
});

function npmTest(at: string): string {
  const env = { ...process.env, PATH: `${path.dirname(process.execPath)}${path.delimiter}${process.env['PATH']}` };
  delete (env as Record<string, unknown>)['NODE_OPTIONS'];
  const { stdout, stderr, status } = spawnSync('npm test', { cwd: at, shell: true, encoding: 'utf8', env });
  return `${stdout}${stderr}${status === 0 ? '' : `\nexit code ${status}`}`;
}

const tools: Record<string, (args: Args) => string> = {
  shell: ({ command }) => (command === 'npm test' ? npmTest(cwd) : `unexpected command ${command}`),
  list_files: () => fs.readdirSync(cwd, { recursive: true }).map(String).toSorted().join('\n'),
  read_file: ({ path: name = '' }) => fs.readFileSync(path.join(cwd, name), 'utf8'),
  update_plan: () => 'Plan updated',
  apply_patch: ({ patch = '' }) => {
    const name = /^\*\*\* Update File: (.+)$/m.exec(patch)?.[1] ?? '';
    const hunk = patch.split('\n').filter((line) => /^[-+ ]/.test(line));
    const side = (sign: string): string =>
      hunk
        .filter((line) => !line.startsWith(sign))
        .map((line) => line.slice(1))
        .join('\n');
    const text = fs.readFileSync(path.join(cwd, name), 'utf8');
    if (!text.includes(side('+'))) return 'Error: the lines to change are not in the file.\nRead it again.';
    fs.writeFileSync(path.join(cwd, name), text.replace(side('+'), side('-')));
    return `changed ${name}`;
  },
};

/** Goes on until the turn ends; `say` may answer instead of a tool. Answers with the tools that were asked for, and the last words. */
async function play(
  input: ModelItem[],
  say: (tool: string, args: Args) => string | undefined = () => undefined,
): Promise<{ used: string[]; words: string }> {
  const used: string[] = [];
  for (let round = 0; round < 30; round++) {
    const { end } = await answerTo(requestFor(input));
    for (const item of end.items) if (item.type !== 'reasoning') input.push(item);
    if (end.stop === 'stop') return { used, words: textOf(end.items) };
    expect(end.stop).toBe('tools');
    for (const item of end.items) {
      if (item.type !== 'call') continue;
      const args = JSON.parse(item.args) as Args;
      used.push(item.tool === 'shell' ? `shell ${args['command']}` : item.tool);
      input.push({
        type: 'result',
        callId: item.callId,
        output: say(item.tool, args) ?? tools[item.tool]?.(args) ?? 'no such tool',
        images: [],
      });
    }
  }
  throw new Error('the story has no end');
}
const asking = (used: string[]): string[] => used.filter((name) => /^(shell|apply_patch)/.test(name));
const source = (): string => fs.readFileSync(path.join(cwd, 'src/discount.js'), 'utf8');

describe('the story of the sample project', () => {
  it('finds the bug, mends it and proves it, with two commands and one change', async () => {
    expect(npmTest(cwd)).toMatch(/fail 1\b/);
    const { used, words } = await play([user(ask)]);
    expect(asking(used)).toEqual(['shell npm test', 'apply_patch', 'shell npm test']);
    expect(words).toContain('Done: 6 of 6 tests pass.');
    expect(source()).toContain('quantity >= from');
    expect(npmTest(cwd)).toMatch(/fail 0\b/);
  });

  it('names what failed from the real output', async () => {
    const input = [user(ask)];
    await play(input);
    expect(textOf(input)).toContain('1 of 6 tests fails: "ten pieces are enough for 10 %"');
    expect(textOf(input)).toContain('I am Rehearsal: a script, no model.');
    expect(textOf(input)).not.toMatch(/\{\{|\(unknown\)/);
  });

  it('says so when nothing fails', async () => {
    fs.writeFileSync(path.join(cwd, 'src/discount.js'), source().replace('> from', '>= from'));
    const { used, words } = await play([user(ask)]);
    expect(asking(used)).toEqual(['shell npm test']);
    expect(words).toContain('All 6 tests pass, so there is nothing to mend');
  });

  it('changes nothing when the cause is another one', async () => {
    fs.writeFileSync(path.join(cwd, 'src/discount.js'), 'export const discountFor = (n) => (n > 10 ? 10 : 0);\n');
    const { used, words } = await play([user(ask)]);
    expect(asking(used)).toEqual(['shell npm test']);
    expect(words).toContain('not for the reason that I was written for');
  });

  it('admits it when tests still fail', async () => {
    fs.writeFileSync(
      path.join(cwd, 'test/more.test.js'),
      `import { test } from 'node:test';\ntest('no', () => { throw new Error('no'); });\n`,
    );
    const { words } = await play([user(ask)]);
    expect(words).toContain('but 1 of 7 tests still fail');
  });

  it('stops when the folder is another project', async () => {
    fs.rmSync(path.join(cwd, 'src'), { recursive: true });
    const { used, words } = await play([user(ask)]);
    expect(asking(used)).toEqual([]);
    expect(words).toContain('not the sample project');
  });

  it('says so when the tests cannot be run', async () => {
    const input = [user(ask)];
    const { words } = await play(input, (name) => (name === 'shell' ? 'sh: npm: not found\nexit code 127' : undefined));
    expect(words).toContain('did not get as far as running the tests');
    input.push(user('continue'));
    expect((await play(input)).words).toContain('Done: 6 of 6');
  });

  it('takes a no for a no, and asks again only when it is told to go on', async () => {
    const input = [user(ask)];
    const no = (tool: string) => (name: string) => (name === tool ? 'The user said no. Their note: not now' : undefined);
    const first = await play(input, no('shell'));
    expect(asking(first.used)).toEqual(['shell npm test']);
    expect(first.words).toContain('You said no to `npm test`');
    input.push(user('continue'));
    const second = await play(input, no('apply_patch'));
    expect(asking(second.used)).toEqual(['shell npm test', 'apply_patch']);
    expect(second.words).toContain('You said no to the change');
    expect(source()).toContain('quantity > from');
    input.push(user('Continue, please'));
    const third = await play(input, no('shell'));
    expect(asking(third.used)).toEqual(['apply_patch', 'shell npm test']);
    expect(third.words).toContain('I cannot say that it works');
    input.push(user('go on'));
    const last = await play(input);
    expect(asking(last.used)).toEqual(['shell npm test']);
    expect(last.words).toContain('Done: 6 of 6 tests pass.');
    const ids = input.flatMap((item) => (item.type === 'call' ? [item.callId] : []));
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z0-9-]{1,64}$/);
  });

  it('is refused by a rule like by a person', async () => {
    const { words } = await play([user(ask)], (name) =>
      name === 'apply_patch' ? 'Refused by a rule (profile read-only: no file may be changed).' : undefined,
    );
    expect(words).toContain('You said no to the change');
  });

  it('looks again when the patch does not go in', async () => {
    const fail = (): string => 'Error: src/discount.js changed after the patch was checked; no file was changed.\nRead it again.';
    const stuck: ModelItem[] = [user(ask)];
    const { words } = await play(stuck, (name) => (name === 'apply_patch' ? fail() : undefined));
    expect(words).toContain('as a script I cannot think of another change');
    expect(textOf(stuck)).toContain('did not go in: src/discount.js changed after the patch was checked; no file was changed.');

    const mended = await play([user(ask)], (name) => {
      if (name !== 'apply_patch') return undefined;
      fs.writeFileSync(path.join(cwd, 'src/discount.js'), source().replace('> from', '>= from'));
      return fail();
    });
    expect(mended.words).toContain('Done: 6 of 6');
  });

  it('starts over when it is asked for the whole story again', async () => {
    const input = [user(ask)];
    await play(input);
    input.push(user('Please find the bug again: why do tests fail?'));
    expect((await play(input)).words).toContain('All 6 tests pass');
  });

  it('goes on after an interruption at any point, and repeats only what may not have run', async () => {
    const outputs = { red: npmTest(cwd), green: '' };
    const whole: ModelItem[] = [user(ask)];
    await play(whole);
    outputs.green = npmTest(cwd);
    fs.cpSync(path.join(resources, 'sample'), cwd, { recursive: true });
    const interrupted = '[interrupted: it may have run, wholly or in part]';
    for (let at = 1; at < whole.length; at++) {
      fs.cpSync(path.join(resources, 'sample'), cwd, { recursive: true });
      // What was done up to here is done for real; what stood open is closed as the runtime does.
      const input = structuredClone(whole.slice(0, at));
      const changed = input.some((item) => item.type === 'result' && item.output.startsWith('changed '));
      const text = changed ? source().replace('> from', '>= from') : source();
      fs.writeFileSync(path.join(cwd, 'src/discount.js'), text);
      const last = input.at(-1);
      if (last?.type === 'text') last.text = `${last.text.slice(0, 9)}\n[interrupted here]`;
      const closed = new Set(input.flatMap((item) => (item.type === 'result' ? [item.callId] : [])));
      for (const item of whole.slice(0, at)) {
        if (item.type === 'call' && !closed.has(item.callId))
          input.push({ type: 'result', callId: item.callId, output: interrupted, images: [] });
      }
      input.push(user('continue'));
      const { words, used } = await play(input, (name) =>
        name === 'shell' ? outputs[source().includes('>=') ? 'green' : 'red'] : undefined,
      );
      expect(words, `cut at ${at}`).toContain('Done: 6 of 6 tests pass.');
      expect(textOf(input), `cut at ${at}`).not.toContain('cannot take up');
      expect(
        asking(used).filter((name) => name === 'apply_patch'),
        `cut at ${at}`,
      ).toHaveLength(changed ? 0 : 1);
    }
  });

  it('goes on where it was when something else is said in between, and says that it cannot hear', async () => {
    const input = [user(ask)];
    const { end } = await answerTo(requestFor(input));
    for (const item of end.items) if (item.type !== 'reasoning') input.push(item);
    for (const item of end.items)
      if (item.type === 'call') input.push({ type: 'result', callId: item.callId, output: 'src/discount.js', images: [] });
    input.push(user('Also write a poem.'));
    const steered = (await answerTo(requestFor(input))).end;
    expect(textOf(steered.items)).toMatch(/^I am a script and cannot take up what you wrote/);
    expect(steered.items.at(-1)).toMatchObject({ type: 'call', tool: 'shell', args: '{"command":"npm test"}' });
  });
});

describe('without a matching story', () => {
  it.each([
    ['another folder', { instructions: 'Folder: /home/me/work' }, ask, 'run `switchyard rehearse`'],
    ['another request', {}, 'Write a poem.', `write: "${ask}"`],
  ])('says what it is and how to set up a model (%s)', async (_name, more, text, offer) => {
    const { end } = await answerTo(requestFor([user(text)], more));
    expect(end.stop).toBe('stop');
    const words = textOf(end.items);
    for (const part of ['I am no model', 'OPENAI_API_KEY', 'switchyard keys set', '[providers.local]', 'config.toml', offer])
      expect(words).toContain(part);
  });

  it('says that the story is told', async () => {
    const input = [user(ask)];
    await play(input);
    input.push(user('Thank you!'));
    const { end } = await answerTo(requestFor(input));
    expect(textOf(end.items)).toContain('My story is told');
  });

  it('calls no tool where none is given', async () => {
    const { end } = await answerTo(requestFor([user(ask)], { tools: [] }));
    expect(end).toMatchObject({ stop: 'stop', items: [{ type: 'text' }] });
  });
});

describe('the stream', () => {
  it('comes in small pieces that make up the whole, with tokens', async () => {
    const { events, end } = await answerTo(requestFor([user(ask)]));
    const streamed = (type: 'text' | 'reasoning'): string => events.map((event) => (event.type === type ? event.text : '')).join('');
    expect(streamed('text')).toBe(textOf(end.items));
    expect(streamed('reasoning')).toBe(end.items.map((item) => (item.type === 'reasoning' ? item.summary : '')).join(''));
    expect(events.length).toBeGreaterThan(10);
    expect(end.tokens?.input).toBeGreaterThan(10);
    expect(end.tokens).toMatchObject({ cached: 0 });
  });

  it('gives the same answer to the same conversation', async () => {
    expect(await answerTo(requestFor([user(ask)]))).toEqual(await answerTo(requestFor([user(ask)])));
  });

  it('takes its time, and stops at once', async () => {
    const slow = createRehearsal({ folder, delayMs: 60_000 });
    const stop = new AbortController();
    const events = slow(requestFor([user(ask)]), stop.signal)[Symbol.asyncIterator]();
    const first = events.next();
    stop.abort();
    expect(await first).toEqual({ done: false, value: { type: 'end', stop: 'aborted', items: [] } });
    expect((await events.next()).done).toBe(true);

    const late = createRehearsal({ folder, delayMs: 0 })(requestFor([user(ask)]), AbortSignal.abort());
    expect(await all(late)).toEqual([{ type: 'end', stop: 'aborted', items: [] }]);
  });

  it('never throws', async () => {
    const none = createRehearsal({ folder: path.join(root, 'none'), delayMs: 0 });
    const events = await all(none(requestFor([user(ask)]), new AbortController().signal));
    expect(events).toMatchObject([{ type: 'end', stop: 'error', error: { code: 'broken', message: expect.stringContaining('stories') } }]);
  });
});

describe('stories', () => {
  it('fill their placeholders', () => {
    expect(fill('{{a}} and {{b}} {{constructor}}', { a: '1' })).toBe('1 and (unknown) (unknown)');
    expect(fillArgs({ a: ['x{{n}}'], b: { lines: ['1', '{{n}}'] }, c: 3, d: { lines: 1 } }, { n: 'N' })).toEqual({
      a: ['xN'],
      b: '1\nN',
      c: 3,
      d: { lines: 1 },
    });
  });

  it.each(readStories(folder).map((story) => [story.name, story] as const))(
    '%s: every step can be reached and leads somewhere',
    (_name, story) => {
      expect(story.ask).toMatch(new RegExp(story.when.text, 'is'));
      const seen = new Set([story.start]);
      for (const name of seen) {
        const step = story.steps[name];
        expect(step, name).toBeDefined();
        for (const { has, go } of step?.then ?? []) {
          expect(() => new RegExp(has ?? '')).not.toThrow();
          seen.add(go);
        }
        if (step?.again !== undefined) seen.add(step.again);
        const last = step?.then?.at(-1);
        const ends = step?.calls === undefined ? step?.then === undefined : last?.has === undefined && last?.refused === undefined;
        expect(ends, `${name} ends the turn, or its last rule always fits`).toBe(true);
        expect(step?.calls !== undefined || step?.text !== undefined, name).toBe(true);
        for (const pattern of step?.keep ?? []) expect(() => new RegExp(pattern)).not.toThrow();
      }
      expect([...seen].toSorted()).toEqual(Object.keys(story.steps).toSorted());
    },
  );
});

describe('the scratch copy of the sample project', () => {
  let to = '';
  const git = (...args: string[]): string => spawnSync('git', args, { cwd: to, encoding: 'utf8' }).stdout.trim();
  beforeAll(async () => {
    to = path.join(root, 'scratch', 'corner-shop');
    await prepareSample({ from: path.join(resources, 'sample'), to, initRepository });
  });

  it('is a clean repository with one commit of all files', () => {
    expect(git('log', '--format=%an: %s')).toBe('Switchyard: The sample project as it comes with Switchyard');
    expect(git('status', '--porcelain')).toBe('');
    expect(git('ls-files').split('\n')).toHaveLength(9);
    expect(fs.readdirSync(path.dirname(to))).toEqual(['corner-shop']);
  });

  it('goes from red to green with the change of the story, as git applies it', () => {
    const diff =
      '--- a/src/discount.js\n+++ b/src/discount.js\n@@ -8,1 +8,1 @@\n-  const step = steps.find(({ from }) => quantity > from);\n+  const step = steps.find(({ from }) => quantity >= from);\n';
    expect(npmTest(to)).toMatch(/pass 5\n(.*\n)?.*fail 1\b/);
    expect(spawnSync('git', ['apply', '--unidiff-zero', '-'], { cwd: to, input: diff }).status).toBe(0);
    expect(npmTest(to)).toMatch(/pass 6\n(.*\n)?.*fail 0\b/);
  });

  it('is left alone when it is there', async () => {
    fs.writeFileSync(path.join(to, 'mine.txt'), 'mine');
    expect(await prepareSample({ from: path.join(resources, 'sample'), to, initRepository })).toEqual({ made: false });
    expect(fs.readFileSync(path.join(to, 'mine.txt'), 'utf8')).toBe('mine');
  });

  it('appears whole or not at all', async () => {
    const other = path.join(root, 'other', 'corner-shop');
    const failing = prepareSample({
      from: path.join(resources, 'sample'),
      to: other,
      initRepository: () => Promise.reject(new Error('no git')),
    });
    await expect(failing).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('no git') });
    expect(fs.readdirSync(path.dirname(other))).toEqual([]);
    await expect(initRepository(path.join(root, 'missing'), 'x')).rejects.toMatchObject({ code: 'unavailable' });
  });
});
