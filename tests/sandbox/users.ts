// Runs one of the programs beside us as root and as an ordinary user, whoever we are.
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { openSandbox } from '../../electron/host/sandbox.ts';
import { makeBase } from './world.ts';

export interface User {
  who: 'root' | 'an ordinary user';
  /** Why nothing can be run as this user here. */
  reason?: string;
  start: string[];
}

const amRoot = process.getuid?.() === 0;
/** Nobody is somebody: an account that every system has, and that owns nothing. */
const nobody = 65534;

/** Why there is no sandbox on this machine; undefined when there is one. */
export async function lackingSandbox(): Promise<string | undefined> {
  if (process.platform !== 'linux') return 'there is no sandbox for this system';
  // Here it is the machine's own that is tested.
  delete process.env['SWITCHYARD_TEST_SANDBOX'];
  const folder = mkdtempSync(path.join(os.tmpdir(), 'switchyard-status-'));
  const sandbox = openSandbox({ home: folder, note: () => undefined });
  const { ok, detail } = await sandbox.status();
  await sandbox.close();
  rmSync(folder, { recursive: true });
  return ok ? undefined : detail;
}

export function users(): [User, User] {
  if (amRoot)
    return [
      { who: 'root', start: [] },
      { who: 'an ordinary user', start: ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups', '--'] },
    ];
  const own: User = { who: 'an ordinary user', start: [] };
  try {
    execFileSync('sudo', ['-n', 'true'], { stdio: 'ignore' });
    return [own, { who: 'root', start: ['sudo', '-n', '--preserve-env=PATH,CI', '--'] }];
  } catch {
    return [own, { who: 'root', reason: 'nobody here may become root', start: [] }];
  }
}

/** Each line of its output is a line of JSON. */
export async function runAs({ start }: User, program: string, args: string[], each: (line: unknown) => void): Promise<void> {
  const folder = makeBase();
  if (amRoot && start.length > 0) chownSync(folder, nobody, nobody);
  const own = start[0] === 'sudo' ? [] : ['env', `PROBE_BASE=${folder}`, `HOME=${folder}`];
  const [file = 'env', ...rest] = [...own, ...start, process.execPath, path.join(import.meta.dirname, program), ...args];
  // Not where we may be: others may not be allowed there.
  const child = spawn(file, rest, { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
  try {
    let words = '';
    child.stderr.on('data', (bytes: Buffer) => void (words = (words + bytes.toString()).slice(-4000)));
    const ended = new Promise<number | null>((resolve) => void child.once('close', resolve));
    for await (const line of createInterface(child.stdout)) each(JSON.parse(line));
    const code = await ended;
    if (code !== 0) throw new Error(`${program} ended with ${code}: ${words}`);
  } finally {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
