// The one wiring file: which adapter stands behind which port.
import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createCatalog } from '../adapters/catalog/catalog.ts';
import { createCommands } from '../adapters/commands/commands.ts';
import { createConfig } from '../adapters/config/config.ts';
import { createFiles } from '../adapters/files/files.ts';
import { createGit } from '../adapters/git/git.ts';
import { createSearch } from '../adapters/search/search.ts';
import { createLog } from '../adapters/sqlite/log.ts';
import { createSystemClock } from '../adapters/system/clock.ts';
import { createIds } from '../adapters/system/ids.ts';
import type { ClockPort } from '../runtime/ports.ts';
import { createRuntime, type Runtime } from '../runtime/runtime.ts';
import { createKeys } from './keys.ts';
import { createMachine } from './machine.ts';
import { createModels } from './models.ts';
import { openPolicy } from './policy.ts';
import { resources } from './resources.ts';
import { openSandbox } from './sandbox.ts';

/** Releases are built with this set: there the clock is the machine's, whatever the environment says. */
declare const __PACKAGED__: boolean | undefined;
const packaged = typeof __PACKAGED__ !== 'undefined' && __PACKAGED__;

/** A note file beyond this many bytes makes room for a new one. */
const noteLimit = 1024 * 1024;

export async function boot({ home }: { home: string }): Promise<{ runtime: Runtime; note(line: string): void }> {
  let redact = (line: string): string => line;
  const write = createNote(path.join(home, 'switchyard.log'));
  const note = (line: string): void => write(redact(line));
  const clock = await createClock();
  const outputs = path.join(home, 'outputs');
  mkdirSync(outputs, { recursive: true, mode: 0o700 });
  const sandbox = openSandbox({ home, note });
  const config = createConfig({ home });
  const models = createModels({ home, clock, stories: path.join(resources, 'rehearsal') });
  const secretNames = (): string[] => models.keyNames(Object.values(config.settings().providers));
  const runtime = await createRuntime({
    home,
    clock,
    ids: createIds(clock.now),
    log: createLog({ file: path.join(home, 'switchyard.db') }),
    files: createFiles(),
    commands: createCommands({ folder: outputs, homeId: readHomeId(home), wrap: sandbox.wrap, secretNames }),
    sandbox,
    search: createSearch({ note }),
    git: createGit(),
    config,
    policy: openPolicy(),
    catalog: createCatalog({ file: path.join(resources, 'models.json') }),
    keys: createKeys(home),
    machine: createMachine({ home, sandbox }),
    models,
    note,
  });
  ({ redact } = runtime);
  const close = async (): Promise<void> => {
    await runtime.close();
    await sandbox.close();
  };
  return { runtime: { ...runtime, close }, note };
}

async function createClock(): Promise<ClockPort> {
  const held = packaged ? undefined : process.env['SWITCHYARD_TEST_CLOCK'];
  if (!held) return createSystemClock();
  return (await import('../adapters/system/socket-clock.ts')).createSocketClock(held);
}

/** Names this data folder for good: what its commands leave running is found by it. */
function readHomeId(home: string): string {
  const file = path.join(home, 'home-id');
  try {
    const found = readFileSync(file, 'utf8').trim();
    if (found !== '') return found;
  } catch {
    // The first time.
  }
  const fresh = randomBytes(8).toString('hex');
  writeFileSync(file, `${fresh}\n`, { mode: 0o600 });
  return fresh;
}

/** Lines for whoever looks after the program, with the time in front. Never fails: there is nobody to tell. */
function createNote(file: string): (line: string) => void {
  return (line) => {
    try {
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > noteLimit) renameSync(file, `${file}.1`);
      appendFileSync(file, `${new Date().toISOString()} ${line}\n`, { mode: 0o600 });
    } catch {
      // A full or read-only disk shows itself elsewhere.
    }
  };
}
