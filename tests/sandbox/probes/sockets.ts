// Unix sockets: whoever may connect to one has what its server has.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type Probe, root } from '../probe.ts';
import { type Listener, python, type World } from '../world.ts';

function connect(
  id: string,
  what: string,
  where: (world: World) => string,
  more: Partial<Probe> & { unless?: (world: World) => string | undefined } = {},
): Probe {
  const known = new WeakMap<World, Listener>();
  const { unless, ...rest } = more;
  return {
    id: `socket-${id}`,
    area: 'sockets',
    what,
    setup: async (world) => {
      if (unless?.(world) !== undefined) return;
      const folder = path.dirname(where(world));
      mkdirSync(folder, { recursive: true });
      // Some lie outside of the world, which takes what is in it along.
      if (folder.includes(world.tag)) world.later(() => rmSync(folder, { recursive: true, force: true }));
      known.set(world, await world.unix(where(world)));
    },
    attack: (world) => world.attack('tell', 'unix', where(world), 0, world.canary),
    worked: (world) => (known.get(world)?.received.length ?? 0) > 0,
    ...(unless ? { noControl: unless } : {}),
    ...rest,
  };
}
const needsRoot = (): string | undefined => (root ? undefined : 'only root makes sockets there');

/** A server in another program, which says on its standard output when it is connected to. */
async function server(world: World, script: string, cwd: string): Promise<{ connected: () => boolean }> {
  const child = spawn(
    python,
    [
      '-c',
      `import socket, sys, time\ns = socket.socket(socket.AF_UNIX)\n${script}\ns.listen()\nprint('ready', flush=True)\nwhile True:\n  c = s.accept()[0]\n  print('connected', flush=True)\n  c.close()`,
    ],
    { cwd, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => void (said += bytes.toString()));
  world.later(() => void child.kill('SIGKILL'));
  while (!said.includes('ready') && child.exitCode === null) await setTimeout(10);
  return { connected: () => said.includes('connected') };
}
function serverProbe(
  id: string,
  what: string,
  script: (world: World) => string,
  cwd: (world: World) => string,
  attack: (world: World) => string,
  more: Partial<Probe> = {},
): Probe {
  const known = new WeakMap<World, { connected: () => boolean }>();
  return {
    id: `socket-${id}`,
    area: 'sockets',
    what,
    setup: async (world) => void known.set(world, await server(world, script(world), cwd(world))),
    attack,
    worked: async (world) => {
      await setTimeout(30);
      return known.get(world)?.connected() === true;
    },
    ...more,
  };
}

export const sockets: readonly Probe[] = [
  connect('home', 'Connect to a socket in the home (an agent of ssh or gpg)', ({ home }) => `${home}/.agent/s.agent`),
  connect('outside', 'Connect to a socket beside the project', ({ outside }) => `${outside}/s`),
  connect('project', 'Connect to a socket that a program of the user has made in the project', ({ project }) => `${project}/s`),
  connect('tmp', "Connect to a socket in the machine's /tmp (X11, tmux, editors)", ({ tag }) => `/tmp/${tag}/s`),
  connect('run', 'Connect to a socket in /run (docker, D-Bus, systemd)', ({ tag }) => `/run/${tag}/docker.sock`, { unless: needsRoot }),
  connect('var', 'Connect to a socket in /var/lib (databases)', ({ tag }) => `/var/lib/${tag}/s`, { unless: needsRoot }),
  connect('link', 'Connect to a socket through a link', ({ outside }) => `${outside}/s`, {
    attack: (world) =>
      `ln -s ${world.outside} l; ${world.attack('tell', 'unix', 'l/s', 0, world.canary)}; ln ${world.outside}/s h; ${world.attack('tell', 'unix', 'h', 0, world.canary)}`,
  }),
  connect('proc', 'Connect to a socket by way of /proc/self/root', ({ outside }) => `${outside}/s`, {
    attack: (world) => world.attack('tell', 'unix', `/proc/self/root${world.outside}/s`, 0, world.canary),
  }),
  serverProbe(
    'relative',
    'Connect to a socket that was made with a relative path',
    () => "s.bind('s')",
    ({ outside }) => outside,
    (world) => world.attack('tell', 'unix', `${world.outside}/s`, 0, world.canary),
  ),
  serverProbe(
    'abstract',
    'Connect to an abstract socket',
    ({ tag }) => `s.bind('\\0${tag}')`,
    ({ outside }) => outside,
    (world) => world.attack('tell', 'abstract', world.tag, 0, world.canary),
  ),
  serverProbe(
    'moved',
    'Connect to a socket that has been moved since it was made',
    () => "import os\ns.bind(os.path.abspath('s'))\nos.rename('s', 't')",
    ({ outside }) => outside,
    (world) => world.attack('tell', 'unix', `${world.outside}/t`, 0, world.canary),
    {
      open: 'the kernel tells the name that a socket was made with, and no other',
    },
  ),
  {
    id: 'socket-late',
    area: 'sockets',
    what: 'Connect to a socket in a folder that may be read, made after the command began',
    attack: {
      steps: async (world, range) => {
        let listener: Listener | undefined;
        const seen = await range.run(
          `touch ready; for i in $(seq 500); do [ -S ${world.outside}/late ] && ${world.attack('tell', 'unix', `${world.outside}/late`, 0, world.canary)} && break; sleep 0.02; done`,
          {
            during: async () => {
              for (let count = 0; count < 300 && !existsSync(path.join(world.project, 'ready')); count++) await setTimeout(10);
              listener = await world.unix(`${world.outside}/late`);
            },
          },
        );
        return { ...seen, code: (listener?.received.length ?? 0) > 0 ? 77 : 0 };
      },
    },
    worked: (_, { code }) => code === 77,
    open: 'sockets are covered when a command begins; one that a program of the user makes later in a folder that may be read can be connected to, until the next command',
  },
];
