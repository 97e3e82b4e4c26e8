// kill -9 at each moment that matters. The random ones are in points.test.ts.
import { existsSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LoggedEvent } from '../../shared/protocol.ts';
import type { Step } from '../support/fake-model.ts';
import { callsIn, inputOf, lostOf, readLog, runsIn, story } from '../support/kill.ts';
import { manualClock } from '../support/manual-clock.ts';
import { processesWith } from '../support/processes.ts';
import { type Cli, createWorld, exec, patch, sentText, shell, until, type World } from '../support/world.ts';

const begin = [...exec, '--json', 'Do it'];
const goOn = [...exec, '--last', '--json', 'continue'];

interface After {
  threadId: string;
  killed: LoggedEvent[];
  /** What the model was sent when the thread was continued. */
  sent: string;
}

/** Everything that must hold after the kill, up to the end of `exec --last continue`. */
async function checkAfter(world: World, run: Cli): Promise<After> {
  const { code, signal, events: killed } = await run.kill();
  expect([code, signal]).toEqual([null, 'SIGKILL']);
  const threadId = killed.find((event) => event.type === 'turn.started')?.stream ?? '';
  expect(threadId).not.toBe('');

  const { header } = await world.show(threadId);
  expect(header.status).toBe('interrupted');
  expect(header.lastTurn).toMatchObject({ status: 'interrupted' });
  expect(world.survivors()).toEqual([]);
  expect(lostOf(killed, readLog(world.home))).toEqual([]);
  const before = runsIn(world);

  const asked = world.model.requests.length;
  const again = await world.run(goOn);
  expect(again.stderr).toBe('');
  expect(again.code).toBe(0);
  expect(again.events.every((event) => event.stream === threadId)).toBe(true);
  const request = world.model.requests[asked];
  if (!request) throw new Error('nothing was sent');
  expect(world.model.violations).toEqual([]);
  // Word for word as it was told before, so that the provider finds its cache again.
  const earlier = inputOf(world.model.requests[asked - 1]);
  expect(inputOf(request).slice(0, earlier.length)).toEqual(earlier);
  const runs = runsIn(world);
  expect(runs.slice(0, before.length)).toEqual(before);
  expect(new Set(runs).size).toBe(runs.length);
  expect(lostOf([...killed, ...again.events], readLog(world.home))).toEqual([]);
  return { threadId, killed, sent: sentText(request) };
}

const started = async (steps: Step[], more: Parameters<typeof createWorld>[0] = {}): Promise<{ world: World; run: Cli }> => {
  const world = await createWorld({ script: story(steps), ...more });
  return { world, run: world.start(begin) };
};

