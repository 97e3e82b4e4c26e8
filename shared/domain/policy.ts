// Every policy of an organisation, declared once: the file's check, the JSON Schema, the sample, the guard and `policy explain` are made
// of these rows, and so are the types.

/**
 * `flag`: true or false. `choice`: one of `choices`, which stand from the tightest to the widest. `choices`: a list of these. `text` and
 * `texts`: text of the given form. `rules`: command rules.
 * `combine` says what becomes of the user's value: `intersect`: only what is in both; `strictest`: the tighter of the two; `replace`: the
 * policy's instead; `union`: both hold.
 */
interface PolicyRow {
  type: 'flag' | 'choice' | 'choices' | 'text' | 'texts' | 'rules';
  combine: 'intersect' | 'strictest' | 'replace' | 'union';
  /** What it does, for people. */
  about: string;
  /** The version of the program that brought it. */
  since: string;
  choices?: readonly string[];
  form?: RegExp;
  formWords?: string;
  /** What the sample shows. */
  sample: boolean | string | readonly string[] | readonly PolicyCommandRule[];
  /** What is in force while the file can't be used. Absent: what was in force before. */
  closed?: boolean | string | readonly string[];
}

/** Written as `[[commands]]`. The organisation can make a command ask or forbid it; it can't make one run unasked. */
export interface PolicyCommandRule {
  prefix: readonly string[];
  decision: 'ask' | 'forbid';
  reason?: string;
}

const name = { form: /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/, formWords: 'a name made of letters, digits, ".", "_" and "-"' } as const;
const host = {
  form: /^(\*\.)?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*(:\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](:\d{1,5})?$/,
  formWords: 'a host: a name, "*.name" for all below it, or an address, each with ":port" where only that port is meant',
} as const;
const folder = {
  form: /^(\/|~(\/|$)|[A-Za-z]:[\\/]|:(project|worktree|tmp|home)(\/|$))/,
  formWords: 'a path that begins with "/", "~", ":home", ":project" or ":worktree"',
} as const;

