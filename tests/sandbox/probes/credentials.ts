// Reading what lets others in.
import { existsSync, linkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { credentialStores } from '../../../shared/domain/built-in-profiles.ts';
import { onlyRoot, type Probe } from '../probe.ts';
import type { World } from '../world.ts';

const leaked = ({ canary, project, read }: World, { output }: { output: string }): boolean =>
  output.includes(canary) || read(path.join(project, 'loot'))?.includes(canary) === true;

/** Files of every store of the list that lies in a home: a folder gets a file. */
const storeFiles = ({ home }: World): string[] =>
  credentialStores.flatMap((store) => {
    if (!store.startsWith(':home/')) return [];
    const file = path.join(home, store.slice(':home/'.length).replaceAll('*', ''));
    // History files, and what has an ending or is known to be one: a file. The rest are folders.
    return [
      /\.(xml|json|toml|yml|properties|Config)$|rc$|_netrc|\.netrc|history|credentials|-token|auth|pgpass|my\.cnf|config$/.test(file)
        ? file
        : path.join(file, 'deep', 'secret'),
    ];
  });
const planted = (world: World): void => {
  for (const [index, file] of storeFiles(world).entries())
    world.put(file.replace(/\/\.history$/, '/.bash_history'), `${world.canary}-${index}\n`);
};

const read = (id: string, what: string, attack: Probe['attack'], more: Partial<Probe> = {}): Probe => ({
  id: `read-${id}`,
  area: 'credentials',
  what,
  setup: ({ put, home, canary }) => put(path.join(home, '.ssh/id_ed25519'), `${canary}\n`, 0o600),
  attack,
  worked: leaked,
  ...more,
});

export const credentials: readonly Probe[] = [
  read(
    'stores',
    `Read each of the ${credentialStores.filter((store) => store.startsWith(':home/')).length} credential stores of a home`,
    (world) =>
      `cat ${storeFiles(world)
        .map((file) => `'${file.replace(/\/\.history$/, '/.bash_history')}'`)
        .join(' ')}`,
    { setup: planted },
  ),
  read(
    'everything',
    'Search the whole home for it',
    ({ home, canary }) => `grep -rs ${canary.slice(0, 7)} ${home} > loot; tar cf - ${home} 2>/dev/null | grep -a ${canary.slice(0, 7)}`,
    { setup: planted },
  ),
  read('link', 'Through a link', ({ home }) => `ln -s ${home}/.ssh l; cat l/id_ed25519; ln -s ${home}/.ssh/id_ed25519 m; cat m`),
  read('link-before', 'Through a link that was in the project before', () => 'cat l/id_ed25519', {
    setup: ({ put, home, project, canary }) => {
      put(path.join(home, '.ssh/id_ed25519'), canary);
      symlinkSync(path.join(home, '.ssh'), path.join(project, 'l'));
    },
  }),
  read('glob', 'With a glob', ({ home }) => `cat ${home}/.s*/* ${home}/.?sh/id_*`),
  read('hard-link', 'Through a hard link that the command makes', ({ home }) => `ln ${home}/.ssh/id_ed25519 h; cat h`),
  read('hard-link-before', 'Through a hard link in the project', () => 'cat h', {
    setup: ({ put, home, project, canary }) => {
      put(path.join(home, '.ssh/id_ed25519'), canary);
      linkSync(path.join(home, '.ssh/id_ed25519'), path.join(project, 'h'));
    },
    open: 'one file with two names, of which one is in the project: whoever made the second name gave it away',
  }),
  read(
    'proc',
    'By way of /proc/self/root and /proc/1/root',
    ({ home }) => `cat /proc/self/root${home}/.ssh/id_ed25519 /proc/1/root${home}/.ssh/id_ed25519 /proc/self/cwd/../home/.ssh/id_ed25519`,
  ),
  read(
    'moved',
    'Move the store to where it may be read',
    ({ home }) => `mv ${home}/.ssh ./s; cat s/id_ed25519; mv ${home} ../h; cat ../h/.ssh/id_ed25519`,
  ),
  read(
    'store-is-link',
    'A store that is itself a link, by both names',
    ({ home }) => `cat ${home}/.ssh/id_ed25519 ${home}/dotfiles/ssh/id_ed25519`,
    {
      setup: ({ put, home, canary }) => {
        put(path.join(home, 'dotfiles/ssh/id_ed25519'), canary);
        symlinkSync('dotfiles/ssh', path.join(home, '.ssh'));
      },
    },
  ),
  read(
    'git-helper',
    "Ask git's credential helper",
    () => "printf 'protocol=https\\nhost=example.org\\n\\n' | git -c credential.helper=store credential fill",
    {
      setup: ({ put, home, canary }) => put(path.join(home, '.git-credentials'), `https://ada:${canary}@example.org\n`),
    },
  ),
  read('history', 'Read what was typed', ({ home }) => `cat ${home}/.*history`, {
    setup: ({ put, home, canary }) => put(path.join(home, '.bash_history'), `export TOKEN=${canary}\n`),
  }),
  read('data', "Read the program's own data", ({ data }) => `cat ${data}/*; grep -r secret ${data}`, {
    setup: ({ put, data, tag, canary, later }) => {
      put(path.join(data, tag), canary);
      later(() => rmSync(path.join(data, tag), { force: true }));
    },
  }),
  read('environment', "Read secrets of the program's environment", () => 'env; cat /proc/self/environ /proc/1/environ', {
    worked: (_, { output }) => output.includes('secret-of-the-environment'),
  }),
  read('shadow', "Read the system's passwords", () => 'cat /etc/shadow /etc/shadow- /etc/gshadow', {
    worked: (_, { output }) => /^root:[^:]*:\d*:\d*:\d*:\d*:/m.test(output),
    noControl: onlyRoot,
  }),
  read('later', 'Read a store that is made after the command began', () => '', {
    setup: () => undefined,
    attack: {
      steps: async ({ home, canary, put, project }, range) =>
        range.run(`touch ready; for i in $(seq 500); do cat ${home}/.netrc 2>/dev/null && break; sleep 0.02; done`, {
          during: async () => {
            for (let count = 0; count < 500 && !existsSync(path.join(project, 'ready')); count++) await setTimeout(10);
            put(path.join(home, '.netrc'), canary);
          },
        }),
    },
    open: 'what does not exist when a command begins cannot be covered; the next command cannot read it',
  }),
  read('replaced', 'Read a store that another program replaces while the command runs', () => '', {
    setup: ({ put, home }) => put(path.join(home, '.netrc'), 'old\n'),
    attack: {
      steps: async ({ home, canary, put, project }, range) =>
        range.run(`touch ready; for i in $(seq 500); do grep secret ${home}/.netrc && break; sleep 0.02; done`, {
          during: async () => {
            for (let count = 0; count < 500 && !existsSync(path.join(project, 'ready')); count++) await setTimeout(10);
            put(path.join(home, '.netrc.new'), canary);
            renameSync(path.join(home, '.netrc.new'), path.join(home, '.netrc'));
          },
        }),
    },
    open: 'the kernel takes away what covers a single file when another file is renamed over it; folders such as ~/.ssh stay covered, and so does the next command',
  }),
];