describe.skipIf(process.platform === 'win32')('kill -9', () => {
  it('before the first token [AGT-7] [PRJ-5]', async () => {
    const { world, run } = await started([{ text: 'never', fault: 'hang-before' }]);
    await world.model.request(0);
    await run.event('request.started');
    const { threadId, sent } = await checkAfter(world, run);
    expect(sent).toContain('Do it');
    expect((await world.items(threadId)).map(({ type }) => type)).toEqual(['user', 'user', 'text']);
  });

  it('in the middle of a text: what had streamed is kept and given to the model [AGT-7] [AGT-1]', async () => {
    const clock = manualClock();
    onTestFinished(() => clock.close());
    const text = 'The first half of this was seen. The second half never came.';
    const { world, run } = await started([{ reasoning: 'I think.', text, deltas: 30, fault: 'hang-after' }], {
      env: { SWITCHYARD_TEST_CLOCK: clock.path },
    });
    await world.model.request(0);
    // What has streamed is saved three times a second: the timer shows that it is here.
    await until(async () => (await clock.waiting()) <= clock.now() + 1000, 'a timer that saves');
    await clock.advance(1000);
    const { threadId, sent } = await checkAfter(world, run);
    const items = await world.items(threadId);
    const kept = items.find((item) => item.type === 'text');
    expect(kept).toMatchObject({ interrupted: true });
    const streamed = kept?.type === 'text' ? kept.body.text : '';
    expect(text.startsWith(streamed)).toBe(true);
    expect(streamed.length).toBeGreaterThan(20);
    expect(items.find((item) => item.type === 'reasoning')).toMatchObject({ summary: 'I think.' });
    expect(sent).toContain(streamed);
  });

  it('in the middle of a command: its output is kept, nothing of it lives on or runs again [AGT-7] [AGT-2]', async () => {
    const alone = `1003.${process.pid}`;
    const command = [
      'echo once >> runs.txt',
      'sleep 1001 &',
      'setsid sleep 1002 > /dev/null 2>&1 < /dev/null &',
      `setsid env -i sleep ${alone} &`,
      '(setsid bash -c "trap \'\' TERM HUP; while :; do sleep 1004; done" &)',
      'for n in 1 2 3; do echo "line $n"; done',
      'echo ready > ready.txt',
      'sleep 1005',
    ].join('\n');
    const { world, run } = await started([
      { text: 'I run it.', calls: [shell(command), shell('echo second >> runs.txt')] },
      { text: 'Done.' },
    ]);
    await until(() => existsSync(path.join(world.repo.path, 'ready.txt')));
    await until(() => world.survivors().length >= 5 && processesWith(`sleep ${alone}`).length > 0);
    const { threadId, sent } = await checkAfter(world, run);
    expect(processesWith(`sleep ${alone}`)).toEqual([]);
    expect(runsIn(world)).toEqual(['once']);
    const calls = callsIn(await world.items(threadId));
    expect(calls.map(({ status }) => status)).toEqual(['interrupted', 'interrupted']);
    expect(calls[0]?.output?.text).toBe('line 1\nline 2\nline 3\n[interrupted: it may have run, wholly or in part]');
    expect(calls[1]?.output?.text).toBe('[interrupted: it did not run]');
    expect(sent).toContain('line 1\\nline 2\\nline 3');
    expect(sent).toContain('[interrupted: it did not run]');
    const { stdout } = await world.run(['threads', 'export', threadId]);
    expect(stdout).toContain('line 3');
  });

  it('as the command starts, before it has printed anything [AGT-7]', async () => {
    const { world, run } = await started([{ calls: [shell('kill -9 $PPID; echo once >> runs.txt; sleep 1006')] }, { text: 'Done.' }]);
    await run.ended;
    const { threadId } = await checkAfter(world, run);
    expect(callsIn(await world.items(threadId)).map(({ status }) => status)).toEqual(['interrupted']);
  });

  it('once the call is stored and before its command was started [AGT-7]', async () => {
    const { world, run } = await started([{ calls: [shell('echo ready > ready.txt; sleep 1006')] }, { text: 'Done.' }]);
    await until(() => existsSync(path.join(world.repo.path, 'ready.txt')));
    await run.kill();
    // As it would stand a moment earlier: nothing was started and there is no output.
    for (const { pid } of world.survivors()) process.kill(pid, 'SIGKILL');
    rmSync(path.join(world.home, 'outputs'), { recursive: true });
    const { threadId } = await checkAfter(world, run);
    const [call] = callsIn(await world.items(threadId));
    expect(call).toMatchObject({ status: 'interrupted', output: { text: '[interrupted: it may have run, wholly or in part]' } });
  });

  it('with a command in the background: it is ended, its output is kept [AGT-7] [AGT-2]', async () => {
    const server = shell('echo serving; echo once >> runs.txt; setsid sleep 1007 & sleep 1008', { background: true });
    const { world, run } = await started([{ calls: [server] }, { text: 'never', fault: 'hang-before' }]);
    await world.model.request(1);
    await run.event('background.started');
    const { threadId, killed } = await checkAfter(world, run);
    const background = killed.find((event) => event.type === 'background.started');
    const { header } = await world.show(threadId);
    expect(header).toMatchObject({ background: 0, commands: [] });
    const end = readLog(world.home).find((event) => event.type === 'background.ended');
    expect(end).toMatchObject({ data: { exit: null, output: { text: 'serving' } } });
    expect(background?.type === 'background.started' && background.data.id).toBe(end?.type === 'background.ended' && end.data.id);
  });

  it('between the result of a tool and the next request [AGT-7]', async () => {
    const { world, run } = await started([{ calls: [shell('echo once >> runs.txt; echo result')] }, { text: 'Done.', delayMs: 1000 }]);
    await run.event('call.finished');
    const { threadId, sent } = await checkAfter(world, run);
    expect(callsIn(await world.items(threadId)).map(({ status }) => status)).toEqual(['done']);
    expect(sent).toContain('result');
    expect(runsIn(world)).toEqual(['once']);
  });

  it('while it waits to try again [AGT-7] [AGT-6]', async () => {
    const fault = { kind: 'status', status: 429, headers: { 'retry-after': '300' } } as const;
    const { world, run } = await started([{ calls: [shell('echo once >> runs.txt')] }, { text: 'Done.', fault }]);
    await run.event('request.retried');
    const { sent } = await checkAfter(world, run);
    expect(sent).toContain('continue');
    expect(runsIn(world)).toEqual(['once']);
  });

  it('while an approval is open: it stays open, and the answer runs the call [AGT-7] [SAFE-4]', async () => {
    const world = await createWorld({ script: story([{ calls: [shell('echo once >> runs.txt')] }, { text: 'Done.' }]) });
    const run = world.start(['exec', '--ask', '--json', '--model', 'gpt-5.5', 'Do it']);
    const { stream } = await run.event('approval.opened');
    const { events } = await run.kill();
    const { header } = await world.show(stream);
    expect(header.status).toBe('waiting');
    expect(lostOf(events, readLog(world.home))).toEqual([]);
    const answered = await world.run(['threads', 'answer', stream, '--once']);
    expect(answered.code).toBe(0);
    expect(answered.stdout).toBe('Done.\n');
    expect(runsIn(world)).toEqual(['once']);
    expect(world.model.violations).toEqual([]);
  });
});

