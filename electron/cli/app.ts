import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../shared/errors.ts';
import { tell } from './terminal.ts';

const launcher = fileURLToPath(new URL('../../tools/desktop.mjs', import.meta.url));

/** Opens the desktop window and leaves it to itself; one that is open already comes to the front. */
export function run(): Promise<number> {
  if (!existsSync(launcher)) {
    throw new AppError('missing', 'The desktop application is not part of this installation.', {
      hint: 'Install it, or use `switchyard serve` and a browser.',
    });
  }
  const child = spawn(process.execPath, [launcher], { stdio: ['ignore', 'ignore', 'inherit'], detached: true });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    // What can't be started says so soon; a window that is there by then stays.
    const well = setTimeout(() => {
      child.unref();
      tell('The window is open.');
      resolve(0);
    }, 2_000);
    child.once('exit', (code) => {
      clearTimeout(well);
      resolve(code ?? 1);
    });
  });
}
