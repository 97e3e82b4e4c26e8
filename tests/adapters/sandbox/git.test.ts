import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { confined } from '../../support/confined.ts';

import { outsideFolder, tempFolder, tempRepo, writeFiles } from '../../support/temp.ts';

/** Each step must end in 0; what must not work is in the tests themselves. */
const work = (base: string): string => `set -e
git status; echo a > a; git add a; git commit -qm one; echo b > b; git add b; git commit -qm two
echo more >> a; git stash; git stash pop; git commit -qam three
git checkout -q -b side-$1 HEAD~2; echo s > s; git add s; git commit -qm s
git rebase -q ${base}; git worktree list; git log --oneline; git commit -q --amend -m renamed
git tag t-$1; git tag -d t-$1; git checkout -q -; git merge -q side-$1 -m merged; git branch -D side-$1 2>&1
git reset -q --hard HEAD~1; git clean -fdxq; git reflog | head -1; git gc 2> /dev/null || true; echo all done`;

const evil =
  'echo x >> $g/config; echo x > $g/hooks/pre-commit; mv $g/hooks $g/h; rm -rf $g/hooks; ln -sf /tmp/x $g/config; mv $g $g.old; mkdir $g.new && mv $g.new $g; echo x > $g/info/attributes';
const stateOf = (git: string): string =>
  ['config', 'info/attributes']
    .map((name) => (existsSync(path.join(git, name)) ? readFileSync(path.join(git, name), 'utf8') : ''))
    .join('|');

