import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { readPolicy } from '../../../electron/adapters/config/policy.ts';
import { policies, policyKeys } from '../../../shared/domain/policy.ts';

const resource = (name: string): string => readFileSync(path.resolve(import.meta.dirname, '../../../resources', name), 'utf8');
const nothing = { values: {}, lines: {}, lost: [], problems: [], warnings: [] };

it('the sample sets nothing as it is, and every policy once its # are taken away', () => {
  const sample = resource('policy.sample.toml');
  expect(readPolicy(Buffer.from(sample))).toEqual(nothing);
  const read = readPolicy(Buffer.from(sample.replaceAll(/^#(?! )/gm, '')));
  expect(read.problems).toEqual([]);
  expect(read.warnings).toEqual([]);
  expect(read.values).toEqual(Object.fromEntries(policyKeys.map((key) => [key, policies[key].sample])));
  expect(Object.keys(read.lines).sort()).toEqual(policyKeys.toSorted());
});

it('the schema knows every policy', () => {
  const schema = JSON.parse(resource('policy.schema.json')) as { properties: Record<string, { properties?: Record<string, object> }> };
  const known = Object.entries(schema.properties).flatMap(([group, { properties }]) =>
    properties ? Object.keys(properties).map((name) => `${group}.${name}`) : [group],
  );
  expect(known.sort()).toEqual(policyKeys.toSorted());
});
