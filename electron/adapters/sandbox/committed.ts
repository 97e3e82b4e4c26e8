import { type ChildProcess, spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { quoted } from '../../../shared/policy/pattern.ts';
import type { AutorunChange } from '../../runtime/ports/autorun.ts';
import type { WrapStart } from '../../runtime/ports.ts';

// A checkout or a rebase brings files that were committed before: nothing to ask about. What counts is what the repository's branches
// held before any command ran here, and every object on the way to a file is checked against its name: commands may write objects.

/** Branches that are looked through, the newest first. */
const mostTips = 100;
/** Commits, trees: anything larger is passed by. */
const mostBytes = 8 * 1024 * 1024;

export interface Committed {
  /** Notes a folder's branches, the first time. Nothing of a thread may have run there yet. */
  remember(root: string): Promise<void>;
  /** The paths of those changes that make a file as one of the noted branches has it. */
  known(root: string, changes: readonly AutorunChange[]): Promise<ReadonlySet<string>>;
}

interface Noted {
  tips: string[];
  /** The folder's place in its repository, with a slash at its end, or ''. */
  prefix: string;
}
type ReadObject = (id: string) => Promise<Buffer | undefined>;

/** Answers of `git cat-file --batch` in the order of the questions, each checked. */
function objects(child: ChildProcess): ReadObject {
  const known = new Map<string, Promise<Buffer | undefined>>();
  const waiting: ((bytes: Buffer | undefined) => void)[] = [];
  let rest = Buffer.alloc(0);
  let ended = false;
  child.stdin?.on('error', () => undefined);
  child.stdout?.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    for (let line = rest.indexOf(10); line >= 0; line = rest.indexOf(10)) {
      const [id = '', type, size] = rest.toString('latin1', 0, line).split(' ');
      if (size === undefined) {
        rest = rest.subarray(line + 1);
        waiting.shift()?.(undefined);
        continue;
      }
      const end = line + 1 + Number(size);
      if (rest.length < end + 1) break;
      const bytes = Buffer.from(rest.subarray(line + 1, end));
      rest = rest.subarray(end + 1);
      const name = hash(id.length === 64 ? 'sha256' : 'sha1', Buffer.concat([Buffer.from(`${type} ${size}\0`), bytes]), 'hex');
      waiting.shift()?.(name === id && bytes.length <= mostBytes ? bytes : undefined);
    }
  });
  child.once('close', () => {
    ended = true;
    for (const each of waiting.splice(0)) each(undefined);
  });
  return async (id) => {
    const one =
      known.get(id) ??
      new Promise<Buffer | undefined>((resolve) => {
        if (ended) return resolve(undefined);
        waiting.push(resolve);
        child.stdin?.write(`${id}\n`);
      });
    known.set(id, one);
    return one;
  };
}

/** An entry of a tree: `mode name`, a zero byte, the id. */
function entryOf(tree: Buffer, name: string, idBytes: number): { mode: string; id: string } | undefined {
  for (let at = 0; at < tree.length; ) {
    const zero = tree.indexOf(0, at);
    const [mode = '', ...words] = tree.toString('utf8', at, zero).split(' ');
    if (words.join(' ') === name) return { mode, id: tree.toString('hex', zero + 1, zero + 1 + idBytes) };
    at = zero + 1 + idBytes;
  }
  return undefined;
}

/** Does this commit hold the change's file as it is now, or none where it is gone? */
async function holds(read: ReadObject, commit: string, file: string, { after }: AutorunChange): Promise<boolean> {
  const idBytes = commit.length / 2;
  const head = await read(commit);
  let id = /^tree ([0-9a-f]+)\n/.exec(head?.toString('latin1') ?? '')?.[1];
  const names = file.split('/');
  for (const [index, name] of names.entries()) {
    const tree = id === undefined ? undefined : await read(id);
    if (!tree) return false;
    const entry = entryOf(tree, name, idBytes);
    if (!entry) return after.kind === 'absent';
    if (index < names.length - 1) {
      if (entry.mode !== '40000') return after.kind === 'absent';
      id = entry.id;
      continue;
    }
    if (after.kind !== 'file' && after.kind !== 'link') return false;
    const kind = after.kind === 'link' ? '120000' : (after.mode & 0o111) === 0 ? '100644' : '100755';
    if (entry.mode !== kind) return false;
    const content = after.kind === 'link' ? Buffer.from(after.target) : after.bytes;
    const bytes = Buffer.concat([Buffer.from(`blob ${content.length}\0`), content]);
    return hash(idBytes === 32 ? 'sha256' : 'sha1', bytes, 'hex') === entry.id;
  }
  return false;
}

