// What an agent's commands and tools may touch, on this machine's own sandbox.
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createPolicyFile } from '../../../electron/adapters/config/policy.ts';
import { testPlace } from '../../../electron/adapters/config/policy-place.ts';
import { begin, type Call, done, fine, handOf, hearing, outputs, patch, read, sh, step } from '../../support/hand.ts';
import { sandboxWorks } from '../../support/sandbox.ts';
import { lastSaid } from '../../support/sent.ts';
import { outsideFolder, tempFolder } from '../../support/temp.ts';

describe.skipIf(!(await sandboxWorks()))('in the sandbox', () => {
  it('runs commands and changes files of the project unasked, and nothing outside of it can be changed [SAFE-1] [SAFE-2]', async () => {
    const outside = outsideFolder();
    const hand = await begin(
      [
        step(sh('echo made > made.txt && cat made.txt'), patch('*** Update File: a.txt\n@@\n-one\n+two'), read('a.txt')),
        step(sh(`echo out > ${outside}/file`)),
        done,
      ],
      { files: { 'a.txt': 'one\n' } },
    );
    expect(await hand.ended()).toBe('done');
    expect(hand.calls().map(({ status }) => status)).toEqual(['done', 'done', 'done', 'done']);
    expect(readFileSync(hand.at('made.txt'), 'utf8')).toBe('made\n');
    expect(readFileSync(hand.at('a.txt'), 'utf8')).toBe('two\n');
    expect(outputs(hand)[2]).toContain('two');
    expect(existsSync(path.join(outside, 'file'))).toBe(false);
    // It is told once what holds, and how to ask.
    expect(outputs(hand)[3]).toMatch(/\[sandbox\] Files may be changed only in: .*outside: true/);
    fine(hand);
  });

  it('never leads a tool out of the project by a planted link, and refuses what the profile denies [SAFE-2] [SAFE-5]', async () => {
    const home = tempFolder('home');
    mkdirSync(path.join(home, '.ssh'));
    writeFileSync(path.join(home, '.ssh/id_ed25519'), 'canary-of-a-key\n');
    const outside = outsideFolder();
    writeFileSync(path.join(outside, 'notes.txt'), 'mine\n');
    const hand = await begin(
      [
        step(sh('ln -s "$OUT" out; true')),
        step(read(path.join(home, '.ssh/id_ed25519')), read('key'), sh(`cat ${home}/.ssh/id_ed25519`)),
        step(patch('*** Update File: link/notes.txt\n@@\n-mine\n+yours')),
        done,
      ],
      { adapt: (ports) => ({ ...ports, files: { ...ports.files, home: () => home } }) },
    );
    symlinkSync(path.join(home, '.ssh/id_ed25519'), hand.at('key'));
    symlinkSync(outside, hand.at('link'));
    const [asked] = await hand.asked();
    expect(asked?.subject).toMatchObject({ kind: 'write', paths: [path.join(outside, 'notes.txt')] });
    expect(asked?.rule).toContain('outside of what may be changed');
    await hand.answer(asked, 'no', 'leave my notes');
    expect(await hand.ended()).toBe('done');
    expect(readFileSync(path.join(outside, 'notes.txt'), 'utf8')).toBe('mine\n');
    expect(JSON.stringify(hand.app.model.requests)).not.toContain('canary-of-a-key');
    expect(outputs(hand)[1]).toMatch(/Refused by a rule \(profile workspace denies .*built in/);
    expect(lastSaid(hand.app.model.requests.at(-1), 1)[0]?.text).toContain('leave my notes');
    fine(hand);
  });

  it('writes outside of the project exactly what was allowed there, once or for the thread [SAFE-4]', async () => {
    const outside = outsideFolder();
    writeFileSync(path.join(outside, 'a.txt'), 'one\n');
    const change = (from: string, to: string): Call => patch(`*** Update File: ${outside}/a.txt\n@@\n-${from}\n+${to}`);
    const hand = await begin([
      step(change('one', 'two')),
      step(change('two', 'three')),
      step(change('three', 'four')),
      step(patch(`*** Add File: ${outside}/new/b.txt\n+b`)),
      step(sh(`echo five > ${outside}/a.txt; echo six > ${outside}/c.txt`)),
      done,
    ]);
    await hand.answer((await hand.asked())[0], 'once');
    await hand.client.until(() => hand.app.model.requests.length === 2);
    const [again] = await hand.asked();
    expect(readFileSync(path.join(outside, 'a.txt'), 'utf8')).toBe('two\n');
    await hand.answer(again, 'thread');
    await hand.client.until(() => hand.app.model.requests.length === 4);
    const [other] = await hand.asked();
    expect(readFileSync(path.join(outside, 'a.txt'), 'utf8')).toBe('four\n');
    expect(other?.subject).toMatchObject({ paths: [path.join(outside, 'new/b.txt')] });
    await hand.answer(other, 'once');
    expect(await hand.ended()).toBe('done');
    expect(readFileSync(path.join(outside, 'new/b.txt'), 'utf8')).toBe('b\n');
    // The yes was to a patch that was shown: no command of the thread may change the file.
    expect(readFileSync(path.join(outside, 'a.txt'), 'utf8')).toBe('four\n');
    expect(existsSync(path.join(outside, 'c.txt'))).toBe(false);
    fine(hand);
  });

  it('stops what goes on in the background with more than its thread may have by now, and says why [SAFE-2] [POL-2]', async () => {
    const file = path.join(tempFolder('policy'), 'policy.toml');
    const serve = (more: object = {}): Call => sh('sleep 600', { background: true, ...more });
    const hand = await begin([step(serve(), serve({ outside: true, reason: 'to serve' })), done, step(serve()), done], {
      adapt: (ports) => ({ ...ports, policy: createPolicyFile(testPlace(file)) }),
    });
    await hand.answer((await hand.asked())[0], 'once');
    expect(await hand.ended()).toBe('done');
    const ids = hand.client.state().header.commands.map(({ id }) => id);
    expect(ids).toHaveLength(2);
    // The same again, and more, leaves them alone.
    await hand.app.request('project.trust', { projectId: hand.app.projectId, trusted: true });
    writeFileSync(file, '[network]\ndeny = ["evil.example"]\n', { mode: 0o644 });
    await hand.app.request('settings.read', {});
    const first = await hand.client.next('background.ended');
    expect(first.data.id).toBe(ids[1]);
    expect(first.data.output.text).toMatch(/Stopped: your organisation does not allow a command outside of the sandbox \(network.deny\)\./);
    await hand.app.request('thread.configure', { threadId: hand.threadId, profile: 'read-only' });
    const second = await hand.client.next('background.ended');
    expect(second.data.id).toBe(ids[0]);
    expect(second.data.output.text).toMatch(/Stopped: less is allowed now/);
    await hand.app.send(hand.threadId, 'again');
    await hand.client.next('background.started');
    await hand.app.request('thread.configure', { threadId: hand.threadId, profile: 'workspace' });
    await hand.client.until(() => hand.client.state().header.turn === undefined);
    await hand.app.runtime.stopBackground();
    expect((await hand.client.next('background.ended')).data.output.text).not.toContain('Stopped:');
    expect(hand.app.notes).toEqual([]);
  });

  it('leaves the sandbox for one command only when a person says so, each time, with the reason [SAFE-4]', async () => {
    const outside = outsideFolder();
    const command = `echo out >> ${outside}/file`;
    const leave = sh(command, { outside: true, reason: 'the file is elsewhere' });
    const hand = await begin([step(leave), step(leave), step(sh(command)), done]);
    const [first] = await hand.asked();
    expect(first).toMatchObject({
      reason: 'the file is elsewhere',
      subject: { kind: 'outside', command, cwd: hand.app.repo.path },
    });
    for (const answer of ['thread', 'always'] as const) await expect(hand.answer(first, answer)).rejects.toMatchObject({ code: 'denied' });
    await hand.answer(first, 'once');
    await hand.client.until(() => hand.app.model.requests.length === 2);
    const [second] = await hand.asked();
    expect(second?.id).not.toBe(first?.id);
    await hand.answer(second, 'no', 'once is enough');
    expect(await hand.ended()).toBe('done');
    expect(readFileSync(path.join(outside, 'file'), 'utf8')).toBe('out\n');
    expect(hand.calls().map(({ status }) => status)).toEqual(['done', 'refused', 'done']);
    fine(hand);
  });

  it('asks for hosts, tells the command only of those, and remembers exactly them; a rule of always is for the project and can be revoked [SAFE-4]', async () => {
    const command = 'echo hi';
    const told: unknown[] = [];
    const hosts = ['registry.npmjs.org'];
    const hand = await begin(
      [
        step(sh(command)),
        step(sh(command, { hosts: ['https://registry.npmjs.org/x'], reason: 'to install' })),
        step(sh(command, { hosts })),
        step(sh(command, { hosts: ['registry.npmjs.org', 'example.com'] })),
        done,
        step(sh(command, { hosts })),
        done,
        step(sh(command, { hosts })),
        done,
      ],
      { adapt: (ports) => hearing(ports, (spec) => told.push(spec.confine?.network)) },
    );
    const [first] = await hand.asked();
    expect(first).toMatchObject({
      subject: { kind: 'network', hosts },
      reason: 'to install',
      rule: expect.stringContaining('the network is off'),
    });
    await hand.answer(first, 'always');
    await hand.client.until(() => hand.app.model.requests.length === 4);
    const [more] = await hand.asked();
    expect(more?.subject).toEqual({ kind: 'network', hosts: ['example.com', 'registry.npmjs.org'] });
    await hand.answer(more, 'no');
    expect(await hand.ended()).toBe('done');
    expect(told).toEqual([
      { access: 'off', hosts: [] },
      { access: 'list', hosts },
      { access: 'list', hosts },
    ]);

    const app = hand.app.runtime.subscribe('app', undefined, () => undefined);
    app.stop();
    const rules = 'snapshot' in app.first && 'app' in app.first.snapshot ? app.first.snapshot.app.rules : [];
    expect(rules).toMatchObject([{ subject: { kind: 'network', hosts }, threadId: hand.threadId }]);
    const other = handOf(hand.app, await hand.app.thread({ profile: 'workspace' }));
    await hand.app.send(other.threadId, 'go');
    expect(await other.ended()).toBe('done');
    expect(other.open()).toEqual([]);
    await hand.app.request('rule.revoke', { ruleId: rules[0]?.id ?? '' });
    await expect(hand.app.request('rule.revoke', { ruleId: rules[0]?.id ?? '' })).rejects.toMatchObject({ code: 'missing' });
    await hand.app.send(other.threadId, 'again');
    const [asked] = await other.asked();
    await other.answer(asked, 'no');
    expect(await other.ended()).toBe('done');
    fine(hand);
  });

  it('asks for all calls of an answer at once, answered in any order by any client, also over a restart in the middle [SAFE-4] [PRJ-5]', async () => {
    const outside = outsideFolder();
    const config = '[[profiles.workspace.commands]]\nprefix = ["make"]\ndecision = "ask"\nreason = "it is slow"\n';
    const home = tempFolder('home');
    writeFileSync(path.join(home, 'config.toml'), config);
    const hand = await begin(
      [
        step(sh('echo unasked > unasked'), sh('make it'), patch(`*** Add File: ${outside}/b.txt\n+b`), sh('echo x', { hosts: ['a.com'] })),
        done,
      ],
      { home },
    );
    const asked = await hand.asked(3);
    expect(asked.map(({ subject }) => subject.kind)).toEqual(['command', 'write', 'network']);
    expect(asked[0]).toMatchObject({
      rule: 'profile workspace asks about make (it is slow)',
      source: { kind: 'user', where: path.join(home, 'config.toml'), line: expect.any(Number) },
    });
    expect(existsSync(hand.at('unasked'))).toBe(false);
    await hand.answer(asked[2], 'thread');
    await hand.app.runtime.settled();
    const again = handOf(await hand.app.restart(), hand.threadId);
    expect(again.open().map(({ id }) => id)).toEqual([asked[0]?.id, asked[1]?.id]);
    await again.answer(asked[1], 'once');
    expect(existsSync(path.join(outside, 'b.txt'))).toBe(false);
    await again.answer(asked[0], 'no', 'not now');
    expect(await again.ended()).toBe('done');
    expect(again.calls().map(({ status }) => status)).toEqual(['done', 'refused', 'done', 'done']);
    expect(readFileSync(path.join(outside, 'b.txt'), 'utf8')).toBe('b\n');
    expect(JSON.stringify(hand.app.model.requests[1]?.body)).toContain('not now');
    expect(again.client.state().header.grants).toEqual([{ profile: 'workspace', subject: { kind: 'network', hosts: ['a.com'] } }]);
    fine(again);
  });

  it('withdraws what is open when the turn is stopped; nothing of it ran [SAFE-4] [AGT-4]', async () => {
    const outside = outsideFolder();
    const hand = await begin([step(sh('echo first > first'), sh(`touch ${outside}/x`, { outside: true })), done]);
    await hand.asked();
    await hand.app.request('turn.interrupt', { threadId: hand.threadId });
    expect(await hand.ended()).toBe('interrupted');
    const [approval] = hand.client.state().items.flatMap(({ item }) => (item.type === 'approval' ? [item] : []));
    expect(approval?.status).toBe('withdrawn');
    expect(outputs(hand)).toEqual(['[interrupted: it did not run]', '[interrupted: it did not run]']);
    expect(existsSync(hand.at('first'))).toBe(false);
    fine(hand);
  });

  it('asks about what is typed into a command that nothing confines, and not about what the sandbox holds [SAFE-2] [SAFE-4]', async () => {
    const outside = outsideFolder();
    const type = (id: string, text: string): Call => ({ name: 'shell_input', args: { id, text } });
    const hand = await begin((request) => {
      if (request.n === 1) return step(sh('bash', { background: true, outside: true }), sh('bash', { background: true }));
      if (request.n === 3) return done;
      const ids = [...JSON.stringify(request.body).matchAll(/background, id (item_\w+)/g)].map(([, id]) => id ?? '');
      return step(type(ids[0] ?? '', `touch ${outside}/a\n`), type(ids[1] ?? '', `touch ${outside}/b; touch c\n`));
    });
    await hand.answer((await hand.asked())[0], 'once');
    await hand.client.until(() => hand.app.model.requests.length === 2);
    const [typed] = await hand.asked();
    expect(typed?.subject).toMatchObject({ kind: 'outside', command: expect.stringContaining(`touch ${outside}/a`) });
    await hand.answer(typed, 'no');
    expect(await hand.ended()).toBe('done');
    await vi.waitFor(() => expect(existsSync(hand.at('c'))).toBe(true), { timeout: 10_000 });
    expect([existsSync(path.join(outside, 'a')), existsSync(path.join(outside, 'b'))]).toEqual([false, false]);
    await hand.app.runtime.stopBackground();
    fine(hand);
  });

  it('takes the first answer of two clients, and tells both; the other one hears that it is closed [SAFE-4]', async () => {
    const hand = await begin([step(sh('echo x', { hosts: ['a.com'] })), done]);
    const [asked] = await hand.asked();
    const second = handOf(hand.app, hand.threadId);
    expect(second.open().map(({ id }) => id)).toEqual([asked?.id]);
    await second.answer(asked, 'no', 'from the second');
    await expect(hand.answer(asked, 'once')).rejects.toMatchObject({ code: 'conflict' });
    expect(await hand.ended()).toBe('done');
    expect(hand.open()).toEqual([]);
    expect(second.calls().map(({ status }) => status)).toEqual(['refused']);
    fine(hand);
  });

  it('closes what an answer for the thread settles too, and asks about nothing twice [SAFE-4]', async () => {
    const hosts = ['a.com'];
    const hand = await begin([step(sh('echo 1', { hosts }), sh('echo 2', { hosts }), sh('echo 3', { hosts: ['b.com'] })), done]);
    const asked = await hand.asked(3);
    await hand.answer(asked[0], 'thread');
    expect(hand.open().map(({ subject }) => subject)).toEqual([{ kind: 'network', hosts: ['b.com'] }]);
    await hand.answer(asked[2], 'no');
    expect(await hand.ended()).toBe('done');
    expect(hand.calls().map(({ status }) => status)).toEqual(['done', 'done', 'refused']);
    expect(hand.client.state().header.grants).toHaveLength(1);
    fine(hand);
  });

  it('tells a command that met the network what it may reach, once, and leaves other failures alone [SAFE-2]', async () => {
    const met = sh('echo "curl: (6) Could not resolve host: example.com"; exit 6');
    const hand = await begin([step(met, sh('echo "no such test"; exit 1'), sh('echo "Permission denied" && true')), done]);
    expect(await hand.ended()).toBe('done');
    const [first, ...others] = outputs(hand);
    expect(first).toMatch(/\[sandbox\] The network is off here\. .*send the command again with reason and hosts/);
    for (const each of others) expect(each).not.toContain('[sandbox]');
    expect(JSON.stringify(hand.app.model.requests[0]?.body['instructions'])).toContain('the network is off');
    fine(hand);
  });
});
