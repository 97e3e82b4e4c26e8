// Runs probes and says what came of them.
import { setTimeout } from 'node:timers/promises';
import type { Probe } from './probe.ts';
import type { Subject } from './subjects.ts';
import { createWorld } from './world.ts';

export interface Verdict {
  /** `none`: there can be no control here, for `reason`. `failed`: the probe itself did. */
  verdict: 'worked' | 'blocked' | 'none' | 'failed';
  reason?: string;
  output?: string;
}

/** How often the host looks while a command runs, in milliseconds. */
const lookEvery = 15;

export async function judge(probe: Probe, subject: Subject, folder: string, data: string, control: boolean): Promise<Verdict> {
  const world = createWorld(folder, data);
  let range: ReturnType<Subject['range']> | undefined;
  try {
    const reason = control ? probe.noControl?.(world) : undefined;
    if (reason !== undefined) return { verdict: 'none', reason };
    await probe.setup?.(world);
    // After the setup, which may have made what its rules name.
    const opened = (range = subject.range(world, probe));
    let during = false;
    const stop = new AbortController();
    const watching = (async () => {
      while (probe.during && !stop.signal.aborted && !during) {
        during = probe.during(world);
        if (during) world.put(world.go, '');
        else await setTimeout(lookEvery);
      }
    })();
    const { attack } = probe;
    const seen = await (typeof attack === 'function' ? opened.run(attack(world)) : attack.steps(world, opened));
    if (probe.during && !during) during = probe.during(world);
    stop.abort();
    await watching;
    const worked = await probe.worked(world, { ...seen, during });
    return { verdict: worked ? 'worked' : 'blocked', output: seen.output.slice(-600) };
  } catch (error) {
    return { verdict: 'failed', output: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  } finally {
    await world.close();
    await range?.close();
  }
}

/** Several at once: most of them wait for something. */
export async function judgeAll(probes: readonly Probe[], one: (probe: Probe) => Promise<void>, together = 4): Promise<void> {
  const left = [...probes];
  const worker = async (): Promise<void> => {
    for (let probe = left.shift(); probe; probe = left.shift()) await one(probe);
  };
  await Promise.all(Array.from({ length: together }, worker));
}
