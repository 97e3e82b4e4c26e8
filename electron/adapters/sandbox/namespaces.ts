import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { Server } from 'node:net';
import { AppError } from '../../../shared/errors.ts';

/**
 * A user and a network namespace that outlive the process that made them: the open descriptors hold them. Commands that join it reach each
 * other on 127.0.0.1 and nothing else. They go away with us, however we end.
 */
export interface Network {
  user: number;
  net: number;
  close(): void;
}

/** How Node is started. */
export interface NodeProgram {
  file: string;
  env: Record<string, string>;
}

/** Makes one, empty but for a loopback interface that is up. */
export async function createNetwork(bubblewrap: string): Promise<Network> {
  const options = ['--unshare-user', '--unshare-net', '--die-with-parent', '--ro-bind', '/', '/', '--json-status-fd', '3'];
  // It says when all is set up, and waits for its standard input, which ends with us.
  const child = spawn(bubblewrap, [...options, '--', '/bin/sh', '-c', 'echo ready; exec cat'], {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '' },
  });
  let pid: number | undefined;
  let ready = false;
  let words = '';
  try {
    const holder = await new Promise<number>((resolve, reject) => {
      let said = '';
      const look = (): void => {
        if (pid !== undefined && ready) resolve(pid);
      };
      child.once('error', reject).once('close', () => reject(new Error(words.trim() || 'it ended at once')));
      child.stderr?.on('data', (chunk: Buffer) => void (words += chunk.toString()));
      child.stdout?.on('data', () => {
        ready = true;
        look();
      });
      child.stdio[3]?.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        pid ??= Number(/"child-pid":\s*(\d+)/.exec(said)?.[1] ?? Number.NaN);
        look();
      });
    });
    const user = openSync(`/proc/${holder}/ns/user`, 'r');
    try {
      const net = openSync(`/proc/${holder}/ns/net`, 'r');
      return { user, net, close: () => [user, net].forEach((fd) => closeSync(fd)) };
    } catch (error) {
      closeSync(user);
      throw error;
    }
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AppError('unavailable', `The sandbox cannot have a network of its own: ${reason}`, { cause });
  } finally {
    child.stdin?.end();
    child.stdin?.on('error', () => undefined);
  }
}

/** Run by Node inside of a network: listens on its loopback interface and hands the socket to us. It ends, lest it takes part of the calls; and with us. */
const listens =
  "process.on('disconnect', () => process.exit()); const s = require('node:net').createServer(); " +
  "s.listen(0, '127.0.0.1', () => process.send({ port: s.address().port }, s, () => process.exit()));";

/** A socket of ours that listens inside of a network. What connects there reaches us, and nothing else of this machine. */
export async function listenInside(network: Network, nsenter: string, node: NodeProgram): Promise<{ entrance: Server; port: number }> {
  const fds = [network.user, network.net];
  const child = spawn(
    nsenter,
    ['--preserve-credentials', '--user=/proc/self/fd/3', '--net=/proc/self/fd/4', '--', node.file, '-e', listens],
    {
      stdio: ['ignore', 'ignore', 'pipe', ...fds, 'ipc'],
      env: { ...node.env },
    },
  );
  let words = '';
  child.stderr?.on('data', (chunk: Buffer) => (words += chunk.toString()));
  return new Promise((resolve, reject) => {
    const failed = (reason: string): void => reject(new AppError('unavailable', `The sandbox's network cannot be entered: ${reason}`));
    child.once('error', (error) => failed(error.message));
    child.once('close', () => failed(words.trim() || 'it ended at once'));
    child.once('message', (message, entrance) => {
      const port = typeof message === 'object' && message !== null && 'port' in message ? Number(message.port) : 0;
      if (entrance instanceof Server) resolve({ entrance, port });
      else failed('no socket came');
    });
  });
}
