// What developers do all day, and what a sandbox must not keep them from.

import { existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Probe, Range, Seen } from './probe.ts';
import type { World } from './world.ts';

export interface Use extends Pick<Probe, 'linked' | 'hosts'> {
  id: string;
  what: string;
  setup?: (world: World) => Promise<void> | void;
  does: ((world: World) => string) | { steps: (world: World, range: Range) => Promise<Seen> };
  /** Seen from the host. */
  works: (world: World, seen: Seen) => boolean;
  /** What the machine must have besides. */
  needs?: readonly string[];
}

const at = ({ root }: World, ...names: string[]): string => path.join(root, ...names);
const node = process.execPath;
/** The compiler of this repository, wherever it lies. */
const typescript = path.resolve(import.meta.dirname, '../../node_modules/.bin/tsc');
const linkedTree = (world: World): void => {
  world.git(world.project, 'branch', 'base');
  world.git(world.project, 'worktree', 'add', '-q', '-b', 'side', at(world, 'linked'));
};
const ended = (_: World, { code }: Seen): boolean => code === 0;

const everyday = `set -e
git status
echo one > one.txt; git add one.txt; git commit -q -m one
echo two >> readme.md; git stash -q; git stash pop -q; git commit -q -am two
git checkout -q -b topic HEAD~1; echo three > three.txt; git add -A; git commit -q -m three
git rebase -q -; git log --oneline; git tag v1; git worktree list
git checkout -q -b again; git branch -D topic; git gc -q || true; git diff HEAD~1 --stat; git reset -q --hard HEAD~1; git clean -fdq; git cherry-pick ORIG_HEAD`;

