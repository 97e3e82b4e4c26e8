import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { parse } from 'smol-toml';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { createConfig } from '../../electron/adapters/config/config.ts';
import { locate } from '../../electron/adapters/config/locate.ts';
import { builtInProfiles } from '../../shared/domain/built-in-profiles.ts';
import { AppError } from '../../shared/errors.ts';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'switchyard-config-'));
afterAll(() => fs.rmSync(root, { recursive: true, force: true }));

let home = '';
let project = '';
let count = 0;
beforeEach(() => {
  home = path.join(root, `home${count}`);
  project = path.join(root, `project${count++}`);
  fs.mkdirSync(home);
  fs.mkdirSync(path.join(project, '.switchyard'), { recursive: true });
});
const writeUser = (text: string | Uint8Array): void => fs.writeFileSync(path.join(home, 'config.toml'), text);
const writeProject = (text: string): void => fs.writeFileSync(path.join(project, '.switchyard', 'config.toml'), text);
const read = (trusted = true) => createConfig({ home }).settings({ path: project, trusted });
const refusal = (): AppError => {
  try {
    read();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('was accepted');
};

describe('settings', () => {
  it('has defaults without any file', () => {
    expect(read()).toEqual({
      provider: 'openai',
      model: undefined,
      profile: 'workspace',
      effort: undefined,
      warnings: [],
      profiles: builtInProfiles(),
      providers: {
        openai: {
          id: 'openai',
          kind: 'openai',
          wire: 'responses',
          apiKeyEnv: 'OPENAI_API_KEY',
          headers: {},
          idleTimeoutMs: 60_000,
          defaultModel: 'gpt-5.5',
        },
        rehearsal: { id: 'rehearsal', kind: 'rehearsal', wire: 'responses', headers: {}, idleTimeoutMs: 60_000, defaultModel: 'rehearsal' },
      },
    });
  });

  it('reads every key', () => {
    writeUser(`
provider = "local"
model = "qwen"
profile = "read-only"
effort = "high"
[providers.local]
kind = "openai-compatible"
base_url = "http://127.0.0.1:11434/v1"
wire = "responses"
api_key_env = "LOCAL_KEY"
headers = { X-Team = "a", "X-Other" = "b" }
idle_timeout_ms = 5000
model = "qwen-small"
[providers.second]
kind = "openai"
api_key_env = "SECOND_KEY"
[providers.openai]
base_url = "https://proxy.example/v1"
[providers.constructor]
kind = "openai-compatible"
base_url = "http://[::1]:8080"
`);
    const settings = read();
    expect(settings.warnings).toEqual([]);
    expect(settings).toMatchObject({ provider: 'local', model: 'qwen', profile: 'read-only', effort: 'high' });
    expect(settings.providers).toMatchObject({
      local: {
        id: 'local',
        kind: 'openai-compatible',
        wire: 'responses',
        baseUrl: 'http://127.0.0.1:11434/v1',
        apiKeyEnv: 'LOCAL_KEY',
        headers: { 'X-Team': 'a', 'X-Other': 'b' },
        idleTimeoutMs: 5000,
        defaultModel: 'qwen-small',
      },
      second: { kind: 'openai', wire: 'responses', apiKeyEnv: 'SECOND_KEY', defaultModel: 'gpt-5.5' },
      openai: { kind: 'openai', baseUrl: 'https://proxy.example/v1', apiKeyEnv: 'OPENAI_API_KEY', defaultModel: 'gpt-5.5' },
    });
    expect(settings.providers['constructor']).toEqual({
      id: 'constructor',
      kind: 'openai-compatible',
      wire: 'chat',
      baseUrl: 'http://[::1]:8080',
      headers: {},
      idleTimeoutMs: 60_000,
    });
  });

  it('knows no provider by a name that every object has', () => {
    expect(read().providers['constructor']).toBeUndefined();
  });

  it('reads a file again when it has changed, and only then', () => {
    const config = createConfig({ home });
    expect(config.settings().profile).toBe('workspace');
    writeUser('profile = "read-only"\n');
    expect(config.settings().profile).toBe('read-only');
    writeUser('profile = 1\n');
    expect(() => config.settings()).toThrow('config.toml:1: profile must be');
    expect(() => config.settings()).toThrow('config.toml:1: profile must be');
    fs.rmSync(path.join(home, 'config.toml'));
    expect(config.settings().profile).toBe('workspace');
  });

  it('hands out settings that a caller may change without harm', () => {
    const config = createConfig({ home });
    writeUser('modle = "x"\n[providers.a]\nkind = "openai"\nheaders = { A = "1" }\n');
    const first = config.settings();
    first.warnings.length = 0;
    delete first.providers['a'];
    delete first.providers['openai'];
    expect(config.settings().warnings).toHaveLength(1);
    expect(Object.keys(config.settings().providers)).toEqual(['openai', 'rehearsal', 'a']);
  });
});

describe("a project's file", () => {
  const user =
    'provider = "openai"\nmodel = "gpt-5.4"\n[providers.local]\nkind = "openai-compatible"\nbase_url = "http://localhost:1/v1"\nmodel = "small"\n';

  it('is not read while the project is untrusted', () => {
    writeProject('this is [not toml');
    expect(read(false).provider).toBe('openai');
  });

  it('chooses model, effort, an existing provider and a tighter profile', () => {
    writeUser(user);
    writeProject('provider = "local"\nmodel = "big"\neffort = "low"\nprofile = "read-only"\n');
    expect(read()).toMatchObject({ provider: 'local', model: 'big', effort: 'low', profile: 'read-only', warnings: [] });
  });

  it("leaves the user's model to the user's provider", () => {
    writeUser(user);
    writeProject('provider = "local"\n');
    expect(read()).toMatchObject({ provider: 'local', model: undefined });
    writeProject('provider = "openai"\n');
    expect(read()).toMatchObject({ provider: 'openai', model: 'gpt-5.4' });
  });

  it.each([
    ['', 'full-access', 'workspace'],
    ['profile = "read-only"\n', 'workspace', 'read-only'],
    ['profile = "full-access"\n', 'full-access', 'full-access'],
  ])('never widens the profile (%j, %s)', (own, wanted, kept) => {
    writeUser(own);
    writeProject(`\nprofile = "${wanted}"\n`);
    const settings = read();
    expect(settings.profile).toBe(kept);
    expect(settings.warnings).toEqual([
      {
        file: path.join(project, '.switchyard', 'config.toml'),
        line: 2,
        message: `profile "${wanted}" was left out: a project may only tighten the profile, which is "${kept}".`,
      },
    ]);
  });

  it('tightens full access', () => {
    writeUser('profile = "full-access"\n');
    writeProject('profile = "workspace"\n');
    expect(read()).toMatchObject({ profile: 'workspace', warnings: [] });
  });

  it('cannot define providers', () => {
    writeProject('model = "m"\n\n[providers.evil]\nkind = "openai"\nbase_url = "http://evil.example"\n[providers.openai]\nbase_url = 3\n');
    const settings = read();
    expect(Object.keys(settings.providers)).toEqual(['openai', 'rehearsal']);
    expect(settings.providers['openai']?.baseUrl).toBeUndefined();
    expect(settings.warnings.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      '3: providers may only be defined in your own config.toml and were left out.',
    ]);
  });

  it('names its own file in an error', () => {
    writeProject('effort = "lots"\n');
    const error = refusal();
    expect(error.message).toContain(`${path.join(project, '.switchyard', 'config.toml')}:1: effort must be one of`);
    writeProject('\nprovider = "locl"\n');
    expect(refusal().message).toContain(
      `:2: provider must be the name of a provider; there is no "locl". Define it as [providers.NAME] in ${home}`,
    );
  });
});

