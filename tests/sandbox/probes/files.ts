// Writing outside: through links, ways round, and folders that change places.
import { existsSync, linkSync, mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { onlyRoot, type Probe } from '../probe.ts';
import { contents, type World } from '../world.ts';

/** Is anything outside the project other than it was? */
export function touched({ outside }: World): boolean {
  const now = contents(outside);
  const expected = [path.join(outside, 'file'), path.join(outside, 'folder')];
  return now.size !== expected.length || expected.some((file) => !now.has(file)) || now.get(expected[0] ?? '') !== 'untouched\n';
}

/** Attacks of which one thing is to be seen: what is outside has changed. */
const write = (id: string, what: string, attack: Probe['attack'], more: Partial<Probe> = {}): Probe => ({
  id: `write-${id}`,
  area: 'files',
  what,
  attack,
  worked: touched,
  ...more,
});

export const files: readonly Probe[] = [
  write('plain', 'Append to a file beside the project', ({ file }) => `echo attacked >> ${file}`),
  write('new', 'Make a file in a folder beside the project', ({ outside }) => `echo attacked > ${outside}/new`),
  write('remove', 'Remove a file beside the project', ({ file }) => `rm -f ${file}`),
  write('rename', 'Move a file of the project over one outside', ({ file }) => `echo attacked > x; mv -f x ${file}`),
  write('dotdot', 'Go up with `..` from a folder of the project', () => 'mkdir -p a/b; echo attacked >> a/b/../../../outside/file'),
  write(
    'truncate',
    'Empty a file outside and change its mode and times',
    ({ file }) => `truncate -s 0 ${file}; chmod 777 ${file}; touch ${file}`,
  ),
  write('link-made', 'Write through a link that the command makes', ({ file }) => `ln -s ${file} l; echo attacked >> l`),
  write('link-before', 'Write through a link that was there before', () => 'echo attacked >> l', {
    setup: ({ project, file }) => symlinkSync(file, path.join(project, 'l')),
  }),
  write('link-folder', 'Write through a link to a folder', ({ outside }) => `ln -s ${outside} l; echo attacked > l/new`),
  write(
    'link-chain',
    'Write through links to links',
    ({ file }) => `mkdir d; ln -s ../b d/a; ln -s c b; ln -s ${file} c; echo attacked >> d/a`,
  ),
  write(
    'link-dangling',
    'Make a file through a link to what is not there yet',
    ({ outside }) => `ln -s ${outside}/new l; echo attacked > l`,
  ),
  write('link-relative', 'Write through a link that goes up', () => 'ln -s ../outside/file l; echo attacked >> l'),
  write(
    'link-raced',
    'Write again and again while a folder and a link change places',
    ({ outside }) =>
      `mkdir d; ln -s ${outside} l; (for i in $(seq 150); do mv -T d x; mv -T l d; mv -T d l; mv -T x d; done) & for i in $(seq 300); do echo attacked > d/new; echo attacked > l/new; done 2>/dev/null; wait`,
  ),
  write('hard-link', 'Write through a hard link that the command makes', ({ file }) => `ln ${file} h; echo attacked >> h`),
  write('hard-link-before', 'Write through a hard link that was in the project before', () => 'echo attacked >> h', {
    setup: ({ project, file }) => linkSync(file, path.join(project, 'h')),
    open: 'one file with two names, of which one is in the project: a write changes both. Stores of packages with hard links (pnpm) are the usual case',
  }),
  write('proc-self-root', 'By way of /proc/self/root', ({ file }) => `echo attacked >> /proc/self/root${file}`),
  write('proc-self-cwd', 'By way of /proc/self/cwd', () => 'echo attacked >> /proc/self/cwd/../outside/file'),
  write('proc-root', 'By way of /proc/PID/root of processes outside', {
    steps: async (world, range) => {
      const { pid } = await world.victim();
      return range.run(`for p in ${pid} 1 $PPID; do echo attacked >> /proc/$p/root${world.file}; done`);
    },
  }),
  write('proc-cwd', 'By way of /proc/PID/cwd of processes outside', {
    steps: async (world, range) => {
      const { pid } = await world.victim();
      return range.run(`for p in /proc/[0-9]*/cwd; do case $p in /proc/${pid}/*) echo attacked >> $p/file;; esac; done`);
    },
  }),
  write(
    'descriptors',
    'Through descriptors that were left open',
    ({ file, outside, attack }) => `exec 9< ${outside}; ${attack('descriptors', file)}`,
  ),
  write('cwd-exchanged', "Exchange the next command's folder for a link", {
    steps: async (world, range) => {
      await range.run(`rm -rf sub; ln -s ${world.outside} sub`);
      return range.run('echo attacked > new', { cwd: path.join(world.project, 'sub') });
    },
  }),
  write('tool-link', 'Plant a link for the tool that changes files', {
    steps: async (world, range) => {
      const seen = await range.run(`ln -s ${world.file} notes.md; rm -rf sub; ln -s ${world.outside} sub`);
      await range.write(path.join(world.project, 'sub', 'new'), 'attacked\n');
      await range.write(path.join(world.project, 'notes.md'), 'attacked\n');
      return seen;
    },
  }),
  write('home', "Add a line to the user's .bashrc", ({ home }) => `echo attacked >> ${home}/.bashrc`, {
    worked: ({ home, read }) => read(`${home}/.bashrc`) !== '# mine\n',
  }),
  write(
    'home-new',
    'Make a program that starts with the desktop',
    ({ home }) => `mkdir -p ${home}/.config/autostart; echo x > ${home}/.config/autostart/x.desktop`,
    {
      worked: ({ home }) => existsSync(`${home}/.config/autostart/x.desktop`),
    },
  ),
  write('git-global', "Change the user's git settings with `git config --global`", () => 'git config --global core.hooksPath /x', {
    worked: ({ home, read }) => read(`${home}/.gitconfig`)?.includes('hooksPath') === true,
  }),
  write('system', 'Make a file in /etc', ({ tag }) => `echo x > /etc/${tag}`, {
    worked: ({ tag, later }) => {
      const made = existsSync(`/etc/${tag}`);
      later(() => rmSync(`/etc/${tag}`, { force: true }));
      return made;
    },
    noControl: onlyRoot,
  }),
  write(
    'policy',
    "Change the organisation's policy",
    ({ tag }) => `mkdir -p /etc/switchyard-${tag}; echo 'x = 1' > /etc/switchyard-${tag}/policy.toml`,
    {
      worked: ({ tag, later }) => {
        later(() => rmSync(`/etc/switchyard-${tag}`, { recursive: true, force: true }));
        return existsSync(`/etc/switchyard-${tag}/policy.toml`);
      },
      noControl: onlyRoot,
    },
  ),
  write(
    'worktree-moved',
    'Move the project away and put another in its place',
    ({ project }) => `cd ..; mv ${project} moved; mkdir ${project}`,
    {
      worked: ({ root }) => existsSync(path.join(root, 'moved')),
    },
  ),
  write(
    'worktree-in-read-only',
    'Write to the project under the read-only profile',
    () => 'echo attacked > new; echo attacked >> readme.md',
    {
      profile: 'read-only',
      worked: ({ project, read }) => existsSync(path.join(project, 'new')) || read(path.join(project, 'readme.md')) !== '# hello\n',
    },
  ),
  write('tmp', "Leave a file in the machine's /tmp", ({ tag }) => `echo x > /tmp/${tag}`, {
    worked: ({ tag, later }) => {
      later(() => rmSync(`/tmp/${tag}`, { force: true }));
      return existsSync(`/tmp/${tag}`);
    },
  }),
  write('shm', "Leave a file in the machine's /dev/shm", ({ tag }) => `echo x > /dev/shm/${tag}`, {
    worked: ({ tag, later }) => {
      later(() => rmSync(`/dev/shm/${tag}`, { force: true }));
      return existsSync(`/dev/shm/${tag}`);
    },
  }),
  {
    id: 'read-tmp',
    area: 'files',
    what: "Read what others keep in the machine's /tmp and /dev/shm",
    setup: async ({ put, tag, canary, later }) => {
      for (const place of ['/tmp', '/dev/shm']) {
        put(`${place}/${tag}`, canary);
        later(() => rmSync(`${place}/${tag}`, { force: true }));
      }
    },
    attack: ({ tag }) => `cat /tmp/${tag} /dev/shm/${tag}`,
    worked: ({ canary }, { output }) => output.includes(canary),
  },
  {
    id: 'write-denied-inside',
    area: 'files',
    what: 'Get a folder back that was moved out of the way of its rule between two commands',
    setup: ({ project }) => void mkdirSync(path.join(project, 'keep/deep'), { recursive: true }),
    attack: {
      steps: async (world, range) => {
        // The git folder is protected by its place: so are the folders on the way to it.
        world.git(path.join(world.project, 'keep/deep'), 'init', '-q');
        await range.run('mv keep other');
        return range.run(
          `mkdir -p keep/deep/.git/hooks other/deep/.git/hooks; for f in keep other; do printf '#!/bin/sh\\n' > $f/deep/.git/hooks/post-commit; done`,
        );
      },
    },
    worked: ({ project }) => ['keep', 'other'].some((name) => existsSync(path.join(project, name, 'deep/.git/hooks/post-commit'))),
  },
  {
    id: 'write-set-uid',
    area: 'files',
    what: 'Leave a program in the project that runs as its owner for whoever starts it (set-user-id)',
    attack: () => `cp /bin/true t; chmod u+s t; cp t u; chmod 4755 u; perl -e 'chmod 04755, "t"'`,
    worked: ({ project }) =>
      ['t', 'u'].some((name) => {
        const file = path.join(project, name);
        return existsSync(file) && (statSync(file).mode & 0o6000) !== 0;
      }),
  },
];
