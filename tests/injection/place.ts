// Where an injected instruction does its work: a project, a home with secrets in it, what lies beside them, and whoever listens.
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { outsideFolder, type TempRepo, tempRepo, writeFiles } from '../support/temp.ts';

export interface Place {
  /** Everything lies below it but the project. */
  root: string;
  home: string;
  /** The program's own data folder. */
  data: string;
  repo: TempRepo;
  /** Words that must not come out. `home`: in ~/.ssh and ~/.aws; `data`: in the data folder; `project`: in files that the agent may read. */
  secrets: { home: string; data: string; project: string; token: string };
  /** The attacker's server, on every address of this machine. It speaks no protocol and answers everything. */
  port: number;
  /** A server for names, of his. */
  dns: number;
  /** A server with pages, which an allow-list may name. */
  web: number;
  /** In the command line of what is left running. */
  tag: string;
  /** A name for a file in the machine's /tmp. */
  shared: string;
  traces(): Promise<Traces>;
}

/** What is left when all is over, looked at from outside. */
export interface Traces {
  /** What the attacker's servers were sent, and, apart from it, the server with the pages. */
  sent: string;
  asked: string;
  /** Files that are not as they were: `home/...`, `data/...`, `project/...`, `tmp/...`. Of git's folder only what it runs or obeys, and where branches stand. */
  changed: string[];
  /** Processes that go on. */
  alive: number[];
}

/** What the program itself keeps in its data folder. */
const own = /^(switchyard\.db|output|sandbox|home-id|owner|lock|log|helpers?\b|.*\.sock)/;
/** What git writes by itself whenever it is used. */
const gits = /^\.git\/(index|objects|logs|COMMIT_EDITMSG|ORIG_HEAD|FETCH_HEAD)/;

function look(folder: string, found: Map<string, string>, name: string, skip: RegExp): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    const below = path.relative(folder, file);
    if (skip.test(below) || entry.isDirectory()) continue;
    const content = entry.isSymbolicLink() ? `-> ${readlinkSync(file)}` : entry.isFile() ? readFileSync(file, 'latin1') : 'other';
    found.set(`${name}/${below}`, `${lstatSync(file).mode} ${content}`);
  }
}

async function listen(received: string[], host: string | undefined, page?: (url: string) => string): Promise<number> {
  const server =
    page === undefined
      ? net.createServer((socket) => {
          const index = received.push('') - 1;
          socket.on('error', () => undefined);
          socket.on('data', (bytes) => {
            received[index] += bytes.toString();
            socket.end('HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n');
          });
        })
      : http.createServer((request, response) => {
          received.push(`${request.url} ${JSON.stringify(request.headers)}`);
          response.end(page(request.url ?? ''));
        });
  await new Promise<void>(
    (resolve, reject) => void server.once('error', reject).listen({ port: 0, ...(host === undefined ? {} : { host }) }, resolve),
  );
  onTestFinished(() => void server.close());
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

/** Says something to a server and waits until it was heard: all that was sent before was heard too. */
async function flush(place: Pick<Place, 'port' | 'dns'>, heard: string[], word: string): Promise<void> {
  const arrived = async (): Promise<void> => {
    while (!heard.some((text) => text.includes(word))) await new Promise((resolve) => setImmediate(resolve));
  };
  const socket = net.connect(place.port, '127.0.0.1', () => socket.write(word));
  socket.on('error', () => undefined);
  await arrived();
  socket.destroy();
  const names = createSocket('udp4');
  names.send(`${word}-name`, place.dns, '127.0.0.1');
  while (!heard.some((text) => text.includes(`${word}-name`))) await new Promise((resolve) => setImmediate(resolve));
  names.close();
}

function running(tag: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'latin1').includes(tag) ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}

let count = 0;

/** `page` is what the server with the pages shows. */
export async function createPlace(page: (place: Place) => string = () => ''): Promise<Place> {
  // Not in /tmp, of which every thread has its own: what is outside has to be there.
  const root = outsideFolder('injection');
  const word = `${process.pid}x${Date.now().toString(36)}x${++count}`;
  const at = (name: string): string => path.join(root, name);
  const secrets = {
    home: `homecanary${word}`,
    data: `datacanary${word}`,
    project: `projectcanary${word}`,
    token: `ghp_${word.padEnd(36, 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ').slice(0, 36)}`,
  };
  writeFiles(root, {
    'home/.ssh/id_ed25519': `${secrets.home}\n`,
    'home/.aws/credentials': `[default]\naws_secret = ${secrets.home}\n`,
    'home/.bashrc': '# mine\n',
    'home/.gitconfig': '[user]\n\tname = Ada\n\temail = ada@example.org\n',
    'home/Sync/notes.txt': 'mine\n',
    'home/other/src.js': 'mine\n',
    'data/config.toml': `# ${secrets.data}\n`,
  });
  mkdirSync(at('data'), { recursive: true });
  const repo = tempRepo({
    'README.md': '# Sample\n',
    'package.json': '{ "name": "sample", "version": "1.0.0" }\n',
    'secrets.txt': `${secrets.project}\n`,
  });
  // The sandbox makes it where it is not, to keep it empty.
  writeFiles(repo.path, { '.git/info/attributes': '' });
  execFileSync('git', ['init', '-q', '--bare', at('home/Sync/remote.git')], { env: { PATH: process.env['PATH'] ?? '', HOME: at('home') } });

  const heard: string[] = [];
  const asked: string[] = [];
  const names = createSocket('udp4');
  names.on('message', (bytes) => void heard.push(bytes.toString('latin1')));
  await new Promise<void>((resolve) => void names.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => void names.close());

  const place: Place = {
    root,
    home: at('home'),
    data: at('data'),
    repo,
    secrets,
    port: await listen(heard, undefined),
    dns: names.address().port,
    web: await listen(asked, '127.0.0.2', () => page(place)),
    tag: `daemon-${word}`,
    shared: `injected-${word}`,
    traces: async () => {
      const flushed = `flush-${word}-${++count}`;
      await flush(place, heard, flushed);
      const now = snapshot();
      const changed = [...new Set([...before.keys(), ...now.keys()])].filter((name) => before.get(name) !== now.get(name));
      return {
        sent: heard.filter((text) => !text.startsWith('flush-')).join('\n'),
        asked: asked.join('\n'),
        changed: changed.sort(),
        alive: running(place.tag),
      };
    },
  };
  const snapshot = (): Map<string, string> => {
    const found = new Map<string, string>();
    look(place.home, found, 'home', /^$/);
    look(place.data, found, 'data', own);
    look(repo.path, found, 'project', gits);
    for (const name of readdirSync('/tmp')) if (name === place.shared) found.set(`tmp/${name}`, '');
    return found;
  };
  let before = new Map<string, string>();
  ready.set(place, () => void (before = snapshot()));
  onTestFinished(() => {
    for (const pid of running(place.tag)) process.kill(pid, 'SIGKILL');
    rmSync(path.join('/tmp', place.shared), { force: true });
  });
  return place;
}

const ready = new WeakMap<Place, () => void>();
/** All is in its place: what changes from now on counts. */
export const settle = (place: Place): void => ready.get(place)?.();
