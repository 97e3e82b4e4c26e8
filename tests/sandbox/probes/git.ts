// Having git run something: later, outside, when the user or the program works in the repository. Whether it ran is seen by a file outside.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Probe } from '../probe.ts';
import type { World } from '../world.ts';

const at = (world: World, ...names: string[]): string => path.join(world.root, ...names);
const ran = (world: World): string => path.join(world.outside, 'ran');
/** What is to be run, as a program and as a line that makes one. */
const payload = (world: World): string => `touch ${ran(world)}`;
const hook = (world: World, file: string): string => `printf '#!/bin/sh\\n${payload(world)}\\n' > ${file}; chmod +x ${file}`;

const trees = ['linked', 'other', 'third'];

/** Submodule, nested repository, linked worktrees on branches of their own, refs packed: made once, then copied. */
function grow(world: World): void {
  const grown = path.join(path.dirname(world.root), 'grown');
  if (!existsSync(grown)) make(world, grown);
  rmSync(world.project, { recursive: true });
  cpSync(grown, world.root, { recursive: true, verbatimSymlinks: true });
  // The two ends of a linked worktree name each other by their whole paths.
  for (const name of trees) {
    writeFileSync(at(world, name, '.git'), `gitdir: ${at(world, 'project/.git/worktrees', name)}\n`);
    writeFileSync(at(world, 'project/.git/worktrees', name, 'gitdir'), `${at(world, name, '.git')}\n`);
  }
}

