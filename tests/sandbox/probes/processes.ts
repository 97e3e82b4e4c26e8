// Other processes, and processes that stay.
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { Probe, Range, Seen } from '../probe.ts';
import type { Victim, World } from '../world.ts';

/** Processes of the host whose command line holds a word. */
export function processesWith(word: string): number[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
      return line.includes(word) ? [Number(pid)] : [];
    } catch {
      return [];
    }
  });
}

/** A process with the world's word in its command line has something as descriptor 77. */
export const holds = ({ tag }: World): boolean =>
  processesWith(tag).some((pid) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/77`) !== '';
    } catch {
      return false;
    }
  });

/** What a command with a long sleep of this number leaves behind. */
const lasting = ({ number }: World): string => `sleep ${3000 + (number % 1000)}.${number}`;
const alive = async (world: World): Promise<boolean> => {
  const word = `\0${lasting(world).split(' ')[1]}\0`;
  const found = (): number[] => processesWith(word);
  // The kernel takes a moment to end what it was told to end.
  for (let count = 0; count < 20 && found().length > 0; count++) await setTimeout(25);
  const left = found();
  for (const pid of left)
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It is gone.
    }
  return left.length > 0;
};

const leftover = (id: string, what: string, attack: (world: World) => string): Probe => ({
  id: `left-${id}`,
  area: 'processes',
  what,
  attack,
  worked: alive,
});

const onVictim = (
  id: string,
  what: string,
  attack: (world: World, victim: Victim) => string,
  goal: 'changed' | 'gone' | 'leaked',
): Probe => {
  const known = new WeakMap<World, Victim>();
  return {
    id: `process-${id}`,
    area: 'processes',
    what,
    attack: {
      steps: async (world: World, range: Range): Promise<Seen> => {
        const victim = await world.victim();
        known.set(world, victim);
        return range.run(attack(world, victim));
      },
    },
    worked: async (world, { output }) => {
      if (goal === 'leaked') return output.includes(world.canary);
      const memory = await known.get(world)?.memory();
      return goal === 'gone' ? memory === undefined : memory !== world.canary;
    },
  };
};

export const processes: readonly Probe[] = [
  onVictim('kill', 'Kill a process outside', ({ attack }, { pid, address }) => attack('other-memory', 'kill', pid, address, ''), 'gone'),
  onVictim(
    'ptrace',
    'Change the memory of a process outside with ptrace',
    ({ attack }, { pid, address }) => attack('other-memory', 'ptrace', pid, address, 'owned'),
    'changed',
  ),
  onVictim(
    'vm-write',
    '... with process_vm_writev',
    ({ attack }, { pid, address }) => attack('other-memory', 'write', pid, address, 'owned'),
    'changed',
  ),
  onVictim(
    'proc-mem',
    '... by /proc/PID/mem',
    ({ attack }, { pid, address }) => attack('other-memory', 'proc', pid, address, 'owned'),
    'changed',
  ),
  onVictim(
    'vm-read',
    'Read the memory of a process outside',
    ({ attack }, { pid, address }) => attack('other-memory', 'read', pid, address, ''),
    'leaked',
  ),
  onVictim('environment', 'Read the environment of processes outside', () => 'cat /proc/[0-9]*/environ', 'leaked'),
  onVictim('arguments', 'Read the command lines of processes outside', () => 'cat /proc/[0-9]*/cmdline', 'leaked'),
  {
    id: 'process-descriptor',
    area: 'processes',
    what: 'Take over a descriptor of a process outside',
    attack: {
      steps: async (world, range) => {
        const { pid } = await world.victim();
        return range.run(`VICTIM=${pid} ${world.attack('hold', 'pidfd', world.tag, world.go)}`);
      },
    },
    during: holds,
    worked: (_, { during }) => during,
  },
  leftover('background', 'Leave a process running with `&`', (world) => `${lasting(world)} &`),
  leftover('nohup', '... with nohup', (world) => `nohup ${lasting(world)} > /dev/null 2>&1 &`),
  leftover('setsid', '... in a session of its own', (world) => `setsid ${lasting(world)} > /dev/null 2>&1 < /dev/null & sleep 0.1`),
  leftover(
    'double-fork',
    '... forked twice, without its environment',
    (world) => `(setsid env -i sh -c '(${lasting(world)} > /dev/null 2>&1 &)' &); sleep 0.1`,
  ),
  leftover(
    'deaf',
    '... deaf to all signals that can be ignored',
    (world) => `(trap '' TERM HUP INT QUIT; setsid ${lasting(world)} > /dev/null 2>&1 &) ; sleep 0.1`,
  ),
  {
    id: 'left-orphan',
    area: 'processes',
    what: '... after its parents have been killed',
    attack: (world) => `sh -c '(setsid ${lasting(world)} > /dev/null 2>&1 &) ; sleep 0.1; kill -9 $$'; true`,
    worked: alive,
  },
  {
    id: 'left-service',
    area: 'processes',
    what: 'Have the system start something: at, cron, systemd-run',
    attack: ({ tag, project }) =>
      `echo 'touch ${project}/${tag}' | at now; (echo '* * * * * touch ${project}/${tag}') | crontab -; systemd-run --user touch ${project}/${tag}; systemd-run touch ${project}/${tag}; mkdir -p /etc/cron.d && echo '* * * * * root touch x' > /etc/cron.d/${tag}`,
    worked: ({ tag, project }) => existsSync(`/etc/cron.d/${tag}`) || existsSync(`${project}/${tag}`),
    noControl: () => 'it would change what the machine runs',
  },
];
