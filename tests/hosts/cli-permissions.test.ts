import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { cli } from '../support/cli.ts';
import { tempFolder } from '../support/temp.ts';

const home = (): { folder: string; file: string } => {
  const folder = tempFolder('home');
  const file = path.join(folder, 'config.toml');
  writeFileSync(
    file,
    '[profiles.mine]\nnetwork = ["a.com"]\n[[profiles.mine.commands]]\nprefix = ["git", "push"]\ndecision = "forbid"\nreason = "No."\n',
  );
  return { folder, file };
};
const explain = async (folder: string, ...args: string[]): Promise<{ code: number | string; out: string; err: string }> => {
  const run = cli(['permissions', 'explain', ...args], { home: folder, cwd: tempFolder('project') });
  return { code: await run.ended, out: run.out(), err: run.err() };
};

it('`permissions explain` says what decides and where it stands, for people and as JSON [SAFE-1]', async () => {
  const { folder, file } = home();
  const told = await explain(folder, '--profile', 'mine', '--command', 'ls; git push');
  expect(told).toMatchObject({ code: 0 });
  expect(told.out).toContain('running it is refused: profile mine forbids git push (No.)');
  expect(told.out).toContain(`${file}:3`);
  const json = await explain(folder, '--profile=mine', '--domain=a.com', '--json');
  expect(JSON.parse(json.out)).toMatchObject({
    profile: 'mine',
    verdicts: [{ does: 'reach', decision: 'allow', source: { where: file, line: 2 } }],
  });
  const denied = await explain(folder, '--path', '/etc/shadow');
  expect(denied.out).toContain('can be neither read nor changed: rule /etc/shadow*  built in');
  const whole = await explain(folder, '--profile', 'mine');
  expect(whole.out).toContain(`forbid  git push  ${file}:3`);
  expect(whole.out).toContain('deny   :home/.ssh  built in');
});

it('`permissions explain` refuses what makes no sense [SAFE-1]', async () => {
  const { folder } = home();
  expect(await explain(folder, '--path', '/a', '--domain', 'b')).toMatchObject({ code: 2, out: '' });
  const wrong = await explain(folder, '--profile', 'mime', '--path', '/a');
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('Did you mean "mine"?')]);
  writeFileSync(path.join(folder, 'config.toml'), '[profiles.mine]\nextends = "mine"\n');
  const circle = await explain(folder, '--path', '/a');
  expect([circle.code, circle.err]).toEqual([2, expect.stringContaining('config.toml:2: profiles.mine.extends goes round in a circle')]);
});
