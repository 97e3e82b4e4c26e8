// kill -9 at random points of a long story. SOAK_POINTS sets how many, SOAK_SEED repeats a run, SOAK_FIGURES names a file for the figures.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { CallItem } from '../../shared/domain/item.ts';
import type { LoggedEvent } from '../../shared/protocol.ts';
import { answersIn, type SentRequest, type Step } from '../support/fake-model.ts';
import { doubled, inputOf, lostOf, readLog, runsIn } from '../support/kill.ts';
import { createRandom, pause } from '../support/random.ts';
import { type Cli, createWorld, patch, sentText, shell, type World } from '../support/world.ts';

const points = Number(process.env['SOAK_POINTS'] ?? 30);
const seed = Number(process.env['SOAK_SEED'] ?? 1);
const stepsPerStory = 24;

const parts = [1, 2, 3, 4];
const partOf = (name: string, part: number): string => `patched/${name}-${part}.txt`;

/** Each command writes its name into runs.txt, after it has printed it: what was done and what was said can be compared. */
const kinds: ((name: string) => Step)[] = [
  (name) => ({ text: `I do ${name}.`, calls: [shell(`echo out-${name}; echo ${name} >> runs.txt`)] }),
  (name) => ({ calls: [patch(...parts.flatMap((part) => [`*** Add File: ${partOf(name, part)}`, `+${name}`]))] }),
  (name) => ({ calls: [shell(`echo out-${name}; echo ${name} >> runs.txt; sleep 0.04; echo end-${name}`)] }),
  (name) => ({
    reasoning: 'A plan.',
    calls: [shell(`echo out-${name}; echo ${name} >> runs.txt; (setsid sleep 300 &); sleep 300 & sleep 0.03`)],
  }),
  (name) => ({ calls: [{ name: 'read_file', args: { path: 'README.md' } }, shell(`echo out-${name}; echo ${name} >> runs.txt`)] }),
  (name) => ({ text: `${name} `.repeat(40), deltas: 40, fault: 'slow', calls: [shell(`echo out-${name}; echo ${name} >> runs.txt`)] }),
];
const behind = (name: string): Step => ({
  calls: [shell(`echo out-${name}; echo ${name} >> runs.txt; sleep 300`, { background: true })],
});

const storyOf = (text: string): string => /Story (\d+)/.exec(text)?.[1] ?? 'none';

/** The story that the thread's first message names; its step depends on how many answers the thread holds. */
function stepFor(request: SentRequest): Step {
  const number = storyOf(sentText(request));
  const index = answersIn(request);
  if (index >= stepsPerStory) return { text: 'All done.' };
  const name = `s${number}-${index}`;
  return index === 10 ? behind(name) : (kinds[index % kinds.length]?.(name) ?? {});
}

/** The stories take turns with the two wires. */
const config = `
[providers.other]
kind = "openai-compatible"
wire = "chat"
base_url = "URL"
`;

interface Thread {
  id: string;
  story: string;
  open: string | undefined;
  calls: CallItem[];
  ends: Map<string, string>;
}

function threadsIn(log: readonly LoggedEvent[]): Thread[] {
  const threads = new Map<string, Thread>();
  for (const event of log) {
    if (event.type === 'thread.started')
      threads.set(event.stream, { id: event.stream, story: 'none', open: undefined, calls: [], ends: new Map() });
    const thread = threads.get(event.stream);
    if (!thread) continue;
    if (event.type === 'thread.renamed') thread.story = storyOf(event.data.title);
    if (event.type === 'turn.started') thread.open = event.data.turnId;
    if (event.type === 'turn.ended') {
      thread.ends.set(event.data.turnId, event.data.status);
      thread.open = undefined;
    }
    if (event.type === 'item.added' && event.data.item.type === 'call') thread.calls.push({ ...event.data.item });
    const call = event.type === 'call.finished' ? thread.calls.find(({ id }) => id === event.data.itemId) : undefined;
    if (call && event.type === 'call.finished') Object.assign(call, { status: event.data.status, output: event.data.output });
  }
  return [...threads.values()];
}

/** Threads that were given a history other than the one they were given before: each request must begin as the one before it. */
function changedHistories({ model }: World): string[] {
  const stories = Map.groupBy(model.requests, (request) => storyOf(sentText(request)));
  return [...stories].flatMap(([story, requests]) =>
    requests.flatMap((request, at) => {
      const earlier = inputOf(requests[at - 1]);
      const same = JSON.stringify(inputOf(request).slice(0, earlier.length)) === JSON.stringify(earlier);
      return same ? [] : [`request ${request.n} of story ${story}`];
    }),
  );
}

/** A moment in the life of a run: in its start, at some of its events, at some of its requests, each a little later. */
async function moment(world: World, run: Cli, random: (below: number) => number): Promise<void> {
  const kind = random(1);
  if (kind < 0.2) return pause(random(400));
  if (kind < 0.6) {
    await run.lines(Math.floor(random(30)));
    return pause(random(15));
  }
  await Promise.race([world.model.request(world.model.requests.length + Math.floor(random(8))), run.ended]);
  return pause(random(15));
}