const provider = (rest: string): string => `[providers.p]\nkind = "openai-compatible"\nbase_url = "http://h"\n${rest}`;
const efforts = '"none", "minimal", "low", "medium", "high", "xhigh"';
const url = 'an address that begins with http:// or https:// and holds no password';
const envName = 'the name of an environment variable, never the key itself';
const timeout = 'a whole number from 1 to 3600000';

// Each bad file with the line, the key (none where the file is no TOML) and the words of its message.
const bad: [string, number, string | undefined, string][] = [
  ['model = 5', 1, 'model', 'model must be text that is not empty; found the number 5.'],
  ['model = ""', 1, 'model', 'model must be text that is not empty; found the text "".'],
  ['\n\nmodel = true', 3, 'model', 'model must be text that is not empty; found true.'],
  ['model = ["a"]', 1, 'model', 'found a list.'],
  ['model = { a = 1 }', 1, 'model', 'found a table.'],
  ['[model]\na = 1', 1, 'model', 'found a table.'],
  ['# note\n[[model]]\na = 1', 2, 'model', 'found a list.'],
  ['model = 2024-01-01', 1, 'model', 'found a date or time.'],
  ['model = 1.5', 1, 'model', 'found the number 1.5.'],
  ['"model" = 1', 1, 'model', 'found the number 1.'],
  ["'model' = 1", 1, 'model', 'found the number 1.'],
  ['"mod\\u0065l" = 1', 1, 'model', 'found the number 1.'],
  ['effort = "high"\nmodel.name = "x"', 2, 'model', 'found a table.'],
  ['profile = "full"', 1, 'profile', 'profile must be the name of a profile; there is no "full".'],
  ['profile = "read_only"', 1, 'profile', 'there is no "read_only". Did you mean "read-only"?'],
  ['profile = "Workspace"', 1, 'profile', 'Did you mean "workspace"?'],
  ['profile = 1', 1, 'profile', 'profile must be text that is not empty; found the number 1.'],
  ['x = """\nprofile = 1\n"""\nprofile = 2', 4, 'profile', 'found the number 2.'],
  ["x = '''\nprofile = 1\n'''\nprofile = 2", 4, 'profile', 'found the number 2.'],
  ['x = [\n  1, # one\n  2,\n]\nprofile = 2', 5, 'profile', 'found the number 2.'],
  ['# profile = 1\nprofile = 2', 2, 'profile', 'found the number 2.'],
  ['x = "# not a comment" # one\r\nprofile = 2\r\n', 2, 'profile', 'found the number 2.'],
  ['\ufeffprofile = 2', 1, 'profile', 'found the number 2.'],
  ['effort = "max"', 1, 'effort', `effort must be one of ${efforts}; found the text "max".`],
  ['effort = "meduim"', 1, 'effort', 'Did you mean "medium"?'],
  ['effort = false', 1, 'effort', `effort must be one of ${efforts}; found false.`],
  ['provider = "nobody"', 1, 'provider', 'there is no "nobody". Define it as [providers.NAME] in this file.'],
  ['provider = "opnai"', 1, 'provider', 'there is no "opnai". Did you mean "openai"?'],
  ['provider = 1', 1, 'provider', 'provider must be text that is not empty; found the number 1.'],
  ['provider = "toString"', 1, 'provider', 'there is no "toString".'],
  ['providers = 1', 1, 'providers', 'providers must be tables with headers like [providers.NAME]; found the number 1.'],
  ['[[providers]]\nkind = "openai"', 1, 'providers', 'found a list.'],
  ['[providers]\na = 1', 2, 'providers.a', 'providers.a must be a table; found a number.'],
  ['[providers]\na = "sk-secret"', 2, 'providers.a', 'providers.a must be a table; found other text.'],
  ['[[providers.a]]\nkind = "openai"', 1, 'providers.a', 'providers.a must be a table; found a list.'],
  [
    '[providers."a b"]\nkind = "openai"',
    1,
    'providers."a b"',
    'the name of a provider is made of letters, digits, ".", "_" and "-"; found "a b".',
  ],
  ['[providers.""]\nkind = "openai"', 1, 'providers.""', 'the name of a provider is made of'],
  [
    '[providers.rehearsal]\nmodel = "x"',
    1,
    'providers.rehearsal',
    'providers.rehearsal is built in and cannot be changed; give the provider another name.',
  ],
  [
    '[providers.openai]\n\nkind = "openai-compatible"',
    3,
    'providers.openai.kind',
    'must be "openai", because that provider is built in; give another kind another name.',
  ],
  [
    '[providers.p]\nbase_url = "http://h"',
    1,
    'providers.p.kind',
    'providers.p.kind is missing; it must be one of "openai", "openai-compatible".',
  ],
  ['providers.p.base_url = "http://h"', 1, 'providers.p.kind', 'is missing'],
  [
    '[providers.p]\nkind = "openai-compatible"',
    1,
    'providers.p.base_url',
    'providers.p.base_url is missing; it must be the address of the server, for example "http://localhost:11434/v1".',
  ],
  [
    '[providers.p]\nkind = "ollama"\nbase_url = "http://h"',
    2,
    'providers.p.kind',
    'must be one of "openai", "openai-compatible"; found the text "ollama".',
  ],
  ['[providers.p]\nkind = "openai_compatible"\nbase_url = "http://h"', 2, 'providers.p.kind', 'Did you mean "openai-compatible"?'],
  [
    '[providers.p]\nkind = "openai-compatible"\nbase_url = "localhost:1"',
    3,
    'providers.p.base_url',
    `providers.p.base_url must be ${url}; found the text "localhost:1".`,
  ],
  [
    '[providers.p]\nkind = "openai-compatible"\nbase_url = "ftp://h"',
    3,
    'providers.p.base_url',
    `must be ${url}; found the text "ftp://h".`,
  ],
  [
    '[providers.p]\nkind = "openai-compatible"\nbase_url = "https://me:pass@h"',
    3,
    'providers.p.base_url',
    `must be ${url}; found other text.`,
  ],
  ['[providers.p]\nkind = "openai-compatible"\nbase_url = 80', 3, 'providers.p.base_url', 'found the number 80.'],
  [
    provider('wire = "completions"'),
    4,
    'providers.p.wire',
    'providers.p.wire must be one of "responses", "chat"; found the text "completions".',
  ],
  [provider('wire = "respones"'), 4, 'providers.p.wire', 'Did you mean "responses"?'],
  [provider('wire = 1'), 4, 'providers.p.wire', 'found the number 1.'],
  [provider('api_key_env = "sk-123"'), 4, 'providers.p.api_key_env', `providers.p.api_key_env must be ${envName}; found other text.`],
  [provider('api_key_env = 123'), 4, 'providers.p.api_key_env', `must be ${envName}; found a number.`],
  [provider('api_key_env = ["A"]'), 4, 'providers.p.api_key_env', 'found a list.'],
  [provider('headers = "X: y"'), 4, 'providers.p.headers', 'providers.p.headers must be a table of texts; found other text.'],
  [
    provider('headers = { "X Y" = "a" }'),
    4,
    'providers.p.headers."X Y"',
    'providers.p.headers."X Y": "X Y" is not the name of an HTTP header.',
  ],
  [provider('headers = { X = 12 }'), 4, 'providers.p.headers.X', 'providers.p.headers.X must be text; found a number.'],
  [provider('headers = { A = "1",\n X = true }'), 5, 'providers.p.headers.X', 'providers.p.headers.X must be text; found true.'],
  [provider('headers.A = "1"\nheaders.X = 12'), 5, 'providers.p.headers.X', 'found a number.'],
  [provider('[providers.p.headers]\nA = "1"\nX = []'), 6, 'providers.p.headers.X', 'found a list.'],
  [provider('headers = { X = "a\\nb" }'), 4, 'providers.p.headers.X', 'must be text on one line.'],
  [
    provider('idle_timeout_ms = "5"'),
    4,
    'providers.p.idle_timeout_ms',
    `providers.p.idle_timeout_ms must be ${timeout}; found the text "5".`,
  ],
  [provider('idle_timeout_ms = 0'), 4, 'providers.p.idle_timeout_ms', `must be ${timeout}; found the number 0.`],
  [provider('idle_timeout_ms = -1'), 4, 'providers.p.idle_timeout_ms', 'found the number -1.'],
  [provider('idle_timeout_ms = 1.5'), 4, 'providers.p.idle_timeout_ms', 'found the number 1.5.'],
  [provider('idle_timeout_ms = inf'), 4, 'providers.p.idle_timeout_ms', 'found the number Infinity.'],
  [provider('idle_timeout_ms = nan'), 4, 'providers.p.idle_timeout_ms', 'found the number NaN.'],
  [provider('idle_timeout_ms = 9999999'), 4, 'providers.p.idle_timeout_ms', 'found the number 9999999.'],
  [provider('model = 1'), 4, 'providers.p.model', 'providers.p.model must be text that is not empty; found the number 1.'],
  ['providers = { p = { kind = "openai", wire = 2 } }', 1, 'providers.p.wire', 'found the number 2.'],
  ['providers = { p = {\n kind = "openai",\n wire = 2 } }', 3, 'providers.p.wire', 'found the number 2.'],
  ['providers.p.kind = "openai"\nproviders.p.wire = 2', 2, 'providers.p.wire', 'found the number 2.'],
  ['[providers]\np.kind = "openai"\np.wire = 2', 3, 'providers.p.wire', 'found the number 2.'],
  ['[ providers . "p" ]\n kind = "openai"\n wire = 2', 3, 'providers.p.wire', 'found the number 2.'],
  ['model = ', 1, undefined, 'this is not valid TOML: invalid value (column 9).'],
  ['a = 1\nmodel', 2, undefined, 'this is not valid TOML'],
  ['[a\nb = 1', 1, undefined, 'this is not valid TOML'],
  ['a = 1\na = 2', 2, undefined, 'trying to redefine an already defined table or value (column 1).'],
  ['a = "\\q"', 1, undefined, 'unrecognised escape sequence'],
  ['a = "x', 1, undefined, 'this is not valid TOML'],
  ['a = 99999999999999999999', 1, undefined, 'this is not valid TOML'],
  ['\n\na = 1 b = 2', 3, undefined, 'this is not valid TOML'],
];

