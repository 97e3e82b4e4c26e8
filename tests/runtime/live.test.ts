import fc from 'fast-check';
import { expect, it, onTestFinished } from 'vitest';
import { createMemoryPair } from '../../electron/host/channels/memory.ts';
import { serve } from '../../electron/host/serve.ts';
import type { ClockPort, ModelEvent, ModelStream } from '../../electron/runtime/ports.ts';
import type { Runtime } from '../../electron/runtime/runtime.ts';
import { createClient } from '../../shared/client/client.ts';
import { addPiece, endsLive, type LiveAnswer } from '../../shared/state/live.ts';
import type { Push } from '../../shared/wire.ts';
import { engineOnDisk } from '../support/engine.ts';
import { createRandom } from '../support/random.ts';
import { type Started, start } from '../support/start.ts';

type Part = 'text' | 'reasoning';
type Shown = Record<Part, string> | undefined;

/** A clock that is at once where it is waited for. */
function hurriedClock(): ClockPort {
  let now = Date.UTC(2030, 0, 1);
  return {
    now: () => now,
    at: (at, callback) => {
      const handle = setImmediate(() => {
        now = Math.max(now, at);
        callback();
      });
      return () => clearImmediate(handle);
    },
  };
}

/** A model that says what it is told to, piece by piece. */
function scripted(): { stream: ModelStream; say(event: ModelEvent): Promise<void> } {
  let asked = Promise.withResolvers<(event: ModelEvent) => void>();
  return {
    async *stream(_request, signal) {
      for (;;) {
        const next = Promise.withResolvers<ModelEvent>();
        const stopped = (): void => next.resolve({ type: 'end', stop: 'aborted', items: [] });
        signal.addEventListener('abort', stopped, { once: true });
        if (signal.aborted) stopped();
        asked.resolve(next.resolve);
        const event = await next.promise;
        asked = Promise.withResolvers();
        yield event;
        if (event.type === 'end') return;
      }
    },
    say: async (event) => (await asked.promise)(event),
  };
}

/** Another window: what it shows of the answer under way. With `loses` its link leaves out pieces, as one does that is slow. */
async function join(runtime: Runtime, threadId: string, loses: () => boolean = () => false) {
  const [near, far] = createMemoryPair();
  const lossy = {
    ...far,
    send: (message: Parameters<typeof far.send>[0]) => void (message.kind === 'delta' && loses() ? 0 : far.send(message)),
  };
  serve(runtime, lossy, { token: 't', program: 'test', note: () => undefined });
  const client = await createClient({
    client: 'test',
    keys: {},
    open: async () => ({ channel: near, token: 't', owner: false }),
    deadline: 1000,
    later: () => () => undefined,
    newId: () => crypto.randomUUID(),
  });
  onTestFinished(client.end);
  let live: LiveAnswer | undefined;
  let subscription = { stop: () => {} };
  const open = (): Promise<void> => {
    const opened = client.subscribe(threadId, { onSnapshot: () => {}, onEvent: () => {}, onLive: (next) => void (live = next) });
    subscription = opened;
    return opened.ready;
  };
  void open();
  return {
    shown: (): Shown => live && { text: live.text, reasoning: live.reasoning },
    reopen: (): void => {
      subscription.stop();
      live = undefined;
      void open();
    },
  };
}

const settle = async (holds: () => boolean): Promise<void> => {
  for (let turns = 0; turns < 2000 && !holds(); turns += 1) await new Promise((resolve) => setImmediate(resolve));
};
const startsWith = (whole: Shown, part: Shown): boolean =>
  whole === undefined || part === undefined || (whole.text.startsWith(part.text) && whole.reasoning.startsWith(part.reasoning));

