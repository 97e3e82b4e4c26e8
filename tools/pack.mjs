// Packages the application. Without arguments an unpacked one for this machine into dist/; others go to electron-builder, e.g. `--linux`.
import path from 'node:path';
import { build, run } from './command.mjs';
import { findElectron } from './electron.mjs';

process.env.SWITCHYARD_PACKAGED = '1';
const built = await run('electron-vite', ['build', '--ignoreConfigWarning', '--logLevel', 'warn']);
if (!built.ok) process.exit(1);

const args = process.argv.slice(2);
const trial = args.length === 0;
const options = [];
if (trial) {
  const { binary, official } = await findElectron();
  options.push('--dir');
  if (!official) {
    console.error('Electron can not be fetched here: this package is made with an older one. It is for a trial only.');
    // Its Node is too old for the runtime: the package is left open, so that SWITCHYARD_NODE can run it from there.
    options.push(`--config.electronDist=${path.dirname(binary)}`, '--config.asar=false');
    for (const fuse of ['onlyLoadAppFromAsar', 'enableEmbeddedAsarIntegrityValidation'])
      options.push(`--config.electronFuses.${fuse}=false`);
  }
}
const { ok } = await run('electron-builder', [...options, ...args, '--publish', 'never']);
// What was built knows that it is a release: the tree gets its own build back.
delete process.env.SWITCHYARD_PACKAGED;
const again = await build();
process.exitCode = ok && again.ok ? 0 : 1;
