// Every way in which a model server fails, through the built command, over both wires. No real time passes in the waits: the clock is held.
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LoggedEvent } from '../../shared/protocol.ts';
import { answersIn, type Fault, type SentRequest, type Step } from '../support/fake-model.ts';
import { doubled, runsIn } from '../support/kill.ts';
import { type ManualClock, manualClock } from '../support/manual-clock.ts';
import { type Cli, createWorld, type Ended, exec, shell, until, type World } from '../support/world.ts';

const wires = ['responses', 'chat'] as const;
type Wire = (typeof wires)[number];

const steps: Step[] = [
  { text: 'I write it down.', reasoning: 'Thinking.', calls: [shell('echo once >> runs.txt')] },
  { text: 'The right answer.', deltas: 6 },
];
const config = `
[providers.openai]
idle_timeout_ms = 2000

[providers.other]
kind = "openai-compatible"
wire = "chat"
base_url = "URL"
api_key_env = "OTHER_KEY"
idle_timeout_ms = 2000
`;
const argsFor = (wire: Wire): string[] =>
  wire === 'responses' ? [...exec] : ['exec', '--provider', 'other', '--model', 'gpt-5.5', '--profile', 'full-access'];

interface Faulty {
  world: World;
  clock: ManualClock;
  /** Which requests are never answered to their end. */
  hanging: Set<number>;
}

/** Each answer is a fault `times` times before it is as scripted. */
async function createFaulty(fault: Fault, times: number): Promise<Faulty> {
  const clock = manualClock();
  onTestFinished(() => clock.close());
  const hanging = new Set<number>();
  const hits = new Map<number, number>();
  const script = (request: SentRequest): Step => {
    const index = answersIn(request);
    const step = steps[index] ?? { text: 'All done.' };
    const hit = (hits.get(index) ?? 0) + 1;
    hits.set(index, hit);
    if (hit > times) return step;
    if (fault === 'hang-before' || fault === 'hang-after') hanging.add(request.n);
    return { ...step, fault };
  };
  const world = await createWorld({ script, config, env: { SWITCHYARD_TEST_CLOCK: clock.path, OTHER_KEY: 'other-key-0123' } });
  return { world, clock, hanging };
}

/** Lets time pass where the run waits for it: for the next attempt, or for a server that says nothing. */
async function passTime({ world, clock, hanging }: Faulty, run: Cli): Promise<Ended> {
  let over = false;
  const ended = run.ended.finally(() => {
    over = true;
  });
  const retries = (): number => run.events().filter(({ type }) => type === 'request.retried').length;
  const waits = (async () => {
    for (let n = 0; ; n += 1) {
      const retried = await run.event('request.retried', n);
      await clock.advance(Math.max(0, retried.data.retryAt - clock.now()));
    }
  })();
  const hangs = (async () => {
    for (let n = 0; ; n += 1) {
      await world.model.request(n);
      if (!hanging.has(n)) continue;
      const before = retries();
      await until(async () => {
        if (!over) await clock.advance(500);
        return over || retries() > before;
      });
    }
  })();
  // Both end with the run: what they waited for can't come any more.
  waits.catch(() => undefined);
  hangs.catch(() => undefined);
  return ended;
}

const textsIn = (events: readonly LoggedEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'item.added' && event.data.item.type === 'text' ? [event.data.item.body.text] : []));

const status = (code: number, headers: Record<string, string> = {}): Fault => ({ kind: 'status', status: code, headers });
const faults: { name: string; fault: Fault; times?: number }[] = [
  { name: '429 with Retry-After', fault: status(429, { 'retry-after': '7' }) },
  { name: '429 three times', fault: status(429), times: 3 },
  { name: '500', fault: status(500) },
  { name: '503', fault: status(503) },
  { name: '500 three times', fault: status(500), times: 3 },
  { name: 'a reset connection', fault: 'reset' },
  { name: 'a cut in the text', fault: 'cut-in-text' },
  { name: 'a cut in a tool call', fault: 'cut-in-call' },
  { name: 'an end without completion', fault: 'end-without-completion' },
  { name: 'one malformed line', fault: 'malformed-line' },
  { name: 'garbage', fault: 'garbage' },
  { name: 'an error event', fault: 'error-event' },
  { name: 'a failed response', fault: 'failed-event' },
  { name: 'a hang before the first byte', fault: 'hang-before' },
  { name: 'a hang after the first byte', fault: 'hang-after' },
  { name: 'three hangs', fault: 'hang-after', times: 3 },
];

