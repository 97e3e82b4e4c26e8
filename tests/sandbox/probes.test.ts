import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { areas } from './probe.ts';
import { probes } from './probes/all.ts';
import type { Verdict } from './range.ts';
import { uses } from './usability.ts';
import { lackingSandbox, runAs, users } from './users.ts';

// Every attack is made by root and by an ordinary user: first without a sandbox, where it must work, then in ours. Then what developers
// do all day. Everything is judged from outside.

/** Half a minute each on two free cores; machines may be busy. */
const patience = 900_000;
const lacking = await lackingSandbox();
const both = users();

it.runIf(process.platform === 'linux' && process.env['CI'])('this machine can be attacked: it has a sandbox, and root', () => {
  expect([lacking, ...both.map(({ reason }) => reason)]).toEqual([undefined, undefined, undefined]);
});

it('there are enough attacks, of every kind, each with a name of its own', () => {
  expect(probes.length).toBeGreaterThanOrEqual(75);
  expect(new Set(probes.map(({ id }) => id)).size).toBe(probes.length);
  expect(new Set(probes.map(({ area }) => area))).toEqual(new Set(areas));
});

it('docs/security.md has a row for each', () => {
  const rows = readFileSync(path.join(import.meta.dirname, '../../docs/security.md'), 'utf8').split('\n');
  const gaps = probes.filter(
    ({ id, open }) =>
      !rows.some((row) => row.startsWith(`| \`${id}\``) && row.includes(open === undefined ? '| blocked |' : '| **open** |')),
  );
  expect(gaps.map(({ id }) => id)).toEqual([]);
  expect(
    uses.filter(({ id }) => !rows.some((row) => row.startsWith(`| \`${id}\``) && row.includes('| works |'))).map(({ id }) => id),
  ).toEqual([]);
});

describe.skipIf(lacking !== undefined)('the sandbox', () => {
  for (const user of both) {
    describe.skipIf(user.reason !== undefined)(`attacked by ${user.who}`, () => {
      const found = new Map<string, { control: Verdict; ours: Verdict }>();
      beforeAll(
        async () =>
          runAs(user, 'run.ts', ['control,ours'], (line) => {
            const { id, control, ours } = line as { id: string; control: Verdict; ours: Verdict };
            found.set(id, { control, ours });
          }),
        patience,
      );

      it.each(probes)('$id: $what [SAFE-2]', ({ id, open }) => {
        const verdicts = found.get(id);
        // What cannot succeed without a sandbox proves nothing, unless it is said why.
        expect(verdicts?.control).toMatchObject({ verdict: verdicts?.control.reason === undefined ? 'worked' : 'none' });
        expect(verdicts?.ours).toMatchObject({ verdict: open === undefined ? 'blocked' : 'worked' });
      });
    });

    describe.skipIf(user.reason !== undefined)(`used by ${user.who}`, () => {
      const found = new Map<string, { works: boolean | null; reason?: string; output?: string }>();
      beforeAll(
        async () =>
          runAs(user, 'use.ts', ['ours'], (line) => {
            const { id, ...how } = line as { id: string; works: boolean | null };
            found.set(id, how);
          }),
        patience,
      );

      it.each(uses)('$id: $what [SAFE-3]', ({ id }) => {
        const how = found.get(id);
        expect(how).toMatchObject({ works: how?.reason === undefined ? true : null });
      });
    });
  }
});
