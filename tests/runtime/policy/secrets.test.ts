// Secrets on their ways out: what models are told, what is stored, what windows and logs see, and what commands are given.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { Item } from '../../../shared/domain/item.ts';
import { begin, done, handOf, outputs, patch, read, sh, step } from '../../support/hand.ts';
import { sandboxWorks } from '../../support/sandbox.ts';
import { start } from '../../support/start.ts';

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const github = `ghp_${letters.slice(0, 36)}`;
const held = 'correct-horse-battery-staple';
const everything = (folder: string): string => readFileSync(path.join(folder, 'switchyard.db'), 'latin1');

it('keeps secrets out of what is stored, shown and told, in every tool [SAFE-5]', async () => {
  const files = { 'env.txt': `A=1\nTOKEN=${github}\nB=2\n`, 'old.txt': `KEY=${held}\n` };
  const hand = await begin(
    [
      step(
        read('env.txt'),
        { name: 'search', args: { pattern: 'TOKEN' } },
        sh('cat env.txt; cat old.txt | base64'),
        read(`none-${github}`),
      ),
      step(patch(`*** Update File: old.txt\n@@\n-KEY=${held}\n+KEY=x`)),
      step(sh('cat env.txt; sleep 1; cat old.txt', { background: true })),
      { text: `I saw ${github}` },
    ],
    {
      sandbox: false,
      profile: 'full-access',
      files,
      adapt: (ports) => ({ ...ports, keys: { ...ports.keys, values: async () => [{ name: 'MY_KEY', value: held }] } }),
    },
  );
  expect(await hand.ended()).toBe('done');
  await hand.app.runtime.settled();
  expect(outputs(hand)[0]).toContain('TOKEN=[secret: GitHub token]');
  expect(outputs(hand)[0]).toContain('B=2');
  expect(outputs(hand)[1]).toContain('TOKEN=[secret: GitHub token]');
  expect(outputs(hand)[2]).toMatch(/A=1\nTOKEN=\[secret: GitHub token\]\**\nB=2\n.*\[secret: MY_KEY\]/);
  expect(readFileSync(hand.at('old.txt'), 'utf8')).toBe('KEY=x\n');
  const all = [JSON.stringify(hand.app.model.requests.slice(1)), JSON.stringify(hand.client.events), JSON.stringify(hand.client.state())];
  const [call] = hand.calls().slice(-1);
  const live = hand.app.runtime.output(hand.threadId, call?.id ?? '').read(0, 10_000);
  all.push(new TextDecoder().decode(live.bytes));
  expect(all.at(-1)).toContain('[secret: GitHub token]');
  const { text } = await hand.app.request('item.read', { threadId: hand.threadId, itemId: hand.calls()[2]?.id ?? '' });
  all.push(text);
  await hand.app.runtime.close();
  all.push(everything(hand.app.home).replaceAll(Buffer.from(files['old.txt']).toString('latin1'), ''));
  for (const each of all) {
    expect(each).not.toContain(github);
    expect(each).not.toContain(Buffer.from(held).toString('base64').slice(0, 30));
  }
});

it('patches around a secret that the model has only seen masked, and never writes a mask in its place [SAFE-5]', async () => {
  const mask = `[secret: GitHub token]${'*'.repeat(18)}`;
  const before = `TOKEN=${github}\nPORT=1\n`;
  const hand = await begin(
    [
      step(read('env.txt')),
      step(patch(`*** Update File: env.txt\n@@\n TOKEN=${mask}\n-PORT=1\n+PORT=2`)),
      step(patch(`*** Update File: env.txt\n@@\n-TOKEN=${mask}\n-PORT=2\n+TOKEN=${mask}\n+PORT=3\n+HOST=a`)),
      step(
        patch(`*** Update File: env.txt\n@@\n-TOKEN=${mask}\n+export TOKEN=${mask}`),
        patch(`*** Add File: copy.txt\n+TOKEN=${mask}`),
        patch('*** Add File: words.txt\n+It reads [secret: GitHub token] then.'),
      ),
      step(patch(`*** Update File: env.txt\n@@\n-TOKEN=${mask}\n+TOKEN=`)),
      done,
    ],
    { sandbox: false, profile: 'full-access', files: { 'env.txt': before } },
  );
  const texts: string[] = [];
  hand.app.runtime.subscribe(hand.threadId, undefined, (push) => {
    if (push.kind === 'event' && push.event.type === 'call.finished') texts.push(readFileSync(hand.at('env.txt'), 'utf8'));
  });
  expect(await hand.ended()).toBe('done');
  expect(hand.calls().map(({ status }) => status)).toEqual(['done', 'done', 'done', 'failed', 'failed', 'done', 'done']);
  expect(outputs(hand)[0]).toContain(`TOKEN=${mask}`);
  expect(texts).toContain(`TOKEN=${github}\nPORT=2\n`);
  expect(texts).toContain(`TOKEN=${github}\nPORT=3\nHOST=a\n`);
  for (const said of outputs(hand).slice(3, 5)) expect(said).toContain('stands for a secret');
  expect(readFileSync(hand.at('env.txt'), 'utf8')).toBe('TOKEN=\nPORT=3\nHOST=a\n');
});

