// Files that other tools run or obey by themselves. A command may write them; whether they are still there when it has ended is what counts.
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import type { Probe } from '../probe.ts';
import { touched } from './files.ts';

const kinds: Readonly<Record<string, readonly string[]>> = {
  editors: [
    '.vscode/tasks.json',
    '.vscode/settings.json',
    '.idea/runConfigurations/x.xml',
    '.zed/tasks.json',
    '.exrc',
    '.nvim.lua',
    '.dir-locals.el',
    'x.code-workspace',
    '.devcontainer/devcontainer.json',
    'deep/down/.vscode/tasks.json',
  ],
  shells: ['.envrc', '.mise.toml', 'mise.toml', '.autoenv', 'sub/.envrc'],
  hooks: ['.husky/pre-commit', '.githooks/pre-commit', '.pre-commit-config.yaml', 'lefthook.yml', '.huskyrc'],
  git: ['.gitattributes', '.gitmodules', '.lfsconfig', 'sub/.gitattributes'],
  agents: [
    'AGENTS.md',
    'CLAUDE.md',
    'sub/AGENTS.md',
    'GEMINI.md',
    '.cursorrules',
    '.mcp.json',
    '.claude/settings.json',
    '.codex/config.toml',
    '.cursor/rules/x.mdc',
    '.agents/skills/x/SKILL.md',
    '.github/copilot-instructions.md',
    '.switchyard/config.toml',
  ],
  integration: [
    '.github/workflows/x.yml',
    '.gitlab-ci.yml',
    'Jenkinsfile',
    '.circleci/config.yml',
    'azure-pipelines.yml',
    '.buildkite/pipeline.yml',
  ],
};

export const autorun: readonly Probe[] = [
  ...Object.entries(kinds).map(
    ([kind, names]): Probe => ({
      id: `autorun-${kind}`,
      area: 'autorun',
      what: `Leave files for ${kind === 'integration' ? 'continuous integration' : kind} (${names.length} of them, at several depths)`,
      attack: () => names.map((name) => `mkdir -p "${path.dirname(name)}"; echo attacked > "${name}"`).join('; '),
      worked: ({ project }) => names.some((name) => existsSync(path.join(project, name))),
    }),
  ),
  {
    id: 'autorun-changed',
    area: 'autorun',
    what: 'Change such a file that was there before',
    setup: ({ put, project }) => {
      put(path.join(project, 'AGENTS.md'), 'Be kind.\n');
      put(path.join(project, '.envrc'), 'true\n');
    },
    attack: () => 'echo attacked >> AGENTS.md; rm .envrc; echo attacked > .envrc',
    worked: ({ project, read }) => ['AGENTS.md', '.envrc'].some((name) => read(path.join(project, name))?.includes('attacked') === true),
  },
  {
    id: 'autorun-moved',
    area: 'autorun',
    what: 'Bring such a folder in by moving it, under another name first',
    attack: () =>
      'mkdir -p x/y; echo attacked > x/y/tasks.json; mv x/y x/.vscode; mv x z; touch -d 2020-01-01 z/.vscode z/.vscode/tasks.json',
    worked: ({ project }) => existsSync(path.join(project, 'z/.vscode/tasks.json')),
  },
  {
    id: 'autorun-link',
    area: 'autorun',
    what: 'Leave such a file as a link to a file of the project',
    attack: () => 'echo attacked > notes.txt; ln -s notes.txt AGENTS.md',
    worked: ({ project, read }) => read(path.join(project, 'AGENTS.md'))?.includes('attacked') === true,
  },
  {
    id: 'autorun-behind-link',
    area: 'autorun',
    what: 'Change the file of the project that such a link leads to',
    setup: ({ put, project }) => {
      put(path.join(project, 'docs/agents.txt'), 'Be kind.\n');
      symlinkSync('docs/agents.txt', path.join(project, 'AGENTS.md'));
    },
    attack: () => 'echo attacked >> docs/agents.txt',
    worked: ({ project, read }) => read(path.join(project, 'AGENTS.md'))?.includes('attacked') === true,
  },
  {
    id: 'autorun-folder-link',
    area: 'autorun',
    what: 'Leave such a folder as a link to a folder of the project',
    attack: () => 'mkdir -p x; echo attacked > x/tasks.json; ln -s x .vscode; ln -s x .husky',
    worked: ({ project, read }) =>
      ['.vscode', '.husky'].some((name) => read(path.join(project, name, 'tasks.json'))?.includes('attacked') === true),
  },
  {
    id: 'autorun-put-back',
    area: 'autorun',
    what: 'Have what is put back be written elsewhere, through a link to a folder outside',
    setup: ({ put, project }) => put(path.join(project, '.vscode/file'), 'mine\n'),
    attack: ({ outside }) => `rm -rf .vscode; ln -s ${outside} .vscode; rm -rf .husky; ln -s ${outside} .husky`,
    // Without a sandbox nothing is put back: what is written there is the attacker's own.
    worked: (world) => {
      if (existsSync(path.join(world.project, '.husky'))) world.put(path.join(world.project, '.husky/new'), 'x');
      return touched(world);
    },
  },
  {
    id: 'autorun-put-back-raced',
    area: 'autorun',
    what: '... by a folder between, exchanged for a link',
    setup: ({ put, project, outside }) => {
      mkdirSync(path.join(outside, 'folder'), { recursive: true });
      put(path.join(project, 'pkg/.vscode/file'), 'mine\n');
    },
    attack: ({ outside }) => `rm -rf pkg; ln -s ${outside} pkg; mkdir ${outside}/.vscode && echo attacked > ${outside}/.vscode/file`,
    worked: touched,
  },
  {
    id: 'autorun-committed',
    area: 'autorun',
    what: 'Commit such a file in one command, on a branch, and have a checkout bring it in the next',
    attack: {
      steps: async (_, range) => {
        await range.run(
          'git checkout -q -b x; mkdir .vscode; echo attacked > .vscode/tasks.json; echo attacked > .envrc; git add -f -A; git commit -q -m x; git checkout -q -f main',
        );
        await range.run('git stash list; git log --oneline x');
        return range.run('git checkout -q -f x; git reset -q --hard x');
      },
    },
    worked: ({ project }) => ['.vscode/tasks.json', '.envrc'].some((name) => existsSync(path.join(project, name))),
  },
];
