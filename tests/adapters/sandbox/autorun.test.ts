import { execFileSync } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAutorunFiles } from '../../../electron/adapters/sandbox/autorun.ts';
import { plainSettings } from '../../../electron/adapters/sandbox/git-settings.ts';
import { confined } from '../../support/confined.ts';
import { tempFolder, tempRepo, writeFiles } from '../../support/temp.ts';

describe.runIf(process.platform === 'linux')('files that run by themselves', () => {
  it('are told when they change, appear or go, with what they were', async () => {
    const { path: folder } = tempRepo({ 'AGENTS.md': 'one', '.envrc': 'old', 'src/a.ts': '' });
    symlinkSync('AGENTS.md', path.join(folder, 'CLAUDE.md'));
    const { watch } = createAutorunFiles({ note: () => undefined });
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
    const found = (await changes()).map(({ path: file, before, after }) => [
      path.relative(folder, file),
      before?.toString() ?? null,
      after?.toString() ?? null,
    ]);
    expect(found.toSorted(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1))).toEqual([
      ['.envrc', 'old', null],
      ['.git/commondir', null, '../x'],
      ['AGENTS.md', 'one', 'two'],
      ['CLAUDE.md', 'one', 'two'],
      ['a/.vscode/tasks.json', null, '{}'],
      ['bare/config', null, '[core]\n\tfsmonitor = x'],
      ['new/.git/hooks/post-commit', null, 'run'],
    ]);
  });

  it('links that lead git or an editor out of the folder are taken away', async () => {
    const { path: folder } = tempRepo();
    const notes: string[] = [];
    const victim = path.join(tempFolder('victim'), 'file');
    const { changes } = await createAutorunFiles({ note: (line) => void notes.push(line) }).watch(folder);
    for (const name of ['.git/ORIG_HEAD', '.git/logs/refs/x', '.envrc']) symlinkSync(victim, path.join(folder, name));
    expect(await changes()).toEqual([]);
    for (const name of ['.git/ORIG_HEAD', '.git/logs/refs/x', '.envrc']) expect(existsSync(path.join(folder, name))).toBe(false);
    expect(notes).toHaveLength(3);
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
    const { changes } = await sandbox.watchAutorun(folder);
    expect((await run('git checkout -q side')).code).toBe(0);
    expect(await changes()).toEqual([]);
    await run('echo evil > AGENTS.md; git commit -qam evil; git checkout -q main');
    const after = await sandbox.watchAutorun(folder);
    await run('git checkout -q side');
    expect((await after.changes()).map((each) => path.relative(folder, each.path))).toEqual(['AGENTS.md']);
  });

  it('a repository that a command makes is none of them', async () => {
    const folder = tempFolder('new');
    const { changes } = await createAutorunFiles({ note: () => undefined }).watch(folder);
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
