import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { connect, findHome, findOwner, keysFrom, makeHome, type OwnerNote, usualKeys } from '../host/connect.ts';
import type { Flags } from './arguments.ts';
import { onInterrupt } from './signals.ts';
import { print, safe, tell } from './terminal.ts';

/** How long a daemon may take to begin or to end, in milliseconds. */
const patience = 20_000;

export function run(flags: Flags, _args: readonly string[], verb: string): Promise<number> {
  if (verb === 'status') return status(flags);
  if (verb === 'stop') return stop();
  return flags['detach'] ? detach() : stay();
}

const describe = ({ pid, role, program }: OwnerNote): string =>
  `${role === 'daemon' ? 'the daemon' : `a ${role}`}, process ${pid}, version ${program}`;

async function refuseSecond(): Promise<void> {
  const owner = await findOwner();
  if (owner) throw new AppError('conflict', `The data folder ${findHome()} has an owner already: ${describe(owner)}.`);
}

async function stay(): Promise<number> {
  await refuseSecond();
  const ended = Promise.withResolvers<void>();
  const client = await connect({ client: 'daemon', keys: keysFrom(process.env, usualKeys), role: 'daemon' });
  if (!client.owner()) {
    await client.close();
    await refuseSecond();
  }
  const stopListening = onInterrupt(ended.resolve);
  tell(`The daemon runs: process ${process.pid}, data folder ${safe(findHome())}.`);
  await ended.promise;
  await client.close({ now: true });
  stopListening();
  return 0;
}

async function detach(): Promise<number> {
  await refuseSecond();
  const home = findHome();
  makeHome(home);
  const log = path.join(home, 'daemon.log');
  const output = openSync(log, 'a', 0o600);
  const program = process.argv[1] ?? '';
  const child = spawn(process.execPath, [...process.execArgv, program, 'daemon', 'run'], {
    detached: true,
    stdio: ['ignore', output, output],
  });
  closeSync(output);
  const failed = new Promise<never>((_resolve, reject) => {
    const gone = (): void => reject(new AppError('unavailable', 'The daemon ended as soon as it began.', { hint: `See ${log}.` }));
    child.once('exit', gone);
    child.once('error', gone);
  });
  child.unref();
  const pid = await Promise.race([failed, until(async () => (await findOwner())?.pid)]);
  tell(`The daemon runs: process ${pid}.`);
  return 0;
}

async function status(flags: Flags): Promise<number> {
  const owner = await findOwner();
  if (!owner) {
    if (flags['json']) print('null\n');
    else tell('Nobody owns the data folder now.');
    return 1;
  }
  const client = await connect({ client: 'daemon status', keys: {} });
  const { threads } = await client.request('thread.list', { limit: 1000 });
  await client.close();
  const working = threads.filter((thread) => thread.status === 'working');
  const waiting = threads.filter((thread) => thread.status === 'waiting');
  if (flags['json']) {
    const { pid, role, program } = owner;
    print(
      `${JSON.stringify({ pid, role, program, home: findHome(), working: working.map(({ id }) => id), waiting: waiting.map(({ id }) => id) })}\n`,
    );
  } else {
    print(
      `Owner: ${describe(owner)}\nData folder: ${findHome()}\nThreads: ${working.length} working, ${waiting.length} waiting for an answer\n`,
    );
    for (const { id, title } of working) print(`  ${id}  ${title.replaceAll(/\s+/g, ' ')}\n`);
  }
  return 0;
}

async function stop(): Promise<number> {
  const owner = await findOwner();
  if (!owner) {
    tell('No daemon runs.');
    return 0;
  }
  if (owner.role !== 'daemon')
    throw new AppError('conflict', `The owner of the data folder is no daemon: ${describe(owner)}.`, {
      hint: 'End it where it was started.',
    });
  process.kill(owner.pid, 'SIGTERM');
  await until(async () => ((await findOwner())?.pid === owner.pid || alive(owner.pid) ? undefined : true));
  tell('The daemon has stopped.');
  return 0;
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Looks again and again until there is an answer; another process can't be waited for in any better way. */
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + patience;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new AppError('unavailable', `Nothing happened within ${patience / 1000} seconds.`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
