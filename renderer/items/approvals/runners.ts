// Who runs or obeys a file by itself, in words for people; which files are such is shared/policy/autorun.ts.

const byName: Readonly<Record<string, string>> = {
  '.envrc': 'run by direnv, when a shell enters the folder',
  '.mise.toml': 'run by mise, when a shell enters the folder',
  'mise.toml': 'run by mise, when a shell enters the folder',
  '.autoenv': 'run by the shell, when it enters the folder',
  '.gitattributes': 'obeyed by git, when it reads or writes files',
  '.gitconfig': 'obeyed by git, with its next command',
  '.gitmodules': 'obeyed by git, when it updates submodules',
  '.lfsconfig': 'obeyed by git, when it fetches large files',
  '.devcontainer.json': 'run by the editor, when it opens the folder in a container',
  '.mcp.json': 'obeyed by agents, which start the servers that it names',
  jenkinsfile: 'run by the build server, with the next push',
};
const byFolder: Readonly<Record<string, string>> = {
  '.vscode': 'run by the editor, when it opens the folder',
  '.idea': 'run by the editor, when it opens the folder',
  '.zed': 'run by the editor, when it opens the folder',
  '.fleet': 'run by the editor, when it opens the folder',
  '.devcontainer': 'run by the editor, when it opens the folder in a container',
  '.husky': 'run by git, with the next commit or push',
  '.githooks': 'run by git, with the next commit or push',
  '.mise': 'run by mise, when a shell enters the folder',
  '.circleci': 'run by the build server, with the next push',
  '.buildkite': 'run by the build server, with the next push',
  '.woodpecker': 'run by the build server, with the next push',
  '.switchyard': 'obeyed by Switchyard, once the project is trusted',
};
const pipelines =
  /^(\.gitlab-ci|\.travis|\.drone|\.woodpecker|\.cirrus|azure-pipelines|bitbucket-pipelines|\.?appveyor|cloudbuild)\.ya?ml$/;
const commitHooks = /^(\.pre-commit-config|\.overcommit|\.?lefthook|\.huskyrc)/;
const editors = /^(\.exrc|\.nvimrc|\.nvim\.lua|\.vimrc|\.dir-locals(-2)?\.el)$|\.code-workspace$/;

/** "run by git, with the next commit": who would run or obey this file, and when. */
export function runnerOf(path: string): string {
  const names = path.toLowerCase().split(/[\\/]/).filter(Boolean);
  const last = names.at(-1) ?? '';
  if (last === '.git' || names.includes('.git'))
    return names.includes('hooks') ? 'run by git, with its next commands' : 'obeyed by git, with its next command';
  const own = byName[last];
  if (own !== undefined) return own;
  if (pipelines.test(last)) return 'run by the build server, with the next push';
  if (commitHooks.test(last)) return 'run by git, with the next commit or push';
  if (editors.test(last)) return 'run by the editor, when it opens the folder';
  const at = names.findIndex((name) => name === '.github' || name === '.gitea' || name === '.forgejo');
  if (at >= 0 && ['workflows', 'actions'].includes(names[at + 1] ?? '')) return 'run by the build server, with the next push';
  const folder = names.slice(0, -1).find((name) => byFolder[name] !== undefined);
  return (folder === undefined ? undefined : byFolder[folder]) ?? 'followed by agents as their instructions';
}
