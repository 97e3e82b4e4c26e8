// The data folder: everything that Switchyard keeps is in it.
import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';

type Environment = Record<string, string | undefined>;

/** SWITCHYARD_HOME, or the platform's application-data folder. Absolute. */
export function findHome(env: Environment = process.env, platform: NodeJS.Platform = process.platform): string {
  if (env['SWITCHYARD_HOME']) return path.resolve(env['SWITCHYARD_HOME']);
  if (platform === 'win32') return path.join(env['APPDATA'] ?? path.join(homedir(), 'AppData', 'Roaming'), 'Switchyard');
  if (platform === 'darwin') return path.join(homedir(), 'Library', 'Application Support', 'Switchyard');
  // The XDG specification: a relative path there is to be ignored.
  const data = env['XDG_DATA_HOME'];
  return path.join(data && path.isAbsolute(data) ? data : path.join(homedir(), '.local', 'share'), 'switchyard');
}

const reasons: Record<string, string> = {
  EEXIST: 'it is not a folder',
  ENOTDIR: 'it is not a folder',
  EROFS: 'the disk is read-only',
  ENOENT: 'no folder can be made there',
};

/** Makes the folder for this user alone. AppError `denied` when nothing can be written there. */
export function makeHome(home: string): void {
  try {
    makeFolders(home);
    accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    const why = reasons[code] ?? 'it can not be written';
    throw new AppError('denied', `The data folder ${home} can not be used: ${why} (${code}).`, {
      hint: 'Set SWITCHYARD_HOME to a folder of your own.',
      cause,
    });
  }
}

/**
 * The folder and those above it, each by itself. Not with `recursive`: where a folder that is there says that it is not, as below
 * /proc, Node would go up and down for ever.
 */
function makeFolders(folder: string): void {
  const missing: string[] = [];
  let at = folder;
  let found = statSync(at, { throwIfNoEntry: false });
  while (!found && at !== path.dirname(at)) {
    missing.unshift(at);
    at = path.dirname(at);
    found = statSync(at, { throwIfNoEntry: false });
  }
  if (found && !found.isDirectory())
    throw Object.assign(new Error(`${at} is not a folder`), { code: at === folder ? 'EEXIST' : 'ENOTDIR' });
  if (missing.length > 0) accessSync(at, constants.W_OK | constants.X_OK);
  for (const each of missing) {
    try {
      mkdirSync(each, { mode: 0o700 });
    } catch (thrown) {
      // Another one that starts at the same moment was faster.
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST' || !statSync(each, { throwIfNoEntry: false })?.isDirectory()) throw thrown;
    }
  }
}
