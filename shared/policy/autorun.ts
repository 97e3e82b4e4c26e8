// Files that other tools run or obey by themselves: whoever may change them runs code later, outside of any sandbox and unasked.

/** Names of files, at any depth of a project. */
const files = new Set([
  // git
  '.gitattributes',
  '.gitconfig',
  '.gitmodules',
  '.lfsconfig',
  // hooks of repositories
  '.pre-commit-config.yaml',
  '.pre-commit-config.yml',
  '.overcommit.yml',
  'lefthook.yml',
  'lefthook.yaml',
  '.lefthook.yml',
  '.lefthook.yaml',
  '.huskyrc',
  '.huskyrc.json',
  // shells
  '.envrc',
  '.mise.toml',
  'mise.toml',
  '.autoenv',
  // editors
  '.exrc',
  '.nvimrc',
  '.nvim.lua',
  '.vimrc',
  '.dir-locals.el',
  '.dir-locals-2.el',
  '.devcontainer.json',
  // agents
  'agents.md',
  'agents.override.md',
  'claude.md',
  'claude.local.md',
  'gemini.md',
  'skill.md',
  '.cursorrules',
  '.windsurfrules',
  '.clinerules',
  '.mcp.json',
  'copilot-instructions.md',
  // continuous integration
  '.gitlab-ci.yml',
  '.gitlab-ci.yaml',
  '.travis.yml',
  '.drone.yml',
  '.woodpecker.yml',
  '.woodpecker.yaml',
  '.cirrus.yml',
  'azure-pipelines.yml',
  'bitbucket-pipelines.yml',
  'appveyor.yml',
  '.appveyor.yml',
  'jenkinsfile',
  'cloudbuild.yaml',
]);
/** Names of folders, at any depth: every file in them. */
const folders = new Set([
  '.husky',
  '.githooks',
  '.vscode',
  '.idea',
  '.zed',
  '.fleet',
  '.devcontainer',
  '.agents',
  '.claude',
  '.codex',
  '.cursor',
  '.gemini',
  '.switchyard',
  '.circleci',
  '.buildkite',
  '.woodpecker',
  '.mise',
]);
/** Folders in which only some folders count. */
const inner: Record<string, readonly string[]> = {
  '.github': ['workflows', 'actions', 'instructions', 'prompts', 'chatmodes', 'agents', 'skills'],
  '.gitea': ['workflows'],
  '.forgejo': ['workflows'],
};
/** What git runs or obeys in a repository's own folder. */
const inGit =
  /^(config|config\.worktree|info\/attributes|hooks\/.*|modules\/.+\/(config|hooks\/.*)|worktrees\/[^/]+\/(config\.worktree|commondir|gitdir))$/;

/**
 * Is this file one of them? `path` is relative to the project, or absolute. Case does not count: on some disks it makes no difference.
 * In packages that were installed only git's own count.
 */
export function runsByItself(path: string): boolean {
  const names = path.toLowerCase().split(/[\\/]/).filter(Boolean);
  const last = names.at(-1);
  if (last === undefined) return false;
  // Also the file that says where a repository is, or a folder put in a repository's place.
  if (last === '.git') return true;
  const git = names.lastIndexOf('.git');
  if (git >= 0) return inGit.test(names.slice(git + 1).join('/'));
  if (names.includes('node_modules')) return false;
  if (files.has(last) || last.endsWith('.code-workspace')) return true;
  return names.slice(0, -1).some((name, at) => folders.has(name) || inner[name]?.includes(names[at + 1] ?? '') === true);
}