describe.skipIf(process.platform === 'win32').each(wires)('a model server that fails, over %s', (wire) => {
  it.each(faults)('recovers by itself from $name [AGT-6] [MODEL-3]', async ({ fault, times = 1 }) => {
    const faulty = await createFaulty(fault, times);
    const { world } = faulty;
    const run = world.start([...argsFor(wire), '--json', 'Do it']);
    const { code, stderr, events } = await passTime(faulty, run);
    expect(code, stderr).toBe(0);
    expect(textsIn(events)).toEqual(['I write it down.', 'The right answer.']);
    expect(runsIn(world)).toEqual(['once']);
    expect(events.filter(({ type }) => type === 'call.finished')).toHaveLength(1);
    expect(world.model.violations).toEqual([]);
    expect(world.model.requests.every((request) => request.wire === wire)).toBe(true);
    // Every failed attempt is to be seen, with its reason and the time of the next one.
    const retried = events.filter((event) => event.type === 'request.retried');
    expect(retried).toHaveLength(steps.length * times);
    expect(retried.every(({ data }) => data.reason.message !== '' && data.reason.code === 'unavailable')).toBe(true);
    expect(retried.map(({ data }) => data.attempt)).toEqual(steps.flatMap(() => Array.from({ length: times }, (_, n) => n + 2)));
    expect(world.model.requests).toHaveLength(steps.length * (times + 1));
    const ids = events.flatMap((event) => (event.type === 'usage.recorded' ? [event.data.usage.requestId] : []));
    expect(doubled(ids)).toEqual([]);
    expect(ids).toHaveLength(world.model.requests.length);
  });

  it('waits as long as it is told to [AGT-6]', async () => {
    const faulty = await createFaulty(status(429, { 'retry-after': '90' }), 1);
    const run = faulty.world.start([...argsFor(wire), '--json', 'Do it']);
    const { events } = await passTime(faulty, run);
    const waits = events.flatMap((event) => (event.type === 'request.retried' ? [event.data.retryAt - event.at] : []));
    expect(waits.map((wait) => wait >= 90_000)).toEqual([true, true]);
  });

  it('gives up after a bounded number of attempts, and goes on when it is told to [AGT-6] [AGT-7]', async () => {
    const faulty = await createFaulty(status(503), 8);
    const { world } = faulty;
    const first = await passTime(faulty, world.start([...argsFor(wire), '--json', 'Do it']));
    expect(first.code).toBe(1);
    expect(world.model.requests).toHaveLength(8);
    expect(first.stderr).toContain('answered 503');
    expect(first.events.at(-1)).toMatchObject({ type: 'turn.ended', data: { status: 'failed', error: { code: 'unavailable' } } });
    const name = wire === 'chat' ? ['--provider', 'other'] : [];
    const again = world.start(['exec', '--last', ...name, '--json', 'continue']);
    const { code, events } = await passTime(faulty, again);
    expect(code).toBe(1);
    expect(textsIn(events)).toEqual(['I write it down.']);
    expect(runsIn(world)).toEqual(['once']);
    const third = await world.run(['exec', '--last', 'continue']);
    expect(third).toMatchObject({ code: 0, stdout: 'The right answer.\n' });
    expect(runsIn(world)).toEqual(['once']);
    expect(world.model.violations).toEqual([]);
  });

  it('says on standard error that it tries again [AGT-6]', async () => {
    const faulty = await createFaulty('reset', 1);
    const { world, clock } = faulty;
    const run = world.start([...argsFor(wire), 'Do it']);
    await run.told('(attempt 2)');
    await until(async () => (await clock.waiting()) - clock.now() < 2000);
    await clock.advance(2000);
    await until(() => run.stderr().split('(attempt 2)').length > 2);
    await clock.advance(2000);
    const { code, stdout } = await run.ended;
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'The right answer.\n' });
  });

  it('fails at once with what to do when the request is refused [AGT-6]', async () => {
    const fault: Fault = { kind: 'status', status: 400, message: 'Unknown parameter: colour.' };
    const { world } = await createFaulty(fault, 1);
    const { code, stdout, stderr } = await world.run([...argsFor(wire), 'Do it']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('answered 400: Unknown parameter: colour.');
    expect(stderr).toContain('choose another one with --model');
    expect(world.model.requests).toHaveLength(1);
  });

  it('fails at once with what to do when the key is refused [AGT-6] [MODEL-3]', async () => {
    const keyName = wire === 'chat' ? 'OTHER_KEY' : 'OPENAI_API_KEY';
    const { world } = await createFaulty(
      { kind: 'status', status: 401, code: 'invalid_api_key', message: 'Incorrect API key provided.' },
      1,
    );
    const { code, stdout, stderr } = await world.run([...argsFor(wire), 'Do it']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('answered 401: Incorrect API key provided.');
    expect(stderr).toContain(`Set ${keyName}, or store the key with: switchyard keys set ${keyName}`);
    expect(world.model.requests).toHaveLength(1);
  });
});
