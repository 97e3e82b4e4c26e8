// Every key of a config.toml, as data: what may stand there, and what it means. Checking and its messages derive from these rows.

/** `text`: a string. `count`: a whole number. `texts`: a table of strings. */
export interface Key {
  type: 'text' | 'count' | 'texts';
  /** What it means, for people. */
  about: string;
  choices?: readonly string[];
  min?: number;
  max?: number;
  /** The form of a text, or of the names of `texts`; and that form in words. */
  form?: RegExp;
  formWords?: string;
  /** What stands there may be a secret put in the wrong place: it is never shown. */
  private?: true;
  /** A trusted project's file may set it too. */
  project?: true;
}

export const efforts = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh'] as const;
export const wires = ['responses', 'chat'] as const;
export const kinds = ['openai', 'openai-compatible'] as const;

const notEmpty = { form: /\S/, formWords: 'text that is not empty' };

export const rootKeys = {
  provider: { type: 'text', about: 'the provider that new threads use', project: true, ...notEmpty },
  model: { type: 'text', about: 'the model that new threads use', project: true, ...notEmpty },
  profile: { type: 'text', about: 'what the agent may do in new threads', project: true, ...notEmpty },
  effort: { type: 'text', about: 'how long the model thinks', choices: efforts, project: true },
} as const satisfies Record<string, Key>;

export const providerKeys = {
  kind: { type: 'text', about: 'what sort of provider it is', choices: kinds },
  base_url: {
    type: 'text',
    about: "the address of its server's API",
    form: /^https?:\/\/[^\s/@]+(\/\S*)?$/,
    formWords: 'an address that begins with http:// or https:// and holds no password',
  },
  wire: { type: 'text', about: 'which of the two streaming protocols its server speaks', choices: wires },
  api_key_env: {
    type: 'text',
    about: 'the name of the environment variable, and of the keychain entry, that holds its key',
    form: /^[A-Za-z_][A-Za-z0-9_]*$/,
    formWords: 'the name of an environment variable, never the key itself',
    private: true,
  },
  headers: {
    type: 'texts',
    about: 'headers that are sent with each request',
    form: /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/,
    formWords: 'the name of an HTTP header',
    private: true,
  },
  idle_timeout_ms: {
    type: 'count',
    about: 'the longest silence of the server that is waited through, in milliseconds',
    min: 1,
    max: 3_600_000,
  },
  model: { type: 'text', about: 'its model when no other one is named', ...notEmpty },
} as const satisfies Record<string, Key>;

/** The name of a provider or a profile; it is typed on the command line. */
export const providerName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;

/** Keys that people write and that are not there for a reason. */
export const misplaced: Record<string, string> = {
  api_key: 'Keys do not belong in this file: name an environment variable in api_key_env, or keep the key with `switchyard keys set`.',
};