it('asks about a command with a secret in it each time: what is kept of it would never fit again [SAFE-4]', async () => {
  const hand = await begin([step(sh(`echo ${github}`), sh('echo plain')), done], { sandbox: false });
  const [secret, plain] = await hand.asked(2);
  expect([secret?.answers, plain?.answers]).toEqual([['once', 'no'], undefined]);
  await expect(hand.answer(secret, 'always')).rejects.toMatchObject({ code: 'denied' });
  await hand.answer(secret, 'once');
  await hand.answer(plain, 'no');
  expect(await hand.ended()).toBe('done');
});

it('runs a call whose arguments hold a secret as they were written, but keeps them without it: after a restart it has to be sent again [SAFE-5]', async () => {
  const command = `echo ${github} | md5sum > sum; echo ${github}`;
  const script = [step(sh(command)), step(sh(command)), done];
  const hand = await begin(script, { sandbox: false });
  const [asked] = await hand.asked();
  expect(asked?.subject).toMatchObject({ command: expect.stringContaining('echo [secret: GitHub token]') });
  await hand.answer(asked, 'once');
  await hand.client.until(() => hand.app.model.requests.length === 2);
  const [second] = await hand.asked();
  expect(outputs(hand)[0]).toContain('[secret: GitHub token]');
  expect(readFileSync(hand.at('sum'), 'utf8')).toBe(`${(await import('node:crypto')).hash('md5', `${github}\n`)}  -\n`);
  await hand.app.runtime.settled();
  const again = handOf(await hand.app.restart(), hand.threadId);
  await again.answer(second, 'once');
  expect(await again.ended()).toBe('done');
  expect(outputs(again)[1]).toContain('The arguments held a secret');
});

it('holds the keys that shells hand over, and hides them for whoever writes a note [SAFE-5]', async () => {
  const app = await start({ script: [step(sh(`echo key: ${held}`)), done] });
  const threadId = await app.thread();
  const hand = handOf(app, threadId);
  await app.runtime.request({
    name: 'turn.send',
    params: { threadId, input: { text: { text: 'go', bytes: 2 } } },
    keys: { OTHER_KEY: held },
  });
  expect(await hand.ended()).toBe('done');
  expect(outputs(hand)).toEqual([expect.stringContaining('key: [secret: OTHER_KEY]')]);
  expect(app.runtime.redact(`a note about ${held}`)).toMatch(/^a note about \[secret: OTHER_KEY\]\*+$/);
});

it('shows no part of a secret while a command prints it piece by piece [SAFE-5]', async () => {
  const [first, second] = [github.slice(0, 17), github.slice(17)];
  const hand = await begin(
    [step(sh(`printf 'a %s' ${first}; touch half; while [ ! -e go ]; do sleep 0.02; done; printf '%s z\\n' ${second}`)), done],
    {
      sandbox: false,
      profile: 'full-access',
    },
  );
  await hand.client.until(() => hand.calls().length === 1);
  const source = hand.app.runtime.output(hand.threadId, hand.calls()[0]?.id ?? '');
  const shown = (): string => {
    try {
      return new TextDecoder().decode(source.read(0, 1000).bytes);
    } catch {
      return '';
    }
  };
  await vi.waitFor(() => expect(shown()).toBe('a '), { timeout: 10_000 });
  await vi.waitFor(() => readFileSync(hand.at('half')), { timeout: 10_000 });
  expect(shown()).toBe('a ');
  writeFileSync(hand.at('go'), '');
  expect(await hand.ended()).toBe('done');
  expect(outputs(hand)[0]).toMatch(/^a \[secret: GitHub token\]\** z$/);
});

describe.skipIf(!(await sandboxWorks()))('in the sandbox', () => {
  it('gives no command a provider key, nor a look at the environment of those above it [SAFE-5]', async () => {
    vi.stubEnv('OPENAI_API_KEY', 'sk-held-by-the-shell');
    vi.stubEnv('SOME_SECRET', 'of-the-users-shell');
    const look = 'env; cat /proc/*/environ 2>/dev/null | tr "\\0" "\\n"; cat /proc/$PPID/environ; ps -ef e 2>/dev/null; echo end';
    const hand = await begin([step(sh(look), sh(look, { background: true })), step(sh('sleep 0.2')), done]);
    expect(await hand.ended()).toBe('done');
    await hand.app.runtime.settled();
    for (const { id } of hand.calls().slice(0, 2)) {
      const { bytes } = hand.app.ports.commands.output(id, { from: 0, length: 1_000_000 });
      const printed = new TextDecoder().decode(bytes);
      expect(printed).toContain('end');
      expect(printed).toContain('PATH=');
      expect(printed).not.toMatch(/sk-held-by-the-shell|of-the-users-shell|OPENAI_API_KEY/);
    }
    const items: Item[] = hand.client.state().items.map(({ item }) => item);
    expect(JSON.stringify(items)).not.toContain('of-the-users-shell');
    vi.unstubAllEnvs();
  });
});
