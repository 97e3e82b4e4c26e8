import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { SandboxStatus, WrapStart } from '../../runtime/ports.ts';

/** What keeps ordinary users from making namespaces, as far as a system says. */
function hint(): string {
  const says = (file: string): string => {
    try {
      return readFileSync(file, 'utf8').trim();
    } catch {
      return '';
    }
  };
  if (says('/proc/sys/kernel/apparmor_restrict_unprivileged_userns') === '1')
    return 'AppArmor keeps programs from making user namespaces: allow /usr/bin/bwrap in a profile (userns,), or as root: sysctl kernel.apparmor_restrict_unprivileged_userns=0';
  if (says('/proc/sys/kernel/unprivileged_userns_clone') === '0') return 'As root: sysctl kernel.unprivileged_userns_clone=1';
  if (says('/proc/sys/user/max_user_namespaces') === '0') return 'As root: sysctl user.max_user_namespaces=10000';
  return 'Namespaces may be forbidden here, as they are inside many containers: start the container with the right to make user namespaces.';
}

/** Runs a command that must be able to write where it may and unable to anywhere else. */
export async function tryWrap(wrap: WrapStart, folder: string, attempts = 5): Promise<SandboxStatus> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const place = realpathSync(mkdtempSync(path.join(folder, 'trial-')));
  const inside = path.join(place, 'inside');
  const outside = path.join(place, 'outside');
  try {
    for (const each of [inside, outside]) mkdirSync(each);
    const script = 'echo in > "$1/written" && { echo out > "$2/written"; } 2> /dev/null; exit 7';
    const start = await wrap({
      id: 'trial',
      file: '/bin/sh',
      args: ['-c', script, 'sh', inside, outside],
      cwd: inside,
      env: { PATH: '/usr/bin:/bin' },
      confine: {
        paths: [
          { path: '/', access: 'read' },
          { path: inside, access: 'write' },
        ],
        network: { access: 'off', hosts: [] },
        environment: [],
        worktree: inside,
        group: 'trial',
      },
    });
    const { code, words } = await new Promise<{ code: number | null; words: string }>((resolve, reject) => {
      let words = '';
      const child = spawn(start.file, start.args, { env: start.env, stdio: ['ignore', 'ignore', 'pipe', ...start.descriptors] });
      start.started();
      child.stderr?.on('data', (chunk: Buffer) => void (words += chunk.toString()));
      child.once('error', reject).once('close', (code) => resolve({ code, words }));
    });
    const began = start.began();
    start.ended();
    if (attempts > 1 && !began) return await tryWrap(wrap, folder, attempts - 1);
    if (existsSync(path.join(outside, 'written')))
      return { ok: false, detail: 'The sandbox does not hold: a command in it wrote outside of its folder.' };
    if (code !== 7 || !existsSync(path.join(inside, 'written')))
      return { ok: false, detail: `The sandbox does not start: ${words.trim() || `it ended with ${code}`}`, remedy: hint() };
    return { ok: true, detail: 'Commands run in a sandbox of the operating system (bubblewrap): tried just now.' };
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
