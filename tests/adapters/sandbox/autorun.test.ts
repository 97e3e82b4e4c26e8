import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, readFileSync, readlinkSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAutorunFiles } from '../../../electron/adapters/sandbox/autorun.ts';
import { plainSettings } from '../../../electron/adapters/sandbox/git-settings.ts';
import { createKeptStates } from '../../../electron/adapters/sandbox/kept-states.ts';
import type { AutorunChange } from '../../../electron/runtime/ports/autorun.ts';
import type { FileSide } from '../../../shared/domain/thread.ts';
import { confined } from '../../support/confined.ts';
import { tempFolder, tempRepo, writeFiles } from '../../support/temp.ts';

const opened = (folder = tempFolder('before')) => createAutorunFiles({ kept: createKeptStates(folder) });
const words = (side: FileSide<Uint8Array>): string | null =>
  side.kind === 'file'
    ? Buffer.from(side.bytes).toString()
    : side.kind === 'link'
      ? `-> ${side.target}`
      : side.kind === 'absent'
        ? null
        : side.kind;

describe.runIf(process.platform === 'linux')('files that run by themselves', () => {
  it('are told when they change, appear or go, with what they were', async () => {
    const { path: folder } = tempRepo({ 'AGENTS.md': 'one', '.envrc': 'old', 'src/a.ts': '' });
    symlinkSync('AGENTS.md', path.join(folder, 'CLAUDE.md'));
    const { watch } = opened();
    const { changes } = await watch(folder);
    expect(await changes()).toEqual([]);
    writeFiles(folder, {
      'AGENTS.md': 'two',
      'a/.vscode/tasks.json': '{}',
      'new/.git/hooks/post-commit': 'run',
      '.git/commondir': '../x',
      'src/a.ts': 'x',
      'bare/HEAD': 'x',
      'bare/refs/x': '',
      'bare/objects/x': '',
      'bare/config': '[core]\n\tfsmonitor = x',
      'node_modules/p/.vscode/tasks.json': '',
    });
    execFileSync('rm', ['.envrc'], { cwd: folder });
    const found = (await changes()).map(({ path: file, before, after }) => [path.relative(folder, file), words(before), words(after)]);
    expect(found.toSorted(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1))).toEqual([
      ['.envrc', 'old', null],
      ['.git/commondir', null, '../x'],
      ['AGENTS.md', 'one', 'two'],
      ['a/.vscode/tasks.json', null, '{}'],
      ['bare/config', null, '[core]\n\tfsmonitor = x'],
      ['new/.git/hooks/post-commit', null, 'run'],
    ]);
  });

  it('links are told of as links, also where they lead out or to another place than before, and are brought back', async () => {
    const { path: folder } = tempRepo();
    const victim = path.join(tempFolder('victim'), 'file');
    writeFileSync(victim, 'mine');
    const at = (name: string): string => path.join(folder, name);
    symlinkSync('/first', at('CLAUDE.md'));
    symlinkSync('/first', at('AGENTS.md'));
    const { watch, bring } = opened();
    const { changes } = await watch(folder);
    for (const name of ['CLAUDE.md', 'AGENTS.md']) unlinkSync(at(name));
    writeFileSync(at('AGENTS.md'), 'evil');
    const added = ['.git/ORIG_HEAD', '.git/logs/refs/x', '.envrc', '.vscode', 'CLAUDE.md'];
    for (const name of added) symlinkSync(victim, at(name));
    const found = await changes();
    expect(found.map(({ path: file, before, after }) => [path.relative(folder, file), words(before), words(after)])).toEqual([
      ['.envrc', null, `-> ${victim}`],
      ['.git/ORIG_HEAD', null, `-> ${victim}`],
      ['.git/logs/refs/x', null, `-> ${victim}`],
      ['.vscode', null, `-> ${victim}`],
      ['AGENTS.md', '-> /first', 'evil'],
      ['CLAUDE.md', '-> /first', `-> ${victim}`],
    ]);
    for (const { path: file, before, after } of found) expect(await bring(file, after, before)).toEqual({ done: 'done' });
    expect(added.filter((name) => existsSync(at(name)))).toEqual([]);
    expect([readlinkSync(at('CLAUDE.md')), readlinkSync(at('AGENTS.md')), readFileSync(victim, 'utf8')]).toEqual([
      '/first',
      '/first',
      'mine',
    ]);
    expect(await changes()).toEqual([]);
  });

  it('nothing is written or removed through a link, at the end of the path or on its way', async () => {
    const { path: folder } = tempRepo({ '.envrc': 'EVIL', 'pkg/.vscode/tasks.json': 'EVIL' });
    const victim = tempFolder('victim');
    writeFiles(victim, { bashrc: 'mine', '.vscode/tasks.json': 'mine' });
    const { bring } = opened();
    const side = (text: string): FileSide<Uint8Array> => ({ kind: 'file', bytes: Buffer.from(text), mode: 0o644 });
    unlinkSync(path.join(folder, '.envrc'));
    symlinkSync(path.join(victim, 'bashrc'), path.join(folder, '.envrc'));
    expect(await bring(path.join(folder, '.envrc'), side('mine'), side('EVIL'))).toEqual({ done: 'differs' });
    expect(await bring(path.join(folder, '.envrc'), side('mine'), { kind: 'absent' })).toEqual({ done: 'differs' });
    renameSync(path.join(folder, 'pkg'), path.join(folder, 'old'));
    symlinkSync(victim, path.join(folder, 'pkg'));
    const inner = path.join(folder, 'pkg/.vscode/tasks.json');
    await expect(bring(inner, side('mine'), side('EVIL'))).rejects.toThrow(/a link or no folder/);
    expect(await bring(inner, side('mine'), { kind: 'absent' })).toEqual({ done: 'done' });
    expect([readFileSync(path.join(victim, 'bashrc'), 'utf8'), readFileSync(path.join(victim, '.vscode/tasks.json'), 'utf8')]).toEqual([
      'mine',
      'mine',
    ]);
  });

  it('what is too large to be kept is told of by its stamp, is moved aside, and may come back', async () => {
    const { path: folder } = tempRepo({ '.vscode/settings.json': '{}' });
    const large = (text: string): Buffer => Buffer.concat([Buffer.from(text), Buffer.alloc(17 * 1024 * 1024, 32)]);
    const at = (name: string): string => path.join(folder, name);
    writeFileSync(at('CLAUDE.md'), large('a'));
    const { watch, bring } = opened();
    const { changes } = await watch(folder);
    expect(await changes()).toEqual([]);
    for (const name of ['.envrc', '.vscode/settings.json', 'CLAUDE.md']) writeFileSync(at(name), large('evil'));
    const found = await changes();
    expect(found.map(({ path: file, before, after }) => [path.relative(folder, file), words(before), words(after)])).toEqual([
      ['.envrc', null, 'other'],
      ['.vscode/settings.json', '{}', 'other'],
      ['CLAUDE.md', 'other', 'other'],
    ]);
    const of = (name: string): AutorunChange => {
      const change = found.find((each) => each.path === at(name));
      if (!change) throw new Error(`no change of ${name}`);
      return change;
    };
    const asides = new Map<string, string | undefined>();
    for (const name of ['.envrc', '.vscode/settings.json']) {
      const { done, aside } = await bring(at(name), of(name).after, of(name).before);
      expect(done).toBe('done');
      asides.set(name, aside);
    }
    await expect(bring(at('CLAUDE.md'), of('CLAUDE.md').after, of('CLAUDE.md').before)).rejects.toThrow(/not kept/);
    expect([existsSync(at('.envrc')), existsSync(at('CLAUDE.md')), readFileSync(at('.vscode/settings.json'), 'utf8')]).toEqual([
      false,
      false,
      '{}',
    ]);
    expect(asides.get('.envrc')).toMatch(/\/\.envrc\.held-\d+$/);
    expect(await bring(at('.envrc'), of('.envrc').before, of('.envrc').after)).toEqual({ done: 'done' });
    expect(readFileSync(at('.envrc'), 'utf8').startsWith('evil')).toBe(true);
  });

  it('a mode is put back', async () => {
    const { path: folder } = tempRepo({ '.husky/pre-commit': 'x' });
    const hook = path.join(folder, '.husky/pre-commit');
    const { watch, bring } = opened();
    const { changes } = await watch(folder);
    chmodSync(hook, 0o755);
    const [change] = await changes();
    expect(change).toBeDefined();
    if (change) await bring(hook, change.after, change.before);
    expect(lstatSync(hook).mode & 0o777).toBe(0o644);
  });

  it('what commands changed that were cut off is told by the next program, less what was allowed meanwhile', async () => {
    const { path: folder } = tempRepo({ '.envrc': 'mine', 'AGENTS.md': 'old' });
    const kept = tempFolder('before');
    const first = opened(kept);
    (await first.watch(folder)).end();
    writeFiles(folder, { 'CLAUDE.md': 'a person' });
    expect(await (await opened(kept).cutOff(folder)).changes()).toEqual([]);
    await first.watch(folder);
    first.permit(path.join(folder, 'AGENTS.md'), { kind: 'file', bytes: Buffer.from('new'), mode: 0o644 });
    writeFiles(folder, { '.envrc': 'evil', 'AGENTS.md': 'new' });
    const watch = await opened(kept).cutOff(folder);
    expect((await watch.changes()).map(({ path: file, before }) => [path.relative(folder, file), words(before)])).toEqual([
      ['.envrc', 'mine'],
    ]);
    watch.end();
    expect(await (await opened(kept).cutOff(folder)).changes()).toEqual([]);
  });

  it('a checkout of what was committed before is no change; what a command commits itself is one', async () => {
    const repo = tempRepo({ 'AGENTS.md': 'one', 'ci/.envrc': 'x' });
    repo.git('checkout', '-q', '-b', 'side');
    writeFiles(repo.path, { 'AGENTS.md': 'two', '.github/workflows/ci.yml': 'on: push' });
    repo.git('rm', '-q', 'ci/.envrc');
    repo.git('add', '--all');
    repo.git('commit', '-q', '-m', 'second');
    repo.git('checkout', '-q', 'main');
    const { sandbox, run, folder } = await confined(repo.path);
    const { changes } = await sandbox.autorun.watch(folder);
    expect((await run('git checkout -q side')).code).toBe(0);
    expect(await changes()).toEqual([]);
    await run('echo evil > AGENTS.md; git commit -qam evil; git checkout -q main');
    const after = await sandbox.autorun.watch(folder);
    await run('git checkout -q side');
    expect((await after.changes()).map((each) => path.relative(folder, each.path))).toEqual(['AGENTS.md']);
  });

  it('what a command committed stays its own after a restart, in another worktree, and as a branch that was only fetched', async () => {
    const repo = tempRepo({ 'AGENTS.md': 'one' });
    const tree = path.join(tempFolder('trees'), 'tree');
    repo.git('worktree', 'add', '-q', tree);
    const first = await confined(repo.path);
    (await first.sandbox.autorun.watch(repo.path)).end();
    writeFiles(repo.path, { 'AGENTS.md': 'evil' });
    repo.git('commit', '-qam', 'evil');
    repo.git('branch', 'x');
    repo.git('reset', '-q', '--hard', 'HEAD~1');
    const again = await confined(repo.path, first.kept);
    for (const folder of [repo.path, tree]) {
      const { changes } = await again.sandbox.autorun.watch(folder);
      execFileSync('git', ['checkout', '-q', 'x', '--', 'AGENTS.md'], { cwd: folder });
      expect((await changes()).map((each) => path.relative(folder, each.path))).toEqual(['AGENTS.md']);
    }
  });

  it("a branch that was only fetched is nobody's yet", async () => {
    const repo = tempRepo({ 'AGENTS.md': 'one' });
    writeFiles(repo.path, { 'AGENTS.md': 'evil' });
    repo.git('commit', '-qam', 'evil');
    repo.git('update-ref', 'refs/remotes/origin/pr', 'HEAD');
    repo.git('reset', '-q', '--hard', 'HEAD~1');
    const { sandbox } = await confined(repo.path);
    const { changes } = await sandbox.autorun.watch(repo.path);
    repo.git('checkout', '-q', 'origin/pr');
    expect((await changes()).map((each) => path.relative(repo.path, each.path))).toEqual(['AGENTS.md']);
  });

  it('what a stash brings back is what a person had left there', async () => {
    const repo = tempRepo({ 'AGENTS.md': 'one' });
    writeFiles(repo.path, { 'AGENTS.md': 'mine, not committed' });
    const { sandbox } = await confined(repo.path);
    const first = await sandbox.autorun.watch(repo.path);
    repo.git('stash', '-q');
    expect(await first.changes()).toEqual([]);
    first.end();
    const second = await sandbox.autorun.watch(repo.path);
    repo.git('stash', 'pop', '-q');
    expect(await second.changes()).toEqual([]);
  });

  it('what a person changes in their repository that commands cannot is left alone; anything doubtful is told', async () => {
    const repo = tempRepo();
    writeFiles(repo.path, { '.git/hooks/pre-push': 'mine' });
    const { changes } = await opened().watch(repo.path);
    repo.git('remote', 'add', 'origin', 'https://example.com/x.git');
    repo.git('config', 'branch.main.remote', 'origin');
    writeFiles(repo.path, { '.git/hooks/pre-push': 'mine again', '.git/hooks/post-commit': 'mine too' });
    expect(await changes()).toEqual([]);
    repo.git('config', 'remote.origin.url', 'https://evil.example/x.git');
    expect((await changes()).map((each) => path.relative(repo.path, each.path))).toEqual(['.git/config']);
    repo.git('config', 'remote.origin.url', 'https://example.com/x.git');
    expect(await changes()).toEqual([]);
    repo.git('config', 'core.fsmonitor', 'x');
    renameSync(path.join(repo.path, '.git/hooks'), path.join(repo.path, '.git/old'));
    writeFiles(repo.path, { '.git/hooks/pre-push': 'evil' });
    const found = (await changes()).map((each) => path.relative(repo.path, each.path));
    expect(found).toEqual(expect.arrayContaining(['.git/config', '.git/hooks/pre-push']));
  });

  it('what could not be told is told after the next command', async () => {
    const { path: folder } = tempRepo({ '.envrc': 'mine' });
    let failing = true;
    const { watch } = createAutorunFiles({
      kept: createKeptStates(tempFolder('before')),
      committed: {
        remember: async () => undefined,
        known: async () => (failing ? Promise.reject(new Error('too many processes')) : new Set()),
      },
    });
    const first = await watch(folder);
    writeFiles(folder, { '.envrc': 'evil' });
    await expect(first.changes()).rejects.toThrow('too many');
    first.end();
    failing = false;
    const second = await watch(folder);
    expect((await second.changes()).map(({ before }) => words(before))).toEqual(['mine']);
  });

  it('a folder that a command has closed is opened and looked into; one that was closed before stays so', async () => {
    const { path: folder } = tempRepo({ 'mine/.envrc': 'mine', 'was-open/.envrc': 'mine' });
    const kept = tempFolder('before');
    // The superuser can read every folder, an ordinary user is to be tested.
    const superuser = process.geteuid?.() === 0;
    if (superuser) {
      execFileSync('chown', ['-R', '65534', folder, kept]);
      process.seteuid?.(65534);
    }
    try {
      chmodSync(path.join(folder, 'mine'), 0o311);
      const { changes } = await opened(kept).watch(folder);
      writeFiles(folder, { 'entered/.envrc': 'evil', 'shut/.envrc': 'evil', 'was-open/.envrc': 'evil' });
      chmodSync(path.join(folder, 'entered'), 0o311);
      chmodSync(path.join(folder, 'was-open'), 0o311);
      chmodSync(path.join(folder, 'shut'), 0);
      const found = (await changes()).map((each) => path.relative(folder, each.path));
      expect(found).toEqual(['entered/.envrc', 'shut/.envrc', 'was-open/.envrc']);
      expect(lstatSync(path.join(folder, 'mine')).mode & 0o777).toBe(0o311);
      chmodSync(path.join(folder, 'entered'), 0o111);
      const file = path.join(folder, 'entered/.envrc');
      const evil: FileSide<Uint8Array> = { kind: 'file', bytes: Buffer.from('evil'), mode: 0o644 };
      expect(await opened(kept).bring(file, evil, { kind: 'absent' })).toEqual({ done: 'done' });
      expect(existsSync(file)).toBe(false);
    } finally {
      if (superuser) process.seteuid?.(0);
    }
  });

  it('a repository that a command makes is none of them', async () => {
    const folder = tempFolder('new');
    const { changes } = await opened().watch(folder);
    execFileSync('git', ['init', '-q', 'made'], { cwd: folder });
    execFileSync('git', ['-C', 'made', 'remote', 'add', 'origin', 'https://example.com/x.git'], { cwd: folder });
    expect(await changes()).toEqual([]);
  });

  it.each([
    '[core]\n\tfsmonitor = x\n',
    '[core]\n\tsshCommand = x\n',
    '[include]\n\tpath = x\n',
    '[remote "x"]\n\turl = ext::sh -c x\n',
    '[core] fsmonitor = x\n',
    '[alias]\n\tst = !x\n',
    '[core]\n\tbare = false\\\nx\n',
  ])('settings that run something are not plain: %j', (text) => {
    expect(plainSettings('/x/.git/config', Buffer.from(text))).toBe(false);
  });
});
