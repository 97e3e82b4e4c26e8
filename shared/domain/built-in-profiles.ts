import type { PathAccess, PathRule, Profile, RuleSource } from './profile.ts';

const source: RuleSource = { kind: 'built-in', where: 'built in' };

/** Where programs keep what lets others in: keys, tokens, sessions, what was typed and written. Names that a system does not have do no harm. */
export const credentialStores: readonly string[] = [
  // Keys, and what clients of clouds, clusters and forges keep.
  ':home/.ssh',
  ':home/.gnupg',
  ':home/.aws',
  ':home/.azure',
  ':home/.config/gcloud',
  ':home/.config/doctl',
  ':home/.oci',
  ':home/.kube',
  ':home/.docker',
  ':home/.config/containers/auth.json',
  ':home/.terraform.d',
  ':home/.terraformrc',
  ':home/.vault-token',
  ':home/.netrc',
  ':home/_netrc',
  ':home/.git-credentials',
  ':home/.config/git/credentials',
  ':home/.config/gh',
  ':home/.config/hub',
  ':home/.config/glab-cli',
  ':home/.config/op',
  ':home/.config/rclone',
  ':home/.config/sops',
  ':home/.config/age',
  ':home/.pgpass',
  ':home/.my.cnf',
  // Package registries.
  ':home/.npmrc',
  ':home/.yarnrc.yml',
  ':home/.pypirc',
  ':home/.config/pypoetry/auth.toml',
  ':home/.cargo/credentials*',
  ':home/.gem/credentials',
  ':home/.bundle/config',
  ':home/.m2/settings*.xml',
  ':home/.gradle/gradle.properties',
  ':home/.nuget/NuGet/NuGet.Config',
  ':home/.composer/auth.json',
  ':home/.config/composer/auth.json',
  ':home/.hex',
  // Password stores and keyrings.
  ':home/.password-store',
  ':home/.local/share/keyrings',
  ':home/.local/share/kwalletd',
  ':home/.config/KeePassXC',
  ':home/.config/Bitwarden',
  ':home/.config/1Password',
  ':home/Library/Keychains',
  ':home/Library/Application Support/1Password',
  ':home/Library/Group Containers/*1password*',
  // Browsers.
  ':home/.mozilla',
  ':home/.config/google-chrome*',
  ':home/.config/chromium',
  ':home/.config/BraveSoftware',
  ':home/.config/microsoft-edge*',
  ':home/.config/vivaldi*',
  ':home/.config/opera*',
  ':home/snap/firefox',
  ':home/snap/chromium',
  ':home/.var/app',
  ':home/Library/Application Support/Google/Chrome*',
  ':home/Library/Application Support/Chromium',
  ':home/Library/Application Support/BraveSoftware',
  ':home/Library/Application Support/Microsoft Edge*',
  ':home/Library/Application Support/Firefox',
  ':home/Library/Safari',
  ':home/Library/Cookies',
  ':home/Library/Containers/com.apple.Safari',
  // Mail and messages.
  ':home/.thunderbird',
  ':home/.local/share/evolution',
  ':home/.config/Signal',
  ':home/.config/Slack',
  ':home/.config/discord',
  ':home/Library/Mail',
  ':home/Library/Messages',
  ':home/Library/Application Support/Slack',
  ':home/Library/Thunderbird',
  // What was typed.
  ':home/.*history',
  ':home/.local/share/fish/fish_history',
  ':home/.zsh_sessions',
  // Other agents' keys.
  ':home/.codex',
  ':home/.claude',
  ':home/.claude.json',
  ':home/.gemini',
  ':home/.config/github-copilot',
  ':home/.config/anthropic',
  // The system's own.
  '/etc/shadow*',
  '/etc/gshadow*',
  '/etc/sudoers*',
  '/etc/ssh',
  '/etc/ssl/private',
  '/etc/NetworkManager/system-connections',
  '/var/spool/cron',
  // Whoever may talk to these is root, or as good as.
  '/var/run/docker.sock',
  '/run/docker.sock',
  '/run/containerd',
  '/run/podman',
  ':home/.colima',
  ':home/.orbstack',
  ':home/.rd',
  ':home/.lima',
];

const rule = (path: string, access: PathAccess): PathRule => ({ path, access, source });

/** Other people's homes. `:home` itself is read again below; `/roo?` is a glob for that to win where it is root's. */
const otherHomes: readonly PathRule[] = [rule('/home/*', 'deny'), rule('/Users/*', 'deny'), rule('/roo?', 'deny'), rule(':home', 'read')];

const readOnly: readonly PathRule[] = [
  rule('/', 'read'),
  ...otherHomes,
  ...credentialStores.map((path) => rule(path, 'deny')),
  rule(':data', 'deny'),
  rule(':project', 'read'),
  rule(':worktree', 'read'),
  rule(':tmp', 'write'),
];

const off: Profile['network'] = { access: 'off', source, hosts: [] };

/** What every program starts with. A fresh copy, since callers add to it. */
export function builtInProfiles(): Record<'read-only' | 'workspace' | 'full-access', Profile> {
  return {
    'read-only': {
      name: 'read-only',
      about: 'Reads files and runs commands in the sandbox; changes nothing but its temporary folder. No network.',
      sandbox: true,
      paths: [...readOnly],
      commands: [],
      network: { ...off, hosts: [] },
      environment: [],
    },
    workspace: {
      name: 'workspace',
      about: "Works in the thread's folder, inside the sandbox. No network, and nothing else may be changed.",
      sandbox: true,
      paths: [...readOnly, rule(':worktree', 'write')],
      commands: [],
      network: { ...off, hosts: [] },
      environment: [],
    },
    'full-access': {
      name: 'full-access',
      about: 'No sandbox and no questions: commands can do whatever you can.',
      sandbox: false,
      paths: [rule('/', 'write'), rule(':data', 'deny'), rule(':project', 'write'), rule(':worktree', 'write')],
      commands: [],
      network: { access: 'on', source, hosts: [] },
      environment: [],
    },
  };
}
