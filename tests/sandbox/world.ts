// Where a probe takes place: a project, a home, something outside that must stay as it is, and a secret that must not come out.
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import {
  accessSync,
  constants,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const here = import.meta.dirname;
export const python = '/usr/bin/python3';

/** What a server of the host was told, and where it is. */
export interface Listener {
  port: number;
  received: string[];
}
/** A process of the host's with a secret in its memory and in its environment. */
export interface Victim {
  pid: number;
  address: string;
  /** What its memory holds now; undefined when it is gone. */
  memory(): Promise<string | undefined>;
}

export interface World {
  root: string;
  home: string;
  project: string;
  outside: string;
  /** A file outside that nothing may change. */
  file: string;
  /** The program's own data folder. */
  data: string;
  canary: string;
  /** A word by which processes are found. */
  tag: string;
  /** A free number. */
  number: number;
  /** Seen by a process that holds something: it may go on. */
  go: string;
  /** An address of this machine that others could reach it by. */
  lan: string | undefined;
  put(file: string, text: string, mode?: number): void;
  read(file: string): string | undefined;
  git(folder: string, ...args: string[]): string;
  /** A command line that runs attack.py. */
  attack(...args: (string | number)[]): string;
  tcp(host: string): Promise<Listener>;
  udp(host: string): Promise<Listener>;
  unix(where: string): Promise<Listener>;
  victim(cwd?: string): Promise<Victim>;
  /** Undone at the end, last first. */
  later(undo: () => void | Promise<void>): void;
  close(): Promise<void>;
}

export const quoted = (word: string | number): string => `'${String(word).replaceAll("'", `'\\''`)}'`;

/** Not in /tmp, which commands have for themselves: what is outside must be there to be attacked. */
function base(): string {
  const places = ['/srv', '/var/cache', '/opt', '/var/lib'].filter((place) => {
    try {
      accessSync(place, constants.W_OK);
      return process.getuid?.() === 0;
    } catch {
      return false;
    }
  });
  const given = process.env['PROBE_BASE'];
  if (given !== undefined) return given;
  if (places[0] !== undefined) return places[0];
  const own = path.resolve(here, '../../.cache');
  mkdirSync(own, { recursive: true });
  return own;
}

export const makeBase = (): string => realpathSync(mkdtempSync(path.join(base(), 'switchyard-probes-')));

const gitEnvironment = (home: string): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  HOME: home,
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_DATE: '2026-01-01T00:00:00Z',
  GIT_COMMITTER_DATE: '2026-01-01T00:00:00Z',
  GIT_TERMINAL_PROMPT: '0',
});

/** Everything below a folder, with its text. */
export function contents(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    found.set(file, entry.isFile() ? readFileSync(file, 'latin1') : '');
  }
  return found;
}

function template(folder: string): string {
  const made = path.join(folder, 'template');
  try {
    mkdirSync(made);
  } catch {
    return made;
  }
  const home = path.join(made, 'home');
  const project = path.join(made, 'project');
  for (const each of [home, project, path.join(made, 'outside', 'folder')]) mkdirSync(each, { recursive: true });
  writeFileSync(path.join(made, 'outside', 'file'), 'untouched\n');
  writeFileSync(path.join(home, '.gitconfig'), '[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n');
  writeFileSync(path.join(home, '.bashrc'), '# mine\n');
  const git = (...args: string[]): string => execFileSync('git', args, { cwd: project, env: gitEnvironment(home), encoding: 'utf8' });
  git('init', '-q', '-b', 'main');
  writeFileSync(path.join(project, 'readme.md'), '# hello\n');
  cpSync(path.join(here, 'attack.py'), path.join(project, 'attack.py'));
  mkdirSync(path.join(project, 'sub'));
  writeFileSync(path.join(project, 'sub', 'code.txt'), 'code\n');
  git('add', '-A');
  git('commit', '-q', '-m', 'first');
  return made;
}

let numbers = process.pid * 1000;

export function createWorld(folder: string, data: string): World {
  const root = mkdtempSync(path.join(folder, 'world-'));
  cpSync(template(folder), root, { recursive: true });
  const at = (name: string): string => path.join(root, name);
  const [home, project, outside] = [at('home'), at('project'), at('outside')];
  const undo: (() => void | Promise<void>)[] = [];
  const word = randomBytes(6).toString('hex');
  const listener = (server: net.Server, where: net.ListenOptions): Promise<Listener> =>
    new Promise((resolve, reject) => {
      const received: string[] = [];
      server.on('connection', (socket) => {
        received.push('');
        const index = received.length - 1;
        socket.on('error', () => undefined);
        socket.on('data', (bytes: Buffer) => {
          received[index] += bytes.toString();
          socket.end(`secret-${word}\n`);
        });
      });
      server.once('error', reject);
      server.listen(where, () => {
        const address = server.address();
        undo.push(() => void server.close());
        resolve({ port: typeof address === 'object' && address ? address.port : 0, received });
      });
    });

  const world: World = {
    root,
    home,
    project,
    outside,
    file: path.join(outside, 'file'),
    data,
    canary: `secret-${word}`,
    tag: `tag-${word}`,
    number: ++numbers,
    go: path.join(project, 'go'),
    lan: Object.values(os.networkInterfaces())
      .flatMap((each) => each ?? [])
      .find(({ family, internal }) => family === 'IPv4' && !internal)?.address,
    put(file, text, mode = 0o644) {
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text, { mode });
    },
    read(file) {
      try {
        return readFileSync(file, 'utf8');
      } catch {
        return undefined;
      }
    },
    git: (cwd, ...args) =>
      execFileSync('git', args, { cwd, env: gitEnvironment(home), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }),
    attack: (...args) => [python, `${project}/attack.py`, ...args].map(quoted).join(' '),
    tcp: async (host) => listener(net.createServer(), { host, port: 0 }),
    unix: async (where) => listener(net.createServer(), { path: where }),
    udp: (host) =>
      new Promise((resolve, reject) => {
        const socket = createSocket(net.isIPv6(host) ? 'udp6' : 'udp4');
        const received: string[] = [];
        socket.on('message', (bytes) => void received.push(bytes.toString()));
        socket.once('error', reject);
        socket.bind(0, host, () => {
          undo.push(() => void socket.close());
          resolve({ port: socket.address().port, received });
        });
      }),
    async victim(cwd = outside) {
      const child = spawn(python, [path.join(project, 'attack.py'), 'victim', world.canary], {
        cwd,
        env: { PATH: '/usr/bin:/bin', VICTIM_SECRET: world.canary },
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      const ended = new Promise<void>((resolve) => void child.once('exit', () => resolve()));
      undo.push(async () => {
        child.kill('SIGKILL');
        await ended;
      });
      const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
      const [pid, address] = String((await lines.next()).value).split(' ');
      child.stdin.on('error', () => undefined);
      return {
        pid: Number(pid),
        address: address ?? '',
        memory: async () => {
          child.stdin.write('say\n');
          const line = await Promise.race([lines.next(), ended]);
          return line && !line.done ? line.value : undefined;
        },
      };
    },
    later: (one) => void undo.push(one),
    async close() {
      for (const one of undo.reverse()) await one();
      // Attacks leave folders that nobody may look into.
      execFileSync('chmod', ['-R', 'u+rwX', root], { stdio: 'ignore' });
      rmSync(root, { recursive: true, force: true });
    },
  };
  return world;
}
