// What the sandbox costs a command: a shell that does nothing, bare and confined, in a git repository under the workspace profile.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openSandbox } from '../../electron/host/sandbox.ts';
import { builtInProfiles } from '../../shared/domain/built-in-profiles.ts';
import { placed } from '../../shared/policy/paths.ts';

const times = 50;
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** @param {(name: string, value: number, unit: string, goal: string) => void} figure */
export async function benchSandbox(figure) {
  const top = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'switchyard-bench-sandbox-')));
  const folder = path.join(top, 'project');
  execFileSync('git', ['init', '-q', folder]);
  const sandbox = openSandbox({ home: path.join(top, 'home'), note: () => undefined });
  const { ok, detail } = await sandbox.status();
  if (!ok) console.log(detail);
  else {
    const places = { project: folder, worktree: folder, tmp: '/tmp', home: os.homedir(), data: path.join(top, 'home') };
    const network = { access: 'off', hosts: [] };
    const confine = { paths: placed(builtInProfiles().workspace, places), network, environment: [], worktree: folder, group: 'bench' };
    const shell = { file: '/bin/bash', args: ['--noprofile', '--norc', '-c', ':'], env: { PATH: process.env.PATH, HOME: os.homedir() } };
    const run = ({ file, args, env, descriptors = [] }, started) =>
      new Promise((resolve, reject) => {
        const child = spawn(file, args, { cwd: folder, env, stdio: ['ignore', 'ignore', 'ignore', ...descriptors], detached: true });
        started?.();
        child.once('error', reject).once('exit', resolve);
      });
    const bare = [];
    const confined = [];
    // One after the other in turn, so that a busy moment of the machine meets both; the first of each is not counted.
    for (let n = 0; n <= times; n++) {
      let start = performance.now();
      await run(shell);
      if (n > 0) bare.push(performance.now() - start);
      start = performance.now();
      const wrapped = await sandbox.wrap({ id: 'bench', cwd: folder, confine, ...shell });
      await run(wrapped, wrapped.started);
      wrapped.ended();
      if (n > 0) confined.push(performance.now() - start);
    }
    figure('a command without a sandbox (median)', median(bare), 'ms', '-');
    figure('a command in the sandbox, over that (median)', median(confined) - median(bare), 'ms', '15');
  }
  await sandbox.close();
  rmSync(top, { recursive: true, force: true });
}
