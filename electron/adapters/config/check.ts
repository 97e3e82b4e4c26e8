import { nearest } from '../../../shared/nearest.ts';
import type { ProfileChange } from '../../../shared/policy/compose.ts';
import type { ConfigWarning } from '../../../shared/protocol/app.ts';
import { type Key, kinds, misplaced, providerKeys, providerName, rootKeys } from './keys.ts';
import type { KeyPath, Locations } from './locate.ts';
import { checkProfiles } from './profiles.ts';
import { clip, found, isTable, list, type Table, written } from './words.ts';

/** What a file sets, checked; nothing is filled in. Names are those of the file. */
export interface FileSettings {
  root: Partial<Record<keyof typeof rootKeys, string>>;
  providers: Record<string, ProviderSettings>;
  profiles: ProfileChange[];
  warnings: ConfigWarning[];
  problems: Problem[];
  /** For what can only be judged together with other files. */
  lineOf(path: KeyPath): number;
}
export interface ProviderSettings {
  kind?: string;
  base_url?: string;
  wire?: string;
  api_key_env?: string;
  headers?: Record<string, string>;
  idle_timeout_ms?: number;
  model?: string;
}
export interface Problem {
  line: number;
  key: string;
  message: string;
}

function expected(key: Key): string {
  if (key.choices) return `one of ${list(key.choices)}`;
  if (key.type === 'texts') return 'a table of texts';
  if (key.type === 'count') return `a whole number from ${key.min ?? 0} to ${key.max ?? Number.MAX_SAFE_INTEGER}`;
  return key.formWords ?? 'text';
}

function fits(key: Key, value: unknown): boolean {
  if (key.type === 'count')
    return Number.isSafeInteger(value) && (value as number) >= (key.min ?? 0) && (value as number) <= (key.max ?? Infinity);
  if (typeof value !== 'string') return false;
  return key.choices ? key.choices.includes(value) : (key.form?.test(value) ?? true);
}