describe('a bad file', () => {
  it.each(bad)('%j: line %i, key %s', (text, line, key, words) => {
    writeUser(text);
    const file = path.join(home, 'config.toml');
    const error = refusal();
    expect(error.code).toBe('invalid');
    expect(error.message.startsWith(`${file}:${line}: `), error.message).toBe(true);
    expect(error.message).toContain(words);
    expect(error.message.split('\n')).toHaveLength(1);
    expect(error.data).toEqual({ file, line, ...(key === undefined ? {} : { key }) });
    expect(error.message).not.toMatch(/sk-|pass@/);
  });

  it('is told with all that is wrong, in the order of the file', () => {
    writeUser('provider = "no"\nprofile = 1\n[providers.p]\nkind = 2\n');
    expect(
      refusal()
        .message.split('\n')
        .map((line) => line.split(':')[1]),
    ).toEqual(['1', '2', '4']);
  });

  it('is told when it cannot be read', () => {
    writeUser(Uint8Array.of(0x61, 0xff, 0xfe));
    expect(refusal().message).toContain('config.toml cannot be read: it is not UTF-8 text.');
    writeUser(`# ${'x'.repeat(1_000_000)}`);
    expect(refusal().message).toContain('it is larger than 1000000 bytes.');
    writeUser(`a = ${'['.repeat(50_000)}`);
    expect(refusal().code).toBe('invalid');
    fs.rmSync(path.join(home, 'config.toml'));
    fs.mkdirSync(path.join(home, 'config.toml'));
    expect(refusal()).toMatchObject({ code: 'invalid', hint: 'Mend the file or move it away.' });
  });

  it('counts as none when a file stands where its folder would be', () => {
    fs.rmSync(path.join(project, '.switchyard'), { recursive: true });
    fs.writeFileSync(path.join(project, '.switchyard'), '');
    expect(read().profile).toBe('workspace');
  });
});

