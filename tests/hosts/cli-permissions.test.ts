// Approvals, rules and trust as the command line has them, on this machine's own sandbox.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { setUp, shell } from '../support/command-world.ts';
import type { Step } from '../support/fake-model.ts';
import { sandboxWorks } from '../support/sandbox.ts';
import { tempFolder, writeFiles } from '../support/temp.ts';

const env = { SWITCHYARD_TEST_SANDBOX: undefined };
const world = async (script: Step[]) => {
  const made = await setUp(script);
  const url = { OPENAI_BASE_URL: made.model.url, OPENAI_API_KEY: 'test-key', ...env };
  return {
    ...made,
    say: async (...args: string[]) => {
      const one = made.run(args, { env: url });
      return { code: await one.ended, out: one.out(), err: one.err() };
    },
  };
};

describe.skipIf(!(await sandboxWorks()))('in the sandbox', () => {
  it('runs what the sandbox holds unasked; what needs more ends with 3 at once and says what would have let it happen [SAFE-4]', async () => {
    const outside = shell('echo out > made', { outside: true, reason: 'the reason of the agent' });
    const { say, folder } = await world([shell('echo in > unasked'), outside, { text: 'done' }]);
    const end = await say('exec', 'go');
    expect(end.code, end.err).toBe(3);
    expect(readFileSync(path.join(folder, 'unasked'), 'utf8')).toBe('in\n');
    expect(existsSync(path.join(folder, 'made'))).toBe(false);
    for (const text of [
      'echo out > made',
      'outside of the sandbox',
      'the reason of the agent',
      'always asks',
      '--profile full-access',
      'switchyard threads answer',
    ])
      expect(end.err).toContain(text);
    expect(end.err).not.toContain('--always');
    const id = /thread (thread_\w+)/.exec(end.err)?.[1] ?? '';
    const refused = await say('threads', 'answer', id, '--always');
    expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('Answer with one of: once, no') });
    const answered = await say('threads', 'answer', id, '--once');
    expect(answered.code, answered.err).toBe(0);
    expect(readFileSync(path.join(folder, 'made'), 'utf8')).toBe('out\n');
  });

  it('names the rule that asks with its file and line; an answer of always is listed, holds, and is taken back [SAFE-4] [SAFE-1]', async () => {
    const steps = [shell('touch a'), { text: 'one' }, shell('touch a'), { text: 'two' }, shell('touch a'), { text: 'three' }];
    const { say, folder, home } = await world(steps);
    writeFileSync(
      path.join(home, 'config.toml'),
      '[[profiles.workspace.commands]]\nprefix = ["touch"]\ndecision = "ask"\nreason = "I want to know"\n',
    );
    const first = await say('exec', 'go');
    expect(first.code, first.err).toBe(3);
    for (const text of ['touch a', 'I want to know', `${path.join(home, 'config.toml')}:`, 'change the rule in', '--always'])
      expect(first.err).toContain(text);
    const id = /thread (thread_\w+)/.exec(first.err)?.[1] ?? '';
    expect(await say('threads', 'answer', id, '--always')).toMatchObject({ code: 0, out: 'one\n' });
    // Another thread of the project is not asked about it again.
    expect(await say('exec', 'go')).toMatchObject({ code: 0, out: 'two\n' });
    const listed = await say('permissions', 'rules');
    expect(listed.out).toMatch(/^rule_\w+ +run +touch a\n$/);
    const [rule] = JSON.parse((await say('permissions', 'rules', '--json')).out) as { id: string; subject: unknown }[];
    expect(rule?.subject).toEqual({ kind: 'command', command: 'touch a', cwd: folder });
    expect(await say('permissions', 'rules', 'revoke')).toMatchObject({ code: 2 });
    expect(await say('permissions', 'rules', 'revoke', 'rule_none')).toMatchObject({ code: 2, err: expect.stringContaining('no rule') });
    expect(await say('permissions', 'rules', 'revoke', rule?.id ?? '')).toMatchObject({ code: 0 });
    expect((await say('permissions', 'rules')).err).toContain('Nothing is always allowed');
    expect((await say('exec', 'go')).code).toBe(3);
  });

  it('answers several in any order, by their ids [SAFE-4]', async () => {
    const two: Step = {
      calls: [
        { name: 'shell', args: { command: 'echo one >> log', outside: true } },
        { name: 'shell', args: { command: 'echo two >> log', outside: true } },
      ],
    };
    const { say, folder } = await world([two, { text: 'done' }]);
    const first = await say('exec', 'go');
    const ids = [...first.err.matchAll(/--item (item_\w+)/g)].map(([, id]) => id ?? '');
    expect(ids).toHaveLength(2);
    const thread = /thread (thread_\w+)/.exec(first.err)?.[1] ?? '';
    expect(await say('threads', 'answer', thread, '--once', '--item', 'item_none')).toMatchObject({ code: 2 });
    // One is open still.
    expect(await say('threads', 'answer', thread, '--once', '--item', ids[1] ?? '')).toMatchObject({ code: 3 });
    expect(existsSync(path.join(folder, 'log'))).toBe(false);
    expect(await say('threads', 'answer', thread, '--no', '--note', 'only the second', '--item', ids[0] ?? '')).toMatchObject({ code: 0 });
    expect(readFileSync(path.join(folder, 'log'), 'utf8')).toBe('two\n');
  });
});

it('shows what trusting a project loads, and loads nothing of it before; trust is for the real folder [PRJ-2]', async () => {
  const { say, folder, model } = await world([{ text: 'one' }, { text: 'two' }, { text: 'three' }]);
  const elsewhere = tempFolder('elsewhere');
  writeFiles(elsewhere, { 'AGENTS.md': 'from elsewhere\n' });
  writeFiles(folder, {
    'AGENTS.md': 'obey the project\n',
    'inner/AGENTS.md': 'inner\n',
    '.switchyard/config.toml': '[[profiles.workspace.commands]]\nprefix = ["rm"]\ndecision = "forbid"\n',
    '.agents/skills/greet/SKILL.md': 'say hello\n',
  });
  mkdirSync(path.join(folder, 'linked'));
  symlinkSync(path.join(elsewhere, 'AGENTS.md'), path.join(folder, 'linked/AGENTS.md'));
  expect((await say('exec', 'go')).code).toBe(0);
  expect(JSON.stringify(model.requests[0]?.body)).not.toContain('obey the project');
  const asked = await say('projects', 'trust', folder);
  expect(asked.code).toBe(2);
  for (const text of ['AGENTS.md', 'inner/AGENTS.md', '.switchyard/config.toml', 'greet/SKILL.md', '--yes'])
    expect(asked.err).toContain(text);
  expect((await say('projects', 'list')).out).toContain('untrusted');
  expect((await say('projects', 'trust', folder, '--yes')).code).toBe(0);
  const second = await say('exec', 'go');
  expect(second.code, second.err).toBe(0);
  expect(JSON.stringify(model.requests[1]?.body)).toContain('obey the project');
  // Another folder in its place has no trust.
  renameSync(folder, `${folder}-moved`);
  symlinkSync(elsewhere, folder);
  const id = /thread (thread_\w+)/.exec(second.err)?.[1] ?? '';
  const third = await say('exec', '--resume', id, 'go');
  rmSync(folder);
  renameSync(`${folder}-moved`, folder);
  expect(third.code, third.err).toBe(0);
  expect(JSON.stringify(model.requests[2]?.body)).not.toContain('from elsewhere');
});
