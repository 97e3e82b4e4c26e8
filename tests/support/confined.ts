// A sandbox with a folder to work in, as commands of a thread have it.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { childEnvironment } from '../../electron/adapters/commands/environment.ts';
import { createSandbox, type Sandbox } from '../../electron/adapters/sandbox/sandbox.ts';
import { builtInProfiles } from '../../shared/domain/built-in-profiles.ts';
import type { Confinement } from '../../shared/domain/confinement.ts';
import { placed } from '../../shared/policy/paths.ts';
import { quoted } from '../../shared/policy/pattern.ts';
import { tempFolder } from './temp.ts';

const checkout = path.resolve(import.meta.dirname, '../..');
const program = path.join(checkout, 'electron/host/confined.ts');

export interface Ran {
  code: number;
  out: string;
  hosts: { host: string; allowed: boolean; count: number }[];
}
export interface Confined {
  sandbox: Sandbox;
  /** In the command line of the process that serves files. */
  mark: string;
  /** What it keeps over its end. */
  kept: string;
  notes: string[];
  /** The folder that commands may write to, its parent, which they may not, and a home. */
  folder: string;
  outside: string;
  home: string;
  confine(more?: Partial<Confinement>): Confinement;
  run(command: string, more?: Partial<Confinement>, cwd?: string): Promise<Ran>;
}

/** Fails where the machine has no sandbox: what it tests would be untrue. */
export async function confined(worktree?: string, kept = tempFolder('sandbox')): Promise<Confined> {
  const outside = worktree === undefined ? tempFolder('outside') : path.dirname(worktree);
  const folder = worktree ?? path.join(outside, 'work');
  const home = tempFolder('home');
  mkdirSync(folder, { recursive: true });
  const mark = `helper-of-${path.basename(home)}`;
  const notes: string[] = [];
  const sandbox = createSandbox({
    note: (line) => void notes.push(line),
    folder: kept,
    program: { file: process.execPath, args: [program, mark], env: {}, reads: [checkout] },
  });
  onTestFinished(async () => sandbox.close());
  const { ok, detail, remedy } = await sandbox.status();
  if (!ok) throw new Error(`${detail} ${remedy ?? ''}`);
  const confine = (more: Partial<Confinement> = {}): Confinement => ({
    paths: [
      ...placed(builtInProfiles().workspace, { project: folder, worktree: folder, tmp: '/tmp', home, data: path.join(home, 'data') }),
      // The programs that commands run in tests, where the checkout lies in /tmp.
      { path: quoted(checkout), access: 'read' },
    ],
    network: { access: 'off', hosts: [] },
    environment: [],
    worktree: folder,
    group: 'test',
    ...more,
  });
  const run = async (command: string, more?: Partial<Confinement>, cwd = folder, restarts = 5): Promise<Ran> => {
    const env = childEnvironment({ ...process.env, HOME: home }, undefined, 'test:test');
    const args = ['--noprofile', '--norc', '-c', command];
    const start = await sandbox.wrap({ id: 'test', file: '/bin/bash', args, cwd, env, confine: confine(more) });
    const child = spawn(start.file, start.args, {
      cwd,
      env: start.env,
      stdio: ['ignore', 'pipe', 'pipe', ...start.descriptors],
      detached: true,
    });
    start.started();
    let out = '';
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => void (out += chunk.toString()));
    const code = await new Promise<number>((resolve) => {
      child.once('close', (code, signal) => resolve(code ?? 128 + (signal ? os.constants.signals[signal] : 0)));
    });
    // As for an agent's command: what never began, since another test's socket has just gone, is started again.
    const began = start.began();
    const { hosts = [] } = start.ended();
    return began || restarts === 0 ? { code, out, hosts } : run(command, more, cwd, restarts - 1);
  };
  return { sandbox, mark, kept, notes, folder, outside, home, confine, run };
}
