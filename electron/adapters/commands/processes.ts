import { AppError } from '../../../shared/errors.ts';

/** The first process of a command. `birth` tells it from a later process with the same number; its form is the platform's affair. */
export interface Leader {
  pid: number;
  birth: string;
}

/** Which processes are looked for: those of one command, or everything that earlier owners left. */
export interface Target {
  homeId: string;
  /** Is this command one of those looked for? */
  wants(id: string): boolean;
  leaders: readonly Leader[];
  /** The sandbox's own process: it ends with the last that it holds, and would take them with it if it were asked first. */
  guard?: number;
  /** The folder of the outputs, without links. */
  folder: string;
  /** Found before, with their birth: they and their children still count when nothing else shows what they are. */
  known: Map<number, string>;
  /** Where one command is looked for: nothing of it is older than its shell, and soon after its end little can be younger. */
  command?: { exited: boolean; startedAt: number };
}

/** What an operating system can tell about processes. */
export interface Processes {
  /** Called once, right after the start. */
  birth(pid: number): string;
  /** The living processes of the target, which are noted in `known`. Zombies are dead. Never this process or its ancestors. */
  find(target: Target): number[] | Promise<number[]>;
}

export interface EndOptions {
  /** How long they may take to end by themselves, in milliseconds. */
  grace: number;
  /** When to give up on what cannot be ended (it hangs in the kernel). */
  patience: number;
}

const pause = async (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** Ends every process of the target, and those that these start meanwhile. Answers how many there were. */
export async function endProcesses(processes: Processes, target: Target, { grace, patience }: EndOptions): Promise<number> {
  let asking: number | undefined;
  const met = new Set<number>();
  const asked = new Set<number>();
  // Processes of another user, which sudo started: not ours to end.
  const foreign = new Set<number>();
  const signal = (pid: number, name: NodeJS.Signals): void => {
    try {
      process.kill(pid, name);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EPERM') foreign.add(pid);
    }
  };
  for (let wait = 1; ; wait = Math.min(wait * 2, 20)) {
    const found = processes.find(target);
    const left = (Array.isArray(found) ? found : await found).filter((pid) => !foreign.has(pid));
    if (left.length === 0) return met.size;
    // The first look may take its time; the grace begins when they are asked.
    const spent = performance.now() - (asking ??= performance.now());
    if (spent > grace + patience)
      throw new AppError('unavailable', `Some processes cannot be ended: ${left.join(', ')}`, {
        hint: 'End them by hand.',
        data: { pids: left },
      });
    for (const pid of left) {
      met.add(pid);
      if (spent >= grace) signal(pid, 'SIGKILL');
      else if (!asked.has(pid) && pid !== target.guard) {
        asked.add(pid);
        signal(pid, 'SIGTERM');
      }
    }
    await pause(spent < grace ? Math.min(wait, grace - spent) : wait);
  }
}