describe('an unknown key', () => {
  it.each([
    ['modle = "x"', 1, 'modle is not a setting and was left out. Did you mean model?'],
    ['Model = "x"', 1, 'Model is not a setting and was left out. Did you mean model?'],
    ['\nfoo = 1', 2, 'foo is not a setting and was left out.'],
    ['[sandbox]\na = 1', 1, 'sandbox is not a setting and was left out.'],
    ['[provider_s.x]\na = 1', 1, 'provider_s is not a setting and was left out. Did you mean providers?'],
    ['base_url = "http://h"', 1, 'base_url is not a setting here and was left out: it belongs below a [providers.NAME] header.'],
    ['api_key = "sk-1"', 1, 'api_key is not a setting and was left out. Keys do not belong in this file'],
    [provider('baseurl = 1'), 4, 'providers.p.baseurl is not a setting and was left out. Did you mean base_url?'],
    [provider('timeout = 1'), 4, 'providers.p.timeout is not a setting and was left out.'],
    [provider('effort = "low"'), 4, 'providers.p.effort is not a setting and was left out: effort belongs above the first [header].'],
    [provider('api_key = "sk-1"'), 4, 'providers.p.api_key is not a setting and was left out. Keys do not belong in this file'],
    ['__proto__ = 1', 1, '__proto__ is not a setting and was left out.'],
    [provider('[providers.p.constructor]\na = 1'), 4, 'providers.p.constructor is not a setting and was left out.'],
  ])('%j warns with its line', (text, line, message) => {
    writeUser(text);
    const { warnings } = read();
    expect(warnings).toEqual([{ file: path.join(home, 'config.toml'), line, message: expect.stringContaining(message) }]);
    expect(JSON.stringify(warnings)).not.toContain('sk-1');
  });
});