export const policies = {
  'profiles.allowed': {
    type: 'texts',
    combine: 'intersect',
    about: 'Permission profiles that may be used, built in or custom, by name.',
    since: '0.1',
    ...name,
    sample: ['read-only', 'workspace'],
    closed: ['read-only'],
  },
  'profiles.widest': {
    type: 'choice',
    combine: 'strictest',
    about: 'No thread may read or write more than this built-in profile does; custom profiles are cut down to it.',
    since: '0.1',
    choices: ['read-only', 'workspace', 'full-access'],
    sample: 'workspace',
    closed: 'read-only',
  },
  'profiles.default': {
    type: 'text',
    combine: 'replace',
    about: 'The profile of new threads for which none is named.',
    since: '0.1',
    ...name,
    sample: 'workspace',
    closed: 'read-only',
  },
  'files.deny': {
    type: 'texts',
    combine: 'union',
    about: 'Paths that no agent may read or write, with all below them, whatever else allows it. "*", "?" and "**" are patterns.',
    since: '0.1',
    ...folder,
    sample: ['/srv/secrets', '~/Documents', ':project/**/*.pem'],
  },
  commands: {
    type: 'rules',
    combine: 'union',
    about: 'Commands that begin with these words are asked about, or forbidden. The strictest rule for a command counts.',
    since: '0.1',
    sample: [{ prefix: ['git', 'push'], decision: 'ask', reason: 'Pushing is for people.' }],
  },
  'approvals.answers': {
    type: 'choices',
    combine: 'intersect',
    about: 'How long a yes may hold: "once", "thread" for the rest of the thread, "always" for the project. "no" can always be said.',
    since: '0.1',
    choices: ['once', 'thread', 'always'],
    sample: ['once', 'thread'],
    closed: ['once'],
  },
  'sandbox.required': {
    type: 'flag',
    combine: 'strictest',
    about: 'Where there is no sandbox, no command runs at all. Otherwise every one is asked about there.',
    since: '0.1',
    sample: true,
    closed: true,
  },
  'sandbox.outside': {
    type: 'flag',
    combine: 'strictest',
    about: 'Whether a person may let a command run outside of the sandbox when the agent asks for it.',
    since: '0.1',
    sample: false,
    closed: false,
  },
  'network.access': {
    type: 'choice',
    combine: 'strictest',
    about: 'The most that a command may reach: nothing ("off"), listed hosts ("list"), or everything ("on").',
    since: '0.1',
    choices: ['off', 'list', 'on'],
    sample: 'list',
    closed: 'off',
  },
  'network.hosts': {
    type: 'texts',
    combine: 'intersect',
    about: 'Hosts that profiles and people may allow; with it "on" counts as "list".',
    since: '0.1',
    ...host,
    sample: ['registry.npmjs.org', '*.example.com'],
    closed: [],
  },
  'network.deny': {
    type: 'texts',
    combine: 'union',
    about: 'Hosts that may never be reached. A wider entry of an allow-list that holds one of them is left out, and "on" counts as "list".',
    since: '0.1',
    ...host,
    sample: ['*.pastebin.com'],
  },
  'providers.allowed': {
    type: 'texts',
    combine: 'intersect',
    about: 'Providers that may be asked, by their names in config.toml; "openai" and "rehearsal" are built in.',
    since: '0.1',
    ...name,
    sample: ['openai'],
  },
  'providers.base_urls': {
    type: 'texts',
    combine: 'intersect',
    about: "Where a provider's server may be: the beginning of its address. OpenAI's own is https://api.openai.com/v1.",
    since: '0.1',
    form: /^https?:\/\/[^\s/@?#]+(\/[^\s?#]*)?$/,
    formWords: 'an address that begins with http:// or https:// and holds no password and no query',
    sample: ['https://api.openai.com/v1', 'https://models.example.com'],
  },
  'models.allowed': {
    type: 'texts',
    combine: 'intersect',
    about: 'Models that may be asked, by id; "*" stands for any characters.',
    since: '0.1',
    form: /^\S+$/,
    formWords: 'the id of a model, without spaces',
    sample: ['gpt-5.*'],
  },
  'projects.trust': {
    type: 'choice',
    combine: 'strictest',
    about: 'Which projects a person may trust: none ("never"), those below projects.paths ("paths"), or any ("ask").',
    since: '0.1',
    choices: ['never', 'paths', 'ask'],
    sample: 'paths',
  },
  'projects.paths': {
    type: 'texts',
    combine: 'intersect',
    about: 'Folders whose projects may be trusted while projects.trust is "paths".',
    since: '0.1',
    form: /^(\/|~(\/|$)|[A-Za-z]:[\\/])[^*?]*$/,
    formWords: 'a folder that begins with "/" or "~", without patterns',
    sample: ['~/work'],
  },
  'web.enabled': {
    type: 'flag',
    combine: 'strictest',
    about: 'Whether the window may be served to a browser on this machine (`switchyard serve`).',
    since: '0.1',
    sample: false,
    closed: false,
  },
} as const satisfies Record<string, PolicyRow>;

export type PolicyKey = keyof typeof policies;
type ValueOf<R extends PolicyRow> = R extends { type: 'flag' }
  ? boolean
  : R extends { type: 'choice'; choices: readonly (infer C)[] }
    ? C
    : R extends { type: 'choices'; choices: readonly (infer C)[] }
      ? readonly C[]
      : R extends { type: 'text' }
        ? string
        : R extends { type: 'texts' }
          ? readonly string[]
          : readonly PolicyCommandRule[];

/** What a policy sets; a key that it leaves out is the user's. */
export type PolicyValues = { -readonly [K in PolicyKey]?: ValueOf<(typeof policies)[K]> };
export const policyKeys = Object.keys(policies) as PolicyKey[];

export interface PolicyProblem {
  /** From 1; 0 where the file itself is wrong. */
  line: number;
  key?: string;
  message: string;
}

/**
 * The organisation's policy as it is in force. `none`: there is no file. `invalid`: the file can't be used, and `values` are the tightest
 * ones, with what of it, or of the policy before it, can be told.
 */
export interface PolicyState {
  status: 'none' | 'in force' | 'invalid';
  file: string;
  /** Of the file's bytes: SHA-256 in hex; empty where there are none. */
  hash: string;
  values: PolicyValues;
  /** The line of each value; a value without one is in force because the file can't be used. */
  lines: Partial<Record<PolicyKey, number>>;
  /** Keys of which the file can't be understood; all of them where none of it can. */
  lost: PolicyKey[];
  problems: PolicyProblem[];
  warnings: PolicyProblem[];
}

export const noPolicy: PolicyState = { status: 'none', file: '', hash: '', values: {}, lines: {}, lost: [], problems: [], warnings: [] };

/** Where a value comes from, for people: `/etc/switchyard/policy.toml:12`. */
export function policySource(policy: PolicyState, key: PolicyKey): string {
  const line = policy.lines[key];
  return line === undefined ? policy.file : `${policy.file}:${line}`;
}

const merged = (a: readonly unknown[], b: readonly unknown[]): unknown[] => [
  ...new Map([...a, ...b].map((each) => [JSON.stringify(each), each])).values(),
];

/** What is in force of a file as it was read: where it can't be used, nothing may become wider than it was. */
export function inForce(read: PolicyState, before: PolicyState | undefined): PolicyState {
  if (read.status !== 'invalid') return read;
  const values: Record<string, unknown> = {};
  const lines: PolicyState['lines'] = {};
  for (const key of policyKeys) {
    const row: PolicyRow = policies[key];
    const own: unknown = read.values[key];
    const old: unknown = read.lost.includes(key) ? before?.values[key] : undefined;
    if (row.closed !== undefined) values[key] = row.closed;
    else if (Array.isArray(own) && Array.isArray(old) && row.combine === 'union') values[key] = merged(old, own);
    else if (own !== undefined || old !== undefined) values[key] = own ?? old;
    const line = read.lines[key] ?? before?.lines[key];
    if (row.closed === undefined && values[key] !== undefined && line !== undefined) lines[key] = line;
  }
  return { ...read, values, lines };
}