describe.skipIf(process.platform === 'win32')('kill -9 around an approval', () => {
  it('after the answer, in the middle of the command: it is not run again [AGT-7] [SAFE-4]', async () => {
    const command = shell('echo once >> runs.txt; echo printed; touch ready.txt; sleep 1009');
    const world = await createWorld({ script: story([{ calls: [command] }, { text: 'Done.' }]) });
    const first = await world.run(['exec', '--json', '--model', 'gpt-5.5', 'Do it']);
    expect(first.code).toBe(3);
    const threadId = first.events[0]?.stream ?? '';
    const run = world.start(['threads', 'answer', threadId, '--once', '--json']);
    await until(() => existsSync(path.join(world.repo.path, 'ready.txt')));
    const { events } = await run.kill();
    const { header } = await world.show(threadId);
    expect(header).toMatchObject({ status: 'interrupted', needs: 0 });
    expect(world.survivors()).toEqual([]);
    expect(lostOf([...first.events, ...events], readLog(world.home))).toEqual([]);
    const again = await world.run(['exec', '--last', 'continue']);
    expect({ code: again.code, stdout: again.stdout }).toEqual({ code: 0, stdout: 'Done.\n' });
    expect(sentText(world.model.requests.at(-1)!)).toContain('printed');
    expect(runsIn(world)).toEqual(['once']);
    expect(world.model.violations).toEqual([]);
  });
});

const count = 300;
const name = (n: number): string => `part-${String(n).padStart(3, '0')}.txt`;
const numbers = Array.from({ length: count }, (_, n) => n);
const before = Array.from({ length: 200 }, (_, line) => `line ${line}\n`).join('');
const after = before.replace('line 100\n', 'new\n');
const files = Object.fromEntries(numbers.map((n) => [name(n), before]));
const change = patch(...numbers.flatMap((n) => [`*** Update File: ${name(n)}`, '@@', ' line 99', '-line 100', '+new', ' line 101']));

/** How many files of the patch stand as it makes them, and what else lies there. */
function stateOf(world: World): { changed: number; strange: string[] } {
  const texts = numbers.map((n) => readFileSync(path.join(world.repo.path, name(n)), 'utf8'));
  const odd = numbers.filter((n) => texts[n] !== before && texts[n] !== after).map(name);
  const left = readdirSync(world.repo.path).filter((file) => file !== '.git' && !/^part-\d+\.txt$/.test(file));
  return { changed: texts.filter((text) => text === after).length, strange: [...odd, ...left] };
}

describe.skipIf(process.platform === 'win32')('kill -9 in the middle of a patch of many files', () => {
  const moments: { title: string; hit(world: World, run: Cli): Promise<unknown> }[] = [
    { title: 'as it was announced', hit: (_world, run) => run.event('patch.prepared') },
    {
      title: 'while new files are written beside the old ones',
      hit: (world) => until(() => readdirSync(world.repo.path).some((file) => file.endsWith('.switchyard-tmp'))),
    },
    {
      title: 'between two renames',
      hit: (world, run) =>
        new Promise((resolve, reject) => {
          // Told by the kernel: a look around would come too late.
          const watcher = watch(world.repo.path, (_event, file) => {
            if (file !== null && /^part-\d+\.txt$/.test(file)) resolve(watcher.close());
          });
          run.ended.then(() => reject(new Error('It ended too soon.')), reject);
        }),
    },
  ];
  it.each(moments)('$title: whole or not there at all [AGT-7] [AGT-2]', async ({ hit }) => {
    const { world, run } = await started([{ calls: [change] }, { text: 'Done.' }], { files });
    await hit(world, run);
    await run.kill();
    const cut = stateOf(world).changed;
    const { threadId, sent } = await checkAfter(world, run);
    const [call] = callsIn(await world.items(threadId));
    const whole = cut > 0 || call?.status === 'done';
    expect({ ...stateOf(world), status: call?.status }).toEqual({
      changed: whole ? count : 0,
      strange: [],
      status: whole ? 'done' : 'interrupted',
    });
    expect(sent).toContain(whole ? 'The patch was interrupted and has been finished' : 'Nothing was written');
  });

  it('stops at a file that something else has changed since, and says so [AGT-7] [AGT-2]', async () => {
    const { world, run } = await started([{ calls: [change] }, { text: 'Done.' }], { files });
    await moments[2]?.hit(world, run);
    await run.kill();
    const { changed } = stateOf(world);
    const foreign = path.join(world.repo.path, name(count - 1));
    writeFileSync(foreign, 'mine\n');
    const { threadId, sent } = await checkAfter(world, run);
    const [call] = callsIn(await world.items(threadId));
    // The kill may have come after the last rename; then nothing was left to be done but to say that it changed.
    expect(call?.status).toBe('failed');
    expect(stateOf(world)).toEqual({ changed: changed === count ? count - 1 : changed, strange: [name(count - 1)] });
    expect(readFileSync(foreign, 'utf8')).toBe('mine\n');
    expect(sent).toContain(`${foreign}: changed by something else`);
    expect(sent).toContain(`${path.join(world.repo.path, name(0))}: as the patch makes it`);
  });
});