/** What was noted of a repository is kept: what commands have committed until a restart, or in another worktree, is not somebody else's. */
async function keptTips(folder: string, repository: string, note: () => Promise<string[]>): Promise<string[]> {
  const { ino, dev } = statSync(repository);
  const file = path.join(folder, `${hash('sha256', `${repository} ${dev} ${ino}`, 'hex').slice(0, 32)}.json`);
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { branches: string[] }).branches;
  } catch {
    const branches = await note();
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(file, JSON.stringify({ branches }), { mode: 0o600 });
    return branches;
  }
}

/** `folder` is for what is noted. Git runs in the sandbox, where it can change nothing and reach nobody, whatever the repository's settings say. */
export function createCommitted(wrap: WrapStart, folder: string): Committed {
  const noted = new Map<string, Promise<Noted>>();

  const git = async (root: string, args: string[]): Promise<ChildProcess> => {
    const env = {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      HOME: '/nonexistent',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_NO_LAZY_FETCH: '1',
      GIT_NO_REPLACE_OBJECTS: '1',
    };
    const confine = {
      paths: ['/', quoted(root)].map((place) => ({ path: place, access: 'read' as const })),
      network: { access: 'off' as const, hosts: [] },
      environment: [],
      worktree: root,
    };
    const start = await wrap({ id: 'git', file: 'git', args: ['-c', 'safe.directory=*', ...args], cwd: root, env, confine });
    const child = spawn(start.file, start.args, {
      cwd: root,
      env: start.env,
      stdio: ['pipe', 'pipe', 'ignore', ...start.descriptors],
      detached: true,
    });
    start.started();
    child.once('close', () => start.ended());
    child.once('error', () => undefined);
    return child;
  };
  const words = async (root: string, args: string[]): Promise<string> => {
    const child = await git(root, args);
    child.stdin?.end();
    return child.stdout ? text(child.stdout) : '';
  };
  // Branches and tags of this machine: what was only fetched may be anybody's, and somebody has yet to take it in.
  const tips = async (root: string): Promise<string[]> => {
    const format = '--format=%(objectname) %(*objectname)';
    const refs = await words(root, ['for-each-ref', '--sort=-creatordate', `--count=${mostTips}`, format, 'refs/heads', 'refs/tags']);
    // Where there is no commit yet, the word itself comes back.
    const head = await words(root, ['rev-parse', 'HEAD']);
    return [...new Set(`${head} ${refs}`.split(/\s/))].filter((id) => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(id));
  };
  const note = async (root: string): Promise<Noted> => {
    const [common = '', prefix = ''] = (
      await words(root, ['rev-parse', '--path-format=absolute', '--git-common-dir', '--show-prefix'])
    ).split('\n');
    if (common === '') return { tips: [], prefix: '' };
    return { tips: await keptTips(folder, common, async () => tips(root)), prefix };
  };

  return {
    async remember(root) {
      const made = noted.get(root) ?? note(root).catch((): Noted => ({ tips: [], prefix: '' }));
      noted.set(root, made);
      await made;
    },
    async known(root, changes) {
      const found = new Set<string>();
      const { tips = [], prefix = '' } = (await noted.get(root)) ?? {};
      const candidates = changes.filter(({ path: file }) => !path.relative(root, file).split('/').includes('.git'));
      if (tips.length === 0 || candidates.length === 0) return found;
      const child = await git(root, ['cat-file', '--batch']);
      const read = objects(child);
      try {
        for (const change of candidates) {
          const file = prefix + path.relative(root, change.path);
          for (const tip of tips) {
            if (!(await holds(read, tip, file, change))) continue;
            found.add(change.path);
            break;
          }
        }
      } finally {
        child.stdin?.end();
      }
      return found;
    },
  };
}
