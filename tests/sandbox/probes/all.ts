import type { Probe } from '../probe.ts';
import { autorun } from './autorun.ts';
import { credentials } from './credentials.ts';
import { files } from './files.ts';
import { git } from './git.ts';
import { kernel } from './kernel.ts';
import { mounts } from './mounts.ts';
import { network } from './network.ts';
import { processes } from './processes.ts';
import { resources } from './resources.ts';
import { sockets } from './sockets.ts';

export const probes: readonly Probe[] = [
  ...files,
  ...mounts,
  ...processes,
  ...credentials,
  ...network,
  ...sockets,
  ...git,
  ...autorun,
  ...kernel,
  ...resources,
];
