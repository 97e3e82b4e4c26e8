// Secrets made unreadable in what is logged, stored, shown and told to a model: known shapes, and every value that the program itself
// holds, also encoded. What takes a secret's place is exactly as long: parts of a text that is read piece by piece stay where they are.
// Time is linear in the text: every shape begins with something literal, and is bounded. Pure.

interface Shape {
  name: string;
  /** The shape is looked for only in a text that holds one of these. */
  near: readonly string[];
  /** The whole match is the secret, or its group `secret`. */
  form: RegExp;
}

/** The longest secret that is sought, in characters. */
export const longest = 16 * 1024;

const word = '(?<![A-Za-z0-9])';
const end = '(?![A-Za-z0-9_-])';
const token = (prefix: string, rest: string): RegExp => new RegExp(`${word}${prefix}${rest}${end}`, 'g');

const shapes: readonly Shape[] = [
  {
    name: 'private key',
    near: ['-----BEGIN '],
    // Without its end it goes on to the end of what is there.
    form: /-----BEGIN (?:[A-Z0-9]{1,20} ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:[^-]|-(?!----END)){0,16000}(?:-----END [A-Z0-9 ]{1,60}-----)?/g,
  },
  { name: 'age key', near: ['AGE-SECRET-KEY-'], form: /AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]{50,2000}/g },
  { name: 'Anthropic key', near: ['sk-ant-'], form: token('sk-ant-', '[A-Za-z0-9_-]{20,200}') },
  { name: 'OpenRouter key', near: ['sk-or-'], form: token('sk-or-', '(?:v1-)?[A-Za-z0-9]{32,128}') },
  {
    name: 'OpenAI key',
    near: ['sk-'],
    form: token('sk-', '(?=[A-Za-z_-]{0,60}[0-9])(?:proj-|svcacct-|admin-|None-)?[A-Za-z0-9_-]{32,400}'),
  },
  { name: 'AWS key', near: ['AKIA', 'ASIA', 'ABIA', 'ACCA'], form: /(?<![A-Z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Z0-9])/g },
  {
    name: 'AWS secret',
    near: ['ecret', 'ECRET'],
    form: /(?:aws_?)?secret_?(?:access_?)?key["']?[ \t]{0,4}(?:=>|[=:])[ \t]{0,4}["']?(?<secret>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/gi,
  },
  {
    name: 'AWS session token',
    near: ['ession', 'ESSION'],
    form: /session_?token["']?[ \t]{0,4}[=:][ \t]{0,4}["']?(?<secret>[A-Za-z0-9/+=]{100,2000})/gi,
  },
  { name: 'GitHub token', near: ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], form: token('gh[pousr]_', '[A-Za-z0-9]{36,255}') },
  { name: 'GitHub token', near: ['github_pat_'], form: token('github_pat_', '[A-Za-z0-9_]{22,255}') },
  {
    name: 'GitLab token',
    near: ['glpat-', 'gldt-', 'glrt-', 'glcbt-', 'glptt-', 'glft-', 'glsoat-', 'glimt-', 'glagent-', 'GR1348941'],
    form: token('(?:gl(?:pat|dt|rt|cbt|ptt|ft|soat|imt|agent)-|GR1348941)', '[A-Za-z0-9_.-]{20,300}'),
  },
  { name: 'Slack token', near: ['xox', 'xapp-'], form: token('(?:xox[abeoprs](?:\\.xox[bp])?-|xapp-)', '[A-Za-z0-9-]{10,300}') },
  {
    name: 'Slack webhook',
    near: ['hooks.slack.com/'],
    form: /hooks\.slack\.com\/(?:services|workflows|triggers)\/(?<secret>[A-Za-z0-9/_]{20,200})/g,
  },
  { name: 'Discord webhook', near: ['/api/webhooks/'], form: /\/api\/webhooks\/\d{15,22}\/(?<secret>[A-Za-z0-9_-]{60,80})/g },
  {
    name: 'Stripe key',
    near: ['sk_live_', 'rk_live_', 'sk_test_', 'rk_test_', 'whsec_'],
    form: token('(?:[sr]k_(?:live|test)_|whsec_)', '[A-Za-z0-9+/=]{16,250}'),
  },
  { name: 'Google key', near: ['AIza'], form: token('AIza', '[A-Za-z0-9_-]{35}') },
  { name: 'Google secret', near: ['GOCSPX-', 'ya29.'], form: token('(?:GOCSPX-|ya29\\.)', '[A-Za-z0-9_.-]{20,1000}') },
  { name: 'npm token', near: ['npm_'], form: token('npm_', '[A-Za-z0-9]{36}') },
  {
    name: 'npm token',
    near: ['_authToken', '_auth', '_password'],
    form: /:_(?:authToken|auth|password)[ \t]{0,4}=[ \t]{0,4}["']?(?<secret>[^\s"']{8,500})/g,
  },
  { name: 'PyPI token', near: ['pypi-AgE'], form: token('pypi-AgE', '[A-Za-z0-9_-]{50,1000}') },
  { name: 'SendGrid key', near: ['SG.'], form: token('SG\\.', '[A-Za-z0-9_-]{16,32}\\.[A-Za-z0-9_-]{32,64}') },
  { name: 'Twilio key', near: ['SK'], form: /(?<![A-Za-z0-9])SK[0-9a-f]{32}(?![A-Za-z0-9])/g },
  { name: 'Vault token', near: ['hvs.', 'hvb.', 'hvr.'], form: token('hv[sbr]\\.', '[A-Za-z0-9_-]{20,500}') },
  { name: 'Terraform token', near: ['.atlasv1.'], form: /(?<=[A-Za-z0-9]{14})\.atlasv1\.[A-Za-z0-9_-]{60,80}/g },
  {
    name: 'Azure key',
    near: ['AccountKey=', 'SharedAccessKey=', 'accesskey='],
    form: /(?:AccountKey|SharedAccessKey|accesskey)=(?<secret>[A-Za-z0-9+/]{40,100}={0,2})/gi,
  },
  {
    name: 'Azure secret',
    near: ['8Q~', '7Q~'],
    form: /(?<=(?<![A-Za-z0-9_~.-])[A-Za-z0-9_~.]{3})[78]Q~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~.-])/g,
  },
  { name: 'Azure signature', near: ['sig='], form: /[?&]sig=(?<secret>[A-Za-z0-9%+/]{40,200}={0,2})/g },
  { name: 'DigitalOcean token', near: ['dop_v1_', 'doo_v1_', 'dor_v1_'], form: token('do[opr]_v1_', '[a-f0-9]{64}') },
  { name: 'Hugging Face token', near: ['hf_'], form: token('hf_', '[A-Za-z]{34}') },
  { name: 'Databricks token', near: ['dapi'], form: token('dapi', '[a-f0-9]{32}(?:-\\d)?') },
  { name: 'Linear key', near: ['lin_api_'], form: token('lin_api_', '[A-Za-z0-9]{40}') },
  { name: 'Shopify token', near: ['shpat_', 'shpca_', 'shppa_', 'shpss_'], form: token('shp(?:at|ca|pa|ss)_', '[a-fA-F0-9]{32}') },
  { name: 'Doppler token', near: ['dp.'], form: token('dp\\.(?:pt|st|ct|sa|scim|audit)\\.', '[A-Za-z0-9_.-]{40,80}') },
  { name: 'Groq key', near: ['gsk_'], form: token('gsk_', '[A-Za-z0-9]{48,60}') },
  { name: 'xAI key', near: ['xai-'], form: token('xai-', '[A-Za-z0-9]{70,90}') },
  { name: 'Telegram token', near: [':AA'], form: /(?<=(?<![A-Za-z0-9])\d{8,10}):AA[A-Za-z0-9_-]{32,33}(?![A-Za-z0-9_-])/g },
  {
    name: 'web token',
    near: ['eyJ'],
    form: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,4000}\.eyJ[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]{10,2000}/g,
  },
  { name: 'password', near: ['://'], form: /(?<=:\/\/[^\s/:@"'`<>]{0,100}:)[^\s@/"'`<>]{3,200}(?=@[A-Za-z0-9[])/g },
  {
    name: 'authorization',
    near: ['uthorization', 'UTHORIZATION'],
    form: /authorization["']?[ \t]{0,4}[:=][ \t]{0,4}["']?(?:basic|bearer|token)[ \t]{1,4}(?<secret>[A-Za-z0-9._~+/=-]{16,4000})/gi,
  },
];

/** As long as the secret, with its name as far as that fits. */
function mask(name: string, length: number): string {
  const whole = `[secret: ${name}]`;
  const label = whole.length <= length ? whole : length >= 8 ? '[secret]' : '';
  return label + '*'.repeat(length - label.length);
}

/** What stands for itself only in a text that merely looks like a secret: names to be filled in. */
const placeholder =
  /^(?:[$%{<]|\*+$|x+$|X+$|\.+$|-+$|\[secret)|\$\{|\}\}|^(?:password|pass|passwd|pwd|secret|token|changeme|example|your[-_]?\w*)$/i;

interface Held {
  value: string;
  name: string;
}

const encoder = new TextEncoder();
const latin = (bytes: Uint8Array): string => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');

/** Every form in which a value is looked for: as it is, as bytes, escaped, and inside of base64 wherever it begins in it. */
function formsOf(value: string): string[] {
  const raw = latin(encoder.encode(value));
  const forms = [value, raw, encodeURIComponent(value.toWellFormed()), JSON.stringify(value).slice(1, -1)];
  for (const shift of [0, 1, 2]) {
    const code = btoa('\0'.repeat(shift) + raw);
    // The first characters hold bits of what is before it, the last ones of what follows.
    const skip = shift === 0 ? 0 : shift + 1;
    const rest = (raw.length + shift) % 3;
    const part = code.slice(skip, rest === 0 ? code.length : code.length - (rest === 1 ? 3 : 2));
    if (part.length >= 12) forms.push(part, part.replaceAll('+', '-').replaceAll('/', '_'), encodeURIComponent(part));
  }
  return forms;
}

/** Shorter values are words that may stand anywhere. */
const shortest = 8;
/** From here on a value made of letters alone is none that people say. */
const certain = 16;

/** What people put where a server that checks nothing wants a key: a name, or words that say so. */
const dummyWord =
  /^(?:sk|x+|no|not|none|null|any|anything|some|your|my|the|a|dummy|fake|test|testing|example|sample|placeholder|change|me|here|insert|required|needed|unused|empty|local|localhost|ollama|lm|studio|lmstudio|llama|llamacpp|cpp|vllm|localai|openai|anthropic|api|key|token|secret|password|default|development|production|staging|dev|prod)?\d{0,4}$/i;

/** Is this value of a key none at all? Such a one stands in paths and prose, where nothing is to be hidden. */
function isDummy(value: string): boolean {
  if (value.length < shortest || value.split(/[-_. ]+/).every((word) => dummyWord.test(word))) return true;
  return value.length < certain && !(/\d/.test(value) && /[A-Za-z]/.test(value) && !/^[A-Za-z]+[-_]?\d{1,4}$/.test(value));
}

/** Within a word the first characters of a secret are let out, up to this one: most lines that wait for an answer end in a letter that some secret begins with. */
const telltale = 4;

/** How many of the last characters of a text are the first of a part, which is not there as a whole. */
function overlap(text: string, part: string): number {
  for (let length = Math.min(part.length - 1, text.length); length > 0; length -= 1) {
    if (text.charCodeAt(text.length - 1) === part.charCodeAt(length - 1) && text.endsWith(part.slice(0, length))) return length;
  }
  return 0;
}

/** A name at the end of a line, with what of its value is there. */
const tellingName =
  /((?:secret|token|key|authorization|auth|password))["']?[ \t]{0,4}(?:=>?|:)?[ \t]{0,4}["']?(?:basic|bearer|token)?[ \t]{0,4}\S*$/i;
const longestLine = 4200;

export interface Redactor {
  /** The text with every secret in it made unreadable, exactly as long as it was. */
  redact(text: string): string;
  /** The same for UTF-8 bytes. */
  bytes(bytes: Uint8Array): Uint8Array;
  /** How much from the beginning of a text that still grows is past all doubt: what follows may be the first part of a secret. */
  settled(text: string): number;
}

/** `held`: values that the program holds itself, with a word for each. */
export function createRedactor(held: readonly Held[]): Redactor {
  const values: { text: string; name: string }[] = [];
  const known = new Set<string>();
  for (const { value, name } of held) {
    if (isDummy(value.trim())) continue;
    for (const text of formsOf(value.trim())) {
      if (!known.has(text)) values.push({ text, name });
      known.add(text);
    }
  }
  // The longest first: one may be a part of another.
  values.sort((a, b) => b.text.length - a.text.length);

  const redact = (given: string): string => {
    let text = given;
    for (const { text: value, name } of values) {
      if (text.includes(value)) text = text.replaceAll(value, () => mask(name, value.length));
    }
    for (const { name, near, form } of shapes) {
      if (!near.some((part) => text.includes(part))) continue;
      text = text.replace(form, (...found: unknown[]) => {
        const whole = found[0] as string;
        const groups = found.at(-1);
        const secret = typeof groups === 'object' && groups !== null ? (groups as { secret?: string }).secret : undefined;
        const part = secret ?? whole;
        if (placeholder.test(part)) return whole;
        return whole.slice(0, whole.length - part.length) + mask(name, part.length);
      });
    }
    return text;
  };

  /** What a secret that has only begun would begin with. */
  const beginnings = [...new Set(shapes.flatMap(({ near }) => near))];
  const settled = (text: string): number => {
    const tail = text.slice(-longest);
    let safe = tail.length;
    const hold = (from: number): void => {
      if (from >= 0) safe = Math.min(safe, from);
    };
    const begun = (from: number, length: number, whole: boolean): void => {
      if (from === 0 || /[^A-Za-z0-9_]/.test(tail.charAt(from - 1))) hold(from);
      else if (from > 0 && (whole || length >= telltale)) hold(from + Math.min(length, telltale - 1));
    };
    // The word that is being written, from where a secret has begun in it.
    const word = Math.max(...[' ', '\n', '\t', '\r'].map((sign) => tail.lastIndexOf(sign))) + 1;
    for (const part of beginnings) begun(tail.indexOf(part, word), part.length, true);
    // The value that is being written after a telling name.
    const line = Math.max(tail.lastIndexOf('\n') + 1, tail.length - longestLine);
    const telling = tellingName.exec(tail.slice(line));
    if (telling) hold(line + telling.index + (telling[1]?.length ?? 0));
    const key = tail.lastIndexOf('-----BEGIN ');
    if (key >= 0 && !/-----END [A-Z0-9 ]{1,60}-----/.test(tail.slice(key))) hold(key);
    // A beginning of which only a part is there.
    for (const part of [...beginnings, ...values.map((value) => value.text)]) {
      const there = overlap(tail, part);
      if (there > 0) begun(tail.length - there, there, false);
    }
    return text.length - tail.length + safe;
  };

  return {
    redact,
    bytes: (bytes) => {
      const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
      const masked = redact(text);
      return masked === text ? bytes : new Uint8Array(Buffer.from(masked, 'latin1'));
    },
    settled,
  };
}

/** Where a file lies is no secret, and has to be found again under its name. */
const places: ReadonlySet<string> = new Set(['path', 'paths', 'cwd']);

/** A value with every text in it redacted but paths; what holds no secret stays the same value. */
export function redacted<T>(value: T, redact: (text: string) => string): T {
  if (typeof value === 'string') return redact(value) as T;
  if (Array.isArray(value)) {
    const copy: unknown[] = value.map((each: unknown) => redacted(each, redact));
    return copy.every((each, at) => each === value[at]) ? value : (copy as T);
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]): [string, unknown] => [
    key,
    places.has(key) ? each : redacted(each as unknown, redact),
  ]);
  return entries.every(([key, each]) => each === (value as Record<string, unknown>)[key]) ? value : (Object.fromEntries(entries) as T);
}
