import {
  type PolicyCommandRule,
  type PolicyKey,
  type PolicyProblem,
  type PolicyState,
  policies,
  policyKeys,
} from '../../../shared/domain/policy.ts';
import { nearest } from '../../../shared/nearest.ts';
import type { KeyPath, Locations } from './locate.ts';
import { written } from './words.ts';

/** What a policy file sets. A key is `lost` when a part of its value can't be understood; the rest of it is in `values`. */
export type PolicyRead = Pick<PolicyState, 'values' | 'lines' | 'lost' | 'problems' | 'warnings'>;

type Table = Record<string, unknown>;
type Row = (typeof policies)[PolicyKey] & { choices?: readonly string[]; form?: RegExp; formWords?: string };
const isTable = (value: unknown): value is Table =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
const quote = (words: readonly string[]): string => words.map((word) => JSON.stringify(word)).join(', ');
const clip = (text: string): string => (text.length > 60 ? `${text.slice(0, 60)}…` : text);

function found(value: unknown): string {
  if (typeof value === 'string') return `the text ${JSON.stringify(clip(value))}`;
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value}`;
  if (typeof value === 'boolean') return `${value}`;
  if (value instanceof Date) return 'a date or time';
  return Array.isArray(value) ? 'a list' : 'a table';
}

const pathOf = (key: PolicyKey): string[] => key.split('.');
const groups = Map.groupBy(policyKeys, (key) => pathOf(key)[0] ?? '');

/** Checks a parsed policy.toml against the table of policies. */
export function checkPolicy(parsed: Table, locations: Locations): PolicyRead {
  const values: Record<string, unknown> = {};
  const lines: PolicyState['lines'] = {};
  const lost = new Set<PolicyKey>();
  const problems: PolicyProblem[] = [];
  const warnings: PolicyProblem[] = [];
  const lineOf = (path: KeyPath): number => {
    for (let length = path.length; length > 0; length--) {
      const line = locations.line(path.slice(0, length));
      if (line !== undefined) return line;
    }
    return 1;
  };
  const warn = (path: KeyPath, message: string): void =>
    void warnings.push({ line: lineOf(path), key: written(path), message: `${written(path)} ${message}` });
  const wrong = (keys: readonly PolicyKey[], path: KeyPath, message: string): void => {
    for (const key of keys) lost.add(key);
    problems.push({ line: lineOf(path), key: written(path), message: `${written(path)} ${message}` });
  };

  const text = (key: PolicyKey, path: KeyPath, value: unknown): string | undefined => {
    const row: Row = policies[key];
    const choices = row.choices;
    const wanted = choices ? `one of ${quote(choices)}` : (row.formWords ?? 'text');
    if (typeof value === 'string' && !/[\0\r\n]/.test(value) && (choices ? choices.includes(value) : (row.form?.test(value) ?? true)))
      return value;
    const near = choices && typeof value === 'string' ? nearest(value, choices) : undefined;
    wrong([key], path, `must be ${wanted}; found ${found(value)}.${near ? ` Did you mean ${JSON.stringify(near)}?` : ''}`);
    return undefined;
  };

  const texts = (key: PolicyKey, path: KeyPath, value: unknown): string[] | undefined => {
    if (!Array.isArray(value)) {
      wrong([key], path, `must be a list; found ${found(value)}.`);
      return undefined;
    }
    return value.flatMap((each: unknown, n) => text(key, [...path, n], each) ?? []);
  };

  const rule = (path: KeyPath, value: unknown): PolicyCommandRule[] => {
    const before = problems.length;
    if (!isTable(value)) {
      wrong(['commands'], path, `must be a table with the header [[commands]]; found ${found(value)}.`);
      return [];
    }
    const { prefix, decision, reason, ...others } = value;
    for (const other of Object.keys(others)) unknown([...path, other], ['prefix', 'decision', 'reason']);
    const words = Array.isArray(prefix) && prefix.length > 0 && prefix.every((word) => typeof word === 'string' && /^[^\0]+$/.test(word));
    if (!words)
      wrong(
        ['commands'],
        [...path, 'prefix'],
        prefix === undefined ? 'is missing; it must be the first words of a command.' : 'must be a list of words that are not empty.',
      );
    if (decision !== 'ask' && decision !== 'forbid') {
      const why = decision === 'allow' ? ' An organisation can make a command ask or forbid it.' : '';
      const what = decision === undefined ? 'is missing; it must be' : `must be`;
      wrong(
        ['commands'],
        [...path, 'decision'],
        `${what} "ask" or "forbid"${decision === undefined ? '' : `; found ${found(decision)}`}.${why}`,
      );
    }
    if (reason !== undefined && typeof reason !== 'string')
      wrong(['commands'], [...path, 'reason'], `must be text; found ${found(reason)}.`);
    if (problems.length > before) return [];
    const told = typeof reason === 'string' ? { reason } : {};
    return [{ prefix: prefix as string[], decision: decision as PolicyCommandRule['decision'], ...told }];
  };

  const one = (key: PolicyKey, path: KeyPath, value: unknown): unknown => {
    switch (policies[key].type) {
      case 'flag':
        if (typeof value === 'boolean') return value;
        wrong([key], path, `must be true or false; found ${found(value)}.`);
        return undefined;
      case 'choice':
      case 'text':
        return text(key, path, value);
      case 'rules':
        if (Array.isArray(value)) return value.flatMap((each: unknown, n) => rule([...path, n], each));
        wrong([key], path, `must be tables with the header [[commands]]; found ${found(value)}.`);
        return undefined;
      default:
        return texts(key, path, value);
    }
  };

  const unknown = (path: KeyPath, known: readonly string[]): void => {
    const near = nearest(String(path.at(-1)), known);
    const elsewhere = policyKeys.find((key) => path.length === 1 && pathOf(key)[1] === path[0]);
    const advice = elsewhere ? ` It belongs below the header [${pathOf(elsewhere)[0]}].` : near ? ` Did you mean ${near}?` : '';
    warn(path, `is no policy that this version knows, and is not in force.${advice}`);
  };

  const set = (key: PolicyKey, path: KeyPath, value: unknown): void => {
    const checked = one(key, path, value);
    if (checked === undefined) return;
    values[key] = checked;
    lines[key] = lineOf(path);
  };

  for (const [name, value] of Object.entries(parsed)) {
    const keys = groups.get(name);
    if (!keys) unknown([name], [...groups.keys()]);
    else if (keys[0] === name) set(keys[0], [name], value);
    else if (!isTable(value)) wrong(keys, [name], `must be a table with the header [${name}]; found ${found(value)}.`);
    else
      for (const [sub, inner] of Object.entries(value)) {
        const key = keys.find((each) => pathOf(each)[1] === sub);
        if (key) set(key, [name, sub], inner);
        else
          unknown(
            [name, sub],
            keys.map((each) => pathOf(each)[1] ?? ''),
          );
      }
  }
  const read: PolicyRead = { values, lines, lost: [...lost], problems, warnings };
  together(read, lineOf);
  problems.sort((a, b) => a.line - b.line);
  return read;
}

/** Values that are right each by itself but not together. */
function together({ values, lost, problems, warnings }: PolicyRead, lineOf: (path: KeyPath) => number): void {
  const profile = values['profiles.default'];
  const allowed = values['profiles.allowed'];
  const widths: readonly string[] = policies['profiles.widest'].choices;
  const widest = values['profiles.widest'];
  const line = lineOf(['profiles', 'default']);
  const say = (why: string): void => {
    lost.push('profiles.default');
    problems.push({ line, key: 'profiles.default', message: `profiles.default is ${JSON.stringify(profile)}, which ${why}.` });
  };
  if (profile !== undefined && allowed && !lost.includes('profiles.allowed') && !allowed.includes(profile))
    say('profiles.allowed leaves out');
  else if (profile !== undefined && widest && widths.indexOf(profile) > widths.indexOf(widest)) say('profiles.widest does not allow');
  if (values['projects.trust'] === 'paths' && !values['projects.paths']) {
    const message = 'projects.trust is "paths", but there is no projects.paths: no project can be trusted.';
    warnings.push({ line: lineOf(['projects', 'trust']), key: 'projects.trust', message });
  }
}
