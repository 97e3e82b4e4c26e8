import { accessSync, constants } from 'node:fs';
import path from 'node:path';

export interface ShellCall {
  file: string;
  args: string[];
  /** Windows: the command line is written by us and not quoted again. */
  verbatim: boolean;
}

function onPath(name: string, folders: string | undefined): string | undefined {
  for (const folder of folders?.split(path.delimiter) ?? []) {
    if (!path.isAbsolute(folder)) continue;
    const file = path.join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Look on.
    }
  }
  return undefined;
}

/** The shell that runs commands where none is named. */
export function defaultShell(env: Readonly<Record<string, string | undefined>> = process.env, platform = process.platform): string {
  if (platform === 'win32') return env.ComSpec ?? env.COMSPEC ?? 'cmd.exe';
  return onPath('bash', env.PATH) ?? onPath('bash', '/bin:/usr/bin:/usr/local/bin') ?? '/bin/sh';
}

/** How a shell is given one command without reading anybody's start-up files. */
export function shellCall(shell: string, command: string): ShellCall {
  const name = path.win32
    .basename(shell)
    .toLowerCase()
    .replace(/\.exe$/, '');
  switch (name) {
    case 'cmd':
      // With /s cmd takes off exactly the outer quotes and leaves the rest as it stands.
      return { file: shell, args: ['/d', '/s', '/c', `"${command}"`], verbatim: true };
    case 'powershell':
    case 'pwsh':
      return { file: shell, args: ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', command], verbatim: false };
    case 'bash':
      return { file: shell, args: ['--noprofile', '--norc', '-c', command], verbatim: false };
    case 'zsh':
      return { file: shell, args: ['-f', '-c', command], verbatim: false };
    default:
      return { file: shell, args: ['-c', command], verbatim: false };
  }
}