/** A registry with one package, which is asked for by its name. */
async function registry(world: World): Promise<number> {
  const tar = (name: string, text: string): Buffer => {
    const head = Buffer.alloc(512);
    head.write(name, 0);
    head.write('0000644\0', 100);
    head.write('0000000\0', 108);
    head.write('0000000\0', 116);
    head.write(`${text.length.toString(8).padStart(11, '0')}\0`, 124);
    head.write('00000000000\0', 136);
    head.write('        ', 148);
    head.write('0', 156);
    head.write('ustar\u000000', 257);
    head.write(
      `${[...head]
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
    );
    return Buffer.concat([head, Buffer.from(text), Buffer.alloc((512 - (text.length % 512)) % 512)]);
  };
  const about = { name: 'leftpad', version: '1.0.0', main: 'index.js' };
  const archive = gzipSync(
    Buffer.concat([
      tar('package/package.json', JSON.stringify(about)),
      tar('package/index.js', 'module.exports = 1;\n'),
      Buffer.alloc(1024),
    ]),
  );
  const server = createServer((request, response) => {
    if (request.url?.endsWith('.tgz')) {
      response.end(archive);
      return;
    }
    const tarball = `http://${request.headers.host}/leftpad/-/leftpad-1.0.0.tgz`;
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ name: 'leftpad', 'dist-tags': { latest: '1.0.0' }, versions: { '1.0.0': { ...about, dist: { tarball } } } }),
    );
  });
  await new Promise<void>((resolve) => void server.listen(0, world.lan ?? '127.0.0.1', () => resolve()));
  world.later(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
const registries = new WeakMap<World, number>();

export const uses: readonly Use[] = [
  {
    id: 'use-git',
    what: 'git status, add, commit, stash, checkout, rebase, tag, worktree list, gc, reset, clean, cherry-pick',
    does: () => everyday,
    works: ended,
  },
  {
    id: 'use-git-linked',
    what: '... in a linked worktree',
    linked: true,
    setup: linkedTree,
    does: () => everyday,
    works: (world, seen) => ended(world, seen) && world.git(world.project, 'log', '--oneline', 'again').includes('three'),
  },
  {
    id: 'use-git-init',
    what: 'git init, clone and commit in a new repository',
    does: () =>
      'set -e; git init -q new; cd new; echo a > a; git add a; git commit -q -m a; cd ..; git clone -q new copy; git -C copy log --oneline',
    works: (world, seen) => ended(world, seen) && existsSync(at(world, 'project/copy/.git/HEAD')),
  },
  {
    id: 'use-npm-test',
    what: 'npm test',
    setup: ({ put, project }) => {
      put(path.join(project, 'package.json'), JSON.stringify({ name: 'p', version: '1.0.0', scripts: { test: `"${node}" --test` } }));
      put(path.join(project, 'a.test.js'), "require('node:test')('a', () => require('node:fs').writeFileSync('tested', ''));\n");
    },
    does: () => 'npm test',
    works: (world, seen) => ended(world, seen) && existsSync(at(world, 'project/tested')),
  },
  {
    id: 'use-npm-ci',
    what: 'npm install and npm ci from a registry that the allow-list names',
    hosts: (world) => [`${world.lan}:${registries.get(world) ?? 0}`],
    setup: async (world) => {
      registries.set(world, await registry(world));
      world.put(
        path.join(world.project, 'package.json'),
        JSON.stringify({ name: 'p', version: '1.0.0', dependencies: { leftpad: '1.0.0' } }),
      );
    },
    does: (world) =>
      `set -e; npm install --registry http://${world.lan}:${registries.get(world)}/ --no-audit --no-fund; rm -rf node_modules; npm ci --no-audit --no-fund --registry http://${world.lan}:${registries.get(world)}/`,
    works: (world, seen) => ended(world, seen) && existsSync(at(world, 'project/node_modules/leftpad/index.js')),
  },
  {
    id: 'use-typescript',
    what: 'A build with TypeScript',
    setup: ({ put, project }) => {
      put(
        path.join(project, 'tsconfig.json'),
        JSON.stringify({ compilerOptions: { outDir: 'out', strict: true, types: [] }, files: ['a.ts'] }),
      );
      put(path.join(project, 'a.ts'), 'export const a: number = 1;\n');
    },
    does: () => `'${typescript}' -p .`,
    works: (world, seen) => ended(world, seen) && existsSync(at(world, 'project/out/a.js')),
  },
  {
    id: 'use-pytest',
    what: 'Tests in Python',
    setup: ({ put, project }) =>
      put(
        path.join(project, 'test_a.py'),
        'import unittest\nclass A(unittest.TestCase):\n    def test_a(self): open("tested", "w").close()\n',
      ),
    does: () => '/usr/bin/python3 -m pytest -q 2>/dev/null || /usr/bin/python3 -m unittest -q test_a',
    works: (world, seen) => ended(world, seen) && existsSync(at(world, 'project/tested')),
  },
  {
    id: 'use-server',
    what: 'A server, reached by a later command of the agent',
    does: {
      steps: async (world, range) => {
        const script = `require('node:http').createServer((q, a) => a.end('hello')).listen(${20_000 + (world.number % 10_000)}, '127.0.0.1', () => require('node:fs').writeFileSync('ready', ''))`;
        const serving = range.run(`'${node}' -e "${script}"`, { limit: 9000 });
        const seen = await range.run(
          `for i in $(seq 100); do [ -e ready ] && break; sleep 0.05; done; curl -s -m 3 --noproxy '*' http://127.0.0.1:${20_000 + (world.number % 10_000)}/ > answer; echo done > stop; pkill -f never-there; cat answer`,
        );
        void serving.catch(() => undefined);
        return seen;
      },
    },
    works: (world) => world.read(at(world, 'project/answer')) === 'hello',
  },
  {
    id: 'use-background',
    what: 'A command that goes on while others run',
    does: {
      steps: async (_, range) => {
        const long = range.run('for i in $(seq 200); do [ -e stop ] && break; sleep 0.05; done; echo all > lasted');
        await range.run('echo other > other; touch stop');
        return long;
      },
    },
    works: (world) => world.read(at(world, 'project/lasted')) === 'all\n',
  },
  {
    id: 'use-large',
    what: 'A file of 1 GB',
    does: () => 'truncate -s 1G sparse; head -c 1073741824 /dev/zero > large; ls -l large',
    works: (world) => existsSync(at(world, 'project/large')) && statSync(at(world, 'project/large')).size === 2 ** 30,
  },
  {
    id: 'use-socket',
    what: 'A Unix socket of its own, in /tmp and in the project (as tsx has)',
    does: () => `set -e; for place in /tmp/s ./s; do /usr/bin/python3 -c '
import os, socket, sys
s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen()
if os.fork() == 0:
    c = socket.socket(socket.AF_UNIX); c.connect(sys.argv[1]); c.sendall(b"hi"); os._exit(0)
assert s.accept()[0].recv(2) == b"hi"' $place; done`,
    works: ended,
  },
  {
    id: 'use-multiprocessing',
    what: "Python's multiprocessing",
    does: () => `/usr/bin/python3 -c '
import multiprocessing as m
def f(x): return x * x
if __name__ == "__main__":
    with m.Pool(2) as p: assert p.map(f, [1, 2, 3]) == [1, 4, 9]
    with m.Manager() as g: d = g.dict(); d["a"] = 1; assert d["a"] == 1; q = m.Queue(); q.put(1); assert q.get() == 1'`,
    works: ended,
  },
  {
    id: 'use-tools',
    what: 'Temporary files, /dev/shm, here-documents, pseudo-terminals, pipes, find, tar, sed -i, chmod, ps',
    does: () =>
      `set -e; t=$(mktemp); echo x > $t; echo x > /dev/shm/x; cat <<< y > z; tar cf a.tar z; rm z; tar xf a.tar; sed -i s/y/w/ z; chmod 755 z; chmod 2755 sub; find . -name z -print0 | xargs -0 ls -l; ps aux > /dev/null; script -qec 'echo in a terminal' /dev/null; cp -a sub sub2; ln -s z l; ln z h; mkfifo f; touch -d 2020-01-01 z; nproc; date`,
    works: ended,
  },
  {
    id: 'use-compiler',
    what: 'A build in C with make',
    does: () => `set -e; printf 'int main(void) { return 0; }' > a.c; printf 'a: a.c\\n\\tcc -o a a.c\\n' > Makefile; make -s -j2; ./a`,
    works: (world, seen) => ended(world, seen) && existsSync(at(world, 'project/a')),
    needs: ['cc', 'make'],
  },
];