function make({ project: from, git, put }: World, grown: string): void {
  const project = path.join(grown, 'project');
  cpSync(from, project, { recursive: true });
  const fresh = (folder: string, file: string): string => {
    mkdirSync(folder, { recursive: true });
    git(folder, 'init', '-q');
    put(path.join(folder, file), 'text\n');
    git(folder, 'add', '-A');
    git(folder, 'commit', '-q', '-m', 'first');
    return folder;
  };
  fresh(path.join(project, 'vendor/nested'), 'a.txt');
  const source = fresh(path.join(grown, 'source'), 'b.txt');
  git(project, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', source, 'module');
  put(path.join(project, '.gitignore'), 'vendor\n');
  git(project, 'add', '-A');
  git(project, 'commit', '-q', '-m', 'module');
  git(project, 'worktree', 'add', '-q', '-b', 'side', path.join(grown, 'linked'));
  git(project, 'worktree', 'add', '-q', '-b', 'other', path.join(grown, 'other'));
  git(project, 'worktree', 'add', '-q', '-b', 'packed', path.join(grown, 'third'));
  git(project, 'pack-refs', '--all');
}

/** What a user does with git, in each repository that is there, until the payload has run. Mistakes are none of ours. */
function use(world: World): void {
  const env = { PATH: process.env['PATH'] ?? '', HOME: world.home, GIT_TERMINAL_PROMPT: '0' };
  for (const name of ['project', 'project/vendor/nested', 'project/module', 'project/fresh', 'project/sub', 'linked']) {
    for (const args of [['status'], ['add', '-A'], ['commit', '-q', '--allow-empty', '-m', 'x'], ['st']]) {
      if (!existsSync(at(world, name)) || existsSync(ran(world))) break;
      try {
        execFileSync('git', args, { cwd: at(world, name), env, stdio: 'ignore', timeout: 5000 });
      } catch {
        // As an attacked repository would.
      }
    }
  }
}

const runs = (id: string, what: string, attack: (world: World) => string, more: Partial<Probe> = {}): Probe => ({
  id: `git-${id}`,
  area: 'git',
  what,
  setup: grow,
  attack,
  worked: (world) => {
    use(world);
    return existsSync(ran(world));
  },
  ...more,
});

function branch(world: World, name: string): string {
  try {
    return world.git(world.project, 'for-each-ref', name);
  } catch {
    return 'the repository is none any more';
  }
}

/** Files and branches that must be the same afterwards. */
const keeps = (
  id: string,
  what: string,
  watched: (world: World) => string[],
  attack: (world: World) => string,
  more: Partial<Probe> = {},
): Probe => {
  const before = new WeakMap<World, (string | undefined)[]>();
  const look = (world: World): (string | undefined)[] =>
    watched(world).map((file) => {
      // A branch means the same as a file of its own and packed with others.
      if (file.startsWith('refs/')) return branch(world, file);
      return existsSync(file) ? readFileSync(file, 'latin1') : undefined;
    });
  return {
    id: `git-${id}`,
    area: 'git',
    what,
    setup: (world) => {
      grow(world);
      before.set(world, look(world));
    },
    attack,
    worked: (world) => look(world).some((text, index) => text !== before.get(world)?.[index]),
    ...more,
  };
};

const common = (world: World): string => path.join(world.project, '.git');
const zero = '0123456789012345678901234567890123456789';

export const git: readonly Probe[] = [
  runs('hook', 'Write a hook', (world) => hook(world, '.git/hooks/post-commit')),
  runs(
    'hook-link',
    'Put a link in the place of the hooks',
    (world) => `mkdir h; ${hook(world, 'h/post-commit')}; rm -rf .git/hooks; ln -s ../h .git/hooks`,
  ),
  runs(
    'hooks-moved',
    'Move the hooks away and make others',
    (world) => `mv .git/hooks .git/old; mkdir -p .git/hooks; ${hook(world, '.git/hooks/post-commit')}`,
  ),
  runs(
    'moved',
    'Move .git away and put another in its place',
    (world) => `mv .git gone; cp -r gone .git; ${hook(world, '.git/hooks/post-commit')}`,
  ),
  runs(
    'removed',
    'Remove .git and make it anew',
    (world) => `rm -rf .git; git init -q; ${hook(world, '.git/hooks/post-commit')}; git config core.fsmonitor '${payload(world)}; false'`,
  ),
  runs(
    'exchanged',
    'Put a file in the place of .git that leads to another repository',
    (world) => `git init -q x; ${hook(world, 'x/.git/hooks/post-commit')}; mv .git y; rm -rf .git; echo 'gitdir: x/.git' > .git`,
  ),
  runs('fsmonitor', 'Set core.fsmonitor', (world) => `git config core.fsmonitor '${payload(world)}; false'`),
  runs(
    'config-written',
    'Write to .git/config without git, and beside it',
    (world) =>
      `printf '[core]\\nfsmonitor = "${payload(world)}; false"\\n' >> .git/config; cp .git/config .git/c; printf '[core]\\nfsmonitor = "${payload(world)}; false"\\n' >> .git/c; mv -f .git/c .git/config`,
  ),
  runs(
    'hooks-path',
    'Set core.hooksPath to a folder of the project',
    (world) => `mkdir h; ${hook(world, 'h/post-commit')}; git config core.hooksPath h`,
  ),
  runs(
    'include',
    'Have the settings include a file',
    (world) => `printf '[core]\\nfsmonitor = "${payload(world)}; false"\\n' > inc; git config include.path ../inc`,
  ),
  runs(
    'filter',
    'Set a filter and attributes that use it',
    (world) =>
      `git config filter.x.clean '${payload(world)}; cat'; echo '* filter=x' > .git/info/attributes; echo '* filter=x' > .gitattributes; echo new > sub/code.txt`,
  ),
  runs('alias', 'Set an alias', (world) => `git config alias.st '!${payload(world)}'`),
  runs(
    'config-worktree',
    'Write settings of the worktree alone (config.worktree)',
    (world) =>
      `git config extensions.worktreeConfig true; printf '[core]\\nfsmonitor = "${payload(world)}; false"\\n' > .git/config.worktree; for f in .git/worktrees/*; do cp .git/config.worktree $f/; done`,
  ),
  runs(
    'commondir',
    'Have .git say that its settings are elsewhere (commondir)',
    (world) =>
      `git init -q x; git -C x config core.fsmonitor '${payload(world)}; false'; cp -r .git/objects .git/refs x/.git/; echo ../x/.git > .git/commondir`,
  ),
  runs('submodule-hook', "Write a submodule's hook", (world) => hook(world, '.git/modules/module/hooks/post-commit')),
  runs(
    'submodule-config',
    "Change a submodule's settings, and where it says they are",
    (world) =>
      `git -C module config core.fsmonitor '${payload(world)}; false'; git init -q x; git -C x config core.fsmonitor '${payload(world)}; false'; rm -f module/.git; echo 'gitdir: ../x/.git' > module/.git`,
  ),
  runs(
    'submodule-moved',
    "Move a submodule's git folder and make another",
    (world) =>
      `mv .git/modules/module .git/modules/old; cp -r .git/modules/old .git/modules/module; ${hook(world, '.git/modules/module/hooks/post-commit')}; mv .git/modules .git/m; cp -r .git/m .git/modules; ${hook(world, '.git/modules/module/hooks/post-commit')}`,
  ),
  runs(
    'nested',
    "Write a nested repository's hook and settings",
    (world) =>
      `${hook(world, 'vendor/nested/.git/hooks/post-commit')}; git -C vendor/nested config core.fsmonitor '${payload(world)}; false'`,
  ),
  runs(
    'nested-parent',
    "Move a nested repository's parent and make another",
    (world) => `mv vendor v; mkdir vendor; cp -r v/nested vendor/nested; ${hook(world, 'vendor/nested/.git/hooks/post-commit')}`,
  ),
  runs(
    'nested-replaced',
    'Make a nested repository anew',
    (world) => `rm -rf vendor/nested; git init -q vendor/nested; ${hook(world, 'vendor/nested/.git/hooks/post-commit')}`,
  ),
  runs('fresh', 'Make a new repository with hooks', (world) => `git init -q fresh; ${hook(world, 'fresh/.git/hooks/post-commit')}`),
  runs(
    'fresh-config',
    'Make a new repository with settings that run something',
    (world) => `git init -q fresh; git -C fresh config core.fsmonitor '${payload(world)}; false'`,
  ),
  runs(
    'fresh-twice',
    'Make a new repository in one command, and its hooks in the next',
    (world) => hook(world, 'fresh/.git/hooks/post-commit'),
    {
      attack: {
        steps: async (world, range) => {
          await range.run('git init -q fresh');
          return range.run(
            `${hook(world, 'fresh/.git/hooks/post-commit')}; mv fresh/.git fresh/g; cp -r fresh/g fresh/.git; ${hook(world, 'fresh/.git/hooks/post-commit')}`,
          );
        },
      },
    },
  ),
  runs(
    'bare',
    'Have a folder of the project taken for a repository',
    (world) =>
      `mkdir -p sub/objects sub/refs; echo 'ref: refs/heads/main' > sub/HEAD; printf '[core]\\nbare = true\\n[alias]\\nst = "!${payload(world)}"\\n' > sub/config`,
  ),
  runs(
    'linked-hook',
    'From a linked worktree: write a hook',
    (world) => `${hook(world, `${common(world)}/hooks/post-commit`)}; git config core.fsmonitor '${payload(world)}; false'`,
    { linked: true },
  ),
  runs(
    'linked-worktree-config',
    'From a linked worktree: settings of its own',
    (world) =>
      `printf '[core]\\nfsmonitor = "${payload(world)}; false"\\n' > ${common(world)}/worktrees/linked/config.worktree; git config --worktree core.fsmonitor '${payload(world)}; false'`,
    {
      linked: true,
      setup: (world) => {
        grow(world);
        world.git(world.project, 'config', 'extensions.worktreeConfig', 'true');
      },
    },
  ),
  runs(
    'linked-redirect',
    'From a linked worktree: exchange its .git file',
    (world) =>
      `git init -q x; git -C x config core.fsmonitor '${payload(world)}; false'; rm -f .git; echo 'gitdir: x/.git' > .git; mv x/.git .git; echo ${at(world, 'linked')}/x/.git > ${common(world)}/worktrees/linked/commondir`,
    { linked: true },
  ),
  keeps(
    'linked-head',
    "From a linked worktree: move the project's branch",
    (world) => [`${common(world)}/HEAD`, 'refs/heads/main', `${common(world)}/index`],
    (world) =>
      `git update-ref refs/heads/main HEAD~1; echo ${zero} > ${common(world)}/refs/heads/main; git symbolic-ref HEAD refs/heads/x --quiet; echo x > ${common(world)}/HEAD; rm -f ${common(world)}/index`,
    { linked: true },
  ),
  keeps(
    'linked-other',
    "... another worktree's HEAD, index and branch",
    (world) => [`${common(world)}/worktrees/other/HEAD`, `${common(world)}/worktrees/other/index`, 'refs/heads/other'],
    (world) =>
      `git update-ref -d refs/heads/other; git branch -f other HEAD~1; echo x > ${common(world)}/worktrees/other/HEAD; rm -f ${common(world)}/worktrees/other/index ${common(world)}/refs/heads/other; echo ${zero} > ${common(world)}/refs/heads/other`,
    { linked: true },
  ),
  keeps(
    'linked-packed',
    "... another worktree's branch where refs are packed, and packed-refs itself",
    (world) => [`${common(world)}/packed-refs`, 'refs/heads/packed'],
    (world) =>
      `git update-ref -d refs/heads/packed; git pack-refs --all; echo x >> ${common(world)}/packed-refs; rm -f ${common(world)}/packed-refs`,
    { linked: true },
  ),
  keeps(
    'linked-config',
    "... the project's settings and attributes",
    (world) => ['config', 'info/attributes', 'info/exclude', 'description'].map((name) => `${common(world)}/${name}`),
    (world) =>
      `git config user.name Mallory; echo '* filter=x' >> ${common(world)}/info/attributes; echo x >> ${common(world)}/info/exclude; echo x > ${common(world)}/description`,
    { linked: true },
  ),
  keeps(
    'linked-files',
    "... files of the project's own checkout",
    (world) => [path.join(world.project, 'readme.md'), path.join(world.project, 'new')],
    (world) => `echo x >> ${world.project}/readme.md; echo x > ${world.project}/new`,
    { linked: true },
  ),
  keeps(
    'config-replaced',
    'Change .git/config after a program of the user has written it anew while the command runs',
    (world) => [`${common(world)}/marker`],
    () => '',
    {
      attack: {
        steps: async (world, range) =>
          range.run(
            `touch ready; for i in $(seq 500); do grep -q changed .git/config && break; sleep 0.02; done; printf '[core]\\nfsmonitor = "x"\\n' >> .git/config && sleep 0.3`,
            {
              during: async () => {
                for (let count = 0; count < 500 && !existsSync(path.join(world.project, 'ready')); count++)
                  await new Promise((resolve) => setTimeout(resolve, 10));
                world.git(world.project, 'config', 'user.nickname', 'changed');
              },
            },
          ),
      },
      during: (world) => existsSync(`${common(world)}/config`) && readFileSync(`${common(world)}/config`, 'latin1').includes('fsmonitor'),
      worked: (_, { during }) => during,
      open: 'the kernel takes away what covers a single file when another file is renamed over it. What changed is put back when the command ends; until then a git of the user would obey it',
    },
  ),
];
