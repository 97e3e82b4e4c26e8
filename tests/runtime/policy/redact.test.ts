import { expect, it } from 'vitest';
import { createRedactor, longest, redacted } from '../../../electron/runtime/policy/redact.ts';
import { createRandom } from '../../support/random.ts';

// Put together here, so that nothing in this file looks like a real one to whoever searches repositories for them.
const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const some = (length: number, of = letters): string => Array.from({ length }, (_, at) => of[(at * 17 + length) % of.length]).join('');
const hex = (length: number): string => some(length, '0123456789abcdef');
const dashes = '-'.repeat(5);
const keyBlock = (kind: string, body: string): string =>
  `${dashes}BEGIN ${kind}PRIVATE KEY${dashes}\n${body}\n${dashes}END ${kind}PRIVATE KEY${dashes}`;

const secrets: [string, string][] = [
  ['OpenAI key', `sk-proj-${some(60)}`],
  ['OpenAI key', `sk-${some(48)}`],
  ['Anthropic key', `sk-ant-api03-${some(80)}`],
  ['AWS key', `AKIA${some(16, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`],
  ['GitHub token', `ghp_${some(36)}`],
  ['GitHub token', `github_pat_${some(60)}`],
  ['GitLab token', `glpat-${some(20)}`],
  ['Slack token', `xoxb-${some(12, '0123456789')}-${some(24)}`],
  ['Stripe key', `sk_live_${some(24)}`],
  ['Google key', `AIza${some(35)}`],
  ['npm token', `npm_${some(36)}`],
  ['PyPI token', `pypi-AgEIcHlwaS5vcmc${some(80)}`],
  ['SendGrid key', `SG.${some(22)}.${some(43)}`],
  ['Twilio key', `SK${hex(32)}`],
  ['Vault token', `hvs.${some(90)}`],
  ['DigitalOcean token', `dop_v1_${hex(64)}`],
  ['Hugging Face token', `hf_${some(34, 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ')}`],
  ['age key', `AGE-SECRET-KEY-1${some(58, 'ABCDEFGHJKLMNPQRSTUVWXYZ023456789')}`],
  ['web token', `eyJ${some(30)}.eyJ${some(60)}.${some(43)}`],
];
const named: [string, string, string][] = [
  ['AWS secret', 'aws_secret_access_key = ', some(40)],
  ['AWS secret', '"SecretAccessKey": "', some(40)],
  ['password', 'postgres://app:', 'hunter2!x'],
  ['Azure key', 'AccountName=a;AccountKey=', `${some(86)}==`],
  ['Telegram token', 'https://api.telegram.org/bot 123456789', `:AA${some(33)}`],
  ['authorization', 'Authorization: Bearer ', some(40)],
  ['npm token', '//registry.npmjs.org/:_authToken=', some(30)],
];
const rest: Record<string, string> = { password: '@db.example.com/app' };

it.each(secrets)('hides a secret of a known shape, and nothing beside it: %s [SAFE-5]', (name, secret) => {
  const { redact } = createRedactor([]);
  for (const [before, after] of [
    ['', ''],
    ['KEY=', '\n'],
    ['the key is "', '", and'],
    ['{"key":"', '"}'],
    ['curl -H ', ' https://x'],
  ]) {
    const shown = redact(`${before}${secret}${after}`);
    expect(shown).not.toContain(secret);
    expect(shown).toMatch(new RegExp(`^${before?.replaceAll(/[{}"]/g, '\\$&')}\\[secret: ${name}\\]\\**`));
    expect(shown.endsWith(after ?? '')).toBe(true);
    expect(shown).toHaveLength(`${before}${secret}${after}`.length);
  }
});

it.each(named)('hides a secret that its name gives away: %s in %s [SAFE-5]', (name, before, secret) => {
  const text = `${before}${secret}${rest[name] ?? ''}\nnext line`;
  const shown = createRedactor([]).redact(text);
  expect(shown).not.toContain(secret);
  expect(shown.startsWith(`${before}[secret`)).toBe(true);
  expect(shown.endsWith(`${rest[name] ?? ''}\nnext line`)).toBe(true);
  expect(shown).toHaveLength(text.length);
});

