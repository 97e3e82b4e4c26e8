import manifest from '../../package.json' with { type: 'json' };
import { AppError } from '../../shared/errors.ts';

export const programVersion: string = manifest.version;

/** Native modules ask for Node-API 10; without it they end the program instead of saying so. Throws AppError `invalid`. */
export function checkNode(versions: Record<string, string | undefined> = process.versions): void {
  const found = Number(versions['napi'] ?? 0);
  if (found >= 10) return;
  throw new AppError('invalid', `Switchyard needs Node 24 or newer: this is Node ${versions['node'] ?? '?'}, with Node-API ${found}.`, {
    hint: 'Install Node 24 from https://nodejs.org and try again.',
  });
}