async function play(app: Started, say: (event: ModelEvent) => Promise<void>, ops: [number, number][], seed: number): Promise<void> {
  const random = createRandom(seed);
  const threadId = await app.thread();
  const first = await join(app.runtime, threadId);
  let loses = true;
  const slow = await join(app.runtime, threadId, () => loses && random(2) < 1);
  const others: Awaited<ReturnType<typeof join>>[] = [];
  let truth: Shown;
  let working = false;
  const running = (): boolean => app.ports.log.lastEndedTurn(threadId)?.id !== turnId;
  let turnId = '';
  const equal = async (): Promise<void> => {
    const all = [first, ...others];
    const wanted = JSON.stringify(truth);
    await settle(() => all.every((each) => JSON.stringify(each.shown()) === wanted));
    for (const each of all) expect(each.shown()).toEqual(truth);
    await settle(() => truth !== undefined || slow.shown() === undefined);
    expect(truth === undefined ? slow.shown() : startsWith(truth, slow.shown())).toBe(truth === undefined ? undefined : true);
  };
  const piece = async (part: Part, text: string): Promise<void> => {
    await say({ type: part, text });
    truth = { text: '', reasoning: '', ...truth, [part]: (truth?.[part] ?? '') + text };
  };

  for (const [op, size] of ops) {
    if (!working) {
      ({ turnId } = await app.send(threadId, 'go on'));
      working = true;
    }
    if (op < 8) {
      await piece(op < 3 ? 'reasoning' : 'text', `${'wörds 😀 '.slice(0, 1 + (size % 9))}${size}`);
    } else if (op < 10) {
      others.push(await join(app.runtime, threadId));
    } else if (op === 10) {
      others[size % (others.length || 1)]?.reopen();
    } else if (op === 11) {
      await say({ type: 'end', stop: 'error', items: [], error: { code: 'unavailable', message: 'busy' } });
      truth = undefined;
    } else if (op === 12) {
      const args = JSON.stringify({ plan: [{ step: `step ${size}`, status: 'pending' }] });
      await say({ type: 'end', stop: 'tools', items: [{ type: 'call', callId: `c${size}`, tool: 'update_plan', args }] });
      truth = undefined;
    } else if (op === 13) {
      if (size % 2 === 0) await say({ type: 'end', stop: 'stop', items: [{ type: 'text', text: 'Done.' }] });
      else await app.request('turn.interrupt', { threadId });
      truth = undefined;
      await settle(() => !running());
      working = false;
    }
    // Now and then everybody is looked at; otherwise the next thing happens while this one is still on its way.
    if (size % 3 === 0) await equal();
  }
  await equal();
  loses = false;
  if (!working) await app.send(threadId, 'once more');
  for (const part of ['reasoning', 'text'] as const) await piece(part, 'the end');
  others.push(slow);
  await equal();
}

it('shows every window all of the answer that streams, whenever it joins, and nothing of a failed attempt [PRJ-5]', async () => {
  const op = fc.tuple(fc.integer({ min: 0, max: 13 }), fc.nat(1000));
  const runs = Number(process.env['SOAK_RUNS'] ?? 12);
  await fc.assert(
    fc.asyncProperty(fc.array(op, { minLength: 20, maxLength: 90, size: 'max' }), fc.nat(), async (ops, seed) => {
      const model = scripted();
      const app = await start({
        clock: hurriedClock(),
        adapt: (ports) => ({ ...ports, models: { ...ports.models, open: async () => model.stream } }),
      });
      await play(app, model.say, ops, seed);
      await app.runtime.close();
      expect(app.notes).toEqual([]);
    }),
    { numRuns: runs, seed: Number(process.env['SOAK_SEED'] ?? 20_261), endOnFailure: true },
  );
});

it('tells who joins while pushes wait to be published neither twice nor of what is void', () => {
  const { engine, thread, send } = engineOnDisk();
  engine.execute('project.add', { path: '/folder' });
  const threadId = thread(engine.app().projects[0]?.id ?? '');
  const { turnId } = send(threadId, 'go');
  const record = (facts: Parameters<typeof engine.execute<'turn.record'>>[1]['facts']): void =>
    void engine.execute('turn.record', { threadId, turnId, facts });
  record([{ type: 'request.started', data: { requestId: 'r1', turnId, provider: 'p', model: 'm' } }]);
  const say = (requestId: string, text: string, at: number): void =>
    engine.publishDelta({ type: 'text.streamed', data: { threadId, requestId, part: 'text', text, at } });

  const joined: { shows(): string | undefined; heard: Push[] }[] = [];
  const joinNow = (): void => {
    let live = engine.live(threadId);
    const heard: Push[] = [];
    engine.listen((push) => {
      heard.push(push);
      if (push.kind === 'delta') live = addPiece(live, push.delta.data) ?? { requestId: 'hole', text: 'a hole', reasoning: '' };
      else if (endsLive(push.event)) live = undefined;
    });
    joined.push({ shows: () => live?.text, heard });
  };
  const steps = [
    () => say('r1', ' more', 4),
    () => {
      const reason = { code: 'unavailable' as const, message: 'busy' };
      record([{ type: 'request.retried', data: { requestId: 'r2', turnId, attempt: 2, reason, retryAt: 0 } }]);
    },
    () => say('r2', 'anew', 0),
    () => say('r2', ' and on', 4),
  ];
  // Each push makes this one do the next step: the others hear of it later.
  engine.listen(() => {
    joinNow();
    steps.shift()?.();
    joinNow();
  });
  say('r1', 'once', 0);
  expect(joined.map(({ shows }) => shows())).toEqual(joined.map(() => 'anew and on'));
  expect(joined.length).toBe(10);
  // It joined before the last step was made, and heard of that only.
  expect(joined[6]?.heard.map((push) => push.kind)).toEqual(['delta']);
});
