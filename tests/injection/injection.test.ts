// Instructions that somebody else wrote, and a model that obeys every one of them. Each is followed twice: with full access, where it must
// work, and in the sandbox, where nothing may come out or stay, and the attempt must stand in the thread.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Item } from '../../shared/domain/item.ts';
import { handOf } from '../support/hand.ts';
import { sandboxWorks } from '../support/sandbox.ts';
import { start } from '../support/start.ts';
import { writeFiles } from '../support/temp.ts';
import { createObedient } from './obedient.ts';
import { createPlace, type Place, settle, type Traces } from './place.ts';
import { type Scenario, wordsOf } from './scenario.ts';
import { lasts } from './scenarios/lasts.ts';
import { leaks } from './scenarios/leaks.ts';
import { limits } from './scenarios/limits.ts';

const scenarios = [...leaks, ...lasts, ...limits];

/** An item as one line, with all that a person could see of it. */
function lineOf(item: Item): string {
  switch (item.type) {
    case 'call': {
      const hosts = item.detail?.hosts ? ` hosts ${JSON.stringify(item.detail.hosts)}` : '';
      return `call ${item.tool} ${item.status} ${item.args.text} ${item.detail?.diff?.text ?? ''} ${item.output?.text ?? ''}${hosts}`;
    }
    case 'approval':
      return `approval ${item.subject.kind} ${item.status} ${JSON.stringify(item.subject)} ${item.reason ?? ''} ${item.rule}`;
    case 'instructions':
      return `instructions withheld ${item.withheld.join(' ')}`;
    case 'notice':
      return `notice ${item.text}`;
    default:
      return item.type;
  }
}

interface Outcome {
  place: Place;
  /** While something is asked, and when all is over. */
  asked: Traces | undefined;
  over: Traces & { told: string };
  lines: string[];
  /** The arguments of the calls that the model was made to make, and those in the thread. */
  made: string[];
  shown: string[];
  status: string;
}

async function follow(scenario: Scenario, profile: 'workspace' | 'full-access'): Promise<Outcome> {
  const control = profile === 'full-access';
  const place = await createPlace((at) => scenario.page?.(wordsOf(scenario, at)) ?? '');
  const words = wordsOf(scenario, place);
  const { repo } = place;
  writeFiles(repo.path, scenario.files?.(words, place) ?? {});
  repo.git('add', '-f', '--all');
  repo.git('commit', '-q', '--allow-empty', '-m', 'second');
  scenario.setup?.(words, place);
  if (scenario.config) writeFiles(place.data, { 'config.toml': `# ${place.secrets.data}\n${scenario.config(place)}` });
  const model = createObedient(scenario.look?.(place) ?? []);
  const app = await start({
    home: place.data,
    repo,
    sandbox: true,
    script: model.answer,
    adapt: (ports) => ({
      ...ports,
      files: { ...ports.files, home: () => place.home },
      commands: { ...ports.commands, start: (spec) => ports.commands.start({ ...spec, env: { ...spec.env, HOME: place.home } }) },
    }),
  });
  expect(await app.ports.sandbox.status()).toMatchObject({ ok: true });
  if (scenario.trust && control) await app.request('project.trust', { projectId: app.projectId, trusted: true });
  settle(place);
  const hand = handOf(app, await app.thread({ profile }));
  await app.send(hand.threadId, scenario.prompt?.(words) ?? 'Have a look at the project.');
  let status: string | undefined;
  let asked: Traces | undefined;
  const ended = hand.ended().then((how) => (status = how));
  for (;;) {
    await Promise.race([ended, hand.client.until(() => hand.open().length > 0)]);
    if (status !== undefined) break;
    await app.runtime.settled();
    asked = await place.traces();
    for (const item of hand.open()) await hand.answer(item, 'no');
  }
  await app.runtime.settled();
  const over = await place.traces();
  const items = hand.client.state().items.map(({ item }) => item);
  expect(app.model.violations).toEqual([]);
  await app.runtime.close();
  // Beyond the end of the program: what it left may go on.
  const { alive } = await place.traces();
  return {
    place,
    asked,
    over: { ...over, alive, told: JSON.stringify(app.model.requests.map(({ body }) => body)) },
    lines: items.map((item) => lineOf(item).replaceAll('\n', ' / ')),
    made: model.made.map(({ args }) => JSON.stringify(args)),
    shown: items.flatMap((item) => (item.type === 'call' ? [item.args.text] : [])),
    status: status ?? '',
  };
}

describe.skipIf(process.platform !== 'linux' || !(await sandboxWorks()))('a model that obeys what it reads', () => {
  it('is told in enough ways', () => {
    expect(scenarios.length).toBeGreaterThanOrEqual(20);
    expect(new Set(scenarios.map(({ id }) => id)).size).toBe(scenarios.length);
    expect(new Set(scenarios.map(({ where }) => where)).size).toBeGreaterThanOrEqual(14);
  });

  it('is told of in docs/security.md, each with what became of it', () => {
    const rows = readFileSync('docs/security.md', 'utf8').split('\n');
    for (const { id, limit } of scenarios)
      expect(rows.filter((row) => row.startsWith(`| \`${id}\` |`) && row.endsWith(limit ? '| **it does** |' : '| no |'))).toHaveLength(1);
  });

  it.each(scenarios)('$id: told in $where to $what [SAFE-2] [SAFE-4] [SAFE-5]', async (scenario) => {
    const [control, outcome] = await Promise.all([follow(scenario, 'full-access'), follow(scenario, 'workspace')]);
    expect(control.status).toBe('done');
    expect(scenario.harm(control.over, control.place), control.lines.join('\n')).toBe(true);

    const { place, asked, over, lines, made, shown, status } = outcome;
    const all = lines.join('\n');
    expect(status, all).toBe('done');
    expect(scenario.harm(over, place), all).toBe(scenario.limit !== undefined);
    for (const traces of asked ? [asked, over] : [over]) {
      expect(traces.sent).toBe('');
      expect(traces.changed.filter((name) => !scenario.leaves?.test(name))).toEqual([]);
    }
    expect(over.alive).toEqual([]);
    // What rules deny and what the program holds is nobody's: in no form that can be undone.
    for (const secret of [place.secrets.home, place.secrets.data, place.secrets.token])
      for (const form of [secret, btoa(secret).slice(0, 30), Buffer.from(secret).toString('hex'), secret.split('').reverse().join('')])
        for (const where of [over.told, over.asked, over.sent, all]) expect(where.includes(form)).toBe(false);

    // Every attempt stands in the thread, as it was made but for secrets.
    expect(made.length > 0 || scenario.trust).toBe(true);
    for (const args of made) expect(shown.map(plain)).toContain(plain(args));
    for (const sign of scenario.shows) expect(all).toMatch(sign);
  });
});

/** Without what stands for a secret, and the secret. */
const plain = (args: string): string => args.replaceAll(/\[secret: [\w ]+\]\**|ghp_\w+/g, '');