describe.runIf(process.platform === 'linux')('git in the sandbox', () => {
  it('works in a project', async () => {
    const repo = tempRepo();
    const { run } = await confined(repo.path);
    const { out, code } = await run(`bash -c '${work('main')}' x p`);
    expect(out, out).toContain('all done');
    expect(code).toBe(0);
    expect(repo.git('fsck')).not.toContain('error');
  });

  it('works in a linked worktree, and changes only its own part of the repository', async () => {
    const repo = tempRepo();
    const tree = path.join(tempFolder('trees'), 'tree');
    repo.git('worktree', 'add', '-q', '-b', 'mine', tree);
    repo.git('pack-refs', '--all');
    const { run } = await confined(tree);
    const { out, code } = await run(`bash -c '${work('main')}' x w`);
    expect(out, out).toContain('all done');
    expect(code).toBe(0);
    const main = repo.git('rev-parse', 'main');
    const tried = await run(
      `g=${repo.path}; echo x > $g/made; echo x > $g/.git/config; echo x > $g/.git/hooks/pre-commit; echo x > $g/.git/HEAD; echo x > $g/.git/worktrees/tree/commondir; echo x > $g/.git/commondir; git update-ref refs/heads/main HEAD; echo bad > .git; git commit -q --allow-empty -m last; git rev-parse HEAD`,
    );
    expect(repo.git('rev-parse', 'main')).toBe(main);
    expect(repo.git('rev-parse', 'mine')).toBe(`${tried.out.trim().split('\n').at(-1)}\n`);
    for (const name of ['made', '.git/hooks/pre-commit', '.git/commondir']) expect(existsSync(path.join(repo.path, name))).toBe(false);
    expect(repo.git('config', 'user.name')).toBe('Test\n');
  });

  it("works beside others' worktrees, and leaves what they have checked out alone [SAFE-2] [SAFE-3]", async () => {
    const repo = tempRepo();
    const tree = path.join(outsideFolder(), 'theirs');
    repo.git('worktree', 'add', '-q', '-b', 'theirs', tree);
    repo.git('pack-refs', '--all');
    const { run } = await confined(repo.path);
    const theirs = (): string => [repo.git('rev-parse', 'theirs'), repo.git('-C', tree, 'status', '--short', '--branch')].join('');
    const before = theirs();
    const { out, code } = await run(`bash -c '${work('main')}' x o`);
    expect(out, out).toContain('all done');
    expect(code).toBe(0);
    // Worktrees of its own, where it may write, are its own.
    const own = 'git worktree add -q -b own sub/own && cd sub/own && git commit -q --allow-empty -m own';
    const temporary = 'git worktree add -q -b short /tmp/short';
    expect(await run(`${own} && cd ../.. && ${temporary} && echo fine`)).toMatchObject({ code: 0, out: expect.stringContaining('fine') });
    const more = 'git -C sub/own commit -q --allow-empty -m more && git -C /tmp/short commit -q --allow-empty -m more';
    expect(await run(`${more} && echo fine`)).toMatchObject({
      code: 0,
      out: expect.stringContaining('fine'),
    });
    await run(
      `git -C ${tree} commit -q --allow-empty -m evil; git update-ref refs/heads/theirs HEAD; echo ref: refs/heads/evil > .git/worktrees/theirs/HEAD; rm -f .git/worktrees/theirs/index; mv .git/refs .git/r; mv .git/worktrees .git/w; git branch -f theirs; git branch -m theirs evil; git worktree prune`,
    );
    expect(theirs()).toBe(before);
  });

  it.each([
    ['the project', '', '.git'],
    ['a repository deep inside', 'deep/er/repo', 'deep/er/repo/.git'],
    ['a bare one', 'bare.git --bare', 'bare.git'],
  ])('hooks and settings stay: %s', async (_, inside, place) => {
    const repo = tempRepo();
    if (inside) execFileSync('git', ['init', '-q', ...inside.split(' ')], { cwd: repo.path });
    const { run, folder } = await confined(repo.path);
    const git = path.join(folder, place);
    await run('true');
    const before = stateOf(git);
    const { out } = await run(`g=${place}; ${evil}; mv deep moved; rm -rf deep; true`);
    // An attributes file is not made where a folder only looks like a repository: that one appears is seen afterwards.
    expect(stateOf(git).split('|')[0], out).toBe(before.split('|')[0]);
    expect(existsSync(path.join(git, 'hooks/pre-commit'))).toBe(false);
  });

  it('protects a submodule, whose folder is in its parent', async () => {
    const other = tempRepo();
    const repo = tempRepo();
    repo.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', other.path, 'libs/sub');
    const { run, folder } = await confined(repo.path);
    const git = path.join(folder, '.git/modules/libs/sub');
    const before = stateOf(git);
    await run(`g=.git/modules/libs/sub; ${evil}; echo gitdir: /tmp/x > libs/sub/.git`);
    expect(stateOf(git).startsWith(before.split('|')[0] ?? 'none')).toBe(true);
    expect(readFileSync(path.join(folder, 'libs/sub/.git'), 'utf8')).toContain('modules');
    expect(
      (await run('cd libs/sub && echo x > x && git add x && git -c user.name=a -c user.email=b commit -qm x && echo fine')).out,
    ).toContain('fine');
  });

  it('does not open a folder that a planted .git file names', async () => {
    const victim = tempRepo();
    const { run, folder } = await confined();
    writeFiles(folder, { '.git': `gitdir: ${victim.path}/.git\n` });
    await run(`echo x > ${victim.path}/.git/made; rm -rf ${victim.path}/.git/objects`);
    expect(existsSync(path.join(victim.path, '.git/made'))).toBe(false);
    expect(victim.git('fsck')).not.toContain('missing');
  });

  it.each([
    ['a repository', false],
    ['a linked worktree', true],
  ])('commits in a subfolder of %s, and changes nothing beside it [SAFE-2] [SAFE-3]', async (_, linked) => {
    const repo = tempRepo();
    writeFiles(repo.path, { 'packages/one/a': 'a\n', 'packages/two/b': 'b\n' });
    repo.git('add', '-A');
    repo.git('commit', '-qm', 'packages');
    const top = linked ? path.join(tempFolder('trees'), 'tree') : repo.path;
    if (linked) repo.git('worktree', 'add', '-q', '-b', 'mine', top);
    // Checked out by others, from the worktree's point of view.
    const others = (): string => (linked ? repo.git('rev-parse', 'main') : '');
    const before = others();
    const { run } = await confined(path.join(top, 'packages/one'));
    const { out } = await run(
      'set -e; git status; echo x >> a; echo n > n; git add -A; git commit -qm one; git commit -q --amend -m two; git checkout -q -b side; echo y >> a; git commit -qam three; git checkout -q -; git rebase -q side; git stash list; git -C ../.. status --short; git log --oneline; echo all done',
    );
    expect(out, out).toContain('all done');
    expect(others()).toBe(before);
    expect(out).not.toMatch(/^ [DM] /m);
    const git = path.join(repo.path, '.git');
    const state = stateOf(git);
    const victim = outsideFolder();
    await run(
      `g=${git}; t=${top}; echo x > $t/packages/two/b; echo x > $t/made; ${evil}; echo x > $g/commondir; ln -s ${victim}/h $g/logs/made; ln -s ${victim}/h $g/SOME_HEAD; mkdir -p $g/modules/new/hooks; true`,
    );
    expect(stateOf(git)).toBe(state);
    expect(readFileSync(path.join(top, 'packages/two/b'), 'utf8')).toBe('b\n');
    for (const place of [
      path.join(top, 'made'),
      ...['hooks/pre-commit', 'commondir', 'logs/made', 'SOME_HEAD', 'modules/new'].map((name) => path.join(git, name)),
    ])
      expect(lstatSync(place, { throwIfNoEntry: false }), place).toBeUndefined();
    expect(repo.git('fsck')).not.toContain('error');
  });

  it('from a subfolder, a rebase or merge that would change files beside it fails and leaves them, and the branch, as they were', async () => {
    const repo = tempRepo();
    writeFiles(repo.path, { 'packages/one/a': 'a\n', 'packages/two/b': 'b\n' });
    repo.git('add', '-A');
    repo.git('commit', '-qm', 'packages');
    repo.git('checkout', '-qb', 'other');
    writeFiles(repo.path, { 'packages/two/b': 'other\n' });
    repo.git('commit', '-qam', 'other');
    repo.git('checkout', '-q', 'main');
    writeFiles(repo.path, { 'packages/one/a': 'more\n' });
    repo.git('commit', '-qam', 'more');
    const { run } = await confined(path.join(repo.path, 'packages/one'));
    const before = repo.git('rev-parse', 'main', 'HEAD');
    for (const command of ['git rebase other', 'git merge other']) {
      const { out, code } = await run(`${command}; code=$?; git rebase --abort; git merge --abort; git restore .; exit $code`);
      expect(code, out).not.toBe(0);
      expect(out).toContain('Read-only file system');
      expect(repo.git('status', '--short', '--branch'), command + out).toBe('## main\n');
      expect(repo.git('rev-parse', 'main', 'HEAD')).toBe(before);
    }
  });

  it('leaves a git folder above alone where the thread may not write, or may not look', async () => {
    const repo = tempRepo();
    writeFiles(repo.path, { 'sub/a': 'a\n' });
    const { run, confine } = await confined(path.join(repo.path, 'sub'));
    const readOnly = confine().paths.map((rule) => (rule.path.endsWith('/sub') ? { ...rule, access: 'read' as const } : rule));
    const hidden = [...confine().paths, { path: repo.path, access: 'deny' as const }];
    for (const paths of [readOnly, hidden]) await run(`echo x > ${repo.path}/.git/made`, { paths });
    expect(existsSync(path.join(repo.path, '.git/made'))).toBe(false);
  });

  /** What a command can make of a repository of its own, to lead whoever prepares the next one's sandbox elsewhere. */
  it.each([
    [
      'a branch behind a link',
      'mkdir -p $g/worktrees/y; echo "ref: refs/heads/l/new/deep/file" > $g/worktrees/y/HEAD; echo /etc/nowhere/.git > $g/worktrees/y/gitdir; echo 0123456789012345678901234567890123456789 refs/heads/l/new/deep/file > $g/packed-refs; ln -s $o $g/refs/heads/l',
    ],
    ['a link for info', 'rm -rf $g/info; ln -s $o $g/info'],
    ['a link for hooks', 'rm -rf $g/hooks; ln -s $o $g/hooks'],
    ['a link for the settings', 'rm $g/config; ln -s $o/new $g/config'],
    ['a link for modules', 'mkdir -p $o.m/x/objects; touch $o.m/x/HEAD; ln -s $o $g/modules; ln -s $o.m $g/worktrees'],
    ['a pipe for the settings', 'rm $g/config; mkfifo $g/config $g/packed-refs'],
    ['a folder for the settings', 'rm $g/config; mkdir $g/config'],
    ['a link in a link', 'mkdir -p $g/modules/x/objects; touch $g/modules/x/HEAD; ln -s $o $g/modules/x/info; ln -s $o $g/modules/x/hooks'],
    [
      'a project that looks like a repository',
      'rm -rf $g; touch HEAD objects refs; ln -s $o/new config; mkdir hooks; echo gitdir: .. > sub/.git',
    ],
  ])('nothing is made behind what a command has planted, and it stops no other command: %s [SAFE-2]', async (_, plant) => {
    const { run, folder } = await confined();
    const outside = outsideFolder();
    const git = path.join(folder, 'sub/.git');
    const before = readdirSync(outside);
    execFileSync('git', ['init', '-q', 'sub'], { cwd: folder });
    // As a command in the background would leave it, between which and the next nobody looks.
    execFileSync('sh', ['-c', plant], { cwd: folder, env: { ...process.env, g: git, o: outside } });
    const { out, code } = await run('echo fine > made && cat made');
    expect(out).toBe('fine\n');
    expect(code).toBe(0);
    expect(readdirSync(outside)).toEqual(before);
    // A pipe can be opened for writing even where nothing may be written, and waits for a reader.
    await run(`cd sub && timeout 2 sh -c '${evil.replaceAll('$g', '.git')}'`);
    expect(readdirSync(outside)).toEqual(before);
  });

  it.each([
    ['one folder', 'sub/'],
    ['the project', ''],
  ])('thousands of repositories that a command has made in %s stop no command', async (_, below) => {
    const repo = tempRepo();
    const plant =
      'mkdir -p 0/.git; cd 0/.git; mkdir hooks info objects; touch HEAD config info/attributes; cd ../..; for n in $(seq 1200); do cp -r 0 $n; done';
    mkdirSync(path.join(repo.path, below), { recursive: true });
    execFileSync('sh', ['-c', plant], { cwd: path.join(repo.path, below) });
    const { run } = await confined(repo.path);
    expect((await run('echo fine; for h in $(find . -path "*/.git/hooks"); do echo x > $h/pre-commit; done 2> /dev/null')).out).toBe(
      'fine\n',
    );
    expect(execFileSync('find', ['.', '-name', 'pre-commit'], { cwd: repo.path, encoding: 'utf8' })).toBe('');
    expect((await run('git commit -q --allow-empty -m x && echo fine')).out.endsWith('fine\n')).toBe(below !== '');
  });

  it('makes nothing in the git folders of others, and keeps what runs in them all the same', async () => {
    const { run, folder } = await confined();
    for (const name of ['plain', 'bare'])
      execFileSync('git', ['init', '-q', ...(name === 'bare' ? ['--template='] : []), name], { cwd: folder });
    const listed = (name: string): string[] =>
      readdirSync(path.join(folder, name, '.git'), { recursive: true })
        .map(String)
        .sort();
    const before = [listed('plain'), listed('bare')];
    await run('true');
    expect([listed('plain'), listed('bare')]).toEqual(before);
    const commit = 'echo x > x && git add x && git -c user.name=a -c user.email=b commit -qm x && echo fine';
    expect((await run(`cd plain && ${commit}`)).out).toContain('fine');
    await run(
      'for r in plain bare; do mkdir -p $r/.git/hooks $r/.git/info; echo x > $r/.git/hooks/pre-commit; echo x > $r/.git/info/attributes; done',
    );
    for (const name of ['plain', 'bare']) {
      expect(existsSync(path.join(folder, name, '.git/hooks/pre-commit'))).toBe(false);
      expect(existsSync(path.join(folder, name, '.git/info/attributes'))).toBe(false);
    }
  });

  it('makes nothing behind a link in its own repository either', async () => {
    const repo = tempRepo();
    const outside = outsideFolder();
    repo.git('branch', 'l/new/deep/file');
    repo.git('pack-refs', '--all');
    const plant =
      'rm -rf .git/refs/heads/l; ln -s $o .git/refs/heads/l; mkdir -p .git/worktrees/y; echo "ref: refs/heads/l/new/deep/file" > .git/worktrees/y/HEAD; echo /etc/nowhere/.git > .git/worktrees/y/gitdir; rm -rf .git/info; ln -s $o .git/info';
    execFileSync('sh', ['-c', plant], { cwd: repo.path, env: { ...process.env, o: outside } });
    const { run } = await confined(repo.path);
    expect((await run('echo fine')).out).toBe('fine\n');
    expect(readdirSync(outside)).toEqual([]);
    expect((await run('echo x >> .git/config')).code).not.toBe(0);
  });
});