/** What is wrong with what the threads say about what was done, as sentences. */
function contradictions(world: World, threads: readonly Thread[]): string[] {
  const runs = runsIn(world);
  const last = new Map(world.model.requests.map((request) => [storyOf(sentText(request)), request]));
  return threads.flatMap(({ id, story, calls, ends }) => {
    const sent = last.get(story);
    const text = sent ? sentText(sent) : '';
    const open = calls.filter(({ status }) => status === 'open').map((call) => `${call.id} is still open`);
    const wrong = calls.flatMap((call) => {
      const name = /s\d+-\d+/.exec(call.args.text)?.[0];
      if (name === undefined) return [];
      if (call.tool === 'apply_patch') {
        const there = parts.filter((part) => existsSync(path.join(world.repo.path, partOf(name, part)))).length;
        const wanted = call.status === 'done' ? parts.length : 0;
        return there === wanted && call.status !== 'failed'
          ? []
          : [`the patch ${name} is ${call.status} and ${there} files of it are there`];
      }
      const times = runs.filter((word) => word === name).length;
      const output = call.output?.text ?? '';
      const kept = times === 0 || (output.includes(`out-${name}`) && text.includes(`out-${name}`));
      const right = call.status === 'done' ? times === 1 : call.status === 'interrupted' && times <= 1;
      return [
        ...(right ? [] : [`the command ${name} is ${call.status} and ran ${times} times`]),
        ...(kept ? [] : [`what the command ${name} (${call.status}) had printed is lost`]),
      ];
    });
    const left = [...ends.values()].at(-1) === 'done' ? [] : [`the thread ${id} did not come to its end`];
    return [...open, ...wrong, ...left];
  });
}

it.skipIf(process.platform === 'win32')(
  `survives kill -9 at ${points} random points of a long story [AGT-7] [PRJ-5]`,
  { timeout: 60_000 + points * 3_000 },
  async () => {
    const random = createRandom(seed);
    const world = await createWorld({ script: stepFor, config });
    const told: LoggedEvent[] = [];
    const survivors: string[] = [];
    const notInterrupted: string[] = [];
    const recoveries: number[] = [];
    const strange: string[] = [];
    const during: Record<string, number> = {};
    let stories = 0;
    let before: { pid: number; id: string }[] = [];
    let interrupted: { thread: string; turn: string } | undefined;

    const start = (): { run: Cli; startedAt: number } => {
      const goOn = threadsIn(existsSync(path.join(world.home, 'switchyard.db')) ? readLog(world.home) : []).at(-1);
      const unfinished = goOn !== undefined && (goOn.open !== undefined || [...goOn.ends.values()].at(-1) === 'interrupted');
      if (!unfinished) stories += 1;
      const wire = stories % 2 === 0 ? ['--provider', 'other'] : ['--provider', 'openai'];
      const args = unfinished ? ['--last', 'continue'] : ['--model', 'gpt-5.5', '--profile', 'full-access', `Story ${stories}`];
      return { run: world.start(['exec', ...wire, '--json', ...args]), startedAt: performance.now() };
    };
    /** Once a new turn has begun the recovery is over: whatever an earlier run left must be gone. */
    const checkRecovery = (): void => {
      const now = world.survivors();
      survivors.push(...before.filter(({ pid, id }) => now.some((one) => one.pid === pid && one.id === id)).map(({ id }) => id));
      before = [];
      const open = interrupted;
      interrupted = undefined;
      if (!open) return;
      const thread = threadsIn(readLog(world.home)).find(({ id }) => id === open.thread);
      if (thread?.ends.get(open.turn) !== 'interrupted') notInterrupted.push(open.turn);
    };

    for (let point = 0; point < points; point += 1) {
      const { run, startedAt } = start();
      let recovered = false;
      const first = run.lines(1).then(() => {
        if (run.events().length === 0) return;
        recovered = true;
        recoveries.push(performance.now() - startedAt);
        checkRecovery();
      });
      await moment(world, run, random);
      const { code, signal, events, stderr } = await run.kill();
      await first;
      if (signal !== 'SIGKILL' && code !== 0) strange.push(`ended with ${code ?? signal}: ${stderr}`);
      told.push(...events);
      if (!existsSync(path.join(world.home, 'switchyard.db'))) continue;
      const log = readLog(world.home);
      const last = threadsIn(log).at(-1);
      // A start that was killed itself may have left the recovery to the next one.
      before = [...(recovered ? [] : before), ...world.survivors()];
      if (last?.open !== undefined) interrupted = { thread: last.id, turn: last.open };
      const doing = last?.open === undefined ? 'no turn' : (last.calls.find(({ status }) => status === 'open')?.tool ?? 'request');
      during[doing] = (during[doing] ?? 0) + 1;
    }

    // The way back: as often as there are stories to be ended, which is once.
    const { run } = start();
    const end = await run.ended;
    checkRecovery();
    told.push(...end.events);
    const log = readLog(world.home);
    const threads = threadsIn(log).filter(({ ends }) => ends.size > 0);
    const runs = runsIn(world);
    const figures = {
      points,
      seed,
      stories,
      during,
      commands: runs.length,
      told: told.length,
      lost: lostOf(told, log).length,
      doubled: doubled(runs).length,
      survivors: survivors.length + world.survivors().length,
      medianRecoveryMs: Math.round(recoveries.sort((a, b) => a - b)[Math.floor(recoveries.length / 2)] ?? 0),
    };
    const file = process.env['SOAK_FIGURES'];
    if (file) writeFileSync(file, JSON.stringify(figures));
    expect(strange).toEqual([]);
    expect(end.code, end.stderr).toBe(0);
    expect(figures).toMatchObject({ lost: 0, doubled: 0, survivors: 0 });
    expect(notInterrupted).toEqual([]);
    expect(contradictions(world, threads)).toEqual([]);
    expect(world.model.violations).toEqual([]);
    expect(changedHistories(world)).toEqual([]);
    const folder = path.join(world.repo.path, 'patched');
    expect(existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('-tmp')) : []).toEqual([]);
    const note = path.join(world.home, 'switchyard.log');
    expect(existsSync(note) ? readFileSync(note, 'utf8') : '').toBe('');
    expect(runs.length).toBeGreaterThan(0);
  },
);