/** Every path in a parsed document, lists and tables included. */
function pathsOf(value: unknown, prefix: (string | number)[] = []): string[] {
  if (typeof value !== 'object' || value === null || value instanceof Date) return [];
  const entries: [string | number, unknown][] = Array.isArray(value) ? value.map((one, n) => [n, one]) : Object.entries(value);
  return entries.flatMap(([key, one]) => [JSON.stringify([...prefix, key]), ...pathsOf(one, [...prefix, key])]);
}

// A document as lines of text, together with the line on which each key was put.
const word = fc.constantFrom(
  'a',
  'b',
  'c',
  'model',
  'x-y',
  '3',
  'two words',
  'dot.ted',
  'quo"te',
  "apo'strophe",
  '#',
  '[x]',
  'é',
  '',
  'tab\t',
);
const scalar = fc.constantFrom(
  '1',
  '1.5',
  'true',
  '"s"',
  "'# no'",
  '"a \\" # ]"',
  '2020-01-01 10:00:00',
  '"""\n[x]\na = 1\n"""',
  "'''\nb = 2 ''\n'''",
  '"""a"""""',
);
const inline: fc.Memo<string> = fc.memo((depth) =>
  depth <= 1
    ? scalar
    : fc.oneof(
        scalar,
        fc.array(inline(depth - 1), { maxLength: 3 }).map((items) => `[ # note ]\n${items.map((item) => `  ${item}, # , ]\n`).join('')}]`),
        fc
          .uniqueArray(fc.tuple(word, inline(depth - 1)), { maxLength: 3, selector: ([key]) => key })
          .map((pairs) => `{ ${pairs.map(([key, value]) => `${quote(key)} = ${value}`).join(',\n ')} }`),
      ),
);
function quote(key: string): string {
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : /^[^'\t]*$/.test(key) && key.length % 2 === 0 ? `'${key}'` : JSON.stringify(key);
}
const entry = fc.record({
  kind: fc.constantFrom('pair', 'pair', 'pair', 'table', 'list', 'blank', 'comment'),
  keys: fc.array(word, { minLength: 1, maxLength: 3 }),
  value: inline(3),
  space: fc.constantFrom('', ' ', '\t'),
});

describe('the locator', () => {
  it('knows exactly the keys of any document that parses, each on the line where it was written', () => {
    let documents = 0;
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), fc.boolean(), (entries, windows) => {
        // Keeps a line only when the document still parses with it, so that every one of these documents counts.
        let text = '';
        for (const { kind, keys, value, space } of entries) {
          const key = keys.map(quote).join(`${space}.${space}`);
          const next = {
            pair: `${space}${key} =${space}${value}${space}`,
            table: `${space}[${key}]`,
            list: `[[${space}${key}]] # x`,
            blank: space,
            comment: '# [a] = "',
          }[kind];
          const longer = `${text}${next}\n`;
          let parsed: unknown;
          try {
            parsed = parse(longer);
          } catch {
            continue;
          }
          const before = new Set(pathsOf(parse(text)));
          const firstLine = text.split('\n').length;
          const lastLine = longer.split('\n').length - 1;
          const document = windows ? longer.replaceAll('\n', '\r\n') : longer;
          const locations = locate(document);
          const paths = pathsOf(parsed);
          expect(
            locations
              .paths()
              .map((one) => JSON.stringify(one))
              .toSorted(),
          ).toEqual(paths.toSorted());
          for (const one of paths.filter((one) => !before.has(one))) {
            const line = locations.line(JSON.parse(one) as string[]);
            expect(line, one).toBeGreaterThanOrEqual(firstLine);
            expect(line, one).toBeLessThanOrEqual(lastLine);
          }
          text = longer;
          documents++;
        }
      }),
      { numRuns: 400 },
    );
    expect(documents).toBeGreaterThan(1000);
  });

  it.each([
    ['[a.b]\nc = 1\n[a]\nd = 1\n', { '["a"]': 3, '["a","b"]': 1, '["a","b","c"]': 2, '["a","d"]': 4 }],
    ['[[a]]\n[[a.b]]\nc = 1\n[[a]]\n[a.d]\ne = 1', { '["a",0,"b",0,"c"]': 3, '["a",1]': 4, '["a",1,"d","e"]': 6 }],
    ['a = [\n1,\n{ b = 1,\nc = [2,\n3] } ]', { '["a",0]': 2, '["a",1,"c"]': 4, '["a",1,"c",1]': 5 }],
    ['a.b.c = 1\na.b.d = 2', { '["a","b"]': 1, '["a","b","d"]': 2 }],
    ['"a\\n\\U0001F600" = 1', { '["a\\n😀"]': 1 }],
  ])('%j', (text, lines) => {
    const locations = locate(text);
    for (const [where, line] of Object.entries(lines)) expect(locations.line(JSON.parse(where) as string[]), where).toBe(line);
  });

  it('ends on any text', () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      '{',
      '}',
      '=',
      '.',
      ',',
      '"',
      "'",
      '"""',
      "'''",
      '\\',
      '#',
      '\n',
      '\r',
      ' ',
      'a',
      '1',
      '\ufeff',
      '\\u00',
      '\\UFFFFFFFF',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece).map((pieces) => pieces.join('')),
        ),
        (text) => {
          expect(locate(text).paths()).toBeInstanceOf(Array);
        },
      ),
      { numRuns: 3000 },
    );
  });
});

it('any file is either read or refused with an AppError that names it', () => {
  const config = createConfig({ home });
  const piece = fc.constantFrom(
    '[providers.p]\n',
    '[[providers]]\n',
    'kind = "openai"\n',
    'provider = ',
    'model',
    '=',
    '"x"',
    '1',
    '\n',
    '[',
    ']',
    '{}',
    '#',
    ' = { a = 1 }\n',
    'headers.',
    '"',
    "'''",
  );
  let accepted = 0;
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
      ),
      (text) => {
        writeUser(text);
        let refused: unknown;
        try {
          config.settings();
          accepted++;
        } catch (error) {
          refused = error;
        }
        const fine = refused === undefined || (refused instanceof AppError && refused.code === 'invalid' && refused.message.includes(home));
        expect(fine, String(refused)).toBe(true);
      },
    ),
    { numRuns: 1000 },
  );
  expect(accepted).toBeGreaterThan(50);
});