/** Checks one parsed file. `project` is a project's file, which may set less. */
export function checkFile(parsed: Table, locations: Locations, file: string, project: boolean): FileSettings {
  const lineOf = (path: KeyPath): number => {
    for (let length = path.length; length > 0; length--) {
      const line = locations.line(path.slice(0, length));
      if (line !== undefined) return line;
    }
    return 1;
  };
  const settings: FileSettings = { root: {}, providers: {}, profiles: [], warnings: [], problems: [], lineOf };
  const warn = (path: KeyPath, message: string): void => void settings.warnings.push({ file, line: lineOf(path), message });
  const wrong = (path: KeyPath, message: string): void => void settings.problems.push({ line: lineOf(path), key: written(path), message });

  const unknown = (path: KeyPath, known: readonly string[]): void => {
    const name = String(path.at(-1));
    const why = misplaced[name];
    const near = nearest(name, known);
    if (why) warn(path, `${written(path)} is not a setting and was left out. ${why}`);
    else if (near) warn(path, `${written(path)} is not a setting and was left out. Did you mean ${near}?`);
    else if (path.length === 1 && Object.hasOwn(providerKeys, name))
      warn(path, `${name} is not a setting here and was left out: it belongs below a [providers.NAME] header.`);
    else if (path.length === 3 && Object.hasOwn(rootKeys, name))
      warn(path, `${written(path)} is not a setting and was left out: ${name} belongs above the first [header].`);
    else warn(path, `${written(path)} is not a setting and was left out.`);
  };

  /** One value against its row; answers it only when it fits. */
  const one = (path: KeyPath, key: Key, value: unknown): unknown => {
    const hide = key.private === true || (typeof value === 'string' && value.includes('@'));
    const say = (at: KeyPath, bad: unknown): void => {
      const near = key.choices && typeof bad === 'string' ? nearest(bad, key.choices) : undefined;
      wrong(
        at,
        `${written(at)} must be ${expected(key)}; found ${found(bad, hide)}.${near ? ` Did you mean ${JSON.stringify(near)}?` : ''}`,
      );
    };
    if (key.type !== 'texts') {
      if (fits(key, value)) return value;
      say(path, value);
      return undefined;
    }
    if (!isTable(value)) {
      say(path, value);
      return undefined;
    }
    const kept: [string, string][] = [];
    for (const [name, text] of Object.entries(value)) {
      const at = [...path, name];
      if (key.form && !key.form.test(name)) wrong(at, `${written(at)}: ${JSON.stringify(clip(name))} is not ${key.formWords}.`);
      else if (typeof text !== 'string') wrong(at, `${written(at)} must be text; found ${found(text, hide)}.`);
      else if (/[\r\n\0]/.test(text)) wrong(at, `${written(at)} must be text on one line.`);
      else kept.push([name, text]);
    }
    return Object.fromEntries(kept);
  };

  /** A table of rows; answers what fits, by the file's names. */
  const many = (prefix: KeyPath, keys: Record<string, Key>, table: Table): Record<string, unknown> => {
    const kept: [string, unknown][] = [];
    for (const [name, value] of Object.entries(table)) {
      const path = [...prefix, name];
      const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
      if (!key) unknown(path, prefix.length === 0 ? [...Object.keys(keys), 'providers', 'profiles'] : Object.keys(keys));
      else if (project && !key.project) warn(path, `${written(path)} may only be set in your own config.toml and was left out.`);
      else {
        const checked = one(path, key, value);
        if (checked !== undefined) kept.push([name, checked]);
      }
    }
    return Object.fromEntries(kept);
  };

  const { providers, profiles, ...root } = parsed;
  settings.root = many([], rootKeys, root);
  if (profiles !== undefined) settings.profiles = checkProfiles(profiles, { file, kind: project ? 'project' : 'user', lineOf, wrong });
  if (providers === undefined) return settings;
  if (project) {
    warn(['providers'], 'providers may only be defined in your own config.toml and were left out.');
    return settings;
  }
  if (!isTable(providers)) {
    wrong(['providers'], `providers must be tables with headers like [providers.NAME]; found ${found(providers, false)}.`);
    return settings;
  }
  const checked: [string, ProviderSettings][] = [];
  for (const [name, table] of Object.entries(providers)) {
    const path = ['providers', name];
    if (!isTable(table)) wrong(path, `${written(path)} must be a table; found ${found(table, true)}.`);
    else if (!providerName.test(name))
      wrong(
        path,
        `${written(path)}: the name of a provider is made of letters, digits, ".", "_" and "-"; found ${JSON.stringify(clip(name))}.`,
      );
    else if (name === 'rehearsal') wrong(path, `${written(path)} is built in and cannot be changed; give the provider another name.`);
    else {
      const before = settings.problems.length;
      const provider: ProviderSettings = many(path, providerKeys, table);
      if (settings.problems.length === before) lacks(path, name, provider, wrong);
      checked.push([name, provider]);
    }
  }
  settings.providers = Object.fromEntries(checked);
  return settings;
}

/** What a provider must have beside values that are right each by itself. */
function lacks(path: KeyPath, name: string, provider: ProviderSettings, wrong: (path: KeyPath, message: string) => void): void {
  if (name === 'openai') {
    if (provider.kind !== undefined && provider.kind !== 'openai')
      wrong(
        [...path, 'kind'],
        `${written([...path, 'kind'])} must be "openai", because that provider is built in; give another kind another name.`,
      );
  } else if (provider.kind === undefined)
    wrong([...path, 'kind'], `${written([...path, 'kind'])} is missing; it must be one of ${list(kinds)}.`);
  else if (provider.kind === 'openai-compatible' && provider.base_url === undefined)
    wrong(
      [...path, 'base_url'],
      `${written([...path, 'base_url'])} is missing; it must be the address of the server, for example "http://localhost:11434/v1".`,
    );
}
