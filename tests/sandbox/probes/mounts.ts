// Getting round what is mounted: by mounting more, less, or elsewhere.

import { lstatSync } from 'node:fs';
import path from 'node:path';
import { onlyRoot, type Probe } from '../probe.ts';
import type { World } from '../world.ts';
import { touched } from './files.ts';

const onMounts = (how: string, what: string): Probe => ({
  id: `mount-${how}`,
  area: 'mounts',
  what,
  attack: ({ attack, file, project }) => attack('mounts', how, file, project),
  worked: touched,
});
const leaked = ({ canary }: World, { output }: { output: string }): boolean => output.includes(canary);

export const mounts: readonly Probe[] = [
  onMounts('bind', 'Mount a folder from outside into the project'),
  onMounts('remount', 'Mount the file system again, to be written'),
  onMounts('new-calls', 'Clone a mount with open_tree and move_mount'),
  onMounts('attr', 'Take read-only away with mount_setattr'),
  onMounts('pivot', 'Turn the root round with pivot_root'),
  onMounts('chroot', 'Leave with chroot and an open descriptor'),
  {
    id: 'mount-umount',
    area: 'mounts',
    what: 'Unmount what hides ~/.ssh',
    setup: ({ put, home, canary }) => put(`${home}/.ssh/id_ed25519`, canary),
    attack: ({ attack, home, project }) => attack('mounts', 'umount', `${home}/.ssh/id_ed25519`, project),
    worked: leaked,
  },
  {
    id: 'mount-unshare',
    area: 'mounts',
    what: 'Mount in namespaces of its own, with `unshare`',
    attack: ({ file, outside }) =>
      `unshare -Urm sh -c 'mount -o remount,rw,bind ${outside}; mount -o remount,rw,bind /; echo attacked >> ${file}'; unshare -m sh -c 'mount -o remount,rw,bind /; echo attacked >> ${file}'`,
    worked: touched,
  },
  {
    id: 'mount-nested',
    area: 'mounts',
    what: 'Be root in a user namespace inside',
    attack: ({ attack, file }) => attack('nested', file),
    worked: touched,
  },
  {
    id: 'mount-setns',
    area: 'mounts',
    what: 'Join the mounts of a process outside',
    attack: {
      steps: async (world, range) => {
        const { pid } = await world.victim();
        return range.run(
          `${world.attack('enter', pid, world.file)}; ${world.attack('enter', 1, world.file)}; nsenter -t ${pid} -m touch ${world.outside}/new`,
        );
      },
    },
    worked: touched,
  },
  {
    id: 'mount-handle',
    area: 'mounts',
    what: 'Open a file outside by its handle, past all mounts',
    attack: ({ attack, file }) => attack('by-handle', file),
    worked: touched,
    noControl: onlyRoot,
  },
  {
    id: 'mount-device',
    area: 'mounts',
    what: 'Make a device of the disk',
    attack: () => 'mknod disk b 259 0; mknod memory c 1 1; mknod disk2 b 8 0',
    worked: ({ project }) =>
      ['disk', 'memory', 'disk2'].some((name) => {
        const made = lstatSync(path.join(project, name), { throwIfNoEntry: false });
        return made?.isBlockDevice() === true || made?.isCharacterDevice() === true;
      }),
    noControl: onlyRoot,
  },
];
