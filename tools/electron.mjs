// Which Electron there is: the official one where its binary is there or can be had, else the one for tests.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { makeRealElectron } from './real-electron.mjs';

const folder = path.dirname(createRequire(import.meta.url).resolve('electron/package.json'));

function official() {
  try {
    const file = path.join(folder, 'dist', readFileSync(path.join(folder, 'path.txt'), 'utf8'));
    return existsSync(file) ? file : undefined;
  } catch {
    return undefined;
  }
}

/** Whether its download answers within four seconds. */
async function reachable() {
  const mirror = process.env.ELECTRON_MIRROR ?? process.env.npm_config_electron_mirror ?? 'https://github.com/electron/electron/releases/';
  try {
    await fetch(mirror, { method: 'HEAD', signal: AbortSignal.timeout(4_000) });
    return true;
  } catch {
    return false;
  }
}

/**
 * The path of an Electron; `official` is false for the substitute. Throws where there is none.
 * @param {{ substitute?: boolean }} [options] `substitute`: do not even try the official one (tests, which must be alike everywhere)
 * @returns {Promise<{ binary: string, official: boolean }>}
 */
export async function findElectron({ substitute = false } = {}) {
  const named = process.env.SWITCHYARD_ELECTRON;
  if (named) return { binary: named, official: true };
  if (!substitute) {
    const there = official();
    if (there) return { binary: there, official: true };
    if (await reachable()) {
      console.error('Fetching Electron (about 110 MB, once) ...');
      spawnSync(process.execPath, [path.join(folder, 'install.js')], { stdio: ['ignore', 'inherit', 'inherit'], timeout: 300_000 });
      const fetched = official();
      if (fetched) return { binary: fetched, official: true };
    }
  }
  return { binary: await makeRealElectron(), official: false };
}