it.each(['', 'RSA ', 'EC ', 'OPENSSH ', 'ENCRYPTED '])(
  'hides the whole block of a %sprivate key, with headers, and also without its end [SAFE-5]',
  (kind) => {
    const body = `Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,${hex(32)}\n\n${Array.from({ length: 20 }, (_, n) => some(64 - (n % 2))).join('\n')}`;
    const block = keyBlock(kind, body);
    const { redact } = createRedactor([]);
    for (const text of [block, block.slice(0, -60), JSON.stringify(block)]) {
      const shown = redact(`before ${text}`);
      expect(shown).toMatch(/^before "?\[secret: private key\]/);
      expect(shown).not.toContain(some(30));
      expect(shown).toHaveLength(`before ${text}`.length);
    }
  },
);

it('hides every value that the program holds, in every form in which it may come out [SAFE-5]', () => {
  const value = 'pässword/with+odd="chars" 12345';
  const { redact } = createRedactor([{ name: 'MY_KEY', value }]);
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const forms = [
    value,
    encodeURIComponent(value),
    JSON.stringify(value),
    ...['', 'u', 'us', 'user:', 'x'.repeat(10)].flatMap((before) => [base64(before + value), base64(`${before}${value} and more`)]),
    base64(`:${value}`).replaceAll('+', '-').replaceAll('/', '_'),
  ];
  for (const form of forms) {
    const shown = redact(`[${form}]`);
    expect(shown, form).toContain('[secret: MY_KEY]');
    expect(shown).toHaveLength(form.length + 2);
  }
  const bytes = new TextEncoder().encode(`x ${value} y`);
  const clean = createRedactor([{ name: 'MY_KEY', value }]).bytes(bytes);
  expect(clean).toHaveLength(bytes.length);
  expect(new TextDecoder().decode(clean)).toMatch(/^x \[secret: MY_KEY\]\*+ y$/);
  // A word is no secret.
  expect(createRedactor([{ name: 'K', value: 'test' }]).redact('a test of it')).toBe('a test of it');
  for (const value of ['lm-studio', 'ollama', 'development', 'sk-no-key-required', 'your-api-key-here', 'password1', 'Localhost-1234'])
    expect(createRedactor([{ name: 'K', value }]).redact(`/home/me/.${value}/x`)).toBe(`/home/me/.${value}/x`);
  for (const value of ['k3y-9f2a', 'Tr0ub4dor&3', 'correct-horse-battery-staple'])
    expect(createRedactor([{ name: 'K', value }]).redact(`is ${value}!`)).not.toContain(value);
});

it('leaves alone what only looks like a secret [SAFE-5]', () => {
  const fine = [
    `commit ${hex(40)}`,
    `sha256:${hex(64)}`,
    '550e8400-e29b-41d4-a716-446655440000',
    `"integrity": "sha512-${some(86)}=="`,
    `data:image/png;base64,iVBORw0KGgo${some(400)}`,
    `"resolved": "https://registry.npmjs.org/a/-/a-1.0.0.tgz#${hex(40)}"`,
    'https://user@example.com/path',
    'https://example.com:8080/a@b',
    'postgres://app:${DB_PASSWORD}@localhost/db',
    'mysql://root:password@localhost',
    'https://<user>:<pass>@host',
    'class="sk-fading-circle sk-circle-bounce-delay-and-a-very-long-name"',
    'const api_key = process.env.API_KEY;',
    'Authorization: Bearer $TOKEN',
    'secret_key = get_secret_key()',
    `task-${some(40)}`,
    'risk-assessment-of-everything-that-may-go-wrong-here-1',
    'npm_config_registry=https://registry.npmjs.org',
    'eyJhbGciOiJIUzI1NiJ9',
    `${dashes}BEGIN CERTIFICATE${dashes}\n${some(64)}\n${dashes}END CERTIFICATE${dashes}`,
    `${dashes}BEGIN PUBLIC KEY${dashes}`,
    'AKIA is a prefix',
    'ghp_ too',
    'SK hynix',
  ];
  const { redact } = createRedactor([]);
  for (const text of fine) expect(redact(text)).toBe(text);
});

it('never lets a piece of a secret out, wherever a stream is cut [SAFE-5]', () => {
  const held = `held ${some(20)} value`;
  const redactor = createRedactor([{ name: 'HELD', value: held }]);
  const random = createRandom(5);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random(from.length))] as T;
  const all = [
    ...secrets.map(([, secret]) => secret),
    ...named.map(([name, before, secret]) => `${before}${secret}${rest[name] ?? ''}`),
    held,
    keyBlock('RSA ', some(900)),
  ];
  const words = ['\n', ' ', 'npm test\n', 'sk', 'gh', '-----', '://', 'key', '😀', 'ä', ' = ', '"', 'ok 12 of 13\n', 'password: ', 'eyJ'];
  for (let round = 0; round < 1500; round += 1) {
    const secret = pick(all);
    const before = Array.from({ length: Math.floor(random(12)) }, () => pick(words)).join('');
    const text = `${before}\n${secret}\n${pick(words)} the end\n`;
    const whole = redactor.redact(text);
    // As a client reads it: always what is settled and not yet seen.
    let shown = '';
    for (let at = 0; at < text.length; ) {
      at = Math.min(text.length, at + 1 + Math.floor(random(9)));
      const there = text.slice(0, at);
      const safe = at === text.length ? at : redactor.settled(there);
      expect(safe).toBeGreaterThanOrEqual(shown.length);
      shown += redactor.redact(there).slice(shown.length, safe);
    }
    // Of a secret that begins within a word three characters may be out before it is plain that it is one.
    expect(shown.length).toBe(whole.length);
    const differs = Array.from({ length: whole.length }, (_, at) => at).filter((at) => whole.charCodeAt(at) !== shown.charCodeAt(at));
    for (const at of differs) expect(whole.slice(Math.max(0, at - 2), at + 1)).toContain('[');
  }
});

