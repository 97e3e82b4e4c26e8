// The data folder: everything that Switchyard keeps is in it.
import { accessSync, constants, mkdirSync } from 'node:fs';
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

/** Makes the folder for this user alone. AppError `denied` when nothing can be written there. */
export function makeHome(home: string): void {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 });
    accessSync(home, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    const why =
      code === 'EEXIST' || code === 'ENOTDIR' ? 'it is not a folder' : code === 'EROFS' ? 'the disk is read-only' : 'it can not be written';
    throw new AppError('denied', `The data folder ${home} can not be used: ${why} (${code}).`, {
      hint: 'Set SWITCHYARD_HOME to a folder of your own.',
      cause,
    });
  }
}
