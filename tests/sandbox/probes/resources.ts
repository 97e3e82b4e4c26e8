// Using up what others need, and getting away with it.
import { setTimeout } from 'node:timers/promises';
import type { Probe } from '../probe.ts';
import type { World } from '../world.ts';
import { processesWith } from './processes.ts';

const bombed = async ({ tag }: World): Promise<boolean> => {
  for (let count = 0; count < 80 && processesWith(tag).length > 0; count++) await setTimeout(25);
  const left = processesWith(tag);
  for (const pid of left)
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It is gone.
    }
  return left.length > 0;
};

export const resources: readonly Probe[] = [
  {
    id: 'resource-bomb',
    area: 'resources',
    what: 'Be more processes than can be stopped, in sessions of their own (200, deaf to polite signals)',
    attack: { steps: async (world, range) => range.run(`${world.attack('bomb', 100, world.tag)} & sleep 1.5`) },
    worked: bombed,
  },
  {
    id: 'resource-bomb-stopped',
    area: 'resources',
    what: '... and go on when the command is stopped',
    attack: { steps: async (world, range) => range.run(world.attack('bomb', 50, world.tag), { limit: 1500 }) },
    worked: bombed,
    noControl: () => 'stopping a command ends its processes without a sandbox too',
  },
  {
    id: 'resource-output',
    area: 'resources',
    what: 'Fill the disk with output',
    attack: { steps: async (_, range) => range.run('yes attacked', { limit: 15_000 }) },
    worked: (_, { flooded }) => flooded === undefined,
    noControl: () => 'the length of output is limited without a sandbox too',
  },
];
