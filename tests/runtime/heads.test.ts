import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { start } from '../support/start.ts';
import { tempFolder } from '../support/temp.ts';

it('every project tells what is checked out, and one that is no repository tells nothing', async () => {
  const { request, repo, projectId } = await start({ files: { 'a.ts': 'a' } });
  await request('project.add', { path: tempFolder() });
  execFileSync('git', ['switch', '--quiet', '--create', 'one'], { cwd: repo.path });
  expect(await request('project.heads', {})).toEqual({ heads: { [projectId]: { branch: 'one' } } });
  execFileSync('git', ['switch', '--quiet', '--create', 'two'], { cwd: repo.path });
  expect(await request('project.heads', {})).toEqual({ heads: { [projectId]: { branch: 'two' } } });
});
