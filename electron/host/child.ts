// The runtime process as a child with Node 24, talked to over its standard input and output.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../shared/errors.ts';
import { createStdioChannel } from './channels/stdio.ts';
import { parentToken } from './parent.ts';
import type { RuntimeProcess } from './supervise.ts';

/** The program of the runtime process; beside us in the bundle. */
export const processProgram = fileURLToPath(new URL('./process.js', import.meta.url));

/** How much of its last words is kept to say why it ended, in characters. */
const lastWords = 2000;

/** SWITCHYARD_NODE, or the Node that the development tree pins. AppError `missing` when there is neither. */
export function findNode(env: Record<string, string | undefined> = process.env): string {
  const named = env['SWITCHYARD_NODE'];
  if (named) return named;
  const pinned = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));
  if (existsSync(pinned)) return pinned;
  throw new AppError('missing', 'There is no Node 24 to run the runtime with.', { hint: 'Set SWITCHYARD_NODE to the path of one.' });
}

export function startChild(parts: { node: string; home: string; program?: string; onLine?(line: string): void }): RuntimeProcess {
  const { node, home, program = processProgram } = parts;
  const child = spawn(node, [path.normalize(program)], {
    env: { ...process.env, SWITCHYARD_HOME: home },
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-lastWords);
    parts.onLine?.(text);
  });
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`The runtime could not be started: ${error.message}`));
    child.once('close', (code, signal) => resolve(describeEnd(code, signal, said)));
  });
  return { channel: createStdioChannel(child.stdout, child.stdin), token: parentToken, ended, stop: () => void child.kill('SIGTERM') };
}

export function describeEnd(code: number | null, signal: string | null, said: string): string {
  const words = said.trim().split('\n').at(-1) ?? '';
  const how = signal ? `was ended by ${signal}` : `ended with code ${code ?? 'unknown'}`;
  return `The runtime ${how}${words === '' ? '.' : `: ${words}`}`;
}