it('does not keep the end of a line that waits for an answer', () => {
  const redactor = createRedactor([{ name: 'HELD', value: 'squirrel-in-the-kitchen' }]);
  for (const line of ['one', 'Which files', 'Continue? (yes/no) ', 'PRINTING', '$ ls']) expect(redactor.settled(line)).toBe(line.length);
});

it('takes time in proportion to the text, also for one line of 5 MB that is made to be slow [SAFE-5]', () => {
  const { redact, settled } = createRedactor([{ name: 'K', value: 'aaaaaaaaaaaaaaaaaaaaaaab' }]);
  const size = 5 * 1024 * 1024;
  const bits = [
    'a',
    'sk-',
    'eyJ',
    'eyJa.',
    '://',
    '://a:',
    '-----BEGIN ',
    '-----BEGIN PRIVATE KEY-----',
    'secret_key=',
    'AKIA',
    'A',
    '-',
    'authorization: bearer ',
    'xox',
    'SG.a',
    'session_token=',
  ];
  for (const bit of bits) {
    const line = bit.repeat(Math.ceil(size / bit.length));
    const from = performance.now();
    expect(redact(line)).toHaveLength(line.length);
    settled(line);
    // A hundred times what it takes; a quadratic one would need hours.
    expect(performance.now() - from, bit).toBeLessThan(6000);
  }
}, 120_000);

it('redacts all texts in a value, and leaves one without a secret as it is', () => {
  const { redact } = createRedactor([]);
  const value = { a: ['x', { b: 'y' }], c: 1, d: null };
  expect(redacted(value, redact)).toBe(value);
  const [, secret] = secrets[0] ?? ['', ''];
  expect(JSON.stringify(redacted({ ...value, e: [{ f: `"${secret}"` }] }, redact))).not.toContain(secret);
  expect(longest).toBeGreaterThan(8000);
});

it('leaves paths as they are: a file is found by its name [SAFE-5]', () => {
  const { redact } = createRedactor([{ name: 'K', value: 'k3y-9f2a' }]);
  const subject = { kind: 'write', paths: ['/p/k3y-9f2a'], diff: '+k3y-9f2a' };
  expect(redacted(subject, redact)).toEqual({ ...subject, diff: '+[secret]' });
  expect(redacted({ path: '/p/k3y-9f2a', cwd: '/k3y-9f2a' }, redact)).toEqual({ path: '/p/k3y-9f2a', cwd: '/k3y-9f2a' });
});
